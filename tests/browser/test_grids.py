"""The explorers on number grids in JupyterLab: one notebook with one of each, one session, as
cloned to reopened."""

import json

import nbformat
import numpy as np
import pytest

from cnnlib.views.frames import lit_by
from cnnlib.views.words import name_of
from tests.browser.lab import RESTART, Lab, soon
from tests.browser.stage import STATE, opened

START = """import numpy as np

from cnnlib import views

image = [[1, 0, 2, 1, 0], [0, 3, 1, 2, 1], [2, 1, 0, 1, 2], [1, 2, 1, 0, 1], [0, 1, 2, 3, 0]]
small = [[1, 0, 2, 1], [0, 3, 1, 2], [2, 1, 0, 1], [1, 2, 1, 0]]
tops = [[1, 5, 2], [4, 3, 0], [2, 6, 1]]
kernel = [[1, 2, 0], [0, -1, 3], [2, 0, 1]]
large = np.arange(784).reshape(28, 28) % 13 - 6"""
GRIDS = {
    "forward": "views.explore_forward(image, kernel, padding=1)",
    "input": "views.explore_input_gradient([[1, -2, 0], [3, 1, 2], [0, 1, -1]], kernel)",
    "stride": "views.explore_stride_and_padding([[1, -2], [3, 1]], [[1, 2], [-1, 3]],"
    " input_size=(5, 5), stride=2)",
    "kernel": "views.explore_kernel_gradient(small, [[1, -2], [3, 2]])",
    "bias": "views.explore_bias_gradient([[[1, -2], [3, 1]], [[0, 2], [5, 1]]])",
    "max": "views.explore_max_pooling(tops)",
    "mean": "views.explore_mean_pooling(tops)",
    "columns": "views.explore_columns(small, [[1, -2], [3, 2]])",
    "softmax": "views.explore_softmax([1, -2, 3])",
    "map": "views.explore_forward(large, kernel)",
}
NAMES = list(GRIDS)
every = pytest.mark.parametrize("name", NAMES)

# resolves when what was changed has been painted
FRAME = """() => new Promise(resolve => {
    requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(resolve)));
})"""
SHIFTS = """() => {
    window.shifts = [];
    const other = node => node?.closest && !node.closest("[data-grid=so_far]");
    const moved = e => e.sources.some(source => other(source.node));
    const found = list => list.getEntries().filter(moved).map(e => e.value);
    const watch = new PerformanceObserver(list => window.shifts.push(...found(list)));
    watch.observe({ type: "layout-shift" });
}"""


def build(name):
    """The explorer as the notebook makes it."""
    scope = {}
    exec(START, scope)
    return eval(GRIDS[name], scope)


def write(folder):
    """The notebook as it would come from git: the first frames stored, no widget, nobody's
    trust."""
    cells = [nbformat.v4.new_code_cell(START, id="start", execution_count=1)]
    for n, name in enumerate(NAMES):
        data = {
            kind: text
            for kind, text in build(name)._repr_mimebundle_()[0].items()
            if kind.startswith("text/")
        }
        output = nbformat.v4.new_output("execute_result", data, execution_count=n + 2)
        source = f"{name}_ = {GRIDS[name]}\n{name}_"
        cells.append(
            nbformat.v4.new_code_cell(source, id=name, execution_count=n + 2, outputs=[output])
        )
    cells.append(nbformat.v4.new_code_cell("kernel_", id="again", execution_count=n + 3))
    book = nbformat.v4.new_notebook(cells=cells)
    book.metadata["kernelspec"] = {
        "name": "python3",
        "display_name": "Python 3",
        "language": "python",
    }
    nbformat.write(book, folder / "notebooks" / "grids.ipynb")


@pytest.fixture(scope="module")
def lab(browser, server):
    address, folder = server
    write(folder)
    page = Lab(browser, address, folder, "grids", size=(1280, 1000))
    yield page
    page.close()


@pytest.fixture(scope="module")
def live(lab):
    """The same page after all its cells have run."""
    lab.run_all()
    assert "Traceback" not in lab.page.locator(".jp-Notebook").inner_text()
    lab.page.wait_for_function(f"document.querySelectorAll('.lk').length === {len(NAMES) + 1}")
    return lab


