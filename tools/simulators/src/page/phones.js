// All phones, and a way to add one.

import { call } from "./api.js";
import { phoneCard } from "./phone.js";
import { attempt } from "./problems.js";
import { watch } from "./watch.js";

/** Lines of each conversation that are shown. */
const LINES = 100;

function problemOf(typed) {
    const digits = typed.replace(/\D/g, "");
    return digits.length >= 8 && digits.length <= 15 ? "" : "Country code and number: 8 to 15 digits.";
}

/** Keeps the section of phones up to date. */
export function phones() {
    const form = document.getElementById("add-phone");
    const number = document.getElementById("add-number");
    const list = document.getElementById("cards");
    const none = document.getElementById("no-phones");
    const cards = new Map();
    const again = watch(() => `/_sim/whatsapp/phones?last=${LINES}`, show);

    function show(all) {
        const known = new Set(all.map((phone) => phone.number));
        for (const [gone, card] of cards) {
            if (!known.has(gone)) {
                card.root.remove();
                cards.delete(gone);
            }
        }
        // They come sorted by number, so cards that are there stay where they are, and whoever types in one is not disturbed.
        all.forEach((phone, position) => {
            if (!cards.has(phone.number)) {
                const card = phoneCard(phone.number, again);
                cards.set(phone.number, card);
                list.insertBefore(card.root, list.children[position] ?? null);
            }
            cards.get(phone.number).show(phone);
        });
        none.hidden = all.length > 0;
    }

    number.addEventListener("input", () => number.setCustomValidity(problemOf(number.value)));
    form.addEventListener("submit", async (event) => {
        event.preventDefault();
        const digits = number.value.replace(/\D/g, "");
        await attempt(`add the phone ${number.value}`, async () => {
            await call("PUT", `/_sim/whatsapp/phones/${digits}`, {});
            await again();
            number.value = "";
            cards.get(digits)?.focus();
        });
    });
}
