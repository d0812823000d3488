"""Every explorer on a plain HTML page, without notebook or network: selection, formula, play and
keyboard work."""

from functools import cache

import nbformat
import numpy as np
import pytest
from nbconvert import HTMLExporter

from cnnlib import views
from cnnlib.views.explorers.grids import Grids
from tests.browser.lab import violations
from tests.browser.stage import opened

NAMES = list(views.examples())
KINDS = {name: "grids" if name.startswith("explore_") else "maps" for name in views.examples()}
ON_GRIDS = [name for name in NAMES if KINDS[name] == "grids"]
OF_MAPS = [name for name in NAMES if KINDS[name] == "maps"]
RECORDED = ("walk_the_layers", "training_theatre")
SILENT = ("training_theatre", "TrainingProgress")  # ask nothing of Python
NEEDS = "needs a running notebook"


@cache
def example(name):
    """The example of an explorer, made once: these tests do not change it."""
    return views.examples()[name]()


class Page:
    """One page at a time in the browser, and what it asked of the network or complained about."""

    def __init__(self, browser, folder):
        self.folder = folder
        self.context = browser.new_context(viewport={"width": 1280, "height": 1000})
        self.page = self.context.new_page()
        self.wrong = []
        self.page.on("pageerror", lambda error: self.wrong.append(str(error)))
        self.page.on("console", lambda message: self.wrong.append(message.text))
        self.page.on("request", self.hear)
        self.root = self.page.locator("main > *")

    def hear(self, request):
        if not request.url.startswith((self.folder.as_uri(), "data:")):
            self.wrong.append(request.url[:80])

    def open(self, name, explorer):
        """Export an explorer, and open its page from the disk."""
        views.export_page(explorer, self.folder / f"{name}.html")
        self.page.goto((self.folder / f"{name}.html").as_uri())
        self.root.wait_for()
        return self

    def part(self, name):
        return self.root.locator(f'[data-part="{name}"]')

    def play(self, name):
        return opened(self.root).locator(f'[data-play="{name}"]')

    def says(self, words):
        """Wait until the sentence line has these words."""
        self.part("say").filter(has_text=words).wait_for()

    def tells(self, story, key):
        """Wait until a cell is picked, and its story is told."""
        self.root.locator(f'.lk-pick[data-cell="{key}"]').first.wait_for()
        picked = self.root.locator(".lk-pick").evaluate_all("e => e.map(td => td.dataset.cell)")
        assert set(picked) == {key}
        assert self.part("say").text_content() == story["say"]
        assert self.part("formula").locator("[data-term]").count() == len(story["terms"])


@pytest.fixture(scope="module")
def page(browser, tmp_path_factory):
    page = Page(browser, tmp_path_factory.mktemp("pages"))
    yield page
    page.context.close()


@pytest.fixture(autouse=True)
def nothing_wrong(request):
    """No page asks the network for anything, or has an error."""
    yield
    if "page" in request.fixturenames:
        page = request.getfixturevalue("page")
        wrong = page.wrong.copy()
        page.wrong.clear()
        assert wrong == []


def test_every_explorer_is_of_one_kind():
    assert {n for n in NAMES if isinstance(example(n), Grids)} == set(ON_GRIDS)


# ---- grids


@pytest.mark.parametrize("name", ON_GRIDS)
def test_a_grid_explorer_is_pointed_at_walked_and_played(page, name):
    explorer = example(name)
    view = page.open(name, explorer)
    links = explorer.scene["links"]
    keys = [k for k in links["stories"] if k.startswith(explorer.scene["target"] + ":")]
    second = keys[1] if len(keys) > 1 else keys[0]
    first = view.root.locator(f'[data-cell="{keys[0]}"]').last
    first.hover()
    view.tells(links["stories"][keys[0]], keys[0])
    first.focus()
    beside = first.evaluate("td => td.nextElementSibling !== null")
    view.page.keyboard.press("ArrowRight" if beside else "ArrowDown")
    view.tells(links["stories"][second], second)
    if view.root.locator("[data-term]").count():
        view.root.locator("[data-term]").first.hover()
        assert view.root.locator(".lk-on1").count() >= 1
    view.page.mouse.move(1, 1)
    first.hover()
    view.play("step").press("Enter")
    assert view.play("count").inner_text() == f"{min(2, len(keys))} of {len(keys)}"
    for key in ("End", "ArrowLeft", "ArrowLeft"):
        view.play("range").press(key)
    view.play("speed").select_option("fast")
    view.play("play").press("Enter")
    view.play("count").filter(has_text=f"{len(keys)} of {len(keys)}").wait_for()
    view.play("play").filter(has_text="Play").wait_for()


