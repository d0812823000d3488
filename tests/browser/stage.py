"""stage: one explorer on a bare page, where a test plays Python: sees what is asked, and answers.

The clock of the page stands still until a test lets it run, so that no test waits or hurries.
"""

import json

from cnnlib.views import scripts
from cnnlib.views.page import stored

# what is seen of an explorer on grids
STATE = """root => {
    const unique = cells => [...new Set([...cells].map(td => td.dataset.cell))];
    const keys = name => unique(root.querySelectorAll("td." + name)).sort();
    const names = [
        "lk-0", "lk-1", "lk-2", "lk-seen", "lk-pick", "lk-on0", "lk-on1", "lk-on2", "lk-new",
        "lk-marked",
    ];
    const part = name => root.querySelector(`[data-part=${name}]`).textContent;
    const active = root.contains(document.activeElement) && document.activeElement;
    return {
        ...Object.fromEntries(names.map(name => [name, keys(name)])),
        say: part("say"),
        formula: part("formula"),
        live: root.querySelector("[role=status]").textContent,
        count: root.querySelector(".lk-count").textContent,
        terms: [...root.querySelectorAll(".lk-on[data-term]")].map(e => +e.dataset.term),
        selected: unique(root.querySelectorAll("[aria-selected=true]")),
        badges: Object.fromEntries(
            [...root.querySelectorAll("[data-badge]")].map(
                td => [td.dataset.cell, td.dataset.badge])),
        grid: active && active.closest("[data-grid]")?.dataset.grid,
        focus: active ? active.closest("[data-cell]")?.dataset.cell ?? active.textContent : null,
    };
}"""
MODEL = """
window.sent = [];
window.heard = {};
window.state = JSON.parse(document.getElementById("state").textContent, revive);
window.tell = (name, value) => [...window.heard[name] ?? []].forEach(hear => hear(value));
window.put = (text, first) => {
    const values = JSON.parse(text, revive);
    Object.assign(window.state, values);
    const names = Object.keys(values).sort((a, b) => (b === first) - (a === first));
    for (const name of names) window.tell(`change:${name}`, values[name]);
};
window.model = {
    get: name => window.state[name],
    set: (name, value) => { window.state[name] = value; window.tell(`change:${name}`, value); },
    save_changes: () => window.sent.push({ saved: window.state.pick, id: "" }),
    send: message => window.sent.push(message),
    on: (name, hear) => (window.heard[name] ??= new Set()).add(hear),
    off: (name, hear) => window.heard[name]?.delete(hear),
    live: window.live,
};
window.close_view = render({ model: window.model, el: document.querySelector("main") });
"""
# the listeners and timers that are still there
COUNTING = """() => {
    window.running = new Map();
    const count = (name, end, what) => {
        const start = window[name], stop = window[end];
        window[name] = (f, ...rest) => {
            const act = () => { if (what === "once") window.running.delete(id); f(); };
            const id = start(act, ...rest);
            window.running.set(id, name);
            return id;
        };
        window[end] = id => { window.running.delete(id); stop(id); };
    };
    count("setTimeout", "clearTimeout", "once");
    count("setInterval", "clearInterval", "often");
    count("requestAnimationFrame", "cancelAnimationFrame", "once");
}"""


def opened(root):
    """The root of an explorer, the controls behind its "…" shown."""
    more = root.get_by_role("button", name="more controls")
    if more.get_attribute("aria-expanded") == "false":
        more.evaluate("e => e.click()")
    return root


class Stage:
    """An explorer on a bare page of its own. live: is there a Python behind it?"""

    def __init__(self, browser, explorer, *, size=(1280, 900), counting=False, live=True):
        self.explorer = explorer
        self.there = json.loads(stored(explorer))
        self.context = browser.new_context(
            viewport=dict(zip(("width", "height"), size, strict=True))
        )
        self.page = self.context.new_page()
        self.errors = []
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.clock.install()
        joined = scripts.modules(explorer.kind) | scripts.modules("page")
        script = scripts.shortened(joined) + MODEL
        style = scripts.style(explorer.kind)
        self.page.set_content(
            f"<!doctype html><meta charset=utf-8><style>{style}</style><main></main>"
            f'<script type="application/json" id="state">{stored(explorer)}</script>'
        )
        self.page.clock.pause_at(self.page.evaluate("Date.now() + 1000"))
        if counting:
            self.page.evaluate(COUNTING)
        self.page.evaluate("live => { window.live = live; }", live)
        self.page.add_script_tag(content=f"(() => {{{script}}})();")
        self.root = self.page.locator("main > *")

    # ---- the reader's hands
    def cell(self, key, n=0):
        return self.root.locator(f'[data-cell="{key}"]').nth(n)

    def button(self, name):
        opened(self.root)
        return self.root.get_by_role("button", name=name, exact=True)

    def play(self, name):
        """A control that the page itself obeys."""
        return opened(self.root).locator(f'[data-play="{name}"]')

    def press(self, *keys):
        for key in keys:
            self.page.keyboard.press(key)
        self.run(20)

    def run(self, ms):
        """Let the page's clock run."""
        self.page.clock.run_for(ms)

    # ---- what Python does
    def sent(self):
        """What was asked of Python since the last time, without the names of the wishes."""
        wishes = [wish for wish in self.all_sent() if "saved" not in wish]
        self.ids = [wish.pop("id") for wish in wishes]
        return wishes

    def all_sent(self):
        """The same, and in between each {saved: pick} that the page told Python."""
        return self.page.evaluate("() => window.sent.splice(0)")

    def answer(self, id, why="", ok=True, cell=""):
        """One answer of Python."""
        message = {"id": id, "why": why, "ok": ok, "cell": cell}
        self.page.evaluate("message => window.tell('msg:custom', message)", message)

    def put(self, first=""):
        """What has changed in the explorer arrives on the page, all at once; `first` is heard of
        first."""
        state = json.loads(stored(self.explorer))
        changed = {name: v for name, v in state.items() if v != self.there.get(name)}
        self.there = state
        self.page.evaluate("all => window.put(...all)", [json.dumps(changed), first])

    # ---- what is to be seen
    def part(self, name):
        return self.root.locator(f'[data-part="{name}"]')

    @property
    def say(self):
        return self.part("say").text_content()

    def state(self):
        return self.root.evaluate(STATE)

    def close(self):
        self.context.close()
