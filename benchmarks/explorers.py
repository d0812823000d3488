"""How fast an explorer answers, in JupyterLab and Chromium.

    python benchmarks/explorers.py [events]

The forward explorer beside a matplotlib version of it under `interact`, in one notebook and one
run; then lessons are opened, trusted and not run, until their first explorer answers. Times in ms
from the key or the pointer to the changed page and to the painted one, median / 95th percentile.
Needs requirements-dev.txt and the system package chromium. Fails where a figure misses what is
wanted.
"""

import shutil
import statistics
import sys
import tempfile
from pathlib import Path

import nbformat
from measure import table
from playwright.sync_api import sync_playwright

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from tests.browser.conftest import FLAGS, chromium  # noqa: E402 - found by the line above
from tests.browser.lab import Lab, serve, trust  # noqa: E402 - as above

CLOCKS = Path(__file__).with_name("watch.js").read_text(encoding="utf-8")
CELLS = [
    """import ipywidgets
import matplotlib.pyplot as plt
import numpy as np

import cnnlib
from cnnlib import ops, views

x = np.random.default_rng(0).integers(0, 4, (10, 10)).astype(float)
w = np.array([[1.0, 2, 0], [0, -1, 3], [2, 0, 1]])""",
    "explorer = views.explore_forward(x, w)\nexplorer",
    """def draw(cell, corner):
    x[0, 0] = corner
    net = ops.conv2d(x[None, None], w[None, None], [0.0])[0, 0]
    i, j = divmod(cell, 8)
    figure, axes = plt.subplots(1, 3, figsize=(11, 4))
    for axis, numbers in zip(axes, (x, w, net)):
        axis.imshow(numbers, cmap="RdBu_r", vmin=-abs(numbers).max(), vmax=abs(numbers).max())
        for place, number in np.ndenumerate(numbers):
            axis.text(*place[::-1], f"{number:g}", ha="center", va="center", fontsize=8)
    axes[0].add_patch(plt.Rectangle((j - 0.5, i - 0.5), 3, 3, fill=False, lw=3))
    axes[2].add_patch(plt.Rectangle((j - 0.5, i - 0.5), 1, 1, fill=False, lw=3))
    plt.show()


slider = ipywidgets.IntSlider(0, 0, 63, continuous_update=True)
number = ipywidgets.FloatText(0, continuous_update=True)
ipywidgets.interact(draw, cell=slider, corner=number);""",
    """network = cnnlib.Network([
    cnnlib.ConvLayer(28, 28, 1, 3, 3, 16, 1, 1, cnnlib.ReluActivator(), 0.01),
    cnnlib.MeanPoolingLayer(28, 28, 16, 28, 28, 1), cnnlib.FlattenLayer(),
    cnnlib.FullyConnectedLayer(16, 10, cnnlib.IdentityActivator(), 0.01),
])
images = np.random.default_rng(0).random((30, 1, 28, 28))
labels = np.arange(30) % 10
recording = views.Recording(network, images[0], 3)
rng = np.random.default_rng(0)
cnnlib.train(network, images, labels, epochs=1, batch_size=1, rng=rng, on_step=recording)
theatre = views.training_theatre(recording)
theatre""",
]
BUSY = """import time
until = time.time() + 120
while time.time() < until: pass"""
PARTS = ("handled", "changed", "painted")


OPENED = sorted((ROOT / "notebooks").glob("0[0-8]*.ipynb"))  # all lessons with explorers


def write(folder):
    """The notebook that is measured, and the lessons that are opened."""
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    cells = [nbformat.v4.new_code_cell(text) for text in CELLS]
    notebook = nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": kernel})
    (folder / "notebooks").mkdir()
    nbformat.write(notebook, folder / "notebooks" / "speed.ipynb")
    for path in OPENED:
        shutil.copy(path, folder / "notebooks")
    trust(folder)