class View:
    """One live explorer in the page, and the same one in Python."""

    def __init__(self, lab, name, again=False):
        self.lab, self.page, self.name, self.twin = lab, lab.page, name, build(name)
        self.root = lab.page.locator(".lk").nth(len(NAMES) if again else NAMES.index(name))
        self.root.scroll_into_view_if_needed()
        self.links = self.twin.scene["links"]

    def cell(self, key, n=0):
        return self.root.locator(f'[data-cell="{key}"]').nth(n)

    def button(self, name):
        return opened(self.root).get_by_role("button", name=name, exact=True)

    def state(self):
        return self.root.evaluate(STATE)

    def until(self, part, test):
        """Wait until a part of the state passes."""
        soon(lambda: test(self.state()[part]), self.page)

    def tells(self, key):
        """Wait until a cell is picked: the page tells its story, and lights what its derivative
        lights."""
        self.until("selected", lambda selected: selected == [key])
        state, story = self.state(), self.links["stories"][key]
        places = self.root.locator("[data-cell]")
        there = set(places.evaluate_all("e => e.map(td => td.dataset.cell)"))
        lit = set(lit_by(story, self.links["terms"], key)) & there
        assert set().union(*(state[f"lk-{c}"] for c in ("0", "1", "2", "seen", "pick"))) == lit
        assert state["lk-pick"] == [key] and state["selected"] == [key]
        assert state["say"] == story["say"]
        assert state["formula"] == self.root.evaluate(
            "(e, html) => Object.assign(document.createElement('p'), { innerHTML: html })"
            ".textContent",
            story["formula"],
        )
        return True

    def shows(self, key, text):
        """Wait until a cell shows a text."""
        self.page.wait_for_function(
            "([e, text]) => e.plain === text", arg=[self.cell(key).element_handle(), text]
        )

    def grows(self, what, count):
        """Wait until there are so many of something."""
        there = "([e, what, count]) => e.querySelectorAll(what).length === count"
        self.page.wait_for_function(there, arg=[self.root.element_handle(), what, count])

    def press(self, *keys):
        for key in keys:
            self.page.keyboard.press(key)

    def focus(self, key, n=0):
        """By keyboard alone: from the button Back into the grids, then with the arrows."""
        grid = self.cell(key, n).evaluate("td => td.closest('[data-grid]').dataset.grid")
        self.button("◀ Back").focus()
        for _ in range(12):
            self.press("Shift+Tab")
            if self.state()["grid"] == grid:
                break
        self.press("Control+Home")
        row, column = self.cell(key, n).evaluate(
            "td => [td.parentNode.rowIndex - 1, td.cellIndex - 1]"
        )
        self.press(*["ArrowDown"] * row, *["ArrowRight"] * column)
        self.until("focus", lambda focus: focus == key)

    def let_go(self):
        self.press("Escape", "Escape")
        self.page.mouse.move(2, 2)


def cells_of(view, name):
    return [k for k in view.links["stories"] if name_of(k) == name]


# ---- as cloned


def test_as_cloned_the_stored_tables_stand_there(lab):
    page = lab.page
    assert page.locator(".lk").count() == 0
    for n, name in enumerate(NAMES):
        output = page.locator(".jp-Cell").nth(n + 1).locator(".jp-RenderedHTML")
        output.scroll_into_view_if_needed()
        assert (
            output.locator("[data-part], [data-frame], [role], [id]").count() == 0
        )  # untrusted: dropped
        assert build(name).sentence in output.inner_text()
        if name != "map":
            yellow = "td => getComputedStyle(td).backgroundColor === 'rgb(255, 201, 51)'"
            lit = output.evaluate(f"e => [...e.querySelectorAll('td')].filter({yellow}).length")
            assert lit >= 1
        else:
            assert output.locator("img").evaluate_all("e => e.map(i => i.naturalWidth)") == [
                252,
                234,
            ]
    assert "Error" not in page.locator(".jp-Notebook").inner_text()


# ---- live


def test_run_all_makes_them_live(live):
    assert live.errors == []


