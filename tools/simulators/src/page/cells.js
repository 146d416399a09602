// The cells of a tab: choosing one, typing into it in its place.

import { element, setText } from "./element.js";
import { letters, nameOf, textOf } from "./values.js";

/** Rows and columns that are there at least, and empty ones after the last that is used. */
const LEAST = { rows: 8, columns: 14 };
const SPARE = { rows: 3, columns: 1 };

const MOVES = {
    ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1],
    Home: [0, -Infinity], End: [0, Infinity],
};

/**
 * Keeps a table of cells. `write(cell, typed)` writes a text into a cell and gives a promise, `chosen(row, column)` hears of every
 * move.
 */
export function cells(table, write, chosen) {
    const letterRow = element("tr", {}, element("td"));
    const body = element("tbody");
    table.append(element("thead", {}, letterRow), body);
    const at = { row: 0, column: 0 };
    const underWay = new Map();
    let rows = [];
    let notes = {};
    let editing;

    const cellAt = (row, column) => body.rows[row]?.cells[column + 1];
    const placeOf = (cell) => ({ row: cell.parentElement.sectionRowIndex, column: cell.cellIndex - 1 });
    const cellOf = (target) => target.closest("tbody td");

    function paint() {
        const widest = rows.reduce((most, row) => Math.max(most, row.length), 0);
        resize(Math.max(rows.length + SPARE.rows, LEAST.rows, (editing?.row ?? 0) + 1),
            Math.max(widest + SPARE.columns, LEAST.columns, (editing?.column ?? 0) + 1));
        for (const [row, line] of [...body.rows].entries()) {
            for (let column = 0; column + 1 < line.cells.length; column += 1) {
                paintCell(line.cells[column + 1], row, column);
            }
        }
        choose(Math.min(at.row, body.rows.length - 1), Math.min(at.column, letterRow.cells.length - 2));
    }

    function paintCell(cell, row, column) {
        if (cell === editing?.cell) {
            return;
        }
        const name = nameOf(row, column);
        const value = rows[row]?.[column];
        setText(cell, underWay.get(name) ?? textOf(value));
        cell.classList.toggle("number", typeof value === "number");
        const note = notes[name] ?? "";
        cell.classList.toggle("noted", note !== "");
        if (cell.title !== note) {
            cell.title = note;
        }
    }

    function resize(height, width) {
        while (letterRow.cells.length - 1 > width) {
            letterRow.lastElementChild.remove();
        }
        while (letterRow.cells.length - 1 < width) {
            letterRow.append(element("th", { scope: "col" }, letters(letterRow.cells.length - 1)));
        }
        while (body.rows.length > height) {
            body.lastElementChild.remove();
        }
        while (body.rows.length < height) {
            body.append(element("tr", {}, element("th", { scope: "row" }, String(body.rows.length + 1))));
        }
        for (const [row, line] of [...body.rows].entries()) {
            while (line.cells.length - 1 > width) {
                line.lastElementChild.remove();
            }
            while (line.cells.length - 1 < width) {
                const name = nameOf(row, line.cells.length - 1);
                line.append(element("td", { role: "gridcell", tabindex: "-1", "data-cell": name }));
            }
        }
    }

    function choose(row, column) {
        const before = table.querySelector("td.chosen");
        const cell = cellAt(row, column);
        if (before !== null && before !== cell) {
            before.classList.remove("chosen");
            before.tabIndex = -1;
        }
        cell.classList.add("chosen");
        cell.tabIndex = 0;
        Object.assign(at, { row, column });
        chosen(row, column);
    }

    function move(down, right) {
        const within = (wanted, count) => Math.max(0, Math.min(wanted, count - 1));
        choose(within(at.row + down, body.rows.length), within(at.column + right, letterRow.cells.length - 1));
        cellAt(at.row, at.column).focus();
    }

    function edit(text) {
        const { row, column } = at;
        const cell = cellAt(row, column);
        const name = nameOf(row, column);
        const input = element("input", { autocomplete: "off", "aria-label": `Cell ${name}` });
        input.value = text;
        const [before, line] = [textOf(rows[row]?.[column]), JSON.stringify(rows[row] ?? [])];
        editing = { row, column, cell, input, name, before, line };
        cell.replaceChildren(input);
        input.focus();
    }

    /** Ends editing; what was typed is written if `keeps` and if it differs. */
    async function leave(keeps) {
        const { cell, input, row, column, name, before, line } = editing;
        editing = undefined;
        const typed = input.value;
        if (document.activeElement === input) {
            cell.focus();
        }
        const changed = keeps && typed !== before;
        if (changed) {
            underWay.set(name, typed);
        }
        cell.replaceChildren();
        paintCell(cell, row, column);
        if (changed) {
            await write({ name, row, line }, typed);
            underWay.delete(name);
            paint();
        }
    }

    table.addEventListener("focusin", (event) => {
        const cell = cellOf(event.target);
        if (cell !== null && event.target === cell) {
            const { row, column } = placeOf(cell);
            choose(row, column);
        }
    });
    table.addEventListener("focusout", (event) => {
        if (event.target === editing?.input) {
            leave(true);
        }
    });
    // A second click on a cell opens it.
    let second = false;
    table.addEventListener("pointerdown", (event) => {
        second = event.target === document.activeElement;
    });
    table.addEventListener("click", (event) => {
        if (second && event.target === cellOf(event.target)) {
            edit(textOf(rows[at.row]?.[at.column]));
        }
    });
    table.addEventListener("keydown", (event) => {
        if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey) {
            return;
        }
        const handled = editing === undefined ? keyInGrid(event) : keyInCell(event);
        if (handled) {
            event.preventDefault();
        }
    });

    function keyInGrid({ key }) {
        if (MOVES[key] !== undefined) {
            move(...MOVES[key]);
        } else if (key === "Enter" || key === "F2") {
            edit(textOf(rows[at.row]?.[at.column]));
        } else if (key === "Delete" || key === "Backspace") {
            edit("");
            leave(true);
        } else {
            if (key.length === 1) {
                // The key itself goes into the field that has the focus by then.
                edit("");
            }
            return false;
        }
        return true;
    }

    function keyInCell({ key, shiftKey }) {
        const after = { Enter: [1, 0], Tab: [0, shiftKey ? -1 : 1], Escape: [0, 0] }[key];
        if (after === undefined) {
            return false;
        }
        leave(key !== "Escape");
        move(...after);
        return true;
    }

    paint();
    return {
        showRows: (now) => {
            rows = now;
            paint();
        },
        showNotes: (now) => {
            notes = now;
            paint();
        },
    };
}
