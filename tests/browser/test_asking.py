"""What is asked of Python, and what the page says until the answer comes: a test plays Python."""

import pytest

from cnnlib import views
from cnnlib.course import bugs
from tests.browser.stage import Stage

X = [[1, 0, 2, 1], [0, 3, 1, 2], [2, 1, 0, 1], [1, 2, 1, 0]]
W = [[1, -2], [3, 2]]
BUSY = "Python is still busy; the answer appears when it is free."
STORED = "Run this page to do this: menu Run, then Run All Cells."
GONE = "The Python behind this explorer is gone, or its kernel was restarted: run all cells."
EXPLORERS = {
    "explore_forward": lambda: views.explore_forward(X, W),
    "explore_input_gradient": lambda: views.explore_input_gradient(W, W),
    "explore_stride_and_padding": lambda: views.explore_stride_and_padding(W, W, stride=2),
    "explore_kernel_gradient": lambda: views.explore_kernel_gradient(X, W),
    "explore_bias_gradient": lambda: views.explore_bias_gradient(W),
    "explore_max_pooling": lambda: views.explore_max_pooling(X),
    "explore_mean_pooling": lambda: views.explore_mean_pooling(X),
    "explore_columns": lambda: views.explore_columns(X, W),
    "explore_softmax": lambda: views.explore_softmax([1, -2, 3]),
    "kernel_lab": views.kernel_lab,
    "walk_the_layers": views.walk_the_layers,
    "gradient_check_lab": views.gradient_check_lab,
    "bug_clinic": views.bug_clinic,
    "sick_training": views.sick_training,
    "training_theatre": views.training_theatre,
}
BOTH = ["explore_forward", "kernel_lab"]


def reset(view):
    """Ask for something; returns the wish's id."""
    view.button("Reset").click()
    assert view.sent() == [{"do": "reset"}]
    return view.ids[0]


def busy(view):
    return "ex-busy" in view.root.get_attribute("class")


# ---- one answer for every wish


@pytest.mark.parametrize("name", BOTH)
def test_an_answer_stands_in_the_sentence_line_until_something_else_is_asked(stage, name):
    view = stage(EXPLORERS[name]())
    said = view.say
    view.answer(reset(view), "This cannot be done.", ok=False)
    assert view.say == "This cannot be done." and not busy(view)
    view.run(300)
    assert view.root.locator(".ex-live").text_content() == "This cannot be done."
    view.run(60_000)
    assert view.say == "This cannot be done."
    view.answer(reset(view))
    assert view.say == said


@pytest.mark.parametrize("name", BOTH)
def test_busy_is_said_no_longer_than_it_is_so(stage, name):
    view = stage(EXPLORERS[name]())
    said = view.say
    first = reset(view)
    view.run(600)
    assert view.say == said and busy(view)
    view.run(200)
    assert view.say == BUSY
    view.answer(first)  # done, and nothing has changed by it
    assert view.say == said and not busy(view)
    second = reset(view)
    view.run(100)
    view.answer(second)
    view.run(60_000)
    assert view.say == said and not busy(view)


@pytest.mark.parametrize("name", BOTH)
def test_a_later_answer_settles_what_was_asked_before(stage, name):
    view = stage(EXPLORERS[name]())
    ids = [reset(view) for _ in range(3)]
    assert len(set(ids)) == 3
    view.answer(ids[1])  # the first was lost: the kernel was interrupted
    view.run(800)
    assert busy(view) and view.say == BUSY
    view.answer(ids[2], "All done.")
    view.run(60_000)
    assert not busy(view) and view.say == "All done."


@pytest.mark.parametrize("name", BOTH)
def test_who_did_not_ask_is_not_answered(stage, name):
    view = stage(EXPLORERS[name]())
    said = view.say
    view.answer("another view:0", "Not for you.")
    assert view.say == said
    first = reset(view)
    view.answer("another view:1", "Not for you.")
    view.run(800)
    assert view.say == BUSY and busy(view)
    view.answer(first, "For you.")
    assert view.say == "For you."


