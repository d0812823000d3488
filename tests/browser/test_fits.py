"""How much room the explorers take, with their lessons' numbers: measured in JupyterLab beside the
list of files, on a projector, with larger type, and on a phone. `pytest -s` prints the table.

One page a lesson: it is run once, then the window changes its size.
"""

import json
import re
import shutil

import pytest

from cnnlib import views
from tests.browser.conftest import ROOT
from tests.browser.lab import SETTLED, Lab, serve

WHOLE_PAGE = {"@jupyterlab/notebook-extension:tracker": {"windowingMode": "none"}}
PHONE = (390, 844)
PROJECTOR, ZOOMED, WIDE_ZOOMED = (1280, 800), (853, 533), (1280, 720)
WHOLE = 600  # px: all of an explorer on grids on a projector
TOGETHER = 420  # px: what is told of a picked cell, at 150 %

MAKES = re.compile(
    r"views\.(?:explore_\w+|kernel_lab|walk_the_layers|gradient_check_lab|bug_clinic"
    r"|training_theatre|draw_a_digit|TrainingProgress)\("
)

# what is told of the picked cell: the grids of its pane in which something is lit, the sentence,
# the formula; how high they are together, and which of them cover each other
TOLD = """async root => {
    const box = e => e.getBoundingClientRect();
    const panel = box(document.querySelector(".jp-WindowedPanel-outer"));
    const paneOf = e => e.closest("[data-pane]");
    const lit = [...root.querySelectorAll("td.lk-0, td.lk-1, td.lk-2, td.lk-pick")];
    const picked = [...root.querySelectorAll("td.lk-pick")].map(paneOf);
    const one = part => root.querySelector(`[data-part=${part}]`);
    const found = [];
    for (const pane of new Set(picked)) {
        const cells = lit.filter(td => paneOf(td) === pane);
        const grids = [...new Set(cells.map(td => td.closest("[data-grid]")))];
        // where a reader has been, there it is told
        pane.querySelector("td.lk-pick").focus({ preventScroll: true });
        const start = grids.reduce((a, b) => box(a).top < box(b).top ? a : b);
        start.scrollIntoView({ block: "start" });
        await new Promise(requestAnimationFrame);
        await new Promise(requestAnimationFrame);
        const texts = [one("say"), one("formula")];
        const boxes = [...grids, ...texts].map(box);
        const bottom = Math.max(...boxes.map(b => b.bottom));
        const covered = grids.map(box).some(g => texts.map(box).some(
            t => t.top < g.bottom - 1 && t.bottom > g.top + 1
              && t.left < g.right - 1 && t.right > g.left + 1));
        found.push({
            told: Math.round(bottom - Math.min(...boxes.map(b => b.top))),
            covered, outside: bottom > panel.bottom + 1,
        });
    }
    return found.reduce((a, b) => a.told > b.told ? a : b);
}"""
WIDTHS = """root => ({
    height: Math.round(root.getBoundingClientRect().height),
    width: Math.round(root.getBoundingClientRect().width),
    over: Math.round(Math.max(...[...root.querySelectorAll("[data-panes], [data-row], .ex-bar")]
        .map(e => e.scrollWidth - e.clientWidth), root.scrollWidth - root.clientWidth)),
})"""
SPAN = """(root, selectors) => {
    const layer = e => Number(e.dataset.sheet?.split(":")[1] ?? 0);
    const last = s => [...root.querySelectorAll(s)].sort((a, b) => layer(a) - layer(b)).at(-1);
    last(selectors[1]).scrollIntoView({ block: selectors[0].includes("pad") ? "start" : "end" });
    const boxes = selectors.map(s => last(s).getBoundingClientRect());
    const top = Math.min(...boxes.map(b => b.top)), bottom = Math.max(...boxes.map(b => b.bottom));
    const panel = document.querySelector(".jp-WindowedPanel-outer").getBoundingClientRect();
    const outside = top < panel.top - 1 || bottom > panel.bottom + 1;
    return { told: Math.round(bottom - top), outside };
}"""
SPANS = {  # what must stand on one screen of an explorer of maps
    "training_theatre": ("[data-play=range]", "[data-sheet^='back:']", "[data-sheet^='out:']"),
    "draw_a_digit": ("[data-sheet=pad]", ".mp-shares"),
}


def shows(cell):
    """Does a cell of a notebook show an explorer? One may only be exported."""
    outputs = cell.get("outputs", [])
    return any("application/vnd.jupyter.widget-view+json" in o.get("data", {}) for o in outputs)


