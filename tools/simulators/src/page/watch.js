// Asks for JSON about once a second while the page is seen, and says whether the answers still come.

import { call } from "./api.js";
import { setText } from "./element.js";

const EVERY_MS = 1_000;
const connection = document.getElementById("connection");
const failing = new Map();

function report(watcher, problem) {
    if (problem === undefined) {
        failing.delete(watcher);
    } else {
        failing.set(watcher, problem);
    }
    const [first] = failing.values();
    setText(connection, first === undefined ? "Up to date." : `Not up to date, trying again. ${first}`);
    connection.classList.toggle("failing", first !== undefined);
}

/**
 * Watches what `where()` names, which may be nothing yet (`undefined`), and shows it whenever it differs from before.
 * Gives a function that asks at once, such as after a change: answers that were on their way before it no longer count.
 */
export function watch(where, show) {
    const watcher = {};
    let round = 0;
    let timer;
    let known;

    async function ask() {
        const mine = ++round;
        clearTimeout(timer);
        const path = where();
        if (!document.hidden && path !== undefined) {
            let problem;
            try {
                const text = await call("GET", path);
                if (mine !== round) {
                    return;
                }
                const now = `${path}\n${text}`;
                if (now !== known) {
                    show(JSON.parse(text));
                    known = now;
                }
            } catch (error) {
                problem = error.message;
            }
            if (mine !== round) {
                return;
            }
            report(watcher, problem);
        }
        timer = setTimeout(ask, EVERY_MS);
    }

    document.addEventListener("visibilitychange", () => {
        if (!document.hidden) {
            ask();
        }
    });
    ask();
    return ask;
}
