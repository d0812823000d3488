"""How much room the explorers take, with their lessons' numbers: measured in JupyterLab beside the
list of files, on a projector, with larger type, and on a phone. `pytest -s` prints the table.

One page a lesson, as it is stored and trusted: its explorers are alive before a cell is run, and
take the room that they take afterwards. The window changes its size.
"""

import json
import re
import shutil

import nbformat
import pytest

from cnnlib import views
from tests.browser.conftest import ROOT
from tests.browser.lab import SETTLED, Lab, serve, trust
from tools.builder.check import NO_LESSON
from tools.builder.widgets import views_in

WHOLE_PAGE = {"@jupyterlab/notebook-extension:tracker": {"windowingMode": "none"}}
PHONE = (390, 844)
PROJECTOR, ZOOMED, WIDE_ZOOMED, TWICE = (1280, 800), (853, 533), (1280, 720), (640, 400)
WHOLE = 600  # px: all of an explorer on grids on a projector
TOGETHER = 420  # px: what is told of a picked cell, at 150 %
WITH_BAR = 450  # px: where the window is higher, with the buttons between question and formula
PANE = 688  # px: the notebook's pane on a projector, for what is told in larger type

MAKES = re.compile(
    r"views\.(?:explore_\w+|kernel_lab|walk_the_layers|gradient_check_lab|bug_clinic"
    r"|sick_training|training_theatre|training_room|draw_a_digit|TrainingProgress)\("
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
# how far below the top of its page an explorer's sentence begins
DEPTH = """root => {
    const panel = document.querySelector(".jp-WindowedPanel-outer");
    const say = root.querySelector("[data-part=say]").getBoundingClientRect();
    return Math.round(say.top - panel.getBoundingClientRect().top + panel.scrollTop);
}"""
# the formulas that do not show whole, with how wide they are and what room they have
CUT = """(root, formulas) => {
    const box = root.querySelector("[data-part=formula]"), shown = box.innerHTML;
    const wide = formulas.map(formula => {
        box.innerHTML = formula;
        return [box.textContent, box.scrollWidth, box.clientWidth];
    });
    box.innerHTML = shown;
    return wide.filter(([, needs, has]) => needs > has);
}"""
SPANS = {  # what must stand on one screen of an explorer of maps
    "training_theatre": ("[data-play=range]", "[data-sheet^='back:']", "[data-sheet^='out:']"),
    "training_room": ("[data-do=start]", "[data-part='live:curves']"),  # its whole is measured, too
    "draw_a_digit": ("[data-sheet=pad]", ".mp-shares"),
}


# a window, with larger type?, how high an explorer on grids may be there, and what is told in it;
# at 200 % beside the list of files nothing is cut at the sides
ROOMS = (
    (PROJECTOR, False, WHOLE, WHOLE),
    (ZOOMED, False, 9999, TOGETHER),
    (WIDE_ZOOMED, False, 9999, WITH_BAR),
    (TWICE, False, 9999, 9999),
    (PROJECTOR, True, 9999, PANE),
)
LARGER = "all => all.forEach(e => e.querySelector('[data-play=large]').click())"


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


def formulas(name):
    """The formulas of each explorer on grids that a notebook stores, in the order of the page."""
    nb = json.loads((ROOT / "notebooks" / f"{name}.ipynb").read_text(encoding="utf-8"))
    state = nb["metadata"]["widgets"]["application/vnd.jupyter.widget-state+json"]["state"]
    models = (state[model]["state"] for model in views_in(nbformat.from_dict(nb)))
    scenes = (json.loads(model["scene"]) if "scene" in model else {} for model in models)
    links = (scene.get("links", {"stories": {}}) for scene in scenes)
    return [[story["formula"] for story in link["stories"].values()] for link in links]


@pytest.fixture(scope="module")
def whole_pages(browser, tmp_path_factory):
    """(browser, address, folder) of a JupyterLab that draws all cells, wherever a page is scrolled
    to."""
    folder = tmp_path_factory.mktemp("fits")
    shutil.copytree(ROOT / "notebooks", folder / "notebooks")
    trust(folder)
    with serve(folder, WHOLE_PAGE) as address:
        yield browser, address, folder


@pytest.fixture
def opened(whole_pages):
    """opened(name) -> the page of a lesson, all its explorers alive, beside the list of files."""
    labs = []

    def open_one(name):
        labs.append(Lab(*whole_pages, name, size=PROJECTOR, side_bar=True))
        last = labs[-1].page.locator(".lk, .mp").nth(len(lessons()[name]) - 1)
        last.locator("[data-part=say]").wait_for(state="attached")
        if name != "gallery":  # formulas, which MathJax sets when the page is idle, are less high
            typeset = ".jp-MarkdownOutput mjx-container"
            labs[-1].page.wait_for_selector(typeset, state="attached", timeout=60_000)
        labs[-1].page.locator(".jp-Notebook").first.evaluate(SETTLED)
        return labs[-1]

    yield open_one
    for lab in labs:
        lab.close()


def resize(lab, size):
    lab.page.set_viewport_size({"width": size[0], "height": size[1]})
    lab.page.locator(".jp-Notebook").first.evaluate(SETTLED)


def measured(root, name, texts):
    """How high one explorer is, what of it must stand together, and which of its formulas are
    cut."""
    root.evaluate("e => e.scrollIntoView()")
    found = root.evaluate(WIDTHS)
    if root.evaluate("e => e.classList.contains('lk')"):
        found |= root.evaluate(TOLD) | {"cut": root.evaluate(CUT, texts)}
    elif name in SPANS:
        found |= root.evaluate(SPAN, list(SPANS[name]))
    return found


@pytest.mark.parametrize("name", lessons())
def test_explorers_fit_on_one_screen(opened, name):
    made, wrong, texts = lessons()[name], [], formulas(name)
    lab = opened(name)
    roots = lab.page.locator(".lk, .mp")
    assert roots.count() == len(made) == len(texts)
    depth = roots.first.evaluate(DEPTH)
    print(f"{name[:2]} asks {depth} px below the top of its page")
    if name not in NO_LESSON and depth > WHOLE:
        wrong.append(f"{name} asks {depth} px below the top of its page")
    for size, large, whole, told in ROOMS:
        resize(lab, size)
        if large:
            roots.evaluate_all(LARGER)
            lab.page.locator(".jp-Notebook").first.evaluate(SETTLED)
        for n, explorer in enumerate(made):
            found = measured(roots.nth(n), explorer, texts[n])
            line = f"{name[:2]} {explorer:28} {size[0]}x{size[1]} {'A+' * large} {found}"
            print(line)
            whole_one = explorer.startswith("explore_") or explorer == "training_room"
            fits = not whole_one or (found["height"] <= whole and found["told"] <= told)
            hidden = size != TWICE and (found.get("covered") or found.get("outside"))
            if not fits or hidden or found.get("cut") or found["over"] > 0:
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
    told = measured_by_touch(root)
    phone.evaluate("document.body.style.padding = '800px 0'")  # it stands amid a page
    for grid in dict.fromkeys(key.split(":")[0] for key in explorer.scene["links"]["stories"]):
        key = next(k for k in explorer.scene["links"]["stories"] if k.startswith(grid + ":"))
        cell = root.locator(f'[data-cell="{key}"]').last
        cell.evaluate("e => e.scrollIntoView({ block: 'center' })")
        top = cell.evaluate(TOP)
        cell.tap()
        phone.wait_for_timeout(100)
        found = root.evaluate(UNDER, key)
        assert abs(cell.evaluate(TOP) - top) <= 1
        print(f"{name:28} {key:14} {found}")
        assert found["shown"] and found["wide"] <= 0 and -1 <= found["gap"] <= 24
    assert measured_by_touch(root) == told
    asks_by_touch(phone, root, told)


TOUCHED = """root => {
    const targets = "table:not([data-map]) td[data-cell], button, select";
    const small = [...root.querySelectorAll(targets)]
        .filter(e => e.checkVisibility() && Math.min(e.offsetWidth, e.offsetHeight) < 24);
    return { height: Math.round(root.getBoundingClientRect().height), small: small.length };
}"""
BELOW_SAY = """root => {
    const box = s => root.querySelector(s).getBoundingClientRect();
    return box(".lk-bar").top - box("[data-part=say]").bottom;
}"""
TOP = "e => Math.round(e.getBoundingClientRect().top)"


def measured_by_touch(root):
    """How high an explorer is; nothing in it is too small for a finger."""
    found = root.evaluate(TOUCHED)
    assert found["small"] == 0
    return found["height"]


def asks_by_touch(phone, root, height):
    """While it asks, the buttons stand below the question, and no touch moves a cell."""
    root.get_by_role("button", name="Predict").tap()
    root.locator("[data-guess]").first.wait_for()
    assert 0 <= root.evaluate(BELOW_SAY) <= 12
    for grid in root.locator("[data-grid]").all():
        cell = grid.locator("td[data-cell]").first
        cell.scroll_into_view_if_needed()
        top = cell.evaluate(TOP)
        cell.tap()
        phone.wait_for_timeout(50)
        assert cell.evaluate(TOP) == top and measured_by_touch(root) == height
    types_by_touch(phone, root)


def types_by_touch(phone, root):
    """A number that a finger types moves nothing either."""
    root.get_by_role("button", name="Show").tap()
    asked = root.locator(".lk-pick[data-guess]").first
    asked.tap()
    below = root.evaluate(BELOW_SAY)
    root.locator("input.lk-edit").fill("12345")
    phone.keyboard.press("Enter")
    root.locator("input.lk-edit").wait_for(state="detached")
    assert root.evaluate(BELOW_SAY) == below
