"""Predict on number grids, by the reader's hands: which cells, then how much; nothing tells."""

import pytest

from cnnlib import views

LIGHTS = ("lk-0", "lk-1", "lk-2", "lk-seen", "lk-on0", "lk-on1", "lk-on2")
CELLS = ["x:1,1", "x:1,2", "x:2,1", "x:2,2"]
WHICH = "Which cells of x take part in net[1,1], zeros too? Mark and check."


def forward():
    return views.explore_forward([[1, 2, 0], [0, 3, 1], [2, 0, 1]], [[1, 2], [3, 4]], predict=True)


@pytest.fixture
def view(stage):
    view = stage(forward())
    view.cell("net:1,1").click()
    return view


def marked(view):
    return view.state()["lk-marked"]


def answer(view):
    """Let the explorer answer what the page asked last; returns what was asked."""
    (wish,) = view.sent()
    heard = []
    view.explorer.send = lambda content, buffers=None: heard.append(content)
    view.explorer._hear(dict(wish, id=view.ids[-1]))
    del view.explorer.send
    view.put()
    view.answer(**heard[0])
    return wish


def test_nothing_tells_while_something_is_asked(view):
    places = ["net:1,1", "net:0,0", "x:1,1", "w:0,0"]
    for cell in places:
        view.cell(cell).hover()
        state = view.state()
        assert not any(state[name] for name in LIGHTS) and not state["badges"]
        assert state["formula"] == "net[1,1] = ?" and state["say"] == WHICH
        assert state["lk-pick"] == ["net:1,1"]
    assert not view.root.locator("[data-part=code]").is_visible()
    assert "data-term" not in view.root.inner_html()


def test_cells_are_marked_by_clicks_and_judged_by_python(view):
    for cell in CELLS[:2]:
        view.cell(cell).click()
    assert marked(view) == CELLS[:2] and view.state()["say"] == f"{WHICH} 2 marked."
    view.cell(CELLS[1]).click()
    assert marked(view) == CELLS[:1]
    view.button("Check").click()
    assert answer(view) == {"do": "guess_cells", "cell": "net:1,1", "cells": CELLS[:1]}
    assert "only the cell of x at the same place is taken" in view.state()["say"]
    assert marked(view) == CELLS[:1]  # what was marked is not lost
    for cell in CELLS[1:]:
        view.cell(cell).click()
    view.button("Check").click()
    answer(view)
    assert view.state()["say"].startswith("Right: these 4 cells take part. How much is net[1,1]?")
    assert marked(view) == CELLS and view.button("Check").is_hidden()
    assert not any(view.state()[name] for name in LIGHTS)
    view.cell("net:1,1").dblclick()
    view.press("9", "Enter")
    answer(view)
    assert view.state()["say"] == "Right: net[1,1] is 9."
    assert view.state()["lk-1"] == CELLS and not marked(view)
    assert view.button("Show").is_hidden()


def test_all_of_it_by_keyboard_alone(view):
    view.cell("x:0,0").focus()
    assert view.state()["lk-pick"] == ["net:1,1"]
    view.press("ArrowDown", "ArrowRight", " ", "ArrowRight", " ", "ArrowDown", " ")
    view.press("ArrowLeft", " ", "Enter")
    wish = answer(view)
    assert sorted(wish["cells"]) == CELLS and wish["do"] == "guess_cells"
    assert view.cell("net:1,1").evaluate("cell => cell === document.activeElement")
    view.press("9", "Enter")
    assert answer(view) == {"do": "guess", "cell": "net:1,1", "text": "9"}
    assert view.state()["say"] == "Right: net[1,1] is 9."


def test_the_pointer_on_its_way_changes_no_question(view):
    view.cell("x:1,1").click()
    for cell in ("net:0,1", "net:0,0", "w:1,1", "x:0,0"):
        view.cell(cell).hover()
    assert view.state()["lk-pick"] == ["net:1,1"] and marked(view) == ["x:1,1"]
    view.cell("net:0,0").click()
    assert view.state()["lk-pick"] == ["net:0,0"] and marked(view) == []


