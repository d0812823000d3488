"""What the reader's hands do, one thing at a time: the page's clock runs when a test lets it."""

import numpy as np
import pytest

import cnnlib
from cnnlib import views
from cnnlib.views.words import name_of

X = [[1, 0, 2, 1], [0, 3, 1, 2], [2, 1, 0, 1], [1, 2, 1, 0]]
W = [[1, -2], [3, 2]]


def forward():
    return views.explore_forward(X, W)


# ---- typing

PRESS = """key => document.activeElement.dispatchEvent(
    new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }))"""


@pytest.mark.parametrize("key", ["+", "-", "−", "–", "—", "－", "＋", ".", ",", "0", "7", "７"])
def test_what_a_number_starts_with_starts_an_edit(stage, key):
    view = stage(forward())
    view.cell("x:1,1").focus()
    if not key.isascii():  # no keyboard that Playwright knows has it
        view.page.evaluate(PRESS, key)
    else:
        view.press(key)
    assert view.root.locator(".lk-edit").input_value() == key
    view.press("5", "Enter")
    assert view.sent() == [{"do": "edit", "cell": "x:1,1", "text": f"{key}5"}]


@pytest.mark.parametrize("key", ["a", "e", "*", "/", " ", "F3"])
def test_nothing_else_does(stage, key):
    view = stage(forward())
    view.cell("x:1,1").focus()
    view.press(key)
    assert view.root.locator(".lk-edit").count() == 0
    view.cell("net:1,1").focus()
    view.press("5", "F2")  # not editable
    assert view.root.locator(".lk-edit").count() == 0 and view.sent() == []


def test_f2_types_over_the_number_and_escape_leaves_it(stage):
    view = stage(forward())
    view.cell("x:1,1").focus()
    view.press("F2")
    field = view.root.locator(".lk-edit")
    assert field.input_value() == "3" and field.get_attribute("inputmode") == "text"
    view.press("4", "Escape")
    assert view.sent() == [] and view.root.locator(".lk-edit").count() == 0
    assert view.state()["focus"] == "x:1,1"
    view.press("F2", "Enter")  # the number that is there already
    view.press("F2", "4", "Shift+Enter")  # JupyterLab's own
    assert view.sent() == [] and view.root.locator(".lk-edit").input_value() == "4"
    view.press("ArrowUp", "ArrowDown")
    wishes = [{"do": "edit", "cell": "x:1,1", "text": "4", "by": by} for by in (1, -1)]
    assert view.sent() == wishes
    view.press("Enter")
    assert view.sent() == [{"do": "edit", "cell": "x:1,1", "text": "4"}]


def test_what_is_being_typed_is_not_lost_when_something_else_changes(stage):
    view = stage(forward())
    view.cell("x:1,1").focus()
    view.press("7")
    view.explorer.edit("x", 0, 0, 9)
    view.put()
    assert view.root.locator(".lk-edit").input_value() == "7"
    view.explorer.edit("x", 1, 1, 5)
    view.put()
    assert view.root.locator(".lk-edit").input_value() == "5"
    view.explorer.set(stride=2)
    view.put()  # the page is made anew: nothing is sent by that
    assert view.root.locator(".lk-edit").count() == 0 and view.sent() == []


def test_a_guess_is_typed_into_an_empty_field_in_its_own_story(stage):
    explorer = forward()
    explorer.predict()
    view = stage(explorer)
    view.cell("net:0,0").click()  # pinned
    for act in (lambda: view.press("Enter"), view.cell("net:1,1").dblclick):
        view.cell("net:1,1").focus()
        act()
        assert view.state()["selected"] == ["net:1,1"]
        assert view.root.locator(".lk-edit").input_value() == ""
        view.press("4", "Enter")
        assert view.sent() == [{"do": "guess", "cell": "net:1,1", "text": "4"}]
        view.cell("net:0,0").click()


# ---- the bar


def test_every_control_asks_for_its_own(stage):
    explorer = forward()
    view = stage(explorer)
    view.cell("net:1,1").click()
    view.button("Predict").click()
    view.button("Reset").click()
    view.root.locator("select[name=stride]").select_option("2")
    assert view.sent() == [
        {"do": "predict"},
        {"do": "reset"},
        {"do": "set", "name": "stride", "value": "2"},
    ]
    assert view.button("Show").is_hidden()
    explorer.predict()
    view.put()
    view.button("Show").click()
    assert view.sent() == [{"do": "show_cells", "cell": "net:1,1"}]


