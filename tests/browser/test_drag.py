"""A number that is dragged up and down: the page sends how far, Python says what it becomes."""

import numpy as np

from cnnlib import views


def softmax():
    return views.explore_softmax([0.5, 1.0, -2.0], label=1)


def place(view, key):
    """The middle of a cell."""
    box = view.cell(key).bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def drag(view, key, *ways):
    """Press on a cell, and move the pointer up by each of `ways`, counted from the start."""
    x, y = place(view, key)
    view.page.mouse.move(x, y)
    view.page.mouse.down()
    for way in ways:
        view.page.mouse.move(x, y - way)
        view.run(20)


def test_a_score_follows_the_pointer_in_steps_and_what_it_becomes_python_says(stage):
    view = stage(softmax())
    drag(view, "s:1", 2)
    assert view.sent() == []  # a hand that trembles
    drag(view, "s:1", 13)
    assert view.sent() == [{"do": "edit", "cell": "s:1", "text": "1", "by": 0.2}]
    assert view.state()["lk-pick"] == ["s:1"]
    x, y = place(view, "s:1")
    view.page.mouse.move(x, y - 31)
    view.page.mouse.move(x, y + 31)
    view.run(40)
    assert view.sent() == []  # one wish at a time
    view.answer(view.ids[0] if view.ids else "", cell="s:1")
    view.page.mouse.up()


def test_what_comes_next_waits_for_the_answer_and_only_the_last_is_sent(stage):
    view = stage(softmax())
    drag(view, "s:2", 7)
    (wish,) = view.sent()
    (asked,) = view.ids
    x, y = place(view, "s:2")
    for way in (20, 40, -25):
        view.page.mouse.move(x, y - way)
        view.run(20)
    assert view.sent() == []
    view.explorer.edit("s", 2, -1.9)
    view.put()
    view.answer(asked, cell="s:2")
    view.run(40)
    (wish,) = view.sent()
    assert wish["text"] == "−2" and np.isclose(wish["by"], -0.4)
    view.page.mouse.up()


def test_a_drag_is_no_click_and_a_click_no_drag(stage):
    view = stage(softmax())
    drag(view, "s:0", 12)
    view.page.mouse.up()
    view.run(20)
    assert view.button("Pin").get_attribute("aria-pressed") == "false"
    assert len(view.sent()) == 1
    view.page.mouse.move(1, 1)
    view.cell("s:0").click()
    view.run(20)
    assert view.button("Let go").get_attribute("aria-pressed") == "true"
    view.page.mouse.move(300, 300)
    view.run(20)
    assert view.sent() == []


def test_other_grids_are_not_dragged(stage):
    view = stage(softmax())
    drag(view, "p:1", 40)
    view.page.mouse.up()
    assert view.sent() == []
    other = stage(views.explore_forward(np.eye(3), np.eye(2)))
    drag(other, "x:1,1", 40)
    other.page.mouse.up()
    assert other.sent() == []


def test_a_field_that_is_open_is_not_dragged(stage):
    view = stage(softmax())
    view.cell("s:1").dblclick()
    view.run(20)
    drag(view, "s:1", 30)
    view.page.mouse.up()
    assert view.sent() == [] and view.root.locator(".lk-edit").count() == 1


def test_the_arrow_keys_change_a_score_by_the_same_step_and_fractions_are_typed(stage):
    view = stage(softmax())
    view.cell("s:1").focus()
    view.press("F2", "ArrowUp", "ArrowDown")
    assert [wish["by"] for wish in view.sent()] == [0.1, -0.1]
    view.press("Escape")
    view.cell("s:1").focus()
    view.press("1", "/", "9", "Enter")
    assert view.sent() == [{"do": "edit", "cell": "s:1", "text": "1/9"}]


def test_a_finger_drags_and_does_not_scroll(stage):
    view = stage(softmax())
    assert view.cell("s:1").evaluate("td => getComputedStyle(td).touchAction") == "none"
    assert view.cell("p:1").evaluate("td => getComputedStyle(td).touchAction") == "auto"
    move = """([td, type, y]) => td.dispatchEvent(new PointerEvent(type, {
        bubbles: true, pointerId: 1, pointerType: "touch", clientX: 0, clientY: y, button: 0 }))"""
    td = view.cell("s:1").element_handle()
    # a made-up finger cannot be captured: that part is the mouse's test
    view.root.evaluate("root => { root.setPointerCapture = () => {}; }")
    for kind, y in (("pointerdown", 200), ("pointermove", 170)):
        view.page.evaluate(move, [td, kind, y])
    view.run(20)
    assert [wish["by"] for wish in view.sent()] == [0.5]