def test_cells_of_other_grids_and_padding_are_not_marked(stage):
    explorer = views.explore_forward([[1, 2], [3, 4]], [[1, 2], [3, 4]], padding=1, predict=True)
    view = stage(explorer)
    view.cell("net:0,0").click()
    for cell in ("w:0,0", "pad:0,0"):
        view.cell(cell).click()
    assert marked(view) == []
    view.button("Check").click()
    answer(view)
    assert view.state()["say"] == (
        "Not yet: you marked none, and there are cells that take part. "
        "Which cells of x take part in net[0,0], zeros too? Mark and check."
    )


def test_show_answers_one_question_after_the_other(view):
    view.button("Show").click()
    assert answer(view) == {"do": "show_cells", "cell": "net:1,1"}
    assert marked(view) == CELLS and view.state()["say"].startswith("How much is net[1,1]?")
    view.button("Show").click()
    assert answer(view) == {"do": "show", "cell": "net:1,1"}
    assert view.state()["say"].startswith("net[1,1] is 9:")


@pytest.mark.parametrize("zoom", [1.0, 1.5])
def test_the_answer_stands_whole_in_sight(stage, zoom):
    view = stage(forward(), size=(int(1280 / zoom), int(800 / zoom)))
    view.cell("net:1,1").click()
    view.cell("x:1,1").click()
    view.button("Check").click()
    answer(view)
    line = view.root.locator("[data-part=say]")
    box, frame = line.bounding_box(), view.root.bounding_box()
    assert box["x"] >= frame["x"] and box["x"] + box["width"] <= frame["x"] + frame["width"] + 1
    assert line.evaluate("e => e.scrollWidth <= e.clientWidth && e.scrollHeight <= e.clientHeight")
    assert line.evaluate("e => getComputedStyle(e).overflow") == "visible"


# ---- where things stand

HEIGHTS = """root => [root, ...root.querySelectorAll("[data-grid], [data-part], .lk-bar")]
    .map(e => e.getBoundingClientRect()).map(b => [Math.round(b.top), Math.round(b.height)])"""


@pytest.mark.parametrize("width", [848, 421])
@pytest.mark.parametrize("name", [n for n in views.examples() if n.startswith("explore_")])
def test_nothing_jumps_when_something_is_asked_and_answered(stage, name, width):
    view = stage(views.examples()[name](), size=(width + 16, 900))
    before = view.root.evaluate(HEIGHTS)
    for change in (view.explorer.predict, view.explorer.show):
        change()
        view.put()
        assert view.root.evaluate(HEIGHTS) == before


def test_the_turned_kernel_lies_on_the_zeros_too(stage):
    view = stage(views.examples()["explore_stride_and_padding"]())
    view.cell("grad_x:1,1").click()
    shown = [
        view.cell(key).get_attribute("data-badge")
        for key in ("delta:0,0", "gap:0,0,1", "delta:0,1", "gap:0,1,0", "gap:0,1,1", "gap:0,1,2")
    ]
    assert shown == ["×−2", "×0", "×2", "×−1", "×0", "×1"]
    view.cell("delta:0,0").hover()
    view.cell("delta:0,0").click()
    assert view.cell("gap:0,0,1").get_attribute("data-badge") is None


# ---- what is typed, and played, while something is asked


@pytest.mark.parametrize("key", ["7", "a", "-"])
def test_what_is_typed_while_cells_are_asked_for_is_told_what_comes_first(view, key):
    for cell in ("x:1,1", "w:0,0"):
        view.cell(cell).focus()
        view.press("a" if cell == "w:0,0" else key)
        assert view.state()["say"].startswith("The cells come first: space or a click marks one")
        assert view.state()["say"].endswith(WHICH)
        view.press("Escape")
        assert view.state()["say"] == WHICH
    assert view.root.locator(".lk-edit").count() == 0 and view.sent() == []
    view.explorer.show_cells("net", 1, 1)
    view.put()
    view.cell("x:1,1").focus()
    view.press("a")
    assert "come first" not in view.state()["say"]


def test_new_questions_keep_no_pin_and_no_marks(view):
    view.cell("net:0,0").click()
    view.cell("x:1,1").click()
    assert marked(view) == ["x:1,1"]
    view.explorer.set(stride=2)
    view.put()
    assert marked(view) == []
    view.explorer.show()
    view.put()
    view.cell("net:0,0").click()
    assert view.button("Let go").count() == 1
    view.explorer.predict()
    view.put()
    assert view.button("Pin").count() == 1