@pytest.mark.parametrize("make", [forward, views.walk_the_layers])
def test_larger_type_stays_larger_on_a_page_made_anew(stage, make):
    view = stage(make())
    large, height = view.play("large"), view.root.bounding_box()["height"]
    assert large.get_attribute("aria-pressed") == "false"
    view.root.evaluate("e => { e.style.margin = '900px 0'; }")
    large.scroll_into_view_if_needed()
    top = large.bounding_box()["y"]
    large.click()
    assert large.bounding_box()["y"] == pytest.approx(top, abs=1)
    assert view.root.bounding_box()["height"] > 1.2 * height
    if make is forward:
        view.explorer.set(stride=2)
    else:
        view.explorer.predict()
    view.put()
    assert large.get_attribute("aria-pressed") == "true"
    large.click()
    assert large.get_attribute("aria-pressed") == "false"


# ---- the player


class Player:
    """The walk of an explorer on grids or of maps."""

    def __init__(self, view):
        self.view = view
        view.play("play").focus()
        self.count = len(view.explorer.state["says"]) if hasattr(view.explorer, "state") else 9

    @property
    def place(self):
        return int(self.view.play("count").inner_text().split()[0])

    @property
    def playing(self):
        return "Pause" in self.view.play("play").inner_text()


@pytest.fixture(params=["grids", "maps"])
def player(stage, request):
    if request.param == "grids":
        view = stage(forward())
        view.cell("net:0,0").focus()
    else:
        view = stage(views.walk_the_layers(), size=(1280, 1200))
        view.play("range").press("Home")
    return Player(view)


def test_play_pauses_where_it_is(player):
    player.view.press("Enter")
    assert player.playing and player.place == 1
    for place in (2, 3):
        player.view.run(800)
        assert player.place == place
    player.view.press("Enter")
    assert not player.playing
    player.view.run(5000)
    assert player.place == 3


def test_play_stops_at_the_end_and_starts_over_from_there(player):
    player.view.play("range").press("End")
    player.view.play("range").press("ArrowLeft")
    player.view.play("play").press("Enter")
    player.view.run(780)
    assert player.playing and player.place == player.count - 1
    player.view.run(800)
    assert not player.playing and player.place == player.count
    player.view.play("play").press("Enter")
    assert player.playing and player.place == 1
    player.view.run(800)
    assert player.playing and player.place == 2


def test_another_speed_holds_at_once(player):
    player.view.press("Enter")
    player.view.run(800)
    assert player.place == 2
    player.view.play("speed").select_option("slow")
    player.view.run(1500)
    assert player.place == 2
    player.view.run(100)
    assert player.place == 3
    player.view.play("speed").select_option("fast")
    player.view.run(1000)
    assert player.place == 7
    player.view.play("speed").select_option("normal")
    player.view.play("play").press("Enter")
    player.view.play("speed").select_option("fast")  # nothing plays: nothing starts
    player.view.run(3000)
    assert player.place == 7 and not player.playing


@pytest.mark.parametrize("hand", ["back", "step", "range"])
def test_a_hand_takes_over_from_the_player(player, hand):
    player.view.press("Enter")
    player.view.run(1600)
    assert player.place == 3
    player.view.play(hand).press("Home" if hand == "range" else "Enter")
    after = {"back": 2, "step": 4, "range": 1}[hand]
    assert (player.place, player.playing) == (after, False)
    player.view.run(5000)
    assert player.place == after


def test_the_ends_hold(player):
    player.view.play("back").press("Enter")
    assert player.place == 1
    player.view.play("range").press("End")
    player.view.play("step").press("Enter")
    assert player.place == player.count


def test_escape_stops_a_play_and_lets_go(stage):
    view = stage(forward())
    view.cell("net:0,0").click()
    assert view.button("Let go").count() == 1
    view.button("▶ Play").click()
    view.press("Escape")
    assert view.button("▶ Play").count() == 1 == view.button("Pin").count()


# ---- the pad


@pytest.fixture(scope="module")
def network():
    return cnnlib.digit_network(np.random.default_rng(0))


