// The last calls of WhatsApp.

import { element } from "./element.js";
import { watch } from "./watch.js";

/** Calls that are shown. */
const LAST = 20;
const COLUMNS = ["Began, s", "Status", "Took, ms", "At once", "Path"];

function statusOf(call) {
    return call.status ?? (call.endedMs === null ? "under way" : "broken off");
}

function rowOf(call) {
    const began = (call.beganMs / 1000).toFixed(1);
    const took = call.endedMs === null ? "" : call.endedMs - call.beganMs;
    const failed = call.endedMs !== null && !(call.status < 400);
    const cells = [began, statusOf(call), took, call.atOnce, `${call.method} ${call.path}`];
    return element("tr", { class: failed ? "failed" : "" }, ...cells.map((cell) => element("td", {}, String(cell))));
}

/** Keeps the list of calls up to date, newest first. Times count from the start of the simulators. */
export function lastCalls() {
    const body = element("tbody");
    const head = element("tr", {}, ...COLUMNS.map((title) => element("th", { scope: "col" }, title)));
    const table = document.getElementById("last-calls");
    table.append(element("thead", {}, head), body);
    watch(() => `/_sim/whatsapp/calls?last=${LAST}`, (calls) => {
        body.replaceChildren(...calls.reverse().map(rowOf));
        table.parentElement.hidden = calls.length === 0;
        document.getElementById("no-calls").hidden = calls.length > 0;
    });
}
