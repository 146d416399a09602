// Fault switches: ready-made ones for each provider, which are on, and what they have done.

import { call } from "./api.js";
import { element, setText } from "./element.js";
import { attempt } from "./problems.js";
import { watch } from "./watch.js";

/** The providers, each with its own words for being out of service and for being busy. */
const PROVIDERS = [
    {
        name: "whatsapp",
        title: "WhatsApp",
        outage: { error: { message: "(#131016) Service unavailable", type: "OAuthException", code: 131016 } },
        busy: { error: { message: "(#130429) Rate limit hit", type: "OAuthException", code: 130429 } },
    },
    {
        name: "telegram",
        title: "Telegram",
        outage: { ok: false, error_code: 503, description: "Service Unavailable" },
        busy: { ok: false, error_code: 429, description: "Too Many Requests", parameters: { retry_after: 7 } },
    },
    {
        name: "sheets",
        title: "Google Sheets",
        outage: { error: { code: 503, message: "The service is currently unavailable.", status: "UNAVAILABLE" } },
        busy: { error: { code: 429, message: "Quota exceeded.", status: "RESOURCE_EXHAUSTED" } },
    },
];

/** Ready-made faults: `amount` asks for one number more. */
const KINDS = [
    { name: "outage", words: "out of service (503)", fault: ({ outage }) => ({ status: 503, body: outage }) },
    {
        name: "busy",
        words: "too many calls (429)",
        amount: { words: "try again after, in seconds", value: "7" },
        fault: ({ busy }, retryAfterS) => ({ status: 429, body: busy, retryAfterS }),
    },
    {
        name: "slow",
        words: "slow",
        amount: { words: "by how many milliseconds", value: "3000" },
        fault: (_, latencyMs) => ({ latencyMs }),
    },
    { name: "before", words: "connection breaks before anything happens", fault: () => ({ reset: "before" }) },
    { name: "after", words: "connection breaks after all has happened", fault: () => ({ reset: "after" }) },
];

/** A switch in words, such as "503, 30 of 100 calls, 12 s left; saw 10 calls, spoiled 3". */
function described(fault) {
    const parts = [
        fault.latencyMs > 0 && `${fault.latencyMs} ms slow`,
        fault.status !== undefined && `${fault.status}`,
        fault.retryAfterS !== undefined && `try again after ${fault.retryAfterS} s`,
        fault.reset === "before" && "connection breaks before anything happens",
        fault.reset === "after" && "connection breaks after all has happened",
        fault.lateMs > 0 && `answers ${fault.lateMs} ms late`,
        fault.path !== undefined && `only paths with ${fault.path}`,
        fault.percent !== undefined && `${fault.percent} of 100 calls`,
        fault.calls !== undefined && `${fault.calls - fault.seen} of ${fault.calls} calls left`,
        fault.secondsLeft !== undefined && `${fault.secondsLeft} s left`,
    ];
    return `${parts.filter(Boolean).join(", ")}; saw ${fault.seen} calls, spoiled ${fault.spoiled}`;
}

function number(name, words, attributes) {
    const input = element("input", { type: "number", name, min: "1", step: "1", ...attributes });
    return { input, label: element("label", {}, `${words} `, input) };
}

/** A provider's switches. */
function provider(about) {
    const path = `/_sim/${about.name}/faults`;
    const kind = element("select", { name: "kind" },
        ...KINDS.map(({ name, words }) => element("option", { value: name }, words)));
    const amount = number("amount", "", { max: "600000", required: true });
    const percent = number("percent", "percent of the calls", { max: "100", placeholder: "all" });
    const calls = number("calls", "for so many calls", { placeholder: "any" });
    const seconds = number("seconds", "for so many seconds", { placeholder: "any" });
    const form = element("form", {},
        element("label", {}, "What goes wrong ", kind),
        amount.label, percent.label, calls.label, seconds.label,
        element("button", {}, "Switch on"));
    const active = element("ul", { class: "active", "aria-label": `Active switches of ${about.title}` });
    const well = element("button", { type: "button", class: "well" }, "All is well again");
    const root = element("article", { class: "provider", "data-provider": about.name, "aria-label": about.title },
        element("h3", {}, about.title), form, active, well);
    const again = watch(() => `${path}/active`, show);
    const chosen = () => KINDS.find(({ name }) => name === kind.value);

    function ask() {
        const asked = chosen().amount;
        amount.label.hidden = asked === undefined;
        amount.input.disabled = asked === undefined;
        setText(amount.label.firstChild, `${asked?.words ?? ""} `);
        amount.input.value = asked?.value ?? "";
    }

    function show(all) {
        const none = element("li", { class: "hint" }, "All is well.");
        active.replaceChildren(...(all.length > 0 ? all.map((fault) => element("li", {}, described(fault))) : [none]));
        well.disabled = all.length === 0;
    }

    const given = ({ input }) => (input.value === "" ? undefined : Number(input.value));
    kind.addEventListener("change", ask);
    form.addEventListener("submit", async (event) => {
        event.preventDefault();
        const limits = { percent: given(percent), calls: given(calls), seconds: given(seconds) };
        const fault = { ...chosen().fault(about, given(amount)), ...limits };
        await attempt(`switch the fault of ${about.title} on`, () => call("POST", path, fault));
        await again();
    });
    well.addEventListener("click", async () => {
        await attempt(`switch the faults of ${about.title} off`, () => call("DELETE", path));
        await again();
    });
    ask();
    return root;
}

/** Fills the section of faults. */
export function switches() {
    document.getElementById("switches").append(...PROVIDERS.map(provider));
}