def test_only_the_main_button_draws(stage, network):
    view = stage(views.draw_a_digit(network))
    box = view.root.locator("canvas").first.bounding_box()
    for button in ("right", "middle"):
        view.page.mouse.move(box["x"] + 40, box["y"] + 40)
        view.page.mouse.down(button=button)
        view.page.mouse.move(box["x"] + 90, box["y"] + 90, steps=3)
        view.page.mouse.up(button=button)
        view.run(100)
        assert view.sent() == []
    view.page.mouse.move(box["x"] + 40, box["y"] + 40)
    view.page.mouse.down()
    view.run(20)
    view.page.mouse.move(box["x"] + 60, box["y"] + 60, steps=4)
    view.run(20)
    view.page.mouse.move(box["x"] + 76, box["y"] + 60)
    view.page.mouse.up()
    wishes = view.sent()
    assert [wish["do"] for wish in wishes] == ["draw"] * 3
    assert [wish["go"] for wish in wishes] == [False, True, True]
    assert wishes[0]["cells"] == [[5, 5]] and wishes[-1]["cells"][-1] == [7, 9]
    view.page.mouse.move(box["x"] + 160, box["y"] + 160)
    view.run(100)
    assert view.sent() == []


@pytest.mark.parametrize("live", [True, False])
def test_the_pad_takes_ink_where_python_is(stage, network, live):
    view = stage(views.draw_a_digit(network), live=live)
    pad = view.root.locator("canvas").first
    before = pad.evaluate("e => e.toDataURL()")
    pad.click(position={"x": 20, "y": 20})
    assert (pad.evaluate("e => e.toDataURL()") == before) is not live
    assert pad.evaluate("e => getComputedStyle(e).touchAction") == ("none" if live else "auto")
    assert view.root.locator(".mp-note", has_text="draw").is_visible() == live


def test_keys_go_through_a_list_of_answers_and_enter_or_leaving_it_answers(stage):
    view = stage(views.bug_clinic(predict=True))
    answers = view.root.locator("select[data-do=guess]")
    names = answers.locator("option").all_text_contents()
    answers.focus()
    view.press("ArrowDown", "ArrowDown", "ArrowDown")
    assert view.sent() == [] and "Enter" in view.root.locator("[data-part=say]").inner_text()
    view.press("Enter")
    assert view.sent() == [{"do": "guess", "value": names[3]}]
    view.press("Enter", "Tab")  # nothing else was chosen
    assert view.sent() == []
    answers.focus()
    view.press("ArrowUp", "Tab")
    assert view.sent() == [{"do": "guess", "value": names[2]}]
    answers.select_option(names[1])
    assert view.sent() == [{"do": "guess", "value": names[1]}]


def test_a_second_finger_does_not_tear_the_line(stage, network):
    view = stage(views.draw_a_digit(network))
    box = view.root.locator("canvas").first.bounding_box()
    hand = view.context.new_cdp_session(view.page)

    def touch(kind, *points):
        there = [
            {"x": box["x"] + 8 * x + 4, "y": box["y"] + 8 * y + 4, "id": n}
            for n, (y, x) in enumerate(points)
        ]
        hand.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": there})
        view.run(20)

    touch("touchStart", (2, 2))
    touch("touchStart", (2, 2), (20, 20))
    touch("touchMove", (3, 2), (25, 20))
    touch("touchMove", (4, 2), (28, 20))
    touch("touchEnd")
    cells = [cell for wish in view.sent() for cell in wish["cells"]]
    assert cells == [[2, 2], [3, 2], [4, 2]]


# ---- the keys that belong to JupyterLab


@pytest.mark.parametrize("make", [forward, views.walk_the_layers])
def test_what_passes_on_to_the_notebook(stage, make):
    view = stage(make(), size=(1280, 1200))
    view.page.evaluate("""() => {
        window.passed = [];
        window.addEventListener("keydown", e => window.passed.push(e.key));
    }""")
    first = view.root.locator("[data-cell][tabindex='0'], canvas").first
    first.focus()
    view.press("Escape")  # lets go of what the focus has picked, if anything
    view.page.evaluate("() => { window.passed = []; }")
    view.press("a", "b", "d", "m", "ArrowRight", "Home", "Tab")
    assert view.page.evaluate("window.passed") == []
    first.focus()
    view.press("Escape", "Escape", "Control+s", "Shift+Enter")
    passed = view.page.evaluate("window.passed")
    assert [key for key in passed if key not in ("Control", "Shift")][-3:] == [
        "Escape",
        "s",
        "Enter",
    ]


# ---- the end


