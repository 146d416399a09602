// Elements without markup: whatever comes from outside becomes text.

/** An element with attributes and children; a text child stays text, `true` is an attribute without a value. */
export function element(tag, attributes = {}, ...children) {
    const made = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) {
        if (value === true) {
            made.setAttribute(name, "");
        } else if (value !== false && value !== undefined) {
            made.setAttribute(name, value);
        }
    }
    made.append(...children);
    return made;
}

/** Sets a text where it differs, so that selections and screen readers are left alone. */
export function setText(target, text) {
    if (target.textContent !== text) {
        target.textContent = text;
    }
}