def test_no_place_is_counted_while_anything_is_hidden(view):
    count = view.root.locator(".lk-count")
    assert count.is_hidden()
    view.explorer.show("net", 1, 1)
    view.put()
    assert view.state()["say"].startswith("net[1,1] is 9") and count.is_hidden()
    view.explorer.show()
    view.put()
    assert count.is_visible() and count.inner_text() == "4 of 4"


def test_play_does_not_walk_past_a_question(view):
    view.cell("net:0,0").click()
    view.button("▶ Play").click()
    assert view.state()["say"].startswith("Play waits here: a question is open.")
    assert view.state()["say"].endswith("zeros too? Mark and check.")
    view.run(5000)
    assert view.state()["lk-pick"] == ["net:0,0"] and view.button("▶ Play").count() == 1
    for place in ((0, 0), (0, 1)):
        view.explorer.show("net", *place)
    view.put()
    view.button("▶ Play").click()
    view.run(800)
    assert view.state()["lk-pick"] == ["net:0,1"] and view.button("⏸ Pause").count() == 1
    view.run(800)  # the next one is open
    assert view.state()["lk-pick"] == ["net:1,0"] and view.button("▶ Play").count() == 1
    view.run(5000)
    assert view.state()["lk-pick"] == ["net:1,0"]
    view.button("Step ▶").click()  # a hand may leave it
    assert view.state()["lk-pick"] == ["net:1,1"]


# ---- what moves

MOVES = """(root, part) => {
    const e = root.querySelector(part);
    return e.getAnimations().map(a => [a.animationName, a.effect.getTiming().duration]);
}"""
TURN = '[data-grid="w_rot"] tbody'


def test_the_kernel_turns_once_before_a_reader_s_eyes(stage):
    view = stage(views.examples()["explore_input_gradient"]())
    assert view.root.evaluate(MOVES, TURN) == []
    view.cell("delta:0,0").hover()
    assert view.root.evaluate(MOVES, TURN) == [["lk-turn", 1000]]
    frames = view.root.evaluate(
        """(root, part) => {
        const e = root.querySelector(part), [turn] = e.getAnimations();
        turn.pause();
        return [0, 500, 999.9].map(time => {
            turn.currentTime = time;
            return getComputedStyle(e).transform;
        });
    }""",
        TURN,
    )
    numbers = [[round(float(n), 1) for n in f[7:-1].split(",")[:4]] for f in frames]
    assert numbers == [[-1, 0, 0, -1], [1, 0, 0, -1], [1, 0, 0, 1]]
    view.root.evaluate("(root, part) => root.querySelector(part).getAnimations()[0].finish()", TURN)
    view.cell("grad_x:1,1").hover()
    assert view.root.evaluate(MOVES, TURN) == []


def test_with_reduced_motion_nothing_moves(stage):
    view = stage(views.examples()["explore_input_gradient"]())
    slides = "() => getComputedStyle(document.querySelector('.lk-window')).transitionDuration"
    view.cell("grad_x:1,1").hover()
    assert view.page.evaluate(slides) == "0.2s" and view.root.evaluate(MOVES, TURN)
    view.page.emulate_media(reduced_motion="reduce")
    assert view.page.evaluate(slides) == "0s" and view.root.evaluate(MOVES, TURN) == []
    view.cell("grad_x:2,2").hover()
    assert view.root.evaluate("""root => root.getAnimations({ subtree: true }).length""") == 0


def test_a_page_that_is_hidden_for_a_moment_keeps_its_window(stage):
    view = stage(views.examples()["explore_forward"]())
    view.cell("net:1,1").click()
    wide = "e => e.getBoundingClientRect().width"
    window, main = view.root.locator(".lk-window"), view.page.locator("main")
    before = window.evaluate(wide)
    main.evaluate("e => { e.style.width = '700px'; }")
    view.page.screenshot()  # a frame is painted, so the page hears of its new width
    main.evaluate("e => { e.style.display = 'none'; }")
    view.run(100)
    main.evaluate("e => { e.style.display = ''; }")
    assert window.evaluate(wide) == before > 40