@pytest.mark.parametrize("name", ["forward", "walk", "pad"])
def test_when_it_is_closed_nothing_goes_on(stage, network, name):
    made = {
        "forward": forward,
        "walk": views.walk_the_layers,
        "pad": lambda: views.draw_a_digit(network),
    }
    view = stage(made[name](), size=(1280, 1200), counting=True)
    first = view.root.locator("[data-cell][tabindex='0'], canvas").first
    first.focus()
    view.press("ArrowRight")
    if name != "pad":
        view.play("play").press("Enter")
        view.run(100)
    view.root.evaluate("() => window.model.send = message => window.sent.push(message)")
    view.root.locator("button[data-do], input[data-do]").first.click()
    running = "[...window.running.values()]"
    assert len(view.page.evaluate(running)) >= 2
    heard = "() => Object.values(window.heard).reduce((n, all) => n + all.size, 0)"
    assert view.page.evaluate(heard) >= 4
    view.page.evaluate("window.close_view()")
    assert view.page.evaluate(running) == [] and view.page.evaluate(heard) == 0
    view.sent()
    before, pick = view.root.inner_html(), view.page.evaluate("window.state.pick")
    box = first.bounding_box()
    view.page.mouse.click(box["x"] + 5, box["y"] + 5)
    view.press("ArrowRight", "ArrowDown", " ", "7", "Enter", "Escape")
    for control in view.root.locator("button:visible").all():
        control.click()
    view.run(10_000)
    assert view.root.inner_html() == before and view.sent() == []
    assert view.page.evaluate("window.state.pick") == pick and view.page.evaluate(running) == []


def test_closed_while_a_number_is_typed_nothing_is_sent(stage):
    view = stage(forward(), counting=True)
    view.cell("x:0,0").focus()
    view.press("7")
    view.page.evaluate("() => { window.close_view(); document.querySelector('main').remove(); }")
    view.run(1000)
    assert view.sent() == []
    assert view.page.evaluate("[...window.running.values()]") == []


def test_closed_while_something_arrives_nothing_starts(stage):
    view = stage(views.walk_the_layers(), counting=True)
    view.run(1000)
    view.page.evaluate("() => { window.tell('change:state'); window.close_view(); }")
    assert view.page.evaluate("[...window.running.values()]") == []


def test_the_walk_goes_through_one_grid(stage):
    view = stage(forward())
    stories = view.explorer.scene["links"]["stories"]
    for grid in dict.fromkeys(map(name_of, stories)):
        keys = [k for k in stories if name_of(k) == grid]
        view.cell(keys[0]).click()
        view.press("Escape")
        view.play("range").press("End")
        assert view.state()["selected"] == [keys[-1]]


# ---- the controls behind the dots, and what moves


def visible(view):
    return view.root.locator(".ex-bar > button:visible").all_inner_texts()


def test_five_controls_and_the_rest_behind_the_dots(stage):
    view = stage(views.explore_kernel_gradient([[1, 2], [3, 4]], [[1]]))
    assert visible(view) == ["◀ Back", "▶ Play", "Step ▶", "Predict", "…"]
    more = view.root.get_by_role("button", name="more controls")
    for use in (lambda: more.click(), lambda: more.press("Enter")):
        assert more.get_attribute("aria-expanded") == "false"
        use()
        assert more.get_attribute("aria-expanded") == "true"
        assert {"Pin", "Reset", "A+"} <= set(visible(view))
        more.press(" ")
        assert len(visible(view)) == 5


WINDOW = """root => [...root.querySelectorAll(".lk-window:not([hidden])")].map(e => {
    const reads = [...e.closest("[data-grid]").querySelectorAll(".lk-1, .lk-seen")];
    const boxes = reads.map(td => td.getBoundingClientRect()), mine = e.getBoundingClientRect();
    const far = (side, most) => Math.abs(most(...boxes.map(b => b[side])) - mine[side]);
    return [far("left", Math.min), far("top", Math.min), far("right", Math.max),
            far("bottom", Math.max)];
})"""
DURATION = "root => getComputedStyle(root.querySelector('.lk-window')).transitionDuration"


def test_the_window_frames_what_a_step_reads_and_slides(stage):
    view = stage(views.explore_forward(range_of(4), [[1, 2], [3, 4]]))
    view.page.emulate_media(reduced_motion="reduce")
    assert view.root.evaluate(DURATION) in ("0s", "0s, 0s, 0s")
    for key in ("net:0,0", "net:1,2", "x:1,1", "net:2,0"):
        view.cell(key).hover()
        (edges,) = view.root.evaluate(WINDOW)
        assert max(edges) <= 6
    view.page.emulate_media(reduced_motion="no-preference")
    assert view.root.evaluate(DURATION) == "0.2s"


def range_of(n):
    return [[n * i + j for j in range(n)] for i in range(n)]