@pytest.mark.parametrize("name", ON_GRIDS)
def test_a_grid_explorer_says_what_needs_a_notebook(page, name):
    view = page.open(name, example(name))
    editable = view.root.locator("[data-edit] [data-cell]:not([data-cell^=pad])").first
    editable.focus()
    view.page.keyboard.press("7")
    view.says(NEEDS)
    assert view.root.locator(".lk-edit").count() == 0
    assert editable.evaluate("td => td.plain") != "7"
    view.page.keyboard.press("Escape")
    view.part("say").filter(has_not_text=NEEDS).wait_for()


@pytest.mark.parametrize("name", ON_GRIDS)
def test_a_grid_explorer_hides_asks_and_shows_without_a_notebook(page, name):
    view = page.open(name, example(name))
    target = view.root.locator("[data-guess]")
    view.root.get_by_role("button", name="Predict").click()
    target.first.wait_for()
    count = target.count()
    if view.root.get_by_role("button", name="Check").is_visible():
        view.root.get_by_role("button", name="Check").click()
        assert "Not yet: you marked none" in view.part("say").text_content()
    for _ in range(2):
        if target.count() == count:
            view.root.get_by_role("button", name="Show").click()
    assert 0 < target.count() < count  # a cell may stand in two places
    opened(view.root).get_by_role("button", name="Predict").click()
    assert target.count() == 0
    view.root.get_by_role("button", name="Predict").click()
    assert target.count() == count
    opened(view.root).get_by_role("button", name="Reset").click()
    assert target.count() == 0


# ---- maps


@pytest.mark.parametrize("name", OF_MAPS)
def test_an_explorer_of_maps_is_pointed_at_and_walked(page, name):
    explorer = example(name)
    view = page.open(name, explorer)
    assert view.part("say").text_content() == explorer.sentence
    canvas = view.root.locator("canvas").first
    if not canvas.count():
        assert name in ("gradient_check_lab", "TrainingProgress")
        return
    canvas.focus()
    first = view.part("cell").inner_text()
    view.page.keyboard.press("ArrowRight")
    second = view.part("cell").inner_text()
    assert " = " in first and " = " in second and first != second
    canvas.hover(position={"x": 3, "y": 3})
    assert view.root.locator(".mp-tip").inner_text() == view.part("cell").inner_text() == first


@pytest.mark.parametrize("name", RECORDED)
def test_recorded_steps_are_walked_and_played(page, name):
    explorer = example(name)
    view = page.open(name, explorer)
    says = explorer.state["says"]
    view.play("range").press("Home")
    assert view.part("say").text_content() == says[0]
    view.play("step").click()
    assert view.play("count").inner_text() == f"2 of {len(says)}"
    view.play("back").press("Enter")
    assert view.play("count").inner_text() == f"1 of {len(says)}"
    view.play("speed").select_option("fast")
    view.play("play").press("Space")
    view.page.wait_for_function(
        "() => parseInt(document.querySelector('[data-play=count]').textContent) > 2"
    )
    view.play("play").press("Space")
    place = int(view.play("count").inner_text().split()[0])
    assert view.part("say").text_content() == says[place - 1]


