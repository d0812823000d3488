"""Every explorer on a plain HTML page, without notebook or network: selection, formula, play and
keyboard work."""

import nbformat
import numpy as np
import pytest
from nbconvert import HTMLExporter

import cnnlib
from cnnlib import views
from tests.browser.lab import violations

X = [[1, 0, 2, 1], [0, 3, 1, 2], [2, 1, 0, 1], [1, 2, 1, 0]]
W = [[1, -2], [3, 2]]
GRIDS = {
    "explore_forward": lambda: views.explore_forward(X, W),
    "explore_input_gradient": lambda: views.explore_input_gradient(W, W),
    "explore_stride_and_padding": lambda: views.explore_stride_and_padding(W, W, stride=2),
    "explore_kernel_gradient": lambda: views.explore_kernel_gradient(X, W),
    "explore_bias_gradient": lambda: views.explore_bias_gradient(W),
    "explore_max_pooling": lambda: views.explore_max_pooling(X),
    "explore_mean_pooling": lambda: views.explore_mean_pooling(X),
}
MAPS = {
    "kernel_lab": views.kernel_lab,
    "walk_the_layers": views.walk_the_layers,
    "gradient_check_lab": views.gradient_check_lab,
    "bug_clinic": views.bug_clinic,
    "training_theatre": views.training_theatre,
    "draw_a_digit": lambda: views.draw_a_digit(cnnlib.digit_network(np.random.default_rng(0))),
}
RECORDED = ("walk_the_layers", "training_theatre")
NEEDS = "needs a running notebook"


@pytest.fixture(scope="module")
def sheet(browser, tmp_path_factory):
    """open_page(explorer) -> its page in the browser, and what it asked of the network or
    complained about."""
    folder, context = (
        tmp_path_factory.mktemp("pages"),
        browser.new_context(viewport={"width": 1280, "height": 1000}),
    )
    page, wrong = context.new_page(), []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on(
        "request",
        lambda r: (
            wrong.append(r.url[:80]) if not r.url.startswith((folder.as_uri(), "data:")) else None
        ),
    )

    def open_page(name, explorer):
        views.export_page(explorer, folder / f"{name}.html")
        page.goto((folder / f"{name}.html").as_uri())
        page.wait_for_selector("main > *")
        wrong.clear()
        return page, wrong

    yield open_page
    context.close()


def test_thirteen_explorers_and_no_more():
    named = {name for name in views.__all__ if name.startswith("explore_")} | set(MAPS)
    assert named == {*GRIDS, *MAPS} and len(named) == 13 and named <= set(views.__all__)


@pytest.mark.parametrize("name", GRIDS)
def test_a_grid_explorer_needs_no_notebook(sheet, name):
    explorer = GRIDS[name]()
    page, wrong = sheet(name, explorer)
    links = explorer.scene["links"]
    keys = [k for k in links["stories"] if k.startswith(explorer.scene["target"] + ":")]
    page.locator(f'[data-cell="{keys[0]}"]').last.hover()
    for key in (keys[0], keys[1] if len(keys) > 1 else keys[0]):
        picked = page.locator(".lk-pick").evaluate_all("e => e.map(td => td.dataset.cell)")
        assert (
            set(picked) == {key}
            and page.locator("[data-part=say]").inner_text() == links["stories"][key]["say"]
        )
        assert page.locator("[data-part=formula] [data-term]").count() == len(
            links["stories"][key]["terms"]
        )
        page.locator(f'[data-cell="{keys[0]}"]').last.focus()
        page.keyboard.press("ArrowRight")
        page.wait_for_timeout(50)
    if page.locator("[data-term]").count():
        page.locator("[data-term]").first.hover()
        assert page.locator(".lk-on1").count() >= 1
    page.mouse.move(1, 1)
    page.locator(f'[data-cell="{keys[0]}"]').last.hover()
    page.get_by_role("button", name="Step").press("Enter")
    assert page.locator(".lk-count").inner_text() == f"{min(2, len(keys))} of {len(keys)}"
    slider = page.get_by_role("slider")
    for key in ("End", "ArrowLeft", "ArrowLeft"):
        slider.press(key)
    page.get_by_role("combobox", name="speed").select_option("fast")
    page.get_by_role("button", name="Play").press("Enter")
    page.wait_for_function(
        "n => document.querySelector('.lk-count').textContent === `${n} of ${n}`", arg=len(keys)
    )
    page.wait_for_selector("button:text('▶ Play')")
    editable = page.locator("[data-edit] [data-cell]:not([data-cell^=pad])").first
    editable.focus()
    page.keyboard.press("7")
    page.keyboard.press("Enter")
    says = page.locator("[data-part=say]").filter(has_text=NEEDS)
    says.wait_for()
    assert editable.evaluate("td => td.plain") != "7"
    page.keyboard.press("Escape")
    says.wait_for(state="detached")
    page.get_by_role("button", name="Reset").click()
    says.wait_for()
    assert wrong == []