def lessons():
    """{notebook: the explorers that it shows}, in the order of the page."""
    found = {}
    for path in sorted((ROOT / "notebooks").glob("*.ipynb")):
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        code = "\n".join("".join(c["source"]) for c in cells if shows(c))
        if made := MAKES.findall(re.sub(r"#.*", "", code)):
            found[path.stem] = [name.removeprefix("views.").rstrip("(") for name in made]
    return found


@pytest.fixture(scope="module")
def whole_pages(browser, tmp_path_factory):
    """(browser, address, folder) of a JupyterLab that draws all cells, wherever a page is scrolled
    to."""
    folder = tmp_path_factory.mktemp("fits")
    shutil.copytree(ROOT / "notebooks", folder / "notebooks")
    with serve(folder, WHOLE_PAGE) as address:
        yield browser, address, folder


@pytest.fixture
def opened(whole_pages):
    """opened(name) -> the page of a lesson that has been run, beside the list of files."""
    labs = []

    def open_one(name):
        labs.append(Lab(*whole_pages, name, size=PROJECTOR, side_bar=True))
        labs[-1].run_all()
        last = labs[-1].page.locator(".lk, .mp").nth(len(lessons()[name]) - 1)
        last.locator("[data-part=say]").wait_for(state="attached")
        return labs[-1]

    yield open_one
    for lab in labs:
        lab.close()


def resize(lab, size):
    lab.page.set_viewport_size({"width": size[0], "height": size[1]})
    lab.page.locator(".jp-Notebook").first.evaluate(SETTLED)


def measured(root, name):
    """How high one explorer is, and what of it must stand together."""
    root.evaluate("e => e.scrollIntoView()")
    found = root.evaluate(WIDTHS)
    if root.evaluate("e => e.classList.contains('lk')"):
        found |= root.evaluate(TOLD)
    elif name in SPANS:
        found |= root.evaluate(SPAN, list(SPANS[name]))
    return found


@pytest.mark.parametrize("name", lessons())
def test_explorers_fit_on_one_screen(opened, name):
    made, wrong = lessons()[name], []
    lab = opened(name)
    roots = lab.page.locator(".lk, .mp")
    assert roots.count() == len(made)
    for size in (PROJECTOR, ZOOMED, WIDE_ZOOMED):
        resize(lab, size)
        for n, explorer in enumerate(made):
            found = measured(roots.nth(n), explorer)
            line = f"{name[:2]} {explorer:28} {size[0]}x{size[1]} {found}"
            print(line)
            grids = explorer.startswith("explore_")
            whole, told = (WHOLE, WHOLE) if size == PROJECTOR else (9999, TOGETHER)
            fits = not grids or (found["height"] <= whole and found["told"] <= told)
            cut = found.get("covered") or found.get("outside") or found["over"] > 0
            if not fits or cut:
                wrong.append(line)
    assert wrong == []


# a tap, and where the sentence stands from the line of grids that was tapped
UNDER = """(root, key) => {
    const td = [...root.querySelectorAll(`[data-cell="${key}"]`)].at(-1);
    const say = root.querySelector("[data-part=say]").getBoundingClientRect();
    const mine = td.closest("[data-column]").getBoundingClientRect();
    const line = [...td.closest("[data-row]").querySelectorAll(":scope > [data-column]")]
        .map(e => e.getBoundingClientRect())
        .filter(b => b.top < mine.bottom && b.bottom > mine.top);
    return {
        gap: Math.round(say.top - Math.max(...line.map(b => b.bottom))),
        shown: say.bottom <= innerHeight + 1 && say.top >= 0,
        wide: document.documentElement.scrollWidth - innerWidth,
    };
}"""


@pytest.fixture(scope="module")
def phone(browser):
    context = browser.new_context(
        viewport=dict(zip(("width", "height"), PHONE, strict=True)),
        device_scale_factor=3,
        has_touch=True,
        is_mobile=True,
    )
    yield context.new_page()
    context.close()


@pytest.mark.parametrize("name", [n for n in views.examples() if n.startswith("explore_")])
def test_on_a_phone_the_sentence_stands_under_the_grid_that_was_tapped(phone, tmp_path, name):
    explorer = views.examples()[name]()
    views.export_page(explorer, tmp_path / "page.html")
    phone.goto((tmp_path / "page.html").as_uri())
    root = phone.locator("main > *")
    for grid in dict.fromkeys(key.split(":")[0] for key in explorer.scene["links"]["stories"]):
        key = next(k for k in explorer.scene["links"]["stories"] if k.startswith(grid + ":"))
        root.locator(f'[data-cell="{key}"]').last.tap()
        phone.wait_for_timeout(100)
        found = root.evaluate(UNDER, key)
        print(f"{name:28} {key:14} {found}")
        assert found["shown"] and found["wide"] <= 0 and -1 <= found["gap"] <= 24