@pytest.mark.parametrize("name", OF_MAPS)
def test_an_explorer_of_maps_says_what_needs_a_notebook(page, name):
    view = page.open(name, example(name))
    ask = view.root.locator("select[data-do], button[data-do], input[data-do]").first
    assert bool(ask.count()) == (name not in SILENT)
    if ask.count():
        is_choice = ask.evaluate("e => e.tagName") == "SELECT"
        ask.select_option(index=1) if is_choice else ask.click()
        view.says(NEEDS)


# ---- all of them


@pytest.mark.parametrize("name", NAMES)
def test_axe_finds_nothing_by_day_or_night(page, name):
    view = page.open(name, example(name))
    paper = "getComputedStyle(document.querySelector('main > *')).backgroundColor"
    for scheme in ("light", "dark"):
        view.page.emulate_media(color_scheme=scheme)
        dark = view.page.evaluate(paper) == "rgb(18, 18, 18)"
        assert dark == (scheme == "dark")
        assert violations(view.page, "main") == []
    view.page.emulate_media(color_scheme="light")


def test_what_is_no_explorer_is_refused(tmp_path):
    with pytest.raises(TypeError, match="int cannot be exported, wanted an explorer"):
        views.export_page(3, tmp_path / "page.html")
    with pytest.raises(OSError):
        views.export_page(example("explore_bias_gradient"), tmp_path / "nowhere" / "page.html")


def test_a_page_holds_its_data_as_data_and_its_script_as_a_classic_one(page):
    view = page.open("text", example("explore_forward"))
    text = (view.folder / "text.html").read_text(encoding="utf-8")
    assert text.count("<script") == text.count("</script") == 2 and "\\u003c" in text
    # modules and imports are refused by a page that was opened from the disk
    assert 'type="module"' not in text and "import(" not in text
    assert (
        view.page.evaluate("Object.keys(window).filter(name => /^(render|View)$/.test(name))") == []
    )


def test_a_large_grid_needs_no_notebook_either(page):
    explorer = views.explore_forward(np.arange(784).reshape(28, 28) % 7, [[1, -2], [3, 2]])
    view = page.open("large", explorer)
    view.root.locator('[data-cell="net:20,20"]').hover()
    view.tells(explorer.scene["links"]["stories"]["net:20,20"], "net:20,20")
    assert view.root.locator(".lk-1").count() == 4


def test_who_wants_less_motion_gets_none(page):
    view = page.open("calm", example("explore_forward"))
    view.root.locator('[data-cell="x:0,0"]').evaluate("td => td.classList.add('lk-new')")
    moving = "() => getComputedStyle(document.querySelector('.lk-new')).animationName"
    assert view.page.evaluate(moving) == "lk-new"
    view.page.emulate_media(reduced_motion="reduce")
    assert view.page.evaluate(moving) == "none"
    view.page.emulate_media(reduced_motion="null")


def test_nbconvert_shows_every_first_frame_and_its_sentence(browser, tmp_path):
    book = nbformat.v4.new_notebook()
    for name in NAMES:
        bundle = example(name)._repr_mimebundle_()[0]
        data = {kind: text for kind, text in bundle.items() if kind.startswith("text/")}
        output = nbformat.v4.new_output("execute_result", data, execution_count=1)
        cell = nbformat.v4.new_code_cell("explorer", execution_count=1, outputs=[output])
        book.cells.append(cell)
    html, _ = HTMLExporter().from_notebook_node(book)
    (tmp_path / "page.html").write_text(html, encoding="utf-8")
    page = browser.new_page(java_script_enabled=False)
    page.goto((tmp_path / "page.html").as_uri(), wait_until="domcontentloaded")
    outputs = page.locator(".jp-OutputArea-output")
    assert outputs.count() == len(NAMES)
    for name, output in zip(NAMES, outputs.all(), strict=True):
        sentence = example(name).sentence
        if name == "walk_the_layers":  # where nothing steps, all of the way
            sentence = example(name).state["says"][-1]
        assert output.get_by_text(sentence, exact=True).is_visible()
        assert output.locator("table, img").first.is_visible() or name == "TrainingProgress"
        assert "Error" not in output.inner_text()
    page.close()