@pytest.mark.parametrize("name", MAPS)
def test_an_explorer_of_maps_needs_no_notebook(sheet, name):
    explorer = MAPS[name]()
    page, wrong = sheet(name, explorer)
    assert page.locator('[data-part="say"]').inner_text() == explorer.sentence
    if name in RECORDED:
        steps, count = len(explorer.state["says"]), page.locator('[data-play="count"]')
        page.locator('[data-play="range"]').press("Home")
        assert page.locator('[data-part="say"]').inner_text() == explorer.state["says"][0]
        page.locator('[data-play="step"]').click()
        assert count.inner_text() == f"2 of {steps}"
        page.locator('[data-play="back"]').press("Enter")
        assert count.inner_text() == f"1 of {steps}"
        page.locator('[data-play="speed"]').select_option("fast")
        page.locator('[data-play="play"]').press("Space")
        page.wait_for_function(
            "() => parseInt(document.querySelector('[data-play=count]').textContent) > 2"
        )
        page.locator('[data-play="play"]').press("Space")
    if page.locator("canvas").count():
        page.locator("canvas").first.focus()
        first = page.locator('[data-part="cell"]').inner_text()
        page.keyboard.press("ArrowRight")
        second = page.locator('[data-part="cell"]').inner_text()
        assert " = " in first and " = " in second and first != second
        box = page.locator("canvas").first.bounding_box()
        page.mouse.move(box["x"] + 3, box["y"] + 3)
        assert (
            page.locator(".mp-tip").inner_text() == page.locator('[data-part="cell"]').inner_text()
        )
    ask = page.locator("select[data-do], button[data-do], input[data-do]").first
    if ask.count():  # the theatre asks nothing of Python
        ask.select_option(index=1) if ask.evaluate("e => e.tagName") == "SELECT" else ask.click()
        page.locator("[data-part=say]").filter(has_text=NEEDS).wait_for()
    assert wrong == [] and (ask.count() or name == "training_theatre")


@pytest.mark.parametrize("name", GRIDS | MAPS)
def test_axe_finds_nothing_by_day_or_night(sheet, name):
    page, _ = sheet(name, (GRIDS | MAPS)[name]())
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        dark = (
            page.evaluate("getComputedStyle(document.querySelector('main > *')).backgroundColor")
            == "rgb(18, 18, 18)"
        )
        assert dark == (scheme == "dark") and violations(page, "main") == []
    page.emulate_media(color_scheme="light")


def test_what_is_no_explorer_is_refused(tmp_path):
    with pytest.raises(TypeError, match="int cannot be exported, wanted an explorer"):
        views.export_page(3, tmp_path / "page.html")
    with pytest.raises(OSError):
        views.export_page(GRIDS["explore_bias_gradient"](), tmp_path / "nowhere" / "page.html")


def test_a_page_holds_its_data_as_data(sheet):
    page, wrong = sheet("text", GRIDS["explore_forward"]())
    text = page.content()
    assert text.count("<script") == 2 and "\\u003c" in text and wrong == []


def test_a_large_grid_needs_no_notebook_either(sheet):
    explorer = views.explore_forward(np.arange(784).reshape(28, 28) % 7, W)
    page, wrong = sheet("large", explorer)
    page.locator('[data-cell="net:20,20"]').hover()
    assert (
        page.locator("[data-part=say]").inner_text()
        == explorer.scene["links"]["stories"]["net:20,20"]["say"]
    )
    assert page.locator(".lk-1").count() == 4 and wrong == []


def test_who_wants_less_motion_gets_none(sheet):
    page, _ = sheet("calm", GRIDS["explore_forward"]())
    page.locator('[data-cell="x:0,0"]').evaluate("td => td.classList.add('lk-new')")
    moving = "() => getComputedStyle(document.querySelector('.lk-new')).animationName"
    assert page.evaluate(moving) == "lk-new"
    page.emulate_media(reduced_motion="reduce")
    assert page.evaluate(moving) == "none"
    page.emulate_media(reduced_motion="null")


def test_nbconvert_shows_every_first_frame_and_its_sentence(browser, tmp_path):
    book, made = nbformat.v4.new_notebook(), [make() for make in (GRIDS | MAPS).values()]
    for explorer in made:
        data = {
            kind: text
            for kind, text in explorer._repr_mimebundle_()[0].items()
            if kind.startswith("text/")
        }
        output = nbformat.v4.new_output("execute_result", data, execution_count=1)
        book.cells.append(
            nbformat.v4.new_code_cell("explorer", execution_count=1, outputs=[output])
        )
    html, _ = HTMLExporter().from_notebook_node(book)
    (tmp_path / "page.html").write_text(html, encoding="utf-8")
    page = browser.new_page(java_script_enabled=False)
    page.goto((tmp_path / "page.html").as_uri(), wait_until="domcontentloaded")
    outputs = page.locator(".jp-OutputArea-output")
    assert outputs.count() == len(made) == 13
    for explorer, output in zip(made, outputs.all(), strict=True):
        assert output.get_by_text(explorer.sentence, exact=True).is_visible()
        assert (
            output.locator("table, img").first.is_visible() and "Error" not in output.inner_text()
        )
    page.close()