@every
def test_pointing_at_a_cell_tells_its_story(live, name):
    view = View(live, name)
    for grid in dict.fromkeys(map(name_of, view.links["stories"])):
        for key in {cells_of(view, grid)[n] for n in (0, len(cells_of(view, grid)) // 2, -1)}:
            view.cell(key).hover()
            assert view.tells(key)


@every
def test_a_term_lights_its_cells_and_a_cell_its_term(live, name):
    view = View(live, name)
    key = max(
        cells_of(view, view.twin.scene["target"]),
        key=lambda k: len(view.links["stories"][k]["terms"]),
    )
    view.cell(key).click()
    term = view.links["stories"][key]["terms"][-1]
    view.root.locator(f'[data-term="{term}"]').hover()
    state, cells = view.state(), view.links["terms"][term]
    for column, cell in enumerate(cells):
        there = bool(cell) and view.cell(cell).count() > 0
        assert state[f"lk-on{column}"] == ([cell] if there else [])
    assert state["terms"] == [term] and " gets " in state["say"]
    view.cell(cells[1]).hover()
    assert term in view.state()["terms"] and view.state()["lk-pick"] == [key]
    view.press("Escape")
    view.let_go()
    assert view.state()["terms"] == []


def test_a_click_pins_and_a_second_lets_go(live):
    view = View(live, "input")
    view.cell("grad_x:1,1").click()
    view.cell("delta:0,0").hover()
    assert (
        view.state()["lk-pick"] == ["grad_x:1,1"]
        and view.button("Let go").get_attribute("aria-pressed") == "true"
    )
    view.cell("grad_x:1,1").click()
    view.cell("delta:0,0").hover()
    assert view.tells("delta:0,0") and view.button("Pin").get_attribute("aria-pressed") == "false"
    view.let_go()


def test_one_selection_in_all_views_of_a_cell(live):
    view = View(live, "input")
    view.cell("delta:1,0").hover()
    assert (
        view.root.locator('[data-cell="delta:1,0"].lk-pick').count() == 2
    )  # as it came, and with its border of zeros
    so_far = view.root.locator('[data-grid="so_far"] [data-cell]').all_inner_texts()
    assert [text.split("\n")[0] for text in so_far] == view.links["stories"]["delta:1,0"]["show"][
        "so_far"
    ]
    view.cell("grad_x:2,2").hover()
    assert view.root.locator('[data-cell="grad_x:2,2"].lk-pick').count() == 2
    whole = view.root.locator('[data-grid="so_far"] [data-cell]').evaluate_all(
        "e => e.map(td => td.firstChild.data)"
    )
    assert whole == [f"{v:g}".replace("-", "−") for v in view.twin.numbers["grad_x"].ravel()]
    assert "rotated by 180°" in view.root.inner_text()


# ---- by keyboard alone


@every
def test_by_keyboard_alone(live, name):
    view = View(live, name)
    target = view.twin.scene["target"]
    keys = cells_of(view, target)
    last = view.cell(keys[0]).evaluate("td => td.parentNode.lastElementChild.dataset.cell")
    view.focus(keys[0])
    assert view.tells(keys[0])
    view.press("End")
    view.until("focus", lambda focus: focus == last)
    assert view.tells(last)
    view.press("ArrowRight", "Home", "ArrowLeft")
    view.until("focus", lambda focus: focus == keys[0])
    view.press("Enter")
    assert view.button("Let go").count() == 1
    view.press("ArrowRight")
    assert view.state()["lk-pick"] == [keys[0]]
    view.press("Escape")
    assert view.button("Pin").count() == 1
    view.let_go()


def test_home_and_end_stay_in_the_row_and_with_ctrl_in_the_grid(live):
    view = View(live, "forward")
    view.focus("net:1,2")
    for key, place in [
        ("Home", "1,0"),
        ("End", "1,4"),
        ("Control+Home", "0,0"),
        ("Control+End", "4,4"),
        ("Home", "4,0"),
    ]:
        view.press(key)
        assert view.tells(f"net:{place}")
    view.press("ArrowUp", "ArrowLeft", "ArrowDown", "ArrowDown")
    assert view.tells("net:4,0")
    view.let_go()


def test_tab_goes_from_grid_to_grid_to_the_terms_to_the_controls(live):
    view = View(live, "kernel")
    view.cell("x:0,0").focus()
    seen = []
    for _ in range(16):
        view.press("Tab")
        seen.append(view.state()["focus"])
    assert [name_of(k) for k in seen[:2]] == ["delta", "grad_w"]
    texts = [text for text in seen[2:] if text]
    assert "·" in texts[0]
    assert texts[1:5] == ["◀ Back", "▶ Play", "Step ▶", "Predict"] and "…" in texts


def test_terms_are_walked_with_the_arrows(live):
    view = View(live, "kernel")
    view.cell("grad_w:0,0").hover()
    terms = view.links["stories"]["grad_w:0,0"]["terms"]
    view.root.locator(f'[data-term="{terms[0]}"]').focus()
    assert view.state()["terms"] == [terms[0]]
    view.press("ArrowRight")
    assert view.state()["terms"] == [terms[1]] and view.state()["lk-on2"] == [
        view.links["terms"][terms[1]][2]
    ]
    view.press("End")
    assert view.state()["terms"] == [terms[-1]]
    view.let_go()


def test_play_pause_step_back_and_the_slider(live):
    view = View(live, "bias")
    view.cell("delta:0,0,0").hover()
    view.page.mouse.move(2, 2)
    view.button("▶ Play").focus()
    view.press("Space")
    assert view.button("⏸ Pause").count() == 1
    view.until("lk-pick", lambda pick: pick == ["delta:0,0,1"])
    view.press("Space")
    paused = view.state()["lk-pick"]
    assert view.button("▶ Play").count() == 1
    view.button("◀ Back").focus()
    view.press("Enter", "Enter", "Enter", "Enter", "Enter", "Enter", "Enter", "Enter")
    assert view.state()["lk-pick"] == ["delta:0,0,0"] != paused
    view.button("Step ▶").focus()
    view.press("Enter")
    assert view.tells("delta:0,0,1") and "2 of 8" in view.root.locator(".lk-count").inner_text()
    view.root.get_by_role("slider").focus()
    view.press("ArrowRight", "ArrowRight")
    assert view.tells("delta:0,1,1")
    view.press("End")
    assert view.tells("delta:1,1,1")
    slider = view.root.get_by_role("slider")
    assert (
        slider.get_attribute("aria-valuetext") == "delta[1,1,1], 8 of 8"
        and slider.get_attribute("aria-label") == "cell of delta"
    )


def test_play_goes_to_the_end_and_stops(live):
    view = View(live, "bias")
    view.cell("delta:0,0,0").hover()
    view.page.mouse.move(2, 2)
    view.root.get_by_label("speed").select_option("fast")
    view.button("▶ Play").focus()
    view.press("Enter")
    view.until("lk-pick", lambda pick: pick == ["delta:1,1,1"])
    assert view.button("▶ Play").count() == 1
    view.until("live", lambda live: live == view.links["stories"]["delta:1,1,1"]["say"])


def test_keys_of_jupyterlab_do_not_fire(live):
    view = View(live, "kernel")
    view.focus("grad_w:0,0")
    before = view.page.locator(".jp-Cell").count()
    view.press("b", "a", "d", "d", "x", "m", "j", "k", "0", "0")
    view.button("Step ▶").focus()
    view.press("b", "d", "d")
    assert (
        view.page.locator(".jp-Cell").count() == before
        and view.page.locator(".jp-Dialog").count() == 0
    )
    assert view.page.locator(".jp-Notebook").first.evaluate(
        "e => e.classList.contains('jp-mod-commandMode')"
    ) in (
        True,
        False,
    )


# ---- editing


def test_an_edit_is_recomputed_by_python_and_reset_brings_it_back(live):
    view = View(live, "forward")
    view.focus("x:1,1")
    view.press("7", ".", "5", "Enter")
    view.twin.edit("x", 1, 1, 7.5)
    view.links = view.twin.scene["links"]
    view.until("say", lambda say: say == view.links["stories"]["x:1,1"]["say"])
    assert view.state()["focus"] == "x:1,1" and view.tells("x:1,1")
    texts = view.root.locator('[data-grid="net"] [data-cell]').evaluate_all(
        "e => e.map(td => td.plain)"
    )
    assert texts == [f"{v:.4g}".replace("-", "−") for v in view.twin.numbers["net"].ravel()]
    assert view.root.locator(".lk-new").count() == 1 + np.sum(
        view.twin.numbers["net"] != build("forward").numbers["net"]
    )
    view.press("F2", "ArrowUp")
    view.until("say", lambda say: say.startswith("x[1,1] is 8.5"))
    view.press("Escape")
    view.button("Reset").click()
    view.until("say", lambda say: say.startswith("x[1,1] is 3"))


@pytest.mark.parametrize("text", ["two", "1 2", "1/0", "<img src=x onerror='window.hacked=1'>"])
def test_what_is_no_number_is_refused_in_the_sentence_line(live, text):
    view = View(live, "kernel")
    view.focus("delta:0,1")
    view.press("F2")
    view.page.keyboard.insert_text(text)
    view.press("Enter")
    why = f"“{text}” is not a number; delta[0,1] stays −2."
    view.until("say", lambda say: say == why)
    view.until("live", lambda live: live == why)
    assert view.state()["focus"] == "delta:0,1" and not view.page.evaluate("window.hacked")
    view.press("5", "Escape")
    assert view.cell("delta:0,1").evaluate("td => td.plain") == "−2"


def test_a_double_click_edits_and_leaving_the_cell_keeps_the_number(live):
    view = View(live, "mean")
    view.cell("x:0,0").dblclick()
    view.page.keyboard.insert_text("4")
    view.cell("grad_x:2,2").click()
    view.shows("x:0,0", "4")
    view.button("Reset").click()
    view.shows("x:0,0", "1")
    view.let_go()


def test_a_switch_changes_the_picture_and_keeps_the_focus(live):
    view = View(live, "forward")
    select = view.root.locator("select[name=stride]")
    select.focus()
    select.select_option("2")
    view.grows("[data-grid=net] [data-cell]", 9)
    assert view.root.locator("select[name=stride]").evaluate("e => e === document.activeElement")
    view.twin.set(stride=2)
    view.links = view.twin.scene["links"]
    view.cell("net:2,2").hover()
    assert view.tells("net:2,2")
    view.button("Reset").click()
    view.grows("[data-grid=net] [data-cell]", 25)
    assert view.root.locator("select[name=stride]").input_value() == "1"


def test_a_switch_that_is_refused_goes_back(live):
    view = View(live, "stride")
    view.root.locator("select[name=padding]").select_option("2")
    view.until("say", lambda say: say.startswith("grad_x[0,0] is "))
    view.root.locator("select[name=stride]").select_option("1")
    view.until("say", lambda say: "leaves no input" in say)
    stride = view.root.locator("select[name=stride]")
    assert stride.input_value() == "2"
    view.button("Reset").click()
    view.grows("[data-cell^=grad_x]", 25)
    stride.focus()
    stride.select_option("3")  # one more choice of what is left over: the switches are made anew
    view.grows("select[name=remainder] option", 3)
    assert stride.evaluate("e => e === document.activeElement") and stride.input_value() == "3"
    view.button("Reset").click()
    view.grows("[data-cell^=grad_x]", 25)


# ---- predict first


def test_predict_wrong_by_name_right_and_skipped(live):
    view = View(live, "kernel")
    view.cell("grad_w:0,0").hover()
    view.button("Predict").click()
    hidden = view.root.locator("[data-guess]")
    hidden.first.wait_for()
    assert hidden.count() == 9 and set(hidden.all_inner_texts()) == {"?"}
    assert view.state()["formula"].endswith("= ?")
    view.focus("grad_w:0,0")
    right = view.twin.numbers["grad_w"]
    wrong = view.twin._scene.wrong()["delta is rotated; here it slides as it is"]
    assert wrong[0, 0] != right[0, 0]
    answers = {
        str(wrong[0, 0]): "comes out when delta is rotated; here it slides as it is.",
        "99": "grad_w[0,0] is not 99.",
        "x": "is not a number; grad_w[0,0] stays hidden.",
        str(right[0, 0]): f"Right: grad_w[0,0] is {right[0, 0]:g}.",
    }
    for guess, answer in answers.items():
        view.press("Enter")
        view.page.keyboard.insert_text(guess)
        view.press("Enter")
        view.root.get_by_text(answer).first.wait_for()
    assert hidden.count() == 8


def test_predict_may_be_skipped(live):
    view = View(live, "kernel")
    if view.button("Predict").get_attribute("aria-pressed") == "false":
        view.button("Predict").click()
    hidden = view.root.locator("[data-guess]")
    hidden.first.wait_for()
    view.cell("grad_w:1,1").click()
    view.button("Show").click()
    view.root.get_by_text("How much is grad_w[1,1]?").first.wait_for()
    view.button("Show").click()
    shown = view.cell("grad_w:1,1").element_handle()
    view.page.wait_for_function("e => !('guess' in e.dataset)", arg=shown)
    view.button("Predict").click()
    hidden.first.wait_for(state="detached")
    assert view.state()["formula"].split("= ")[-1] != "?"


# ---- from code, twice, busy


def test_code_drives_the_picture_and_the_picture_the_code(live):
    view = View(live, "kernel")
    live.execute("kernel_.select('grad_w', 2, 1); kernel_.edit('x', 0, 0, 9.0)")
    view.until("lk-pick", lambda pick: pick == ["grad_w:2,1"])
    view.shows("x:0,0", "9")
    view.cell("grad_w:0,1").hover()
    picked = "kernel_.pick == 'grad_w:0,1' and 'grad_w[0,1] is ' in kernel_.sentence"

    def stepped():  # the page tells Python of the pick where the pointer rests
        live.execute(f"if {picked}: kernel_.step()")
        return view.state()["lk-pick"] == ["grad_w:0,2"]

    soon(stepped, live.page)
    live.execute("kernel_.reset()")
    view.shows("x:0,0", "1")


def test_two_views_stay_in_step(live):
    view, other = View(live, "kernel"), View(live, "kernel", again=True)
    other.cell("grad_w:2,2").hover()
    view.until("lk-pick", lambda pick: pick == ["grad_w:2,2"])
    assert view.tells("grad_w:2,2") and other.tells("grad_w:2,2")
    other.focus("delta:1,1")
    other.press("8", "Enter")
    for one in (view, other):
        one.shows("delta:1,1", "8")
        assert one.cell("grad_w:0,0").evaluate("e => e.plain") == other.cell("grad_w:0,0").evaluate(
            "e => e.plain"
        )
    other.button("Reset").click()
    view.shows("delta:1,1", "2")


def test_a_busy_kernel_delays_only_what_needs_it(live):
    view = View(live, "forward")
    view.focus("net:0,0")
    hold, let_go = live.gate()
    live.execute(f"{hold}\nhold()", wait=False)
    view.press("ArrowRight", "ArrowDown")
    assert view.tells("net:1,1")
    let_go()
    hold, let_go = live.gate()
    slow = "hear = forward_._hear\nforward_._hear = lambda message: (hold(), hear(message))"
    live.execute(f"{hold}\n{slow}")
    view.focus("x:0,0")
    view.press("5", "Enter")
    view.until("say", lambda say: "still busy" in say)
    assert view.cell("x:0,0").get_attribute("aria-busy") == "true"
    view.press("ArrowRight")
    view.until("lk-pick", lambda pick: pick == ["x:0,1"])
    view.press("ArrowLeft")
    let_go()
    view.until("say", lambda say: say.startswith("x[0,0] is 5"))
    live.execute("forward_._hear = hear")
    view.button("Reset").click()
    view.until("say", lambda say: say.startswith("x[0,0] is 1"))


# ---- how it looks: themes, zoom, narrow windows, nothing that jumps


@every
def test_nothing_jumps_when_the_selection_moves(live, name):
    view = View(live, name)
    view.focus(cells_of(view, view.twin.scene["target"])[0])
    live.page.evaluate(FRAME)
    height = view.root.bounding_box()["height"]
    live.page.evaluate(SHIFTS)
    view.press(*["ArrowRight", "ArrowDown"] * 3, "End", "Home")
    source = cells_of(
        view, next(n for n in map(name_of, view.links["stories"]) if n != view.twin.scene["target"])
    )
    view.cell(source[0]).hover()
    view.cell(source[-1]).hover()
    live.page.evaluate(FRAME)
    assert live.page.evaluate("window.shifts") == []
    assert view.root.bounding_box()["height"] == height


CLEAR = """root => [...root.querySelectorAll("td[data-badge]")].map(td => {
    const text = document.createRange(), small = getComputedStyle(td, "::after");
    text.selectNodeContents(td.firstChild);
    const [number, box] = [text.getBoundingClientRect(), td.getBoundingClientRect()];
    return box.bottom - parseFloat(small.bottom) - parseFloat(small.height) - number.bottom;
})"""


@pytest.mark.parametrize("name", ["forward", "kernel", "bias"])
def test_a_number_stands_clear_of_the_small_one_below_it(live, name):
    view = View(live, name)
    for key in (
        cells_of(view, view.twin.scene["target"])[0],
        cells_of(view, list(view.links["stories"])[-1].split(":")[0])[0],
    ):
        view.cell(key).hover()
        gaps = view.root.evaluate(CLEAR)
        assert min(gaps, default=1) > 0
    assert gaps


CUT = """root => {
    const found = [], edge = root.parentElement.getBoundingClientRect().right + 1;
    const whole =
        "[data-row], [data-part=code], .lk-bar, .lk-bar *, figcaption, [data-part=say]";
    for (const e of root.querySelectorAll(whole))
        if (e.clientWidth && e.scrollWidth > e.clientWidth + 1
            && getComputedStyle(e).display !== "inline")
            found.push(`${e.className || e.tagName} holds ${e.scrollWidth} in ${e.clientWidth}`);
    for (const e of root.querySelectorAll("*"))
        if (e.getBoundingClientRect().right > edge && !e.closest("[data-part=formula], .ex-live"))
            found.push(`${e.tagName} sticks out`);
    return found;
}"""


@pytest.mark.parametrize("width", [1024, 853])  # 853: 1280 pixels at a zoom of 150 %
def test_nothing_is_cut_off(live, width):
    live.page.set_viewport_size({"width": width, "height": 700})
    for name in NAMES:
        view = View(live, name)
        assert (name, view.root.evaluate(CUT)) == (name, [])
    panel = live.page.locator(".jp-WindowedPanel-outer").first
    assert panel.evaluate("e => e.scrollWidth - e.clientWidth") <= 0
    live.page.set_viewport_size({"width": 1280, "height": 1000})


def test_larger_type_for_a_projector(live):
    view = View(live, "forward")
    before = view.cell("x:0,0").bounding_box()["height"]
    opened(view.root).get_by_role("button", name="larger type").click()
    assert (
        view.cell("x:0,0").bounding_box()["height"] > 1.2 * before and view.root.evaluate(CUT) == []
    )
    opened(view.root).get_by_role("button", name="larger type").click()
    assert view.cell("x:0,0").bounding_box()["height"] == before


@pytest.mark.parametrize("theme", ["Light", "Dark"])
def test_axe_finds_nothing(live, theme):
    live.theme(theme)
    View(live, "kernel").cell("grad_w:1,1").hover()
    for name in NAMES:
        view = View(live, name)
        view.root.evaluate("e => { e.id = 'looked-at'; }")
        assert (name, live.violations("#looked-at")) == (name, [])
        view.root.evaluate("e => { e.id = ''; }")
    live.theme("Light")


def test_the_page_had_no_error(live):
    assert live.errors == []


# ---- the end: restarted, saved, reopened


def test_a_restarted_kernel_is_said_and_selection_stays(live):
    view = View(live, "kernel")
    view.cell("grad_w:0,1").click()
    view.press("Escape")
    live.page.evaluate(RESTART)
    view.until("say", lambda say: "is gone, or its kernel was restarted" in say)
    view.cell("grad_w:1,1").hover()
    assert view.tells("grad_w:1,1")
    view.focus("x:0,0")
    view.press("5", "Enter")
    view.until("say", lambda say: "is gone, or its kernel was restarted" in say)
    view.focus("grad_w:0,0")
    assert view.tells("grad_w:0,0")


def test_run_again_saved_and_reopened_it_is_live_again(browser, server, live):
    live.page.mouse.move(0, 0)  # an explorer that appears under the pointer is pointed at
    live.run_all()
    live.page.wait_for_function(
        f"document.querySelectorAll('.lk:not(.ex-gone)').length === {len(NAMES) + 1}"
    )
    live.execute("kernel_.select('grad_w', 2, 0)")
    saved = live.saved()
    states = saved["metadata"]["widgets"]["application/vnd.jupyter.widget-state+json"]["state"]
    scripts = [one for one in states.values() if "script" in one["state"]]
    assert len(scripts) == 1
    sizes = [len(json.dumps(one)) for one in states.values() if "scene" in one["state"]]
    assert len(sizes) >= len(NAMES)
    # a grid of 40x40 numbers has thousands of cells, each with a story of its own
    assert all(size < (2_500_000 if size == max(sizes) else 100_000) for size in sizes)
    again = Lab(browser, *server, "grids", size=(1280, 1000))
    again.page.wait_for_function(f"document.querySelectorAll('.lk').length === {len(NAMES) + 1}")
    view = View(again, "kernel")
    assert view.tells("grad_w:2,0") and again.errors == []
    again.close()
