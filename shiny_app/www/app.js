// Puts the parts together. Everything here works on what the server has drawn; nothing is drawn here first.
import { startBacktest } from "./backtest.js";
import { startCharts } from "./charts.js";
import { watchConnection } from "./connection.js";
import { startControls } from "./controls.js";
import { startFinding } from "./finding.js";
import { startJourney } from "./journey.js";
import { startKeys } from "./keys.js";
import { startLive } from "./live.js";
import { startNavigation } from "./navigation.js";
import { startSliders } from "./sliders.js";
import { startTour } from "./tour.js";
import { sayZones } from "./zones.js";

startNavigation();
startCharts();
startLive();
startControls();
startSliders();
startJourney();
startBacktest();
startFinding();
startKeys();
startTour();
sayZones();
watchConnection();
