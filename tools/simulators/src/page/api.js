// Calls of the simulators' JSON.

const PATIENCE_MS = 30_000;

/** Something did not work; the message says what, for people. */
export class Failure extends Error {}

/** Calls and gives the text of the answer; anything but success is a Failure. */
export async function call(method, path, body) {
    const request = { method, signal: AbortSignal.timeout(PATIENCE_MS) };
    if (body !== undefined) {
        request.headers = { "content-type": "application/json" };
        request.body = JSON.stringify(body);
    }
    let answer;
    let text;
    try {
        answer = await fetch(path, request);
        text = await answer.text();
    } catch (error) {
        if (error.name === "TimeoutError") {
            throw new Failure(`The simulators did not answer within ${PATIENCE_MS / 1000} seconds.`);
        }
        throw new Failure("The simulators do not answer. Are they running?");
    }
    if (!answer.ok) {
        throw new Failure(`The simulators answered ${answer.status}: ${text || answer.statusText}`);
    }
    return text;
}

/** The path of a tab below the simulated spreadsheets. */
export function tabPath(spreadsheet, tab) {
    return `/_sim/sheets/${encodeURIComponent(spreadsheet)}/tabs/${encodeURIComponent(tab)}`;
}
