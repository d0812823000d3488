// Clocks for benchmarks/explorers.py, read into the page: window.clocks.

/** Calls `act` when the page has been painted: a message comes after the frame's own work. */
function whenPainted(act) {
  requestAnimationFrame(() => {
    const channel = new MessageChannel();
    channel.port1.onmessage = act;
    channel.port2.postMessage(0);
  });
}

/**
 * Times each event of a kind in ms: `handled` by its handlers; until the page has `changed`; until
 * it is `painted`. A key counts from its press, a pointer from its arrival: Chromium itself holds
 * pointers back until the next frame. `changed` is a selector, or "img" for a new picture.
 */
class Watch {
  constructor(root, kind, changed) {
    Object.assign(this, { root, kind, changed, seen: [], now: null });
    this.start = (event) => this.started(event);
    this.end = () => this.ended();
    this.watcher = new MutationObserver((list) => this.mutated(list));
    this.watcher.observe(root, { subtree: true, childList: true, attributes: true });
    window.addEventListener(kind, this.start, true);
    root.addEventListener(kind, this.end);
  }

  started(event) {
    const start = performance.now();
    const from = this.kind === "keydown" ? event.timeStamp : start;
    this.now = { from, start, came: event.timeStamp, key: event.key };
    this.seen.push(this.now);
  }

  ended() {
    this.now.handled ??= performance.now() - this.now.start;
  }

  mutated(list) {
    const event = this.now;
    const added = list.flatMap((mutation) => [...mutation.addedNodes]);
    const images = added.flatMap((node) => [...(node.querySelectorAll?.("img") ?? [])]);
    const hit =
      this.changed === "img"
        ? images.length > 0
        : list.some((mutation) => mutation.target.closest?.(this.changed));
    if (!event || !hit || event.changed !== undefined) return;
    event.changed = performance.now() - event.from;
    const tell = () =>
      whenPainted(() => {
        event.painted = performance.now() - event.came;
      });
    if (images.length > 0) images[0].decode().then(tell);
    else tell();
  }

  stop() {
    this.watcher.disconnect();
    window.removeEventListener(this.kind, this.start, true);
    this.root.removeEventListener(this.kind, this.end);
    return this.seen;
  }
}

/** Counts how many different pictures are shown: those of an <img>, or states of the counter. */
class Pictures {
  constructor(root, kind) {
    this.count = 0;
    this.last = null;
    this.picture =
      kind === "img"
        ? () => root.querySelector("img")?.src
        : () => root.querySelector(".lk-count").textContent;
    this.look();
  }

  look() {
    const now = this.picture();
    if (this.last !== null && now !== this.last) this.count++;
    this.last = now;
    this.looking = requestAnimationFrame(() => this.look());
  }

  stop() {
    cancelAnimationFrame(this.looking);
    return this.count;
  }
}

/** Adds up how far the layout jumps, from now on. */
class Shifts {
  constructor() {
    this.sum = 0;
    const add = (list) => {
      for (const entry of list.getEntries()) this.sum += entry.value;
    };
    new PerformanceObserver(add).observe({ type: "layout-shift" });
  }
}

/** How many steps a second an explorer of maps shows when its slider moves as fast as it can. */
async function framesPerSecond(root, steps = 90) {
  const range = root.querySelector('[data-play="range"]');
  const start = performance.now();
  for (let n = 0; n < steps; n++) {
    range.value = n % 30;
    range.dispatchEvent(new Event("input", { bubbles: true }));
    await new Promise(requestAnimationFrame);
  }
  return (1000 * steps) / (performance.now() - start);
}

/** How long after a notebook is opened its first explorer answers, in ms; nothing in it is run. */
async function untilAlive(path) {
  const start = performance.now();
  const { node } = await jupyterapp.commands.execute("docmanager:open", { path });
  while (!node.querySelector(".ex")) await new Promise(requestAnimationFrame);
  return performance.now() - start;
}

/** The kernel of the notebook that is open. */
function kernel() {
  return jupyterapp.shell.currentWidget.sessionContext.session.kernel;
}

window.clocks = { Watch, Pictures, Shifts, framesPerSecond, untilAlive, kernel };