@pytest.mark.parametrize("name", BOTH)
def test_python_goes_while_it_is_asked(stage, name):
    view = stage(EXPLORERS[name]())
    reset(view)
    view.page.evaluate("window.tell('comm_live_update')")
    assert view.say.startswith(GONE) and not busy(view)
    view.run(60_000)
    assert view.say.startswith(GONE)
    view.press("Escape")
    assert not view.say.startswith(GONE)
    view.button("Reset").click()
    assert view.sent() == [] and view.say.startswith(GONE)
    assert "ex-gone" in view.root.get_attribute("class")


@pytest.mark.parametrize("name", EXPLORERS)
def test_what_is_stored_answers_at_once_and_asks_nobody(stage, name):
    view = stage(EXPLORERS[name](), live=False)
    said = view.say
    asks = view.root.locator("button[data-do]:visible, input[type=checkbox][data-do]")
    if not asks.count():
        assert name == "training_theatre"  # it asks nothing of Python
        return
    asks.last.click()
    assert view.say.startswith(STORED) and not busy(view) and view.sent() == []
    view.page.evaluate("window.tell('comm_live_update')")  # a kernel starts or ends meanwhile
    assert view.say.startswith(STORED)
    view.run(60_000)
    assert not busy(view) and view.say.startswith(STORED)
    view.press("Escape")
    assert view.say == said


def test_stored_maps_say_at_once_where_their_formulas_come_from(stage):
    view = stage(EXPLORERS["walk_the_layers"](), size=(1280, 1600), live=False)
    view.root.locator("canvas").first.click(position={"x": 4, "y": 4})
    for ms in (0, 60_000):
        view.run(ms)
        assert view.part("formula").text_content().startswith("Run this page to see how")
    view.press("Escape")
    assert view.part("formula").text_content().startswith("Pick a cell")


def test_a_switch_of_what_is_stored_goes_back(stage):
    view = stage(EXPLORERS["kernel_lab"](), live=False)
    preset = view.root.locator("[data-do=preset]")
    before = preset.input_value()
    preset.select_option("blur")
    assert view.say.startswith(STORED) and preset.input_value() == before


def test_a_cell_is_busy_while_its_number_is_with_python(stage):
    view = stage(EXPLORERS["explore_forward"]())
    view.cell("x:1,1").focus()
    view.press("7", "Enter")
    assert view.sent() == [{"do": "edit", "cell": "x:1,1", "text": "7"}]
    assert view.cell("x:1,1").get_attribute("aria-busy") == "true"
    assert view.root.locator("[aria-busy]").count() == 1
    view.press("ArrowRight")
    assert view.cell("x:1,1").get_attribute("aria-busy") == "true"
    view.answer(view.ids[0], "No.", ok=False, cell="x:1,1")
    assert view.root.locator("[aria-busy]").count() == 0 and view.say == "No."
    assert view.cell("x:1,1").evaluate("td => td.plain") == "3"


def test_python_hears_of_the_pick_before_it_is_asked_about_it(stage):
    view = stage(EXPLORERS["explore_forward"]())
    view.cell("net:1,1").hover()
    view.cell("net:2,2").hover()
    assert view.all_sent() == []  # a walk is not told step by step
    view.run(100)
    view.cell("net:0,1").hover()
    view.button("Reset").press("Enter")
    saved = [wish.get("saved") for wish in view.all_sent()]
    assert saved == ["net:2,2", "net:0,1", None]
    view.run(100)
    assert view.all_sent() == []


# ---- what is refused goes back


def test_a_switch_that_is_refused_goes_back_to_what_python_has(stage):
    view = stage(EXPLORERS["explore_forward"]())
    stride = view.root.locator("select[name=stride]")
    stride.select_option("2")
    (wish,) = view.sent()
    view.answer(view.ids[0], "That does not fit.", ok=False)
    assert wish["value"] == "2" and stride.input_value() == "1"


def test_an_entry_that_is_refused_goes_back_to_what_python_has(stage):
    view = stage(EXPLORERS["kernel_lab"]())
    entry, relu = view.root.locator('[data-at="0,1"]'), view.root.locator("[data-do=relu]")
    assert entry.get_attribute("inputmode") == "text"  # a phone's keys have a minus
    entry.fill("five")
    entry.press("Enter")
    relu.check()
    assert view.sent() == [
        {"do": "entry", "at": "0,1", "value": "five"},
        {"do": "relu", "value": True},
    ]
    for id in view.ids:
        view.answer(id, "No.", ok=False)
    assert entry.input_value() == "0" and not relu.is_checked()
    entry.press("ArrowDown")
    assert view.sent() == [{"do": "entry", "at": "0,1", "value": "0", "by": -1}]


