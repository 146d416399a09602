// The sheet: which tab is shown, what people do with its rows, and the notes at its cells.

import { call, Failure, tabPath } from "./api.js";
import { cells } from "./cells.js";
import { element, setText } from "./element.js";
import { attempt } from "./problems.js";
import { letters, meaning, nameOf } from "./values.js";
import { watch } from "./watch.js";

const byId = (id) => document.getElementById(id);

/** Offers these choices, and keeps the one that was made if it is still there. True if another one is chosen now. */
function offer(select, choices) {
    const before = select.value;
    if ([...select.options].map((option) => option.value).join("\n") !== choices.join("\n")) {
        select.replaceChildren(...choices.map((choice) => element("option", { value: choice }, choice)));
        select.value = choices.includes(before) ? before : choices[0];
    }
    return select.value !== before;
}

/** Keeps the section of the sheet up to date. */
export function grid() {
    const [spreadsheet, tab, notes] = [byId("spreadsheet"), byId("tab"), byId("notes")];
    const at = { row: 0, column: 0 };
    let sheets = [];
    const path = () => (tab.value === "" ? undefined : tabPath(spreadsheet.value, tab.value));
    const table = cells(byId("cells"), write, chosen);

    watch(() => "/_sim/sheets", (now) => {
        sheets = now;
        offer(spreadsheet, sheets.map((sheet) => sheet.id));
        offerTabs();
    });
    const rowsAgain = watch(path, table.showRows);
    const notesAgain = watch(() => path() && `${path()}/notes`, showNotes);
    const again = () => Promise.all([rowsAgain(), notesAgain()]);

    function offerTabs() {
        const tabs = sheets.find((sheet) => sheet.id === spreadsheet.value)?.tabs ?? [];
        if (offer(tab, tabs.map(({ title }) => title))) {
            again();
        }
    }

    function showNotes(now) {
        table.showNotes(now);
        const all = Object.entries(now).map(([cell, note]) => element("li", {}, element("b", {}, cell), ` ${note}`));
        notes.replaceChildren(...(all.length > 0 ? all : [element("li", { class: "hint" }, "None.")]));
    }

    function chosen(row, column) {
        Object.assign(at, { row, column });
        setText(byId("chosen"), nameOf(row, column));
        setText(byId("insert-row"), `Insert a row above ${row + 1}`);
        setText(byId("delete-row"), `Delete row ${row + 1}`);
        setText(byId("sort-up"), `Sort by ${letters(column)}, A to Z`);
        setText(byId("sort-down"), `Sort by ${letters(column)}, Z to A`);
    }

    /** Writes into a cell, unless its row is another one by now: somebody may have sorted. */
    async function write({ name, row, line }, typed) {
        const here = path();
        await attempt(`write “${typed}” into ${name}`, async () => {
            const now = JSON.parse(await call("GET", here));
            if (JSON.stringify(now[row] ?? []) !== line) {
                throw new Failure(`Row ${row + 1} changed while you typed, so nothing was written. Look and type again.`);
            }
            await call("PUT", `${here}/cells/${name}`, { value: meaning(typed) });
        });
        await again();
    }

    function onClick(id, what, act) {
        byId(id).addEventListener("click", async () => {
            await attempt(what(), () => act(path()));
            await again();
        });
    }

    spreadsheet.addEventListener("change", () => {
        offerTabs();
        again();
    });
    tab.addEventListener("change", again);
    onClick("insert-row", () => `insert a row above ${at.row + 1}`,
        (here) => call("POST", `${here}/rows`, { before: at.row + 1, rows: [[]] }));
    onClick("delete-row", () => `delete row ${at.row + 1}`, (here) => call("DELETE", `${here}/rows/${at.row + 1}`));
    onClick("sort-up", () => `sort by ${letters(at.column)}`,
        (here) => call("POST", `${here}/sort`, { column: letters(at.column) }));
    onClick("sort-down", () => `sort by ${letters(at.column)}`,
        (here) => call("POST", `${here}/sort`, { column: letters(at.column), descending: true }));
}
