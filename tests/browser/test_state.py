"""What is shown follows from scene, step, pick and what is pointed at: the pointer is held still
while the rest moves on."""

import numpy as np
import pytest

import cnnlib
from cnnlib import views
from cnnlib.views import maps, scripts
from cnnlib.views.frames import lit_by
from cnnlib.views.maps import number
from cnnlib.views.words import index_of, label, name_of
from tests.views.hands import layout

X = [[1, 0, 2, 1], [0, 3, 1, 2], [2, 1, 0, 1], [1, 2, 1, 0]]
W = [[1, -2], [3, 2]]
GRIDS = {
    "forward": lambda: views.explore_forward(X, W),
    "input": lambda: views.explore_input_gradient(W, W),
    "kernel": lambda: views.explore_kernel_gradient(X, W),
    "max": lambda: views.explore_max_pooling(X),
    "columns": lambda: views.explore_columns(X, W),
}


def agrees(stage):
    """Sentence, formula, lit cells, badges and place in the walk are those of the picked cell."""
    state, links = stage.state(), stage.explorer.scene["links"]
    (pick,) = state["selected"]
    story = links["stories"][pick]
    there = set(stage.root.locator("[data-cell]").evaluate_all("e => e.map(td => td.dataset.cell)"))
    lit = set().union(*(state[f"lk-{c}"] for c in ("0", "1", "2", "seen", "pick")))
    assert lit == set(lit_by(story, links["terms"], pick)) & there
    assert state["lk-pick"] == [pick]
    assert state["say"] == story["say"]
    assert state["formula"] == stage.page.evaluate(
        "html => Object.assign(document.createElement('p'), { innerHTML: html }).textContent",
        story["formula"],
    )
    walk = [k for k in links["stories"] if name_of(k) == name_of(pick)]
    assert state["count"] == f"{walk.index(pick) + 1} of {len(walk)}"
    column, texts = story.get("badge", (0, []))
    badges = story.get("laid", {}) | {
        links["terms"][t][column]: text for t, text in zip(story["terms"], texts)
    }
    assert state["badges"] == {k: v for k, v in badges.items() if k in there}
    return pick


# ---- grids


@pytest.mark.parametrize("name", GRIDS)
def test_the_pointer_rests_on_a_cell_while_the_walk_goes_on(stage, name):
    view = stage(GRIDS[name]())
    target = view.explorer.scene["target"]
    keys = [k for k in view.explorer.scene["links"]["stories"] if name_of(k) == target]
    view.cell(keys[0]).hover()
    assert agrees(view) == keys[0]
    view.button("Step ▶").press("Enter")
    assert agrees(view) == keys[1]
    view.button("Step ▶").press("Enter")
    view.button("◀ Back").press("Enter")
    assert agrees(view) == keys[1]
    view.button("▶ Play").press("Enter")
    view.run(810)
    assert agrees(view) == keys[2]
    view.button("⏸ Pause").press("Enter")
    assert agrees(view) == keys[2]
    view.root.get_by_role("slider").press("End")
    assert agrees(view) == keys[-1]
    view.cell(keys[-1]).focus()
    view.press("ArrowLeft")
    assert agrees(view) == keys[-2]
    assert view.state()["lk-on1"] == [] and view.state()["terms"] == []


@pytest.mark.parametrize("name", GRIDS)
def test_the_pointer_rests_on_a_source_cell_while_the_walk_goes_on(stage, name):
    view = stage(GRIDS[name]())
    first = view.explorer.scene["links"]["first"]
    source = next(
        k for k in view.explorer.scene["links"]["stories"] if name_of(k) != name_of(first)
    )
    view.cell(source).hover()
    assert agrees(view) == source
    view.cell(first).focus()
    assert agrees(view) == first
    view.press("ArrowRight")
    agrees(view)
    view.button("▶ Play").press("Enter")
    for _ in range(3):
        view.run(800)
        agrees(view)


def gets(view, pick, cell):
    """(id, sentence) of the one term of a story that a cell takes part in."""
    links = view.explorer.scene["links"]
    (found,) = (t for t in links["stories"][pick]["terms"] if cell in links["terms"][t])
    term = links["terms"][found]
    receiver, factors = term[0], [term[n] for n in links["written"] if term[n]]
    named = [
        f"{label(k)} = {number(view.explorer.numbers[name_of(k)][index_of(k)])}" for k in factors
    ]
    return found, f"{label(receiver)}  gets  {'  times  '.join(named)}"


