// Cells: their names, what is shown of them, and what typed text means.

/** The letters of a column, from 0. */
export function letters(column) {
    let text = "";
    for (let rest = column + 1; rest > 0; rest = Math.floor((rest - 1) / 26)) {
        text = String.fromCharCode(65 + ((rest - 1) % 26)) + text;
    }
    return text;
}

/** The name of a cell, from its row and column from 0. */
export function nameOf(row, column) {
    return `${letters(column)}${row + 1}`;
}

/** What is shown of a value. */
export function textOf(value) {
    if (typeof value === "boolean") {
        return value ? "TRUE" : "FALSE";
    }
    return value === undefined || value === null ? "" : String(value);
}

/** The value that somebody means who types this: text, a number, TRUE or FALSE; text for certain behind an apostrophe. */
export function meaning(typed) {
    if (typed.startsWith("'")) {
        return typed.slice(1);
    }
    if (/^(true|false)$/i.test(typed)) {
        return typed.toLowerCase() === "true";
    }
    const number = Number(typed);
    const exact = !Number.isInteger(number) || Number.isSafeInteger(number);
    return /^-?\d+(\.\d+)?$/.test(typed) && exact ? number : typed;
}
