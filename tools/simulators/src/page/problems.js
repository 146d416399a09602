// What did not work, in plain words, until somebody has read it.

import { element } from "./element.js";

const MOST = 4;
const list = document.getElementById("problems");

function tell(text) {
    const dismiss = element("button", { type: "button" }, "Dismiss");
    const problem = element("p", {}, text, " ", dismiss);
    dismiss.addEventListener("click", () => problem.remove());
    list.append(problem);
    while (list.children.length > MOST) {
        list.firstElementChild.remove();
    }
}

/** Does something; when it fails, says so and gives `undefined`. `what` completes "Could not …". */
export async function attempt(what, action) {
    try {
        return await action();
    } catch (error) {
        tell(`Could not ${what}. ${error.message}`);
        return undefined;
    }
}