# ---- the sentence line


def test_an_answer_outlasts_the_hand_that_moves_away_but_not_for_ever(stage):
    view = stage(EXPLORERS["explore_forward"]())
    stories = view.explorer.scene["links"]["stories"]
    view.cell("net:0,0").hover()
    view.answer(reset(view), "Not yet.")
    view.cell("net:1,1").hover()
    assert view.say == "Not yet." and view.state()["selected"] == ["net:1,1"]
    view.run(7000)
    assert view.say == stories["net:1,1"]["say"]
    view.answer(reset(view), "Not yet.")
    view.run(7000)
    assert view.say == "Not yet."  # the hand stays where it is
    view.cell("net:2,2").hover()
    assert view.say == stories["net:2,2"]["say"]


@pytest.mark.parametrize("act", ["click", "key", "step", "escape"])
def test_an_answer_gives_way_to_what_is_chosen(stage, act):
    view = stage(EXPLORERS["explore_forward"]())
    stories = view.explorer.scene["links"]["stories"]
    view.cell("net:0,0").focus()
    view.answer(reset(view), "Not yet.")
    if act == "click":
        view.cell("net:0,1").click()
    elif act == "key":
        view.cell("net:0,0").focus()
        view.press("ArrowRight")
    elif act == "step":
        view.button("Step ▶").press("Enter")
    else:
        view.cell("net:0,0").focus()
        view.press("Escape")
    assert view.say == stories["net:0,0" if act == "escape" else "net:0,1"]["say"]


@pytest.mark.parametrize("name", ["kernel_lab", "walk_the_layers"])
def test_an_answer_of_maps_gives_way_to_what_is_chosen(stage, name):
    view = stage(EXPLORERS[name](), size=(1280, 1600))
    said = view.say

    def ask():
        view.root.locator("[data-do=predict]").click()
        view.sent()
        view.answer(view.ids[0], "Not yet.")
        assert view.say == "Not yet."

    ask()
    view.root.locator("canvas").first.hover(position={"x": 20, "y": 20})
    assert view.say == "Not yet."
    view.root.locator("canvas").first.click(position={"x": 4, "y": 4})
    assert view.say == said
    ask()
    view.press("Escape")
    assert view.say == said
    if name == "walk_the_layers":
        ask()
        view.play("step").click()
        assert view.say == view.explorer.state["says"][1]


WHOLE = """say => {
    const text = document.createRange();
    text.selectNodeContents(say);
    const wide = document.documentElement.clientWidth;
    const outside = [...text.getClientRects()].filter(r => r.left < 0 || r.right > wide + 0.5);
    let clipped = 0;
    for (let e = say; e.parentElement; e = e.parentElement) {
        const box = e.getBoundingClientRect();
        const hides = getComputedStyle(e).overflow !== "visible";
        const out = [...text.getClientRects()].filter(
            r => r.top < box.top - 1 || r.bottom > box.bottom + 1 || r.right > box.right + 1);
        clipped += hides && out.length;
    }
    return { outside: outside.length, clipped, above: document.elementFromPoint(
        text.getBoundingClientRect().left + 2, text.getBoundingClientRect().top + 4) === say };
}"""


@pytest.mark.parametrize("zoom", [1, 1.5])
@pytest.mark.parametrize("name", EXPLORERS)
def test_an_answer_stands_whole(browser, name, zoom):
    view = Stage(browser, EXPLORERS[name](), size=(round(1280 / zoom), round(800 / zoom)))
    words = max((bug.symptom for bug in bugs.BUGS.values()), key=len)
    why = f"Not yet. {words}"
    view.page.evaluate("""() => {
        const reset = Object.assign(document.createElement("button"), { type: "button" });
        reset.dataset.do = "reset";
        document.querySelector("main > *").append(reset);
        reset.click();
        reset.remove();
    }""")  # the theatre has no control that asks
    assert view.sent() == [{"do": "reset"}]
    view.answer(view.ids[0], why)
    assert view.say == why
    view.part("say").scroll_into_view_if_needed()
    assert view.part("say").evaluate(WHOLE) == {"outside": 0, "clipped": 0, "above": True}
    view.close()
