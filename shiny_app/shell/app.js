// Starts what is on every page; each page's own module starts itself. All of it works on what the server has drawn; nothing
// is drawn here first.
import { startCharts } from "../charts/charts.js";
import { watchConnection } from "./connection.js";
import { startControls } from "./controls.js";
import { startCursor } from "../charts/cursor.js";
import { startFinding } from "./finding.js";
import { startKeys } from "./keys.js";
import { startLive } from "../live/live.js";
import { startNavigation } from "./navigation.js";
import { startNotices } from "./notices.js";
import { startPause } from "./pause.js";
import { startTables } from "../charts/tables.js";
import { startTour } from "./tour.js";
import { sayZones } from "./zones.js";
import { startZoom } from "../charts/zoom.js";

startNavigation();
startCharts();
startCursor();
startZoom();
startTables();
startLive();
startControls();
startPause();
startFinding();
startKeys();
startTour();
sayZones();
startNotices();
watchConnection();