def test_what_is_pointed_at_is_read_anew_in_each_story(stage):
    view = stage(GRIDS["forward"]())
    view.cell("net:0,0").click()
    view.cell("x:1,1").hover()
    for place in ("0,0", "0,1"):
        state = view.state()
        term, sentence = gets(view, f"net:{place}", "x:1,1")
        assert state["selected"] == [f"net:{place}"]
        assert (state["terms"], state["say"]) == ([term], sentence)
        there = [view.explorer.scene["links"]["terms"][term]]
        assert [[state[f"lk-on{column}"][0] for column in "012"]] == there
        view.button("Step ▶").press("Enter")
    assert agrees(view) == "net:0,2"  # x[1,1] takes no part in it
    assert view.state()["terms"] == []


def test_a_term_under_the_pointer_is_the_one_of_the_story_that_is_told(stage):
    view = stage(GRIDS["forward"]())
    view.cell("net:0,0").hover()
    view.root.locator("[data-term]").nth(1).hover()
    assert view.say == gets(view, "net:0,0", "w:0,1")[1]
    view.button("Step ▶").press("Enter")
    state = view.state()
    assert state["selected"] == ["net:0,1"]
    told = {
        view.explorer.scene["links"]["stories"]["net:0,1"]["say"]: [],
        gets(view, "net:0,1", "w:0,1")[1]: [gets(view, "net:0,1", "w:0,1")[0]],
    }  # the second once the browser has seen that another term lies under the pointer
    assert told[state["say"]] == state["terms"]


def test_a_new_scene_is_told_with_the_pointer_where_it_was(stage):
    view = stage(GRIDS["kernel"]())
    view.cell("grad_w:0,1").click()
    view.cell("delta:1,0").hover()
    before = gets(view, "grad_w:0,1", "delta:1,0")[1]
    assert view.say == before
    view.explorer.edit("delta", 1, 0, 7)
    view.put()
    assert view.say == gets(view, "grad_w:0,1", "delta:1,0")[1] != before
    view.page.mouse.move(2, 2)
    assert agrees(view) == "grad_w:0,1"
    view.explorer.pick = "grad_w:2,2"
    view.put()
    assert agrees(view) == "grad_w:2,2"


def test_a_pick_from_python_is_told_though_the_pointer_is_on_a_cell_of_its_story(stage):
    view = stage(GRIDS["forward"]())
    view.cell("x:1,1").hover()
    view.explorer.select("net", 0, 1)
    view.put()
    assert agrees(view) == "net:0,1"
    assert view.state()["terms"] == []


def test_a_play_tells_its_own_story_whatever_lies_under_the_pointer(stage):
    view = stage(GRIDS["forward"]())
    view.cell("net:0,0").click()
    view.cell("x:1,1").hover()
    view.button("▶ Play").press("Enter")
    view.run(810)
    assert agrees(view) == "net:0,1"
    assert view.state()["terms"] == []
    view.button("⏸ Pause").press("Enter")
    assert view.say == gets(view, "net:0,1", "x:1,1")[1]


@pytest.mark.parametrize("heard", [True, False])
@pytest.mark.parametrize("first", ["scene", "pick"])
def test_a_scene_and_a_pick_that_only_it_has_arrive_together(stage, first, heard):
    view = stage(GRIDS["forward"]())
    view.cell("net:0,0" if heard else "net:1,1").focus()
    view.run(100 if heard else 0)
    view.explorer.set(padding=1)
    view.explorer.select("net", 4, 4)
    view.put(first)
    assert agrees(view) == "net:4,4"
    view.run(1000)
    assert view.page.evaluate("window.state.pick") == "net:4,4"


def test_a_pick_that_python_has_not_heard_of_yet_outlasts_a_scene(stage):
    view = stage(GRIDS["forward"]())
    view.cell("net:1,1").focus()
    view.explorer.edit("x", 0, 0, 5)
    view.put()
    assert agrees(view) == "net:1,1"
    view.run(100)
    assert view.page.evaluate("window.state.pick") == "net:1,1"


# ---- maps


def shown_at(view, name, cell, step):
    """What Python says of a cell at a step."""
    stack = next(s for s in view.explorer._now.stacks if s.name == name)
    return f"= {number(stack.steps[min(step, len(stack.steps) - 1)][cell])}"


def middle(view, name, cell):
    """The place of a cell on the page."""
    where = layout(view.explorer)[name]
    box = view.root.locator(f'[data-sheet="{name}"] canvas').bounding_box()
    x = cell[0] % where["across"] * (where["width"] + 1) + cell[2] + 0.5
    y = cell[0] // where["across"] * (where["height"] + 1) + cell[1] + 0.5
    return (
        box["x"] + x * box["width"] / where["columns"],
        box["y"] + y * box["height"] / where["rows"],
    )


@pytest.fixture(scope="module")
def theatre():
    return views.training_theatre()