class Stopwatch:
    """Measures one contender on the page; `changed` is what an event changes, a selector."""

    def __init__(self, page, root, changed):
        self.page = page
        self.root = root
        self.changed = changed
        root.scroll_into_view_if_needed()

    def times(self, kind, act, events, pause=120):
        """`act(n)` for each event; returns [{handled, changed, painted}, ...] in ms.

        An event that changed nothing is left out.
        """
        watched = [self.root.element_handle(), kind, self.changed]
        self.page.evaluate("given => { window.watch = new clocks.Watch(...given); }", watched)
        for n in range(events):
            act(n)
            self.page.wait_for_timeout(pause)
        self.page.wait_for_timeout(1500)
        return [event for event in self.page.evaluate("watch.stop()") if "painted" in event]

    def pictures(self, press, count=60):
        """How many of `count` keys at 30 a second come to be seen."""
        watched = [self.root.element_handle(), self.changed]
        self.page.evaluate("given => { window.pictures = new clocks.Pictures(...given); }", watched)
        self.page.evaluate("() => new Promise(requestAnimationFrame)")
        start = self.page.evaluate("performance.now()")
        for n in range(count):
            press(n)
            spent = self.page.evaluate("performance.now()") - start
            self.page.wait_for_timeout(max(0, (n + 1) * 1000 / 30 - spent))
        self.page.wait_for_timeout(1500)
        return self.page.evaluate("pictures.stop()")


def figures(events, parts=PARTS):
    """{part: (median, 95th percentile)} of the events."""
    found = {}
    for part in parts:
        values = sorted(event[part] for event in events)
        at = min(len(values) - 1, round(0.95 * len(values)))
        found[part] = (statistics.median(values), values[at])
    return found


