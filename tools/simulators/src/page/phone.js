// One phone: its switches, its conversation, and a box to write from it.

import { call } from "./api.js";
import { element, setText } from "./element.js";
import { attempt } from "./problems.js";

/** How far from its end a conversation may be scrolled and still follow it, in pixels. */
const NEAR_PX = 16;

/** A card for a phone; `again` asks for all phones anew. */
export function phoneCard(number, again) {
    const path = `/_sim/whatsapp/phones/${number}`;
    const title = `+${number}`;
    const open = toggle("24-hour window open", "windowOpen");
    const reached = toggle("on WhatsApp", "onWhatsapp");
    const lines = element("ol", {
        class: "conversation", role: "log", tabindex: "0", "aria-label": `Conversation of ${title}`,
    });
    const box = element("input", {
        name: "text", autocomplete: "off", maxlength: "4096", required: true, "aria-label": `Write from ${title}`,
    });
    const fields = element("fieldset", { class: "row" }, box, element("button", {}, "Send"));
    const form = element("form", {}, fields);
    const outcome = element("p", { class: "hint", role: "status" });
    const root = element(
        "article",
        { class: "phone", "data-number": number, "aria-label": `Phone ${title}` },
        element("h3", {}, title),
        element("div", { class: "row" }, open.label, reached.label),
        lines,
        form,
        outcome,
    );
    let known;

    function toggle(words, name) {
        const input = element("input", { type: "checkbox", name });
        const shown = { input, label: element("label", {}, input, ` ${words}`), busy: false };
        input.addEventListener("change", async () => {
            shown.busy = true;
            const wanted = input.checked;
            const done = await attempt(`change ${title}`, () => call("PUT", path, { [name]: wanted }));
            shown.busy = false;
            if (done === undefined) {
                input.checked = !wanted;
            }
            again();
        });
        return shown;
    }

    form.addEventListener("submit", async (event) => {
        event.preventDefault();
        const text = box.value;
        box.value = "";
        setText(outcome, "Sending …");
        const written = attempt(`write from ${title}`, () => call("POST", `${path}/messages`, { text }));
        // It is on the phone before the firm has heard of it.
        again();
        const answer = await written;
        setText(outcome, answer === undefined ? "" : heard(answer));
        if (answer === undefined && box.value === "") {
            box.value = text;
        }
        again();
    });

    function show(phone) {
        for (const [shown, on] of [[open, phone.windowOpen], [reached, phone.onWhatsapp]]) {
            if (!shown.busy) {
                shown.input.checked = on;
            }
        }
        fields.disabled = !phone.onWhatsapp;
        box.placeholder = phone.onWhatsapp ? "Write to the firm" : "Not on WhatsApp";
        const conversation = JSON.stringify(phone.conversation);
        if (conversation !== known) {
            known = conversation;
            converse(phone.conversation);
        }
    }

    /** Leaves the lines that are there alone: somebody may have marked them or be reading. */
    function converse(conversation) {
        const follows = lines.scrollHeight - lines.scrollTop - lines.clientHeight < NEAR_PX;
        const wanted = new Set(conversation.map((line) => JSON.stringify(line)));
        const shown = new Set();
        for (const item of [...lines.children]) {
            if (wanted.has(item.line)) {
                shown.add(item.line);
            } else {
                item.remove();
            }
        }
        for (const line of conversation) {
            if (!shown.has(JSON.stringify(line))) {
                lines.append(lineItem(line));
            }
        }
        if (follows) {
            lines.scrollTop = lines.scrollHeight;
        }
    }

    return { root, show, focus: () => box.focus() };
}

function lineItem(line) {
    const template = line.template === undefined ? "" : `, template ${line.template}`;
    const author = line.from === "firm" ? `Firm${template}` : "Person";
    const made = element(
        "li",
        { class: line.from, "data-id": line.id },
        element("span", { class: "author" }, author),
        element("p", {}, line.text),
    );
    made.line = JSON.stringify(line);
    return made;
}

/** What the firm made of a message, from the answer to writing it. */
function heard(answer) {
    if (answer === "") {
        return "Written. No webhook is set, so the firm does not hear of it.";
    }
    const status = JSON.parse(answer).webhookAnswered;
    if (status === null) {
        return "Written. The firm's webhook did not answer.";
    }
    return status < 300 ? "Written; the firm has it." : `Written. The firm's webhook answered ${status}.`;
}
