// The unit page: its story and the sample that is followed. Its charts are of every page that has some.
import { startJourney } from "./journey.js";
import { startStory } from "./story.js";

startJourney();
startStory();
