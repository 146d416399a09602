// The parts of the page, each on its own.

import { lastCalls } from "./calls.js";
import { grid } from "./grid.js";
import { phones } from "./phones.js";
import { switches } from "./switches.js";

phones();
grid();
switches();
lastCalls();