def test_the_tip_tells_the_step_that_is_shown(stage, theatre):
    theatre.at = 0
    theatre.pick = ""
    view = stage(theatre, size=(1280, 2400))
    says, cell = theatre.state["says"], (7, 1, 2)
    view.page.mouse.move(*middle(view, "grad_w:0", cell))

    def agrees(step):
        assert view.say == says[step]
        assert view.play("count").inner_text() == f"{step + 1} of {len(says)}"
        tip = view.root.locator(".mp-tip").inner_text()
        assert tip.endswith(shown_at(view, "grad_w:0", cell, step))
        assert view.part("cell").inner_text() == tip
        assert view.root.locator('[data-sheet="grad_w:0"] .mp-mark:visible').count() == 1

    agrees(0)
    last = len(says) - 1
    pressed = ("step", "Enter"), ("range", "ArrowRight"), ("range", "End"), ("back", "Enter")
    for (control, key), step in zip(pressed, (1, 2, last, last - 1), strict=True):
        view.play(control).press(key)
        agrees(step)
    view.play("play").press("Enter")
    view.run(800)
    agrees(last)
    view.play("play").press("Enter")
    for step in range(3):
        agrees(step)
        view.run(800)
    view.play("play").press("Enter")
    theatre.at = 7
    view.put()
    agrees(7)


def test_a_step_from_python_is_told_under_the_pointer(stage, theatre):
    theatre.at = 5
    theatre.pick = "grad_w:0:2,0,0"
    view = stage(theatre, size=(1280, 2400))
    assert view.part("cell").inner_text().endswith(shown_at(view, "grad_w:0", (2, 0, 0), 5))
    view.page.mouse.move(*middle(view, "x", (0, 3, 3)))
    for step in (7, 9):
        theatre.at = step
        view.put()
        assert (
            view.root.locator(".mp-tip").inner_text().endswith(shown_at(view, "x", (0, 3, 3), step))
        )
    view.page.mouse.move(2, 2)
    assert view.root.locator(".mp-tip").is_hidden()
    assert view.part("cell").inner_text().endswith(shown_at(view, "grad_w:0", (2, 0, 0), 9))


CUT = """lengths => {
    for (const [name, length] of Object.entries(lengths)) {
        window.state[name] = new DataView(new ArrayBuffer(length));
        new Uint8Array(window.state[name].buffer).fill(60);
    }
    for (const name of Object.keys(lengths)) window.tell(`change:${name}`, window.state[name]);
}"""


@pytest.mark.parametrize(
    "lengths",
    [{"filled": 9, "pixels": 64, "floats": 13}, {"filled": 5000}, {"floats": 400}, {"pixels": 0}],
)
def test_what_a_dying_kernel_cut_short_leaves_what_was_shown(stage, theatre, lengths):
    theatre.at = 5
    view = stage(theatre)
    before = view.part("say").inner_text()
    view.page.evaluate(CUT, lengths)
    assert view.part("say").inner_text() == before and view.errors == []
    theatre.at = 9
    view.put()
    assert view.part("say").inner_text() != before


RECORDED = """([code, stacks, sent, at]) => {
    const Recorded = new Function(`${code}; return Recorded;`)();
    const bytes = sent.map(numbers => new Uint8Array(numbers));
    const recorded = new Recorded([{ stacks, tables: {} }, ...bytes]);
    return Object.entries(recorded.stacks).map(([name, stack]) => {
        const cells = [...Array(stack.count * stack.height * stack.width).keys()].map(n => [
            Math.floor(n / stack.width / stack.height),
            Math.floor(n / stack.width) % stack.height, n % stack.width]);
        const told = cells.map(cell => recorded.text(stack, cell, at).split("= ")[1]);
        return [name, [...recorded.picture(stack, at)], told];
    });
}"""


@pytest.mark.parametrize("at", [3, 13])
def test_every_number_and_every_colour_arrives(stage, at):
    view = stage(views.walk_the_layers())
    explorer = view.explorer
    sent = [list(getattr(explorer, name)) for name in ("filled", "pixels", "floats")]
    code = scripts.classic("maps")
    found = view.page.evaluate(RECORDED, [code, explorer.page["stacks"], sent, at])
    shown = {name: (picture, told) for name, picture, told in found}
    for stack in explorer._now.stacks:
        now, (picture, told) = stack.steps[at], shown[stack.name]
        wanted = maps.sheet(maps.indices(now, stack.top, stack.kind), stack.columns)
        assert picture == wanted.ravel().tolist(), stack.name
        words = ["not known yet" if np.isnan(v) else number(v) for v in now.ravel()]
        assert told == words, stack.name