class Ours:
    """The forward explorer, its cells selected and edited."""

    def __init__(self, page):
        self.page = page
        self.watch = Stopwatch(page, page.locator(".lk").first, ".lk-frame")

    def cell(self, name, n):
        return self.watch.root.locator(f'[data-cell="{name}:{n // 8},{n % 8}"]')

    def keys(self, events):
        """Arrow keys in the output, to and fro."""
        self.cell("net", 0).focus()

        def press(n):
            self.page.keyboard.press("ArrowLeft" if n // 7 % 2 else "ArrowRight")

        return figures(self.watch.times("keydown", press, events))

    def pointer(self, events):
        """The pointer goes from cell to cell of the output."""
        boxes = [self.cell("net", n).bounding_box() for n in range(64)]

        def move(n):
            box = boxes[n * 11 % 64]
            self.page.mouse.move(box["x"] + 9, box["y"] + 9)

        move(29)  # to the last cell
        found = figures(self.watch.times("pointerover", move, events))
        self.page.mouse.move(2, 2)
        return found

    def held(self):
        """How many of 60 keys at 30 a second are seen."""
        self.cell("net", 0).focus()
        around = ["ArrowRight", "ArrowDown", "ArrowLeft", "ArrowUp"]
        return self.watch.pictures(lambda n: self.page.keyboard.press(around[n % 4]))

    def edits(self, events):
        """A number is typed; from Enter until all the outputs that follow stand there."""
        self.cell("x", 0).focus()

        def edit(n):
            self.page.keyboard.press("F2")
            self.page.keyboard.insert_text(str(n % 7 + 1))
            self.page.wait_for_timeout(60)
            self.page.keyboard.press("Enter")

        self.watch.changed = "[data-grid=net] td.lk-new"
        seen = self.watch.times("keydown", edit, events, 400)
        return figures([event for event in seen if event["key"] == "Enter"], PARTS[1:])


class Theirs:
    """The same picture by matplotlib under interact."""

    def __init__(self, page):
        self.page = page
        self.watch = Stopwatch(page, page.locator(".widget-interact"), "img")

    def _pressed(self, key, events):
        press = self.page.keyboard.press
        return figures(self.watch.times("keydown", lambda n: press(key), events, 900), PARTS[1:])

    def keys(self, events):
        self.watch.root.locator(".noUi-handle").focus()
        return self._pressed("ArrowRight", events)

    def edits(self, events):
        self.watch.root.locator("input[type=number]").first.focus()
        return self._pressed("ArrowUp", events)

    def held(self):
        self.watch.root.locator(".noUi-handle").focus()
        press = self.page.keyboard.press
        return self.watch.pictures(lambda n: press("ArrowLeft" if n // 20 % 2 else "ArrowRight"))


def opening(page):
    """How long after it is opened the first explorer of each lesson is alive: (median, longest)."""
    found = []
    for path in OPENED:
        opened = page.evaluate("path => clocks.untilAlive(path)", f"notebooks/{path.name}")
        found.append(opened)
        page.wait_for_timeout(1000)
    return statistics.median(found), max(found)


def measure(page, events):
    """({what: {part: (median, 95th percentile)}}, {what: number})"""
    page.evaluate(CLOCKS)
    ours, theirs = Ours(page), Theirs(page)
    page.evaluate("() => { window.shifts = new clocks.Shifts(); }")
    times = {"key": ours.keys(events), "pointer": ours.pointer(events)}
    counts = {"pictures of 60 keys at 30 a second": ours.held()}
    counts["layout shift"] = page.evaluate("shifts.sum")
    page.evaluate("code => { clocks.kernel().requestExecute({ code }); }", BUSY)
    times["key, kernel busy"] = ours.keys(events)
    times["pointer, kernel busy"] = ours.pointer(events)
    page.evaluate("clocks.kernel().interrupt()")
    page.wait_for_timeout(1000)
    times["edit"] = ours.edits(events // 2)
    times["interact: key"] = theirs.keys(events // 2)
    times["interact: edit"] = theirs.edits(events // 2)
    counts["interact: pictures of 60 keys"] = theirs.held()
    maps = page.locator(".mp").first
    maps.scroll_into_view_if_needed()
    frames = maps.evaluate("root => clocks.framesPerSecond(root)")
    counts["16 maps of 28x28: frames a second"] = round(frames, 1)
    times["open a lesson (longest)"] = {"painted": opening(page)}
    return times, counts


# largest (median, 95th percentile) in ms
SELECT = {"handled": (5, 5), "changed": (8, 8), "painted": (25, 25)}
WANTED = {
    "key": SELECT,
    "pointer": SELECT,
    "key, kernel busy": {"changed": (8, 8)},
    "pointer, kernel busy": {"changed": (8, 8)},
    "edit": {"painted": (50, 90)},
    "open a lesson (longest)": {"painted": (3000, 3000)},
}


def verdict(times, counts):
    """What misses its wanted figure, in words."""
    for name, parts in WANTED.items():
        for part, wanted in parts.items():
            if any(met > most for met, most in zip(times[name][part], wanted, strict=True)):
                yield f"{name}, {part}: {times[name][part]}, wanted {wanted}"
    for name, least in (("key", 60), ("edit", 6)):
        ratio = times[f"interact: {name}"]["changed"][0] / times[name]["changed"][0]
        print(f"{name}: the page has changed {ratio:.0f} times as soon as under interact")
        if ratio < least:
            yield f"{name}: {ratio:.1f} times as fast, wanted {least}"
    if counts["pictures of 60 keys at 30 a second"] < 60 or counts["layout shift"]:
        yield "not every key was seen, or the page jumped"
    if counts["16 maps of 28x28: frames a second"] < 20:
        yield "maps are painted fewer than 20 times a second"


def measured(events):
    """Opens the notebook in JupyterLab, and measures."""
    with sync_playwright() as playwright, tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write(folder)
        with serve(folder) as address:
            browser = playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
            lab = Lab(browser, address, folder, "speed", size=(1280, 2600))
            lab.run_all()
            lab.page.wait_for_selector(".mp canvas")
            lab.page.wait_for_timeout(2000)
            found = measure(lab.page, events)
            lab.close()
            browser.close()
    return found


def main(events=60):
    """Print the tables; True when everything wanted was met."""
    times, counts = measured(events)
    rows = []
    for name, found in times.items():
        told = ["{:.1f} / {:.1f}".format(*found[part]) if part in found else "" for part in PARTS]
        rows.append([name, *told])
    table(["ms, median / 95th percentile", *PARTS], rows)
    table(["", "number"], counts.items())
    missed = list(verdict(times, counts))
    print("\n".join(missed) or "everything wanted is met")
    return not missed


if __name__ == "__main__":
    sys.exit(not main(*map(int, sys.argv[1:])))