def test_what_is_not_known_at_a_step_is_not_known_under_the_pointer(stage):
    view = stage(views.walk_the_layers(), size=(1280, 2400))
    cell = (3, 2, 1)
    view.page.mouse.move(*middle(view, "back:2", cell))
    view.play("range").press("Home")
    assert view.root.locator(".mp-tip").inner_text().endswith("= not known yet")
    assert view.part("cell").inner_text().endswith("= not known yet")
    view.play("range").press("End")
    assert view.root.locator(".mp-tip").inner_text().endswith(shown_at(view, "back:2", cell, 13))


def test_new_numbers_come_under_the_pointer_that_rests(stage):
    view = stage(views.kernel_lab(), size=(1280, 1000))
    view.page.mouse.move(*middle(view, "net", (0, 10, 20)))
    tip = view.root.locator(".mp-tip")
    before = tip.inner_text()
    for name in ("blur", "sharpen"):
        view.explorer.preset(name)
        view.put()
        assert tip.inner_text().endswith(shown_at(view, "net", (0, 10, 20), 0)) != before
        assert view.part("cell").inner_text() == tip.inner_text()
        assert name in view.say
    view.explorer.relu()
    view.put()  # there is no stack net any more
    assert tip.is_hidden() and view.part("cell").inner_text() == ""


@pytest.mark.parametrize("first", ["at", "page", "state", "pick"])
def test_pages_steps_and_picks_arrive_together(stage, first):
    explorer = views.walk_the_layers()
    explorer.predict()
    view = stage(explorer, size=(1280, 1600))
    assert view.play("count").inner_text() == "1 of 7"
    explorer.show()
    explorer.at = 11
    explorer.select("grad_w:2", 3, 1, 1)
    view.put(first)
    assert view.play("count").inner_text() == "12 of 14"
    assert view.say == explorer.sentence
    assert view.part("cell").text_content().endswith(shown_at(view, "grad_w:2", (3, 1, 1), 11))
    assert "grad_w = " in view.part("formula").text_content()
    view.run(1000)
    assert view.page.evaluate("window.state.at") == 11


def test_what_is_being_typed_outlasts_a_formula_that_arrives(stage):
    view = stage(views.kernel_lab(), size=(1280, 1000))
    entry, other = (view.root.locator(f'[data-at="0,{n}"]') for n in (0, 1))
    entry.fill("5.2")
    view.explorer.select("net", 3, 5)
    view.put()
    assert "net[3, 5] =" in view.part("formula").text_content()
    assert entry.input_value() == "5.2"
    view.explorer.edit("w", 0, 1, 7)
    view.put()
    assert (entry.input_value(), other.input_value()) == ("5.2", "7")
    entry.press("Enter")
    view.answer(view.sent() and view.ids[0], "No.", ok=False)
    assert entry.input_value() == "−1"


def test_a_choice_on_a_page_made_anew_shows_what_python_has(stage):
    view = stage(views.kernel_lab(), size=(1280, 1000))
    preset = view.root.locator("[data-do=preset]")
    preset.focus()
    view.explorer.preset("blur")
    view.explorer.relu()
    view.put()
    assert preset.input_value() == "blur"
    assert preset.evaluate("e => e === document.activeElement")


def test_a_pick_that_the_next_picture_does_not_have_is_let_go_and_comes_back(stage):
    view = stage(views.bug_clinic("kernel not rotated"), size=(1280, 1000))
    view.page.mouse.click(*middle(view, "away", (3, 6, 4)))
    picked = view.part("cell").inner_text()
    view.page.mouse.move(2, 2)
    assert picked == view.part("cell").inner_text() != ""
    view.explorer.choose("bias mean for sum")
    view.put()
    assert view.part("cell").inner_text() == ""
    assert view.root.locator(".mp-mark:visible").count() == 0


def test_the_pads_pen_is_told(stage):
    view = stage(views.draw_a_digit(cnnlib.digit_network(np.random.default_rng(0))))
    view.root.locator("canvas").first.focus()
    view.press("ArrowDown", "ArrowRight", " ")
    view.run(300)
    assert "pen down" in view.root.locator(".ex-live").text_content()
    assert index_of(view.page.evaluate("window.model.get('pick')")) == (0, 1, 1)


@pytest.mark.parametrize(
    "pick", ["net:0,-1,3", "net:0,64,0", "net:", ":::", "toString", "net:a,b,c"]
)
def test_a_pick_that_names_no_cell_marks_none(stage, pick):
    view = stage(views.kernel_lab(), size=(1280, 1000))
    view.page.evaluate("pick => window.model.set('pick', pick)", pick)
    assert view.root.locator(".mp-mark:visible").count() == 0
    assert view.part("cell").text_content() == ""
    grids = stage(GRIDS["forward"]())
    before = grids.state()
    grids.page.evaluate("pick => window.model.set('pick', pick)", pick)
    assert grids.state() == before
