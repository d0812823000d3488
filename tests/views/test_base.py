"""base: every explorer has one face, gives one answer to whatever the page sends, and changes
completely or not at all."""

import json
import math
import re

import numpy as np
import pytest
import traitlets
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cnnlib import views
from cnnlib.views.explorers.base import Explorer, State, cell_of, place_in
from cnnlib.views.explorers.canvas import Canvas, MapTale, Page
from cnnlib.views.maps import Stack
from tests.views.hands import first_frame, heard, seen, wish

NAMES = list(views.examples())
every = pytest.mark.parametrize("name", NAMES)
GRIDS = [name for name in NAMES if name.startswith("explore_")]
ASKED = [
    *GRIDS,
    "kernel_lab",
    "walk_the_layers",
    "gradient_check_lab",
    "bug_clinic",
    "sick_training",
]
VERBS = ("select", "step", "edit", "set", "predict", "guess", "show", "reset")


@pytest.fixture
def explorer(request, made):
    """The example of that name, brought back afterwards."""
    one = made[request.param]
    before = one.pick, getattr(one, "at", 0)
    yield one
    one.reset()
    one.pick = before[0]
    if hasattr(one, "at"):
        one.at = before[1]


def of(names):
    return pytest.mark.parametrize("explorer", names, indirect=True)


def some_cell(explorer):
    """(name, *index) of a cell that can be selected."""
    name = explorer._names()[0]
    return cell_of(explorer._walk(name)[-1])


# ---- one face


@of(NAMES)
def test_every_explorer_has_the_same_verbs(explorer):
    assert all(callable(getattr(explorer, verb)) for verb in VERBS)
    assert isinstance(explorer.sentence, str) and explorer.sentence.endswith(".")
    assert all(a.dtype == float for a in explorer.numbers.values())


def test_both_kinds_take_the_verbs_from_one_base():
    kinds = Explorer.__subclasses__()
    assert {kind.__name__ for kind in kinds} >= {"Grids", "Canvas"}
    shared = ("select", "edit", "predict", "guess", "show", "reset", "numbers", "_hear")
    for kind in kinds:
        assert all(getattr(kind, name) is getattr(Explorer, name) for name in shared)


@of([name for name in NAMES if name not in ("gradient_check_lab", "TrainingProgress")])
def test_select_and_step_go_from_cell_to_cell(explorer):
    name, *index = some_cell(explorer)
    walk = explorer._walk(name)
    explorer.select(name, *index)
    assert explorer.pick == walk[-1]
    if explorer._names() and not getattr(explorer, "state", {}).get("says", [""])[1:]:
        explorer.step()
        assert explorer.pick == walk[-1]  # the end holds
        explorer.step(-1)
        assert explorer.pick == walk[-2 if len(walk) > 1 else 0]
        explorer.step(-len(walk))
        assert explorer.pick == walk[0]


@of(NAMES)
def test_what_is_not_there_cannot_be_selected(explorer):
    before = seen(explorer)
    with pytest.raises(ValueError, match="there is no nothing here; .* are"):
        explorer.select("nothing", 0)
    for name, a in explorer.numbers.items():
        for index in (a.shape, (-1,) * a.ndim, (0.5,) * a.ndim, ("0",) * a.ndim, (1,) + (0,) * 9):
            with pytest.raises(ValueError, match=r"is not a cell: .* has shape|to select here"):
                explorer.select(name, *index)
    assert seen(explorer) == before


@of(["gradient_check_lab", "TrainingProgress"])
def test_where_there_are_no_cells_step_says_so(explorer):
    with pytest.raises(ValueError, match="no cells"):
        explorer.step()


@of(ASKED)
def test_predict_guess_and_show(explorer):
    before = seen(explorer)
    explorer.predict()
    hidden = seen(explorer)
    assert hidden != before and explorer._state.hidden
    explorer.show()
    assert not explorer._state.hidden
    if explorer.name if hasattr(explorer, "name") else "" == "bug_clinic":
        explorer.reset()
    explorer.predict()
    explorer.predict(False)
    assert not explorer._state.hidden


@of([name for name in NAMES if name not in ASKED])
def test_where_nothing_is_asked_predict_says_so(explorer):
    before = seen(explorer)
    with pytest.raises(ValueError, match="nothing to predict here"):
        explorer.predict()
    with pytest.raises(ValueError, match="nothing to guess here"):
        explorer.guess(1)
    explorer.show()
    explorer.predict(False)
    assert seen(explorer) == before


@of(NAMES)
def test_an_unknown_switch_and_an_array_that_is_no_input_are_refused(explorer):
    before = seen(explorer)
    with pytest.raises(ValueError, match=r"colour.* is no (switch|setting)"):
        explorer.set(colour="red")
    for arguments in (("grad_x", 0, 0, 1.0), ("nothing", 1), ()):
        with pytest.raises(ValueError, match="cannot be edited here|cannot be edited"):
            explorer.edit(*arguments or ("nothing",))
    with pytest.raises(
        ValueError, match="is not a number|A guess names|is no answer|nothing to guess"
    ):
        explorer.guess()
    assert seen(explorer) == before


@of([*GRIDS, "kernel_lab"])
@pytest.mark.parametrize(
    "text, value", [("2,5", 2.5), ("−3", -3), ("1/9", 1 / 9), (" １／４ ", 0.25), (7, 7.0)]
)
def test_one_way_to_read_a_number_for_code_and_page(explorer, text, value):
    name, a = next(iter(explorer._state.numbers.items()))
    place = (0,) * a.ndim
    explorer.edit(name, *place, text)
    assert explorer.numbers[name][place] == value
    explorer.reset()
    cell = f"{name}:{','.join(map(str, place))}"
    answer = wish(explorer, do="edit", id=1, cell=cell, text=text)
    assert answer == {"id": 1, "cell": cell, "why": "", "ok": True}
    assert explorer.numbers[name][place] == value
    wish(explorer, do="edit", cell=cell, text=text, by=-1)
    assert explorer.numbers[name][place] == value - 1


@of([*GRIDS, "kernel_lab"])
@pytest.mark.parametrize("text", ["x", "", "nan", "1e999", "1/0", "1e308*10", None, [1], True])
def test_what_is_no_number_is_refused_and_the_cell_keeps_its_own(explorer, text):
    before = seen(explorer)
    name, a = next(iter(explorer._state.numbers.items()))
    place = (0,) * a.ndim
    with pytest.raises(ValueError, match=r"is not a (finite )?number; .* stays .*\.$") as refusal:
        explorer.edit(name, *place, text)
    cell = f"{name}:{','.join(map(str, place))}"
    answer = wish(explorer, do="edit", id="a", cell=cell, text=text)
    assert answer == {"id": "a", "cell": cell, "why": str(refusal.value), "ok": False}
    assert seen(explorer) == before


@of([*GRIDS, "kernel_lab"])
@pytest.mark.parametrize("large", [1e308, -1.7e308, 1e301, "1e308", 10**308])
def test_a_number_that_would_overflow_is_refused(explorer, large):
    before = seen(explorer)
    name, a = next(iter(explorer._state.numbers.items()))
    place = (0,) * a.ndim
    with pytest.raises(ValueError, match="numbers beyond (1e[+]30|300)"):
        explorer.edit(name, *place, large)
    answer = wish(explorer, do="edit", cell=f"{name}:{','.join(map(str, place))}", text=str(large))
    assert not answer["ok"] and "numbers beyond" in answer["why"] and seen(explorer) == before


@of(["explore_forward", "explore_mean_pooling", "explore_input_gradient"])
def test_large_numbers_are_shown_as_long_as_they_can_be(explorer):
    name = next(iter(explorer._state.numbers))
    explorer.edit(name, 0, 0, 1e299)
    assert "e+2" in explorer.scene["html"] and first_frame(explorer)
    explorer.predict()
    assert "Not yet" in explorer.guess(*some_target(explorer), 5)


def some_target(explorer):
    return cell_of(explorer._walk(explorer.scene["target"])[0])


# ---- one tolerance


@of(GRIDS)
def test_a_guess_on_grids_is_right_to_four_digits(explorer):
    name, a = list(explorer._state.numbers.items())[-1]
    explorer.edit(name, *(0,) * a.ndim, 1 / 3)
    target = explorer.scene["target"]
    place = max(np.ndindex(explorer.numbers[target].shape), key=lambda p: odd(explorer, target, p))
    right = explorer.numbers[target][place]
    explorer.predict()
    for factor in (1.05, 0.95, 1.01, 0.998, 1.0011):
        assert explorer.guess(target, *place, right * factor).startswith("Not yet")
    assert explorer.guess(target, *place, f"{right:.4g}").startswith("Right")


def odd(explorer, name, place):
    """How far a number is from the next whole one."""
    value = explorer.numbers[name][place]
    return abs(value - round(value))


def test_a_guess_on_a_photograph_is_right_to_four_digits():
    lab = views.kernel_lab()
    lab.select("net", 0, 3, 5)
    right = float(lab.numbers["net"][0, 3, 5])
    for factor in (1.2, 0.81, 1.05, 0.98, 1.002, 0.9989):
        lab.predict()
        assert lab.guess(right * factor).startswith("Not yet") and lab._state.hidden
    assert lab.guess(f"{right:.4g}").startswith("Right")


@of(["walk_the_layers"])
def test_a_guess_on_maps_is_right_to_four_digits(explorer):
    explorer.predict()
    right = explorer._drawn.tale.p[5] - 1
    for factor in (1.2, 0.81, 1.05, 0.98, 1.002, 0.9989):
        assert explorer.guess(right * factor).startswith("Not yet")
    assert explorer.guess(f"{right:.4g}").startswith("Right")


# ---- what is handed over is copied


def changed(a):
    a[...] = 77
    return a


def test_arrays_that_are_given_may_change_later():
    rng = np.random.default_rng(0)
    x, w, delta = rng.random((4, 4)), rng.random((2, 2)), rng.random((3, 3))
    made = [
        (views.explore_forward(x, w, b=(b := np.ones(1))), [x, w, b]),
        (views.explore_kernel_gradient(x, delta), [x, delta]),
        (views.explore_input_gradient(delta, w), [delta, w]),
        (views.explore_stride_and_padding(delta, w), [delta, w]),
        (views.explore_bias_gradient(delta), [delta]),
        (views.explore_max_pooling(x, delta), [x, delta]),
        (views.explore_mean_pooling(x, delta), [x, delta]),
        (views.kernel_lab(k := rng.random((3, 3)), x, d := rng.random((2, 8, 8))), [k, x, d]),
    ]
    for explorer, arrays in made:
        before, kept = seen(explorer), [a.copy() for a in arrays]
        for a in arrays:
            changed(a)
        explorer.reset()
        explorer.set()
        assert seen(explorer) == before
        for a, old in zip(arrays, kept, strict=True):
            a[...] = old


def test_options_that_are_given_may_change_later():
    first, later = np.array([1, 2]), np.array([2, 1])
    explorer = views.explore_forward(np.ones((5, 5)), np.ones((2, 2)), stride=first)
    made = seen(explorer)
    explorer.set(stride=later)
    before = seen(explorer)
    changed(first)
    changed(later)
    explorer.set()
    assert seen(explorer) == before
    explorer.reset()
    assert seen(explorer) == made


def test_a_network_that_is_given_may_train_on():
    from cnnlib import datasets, digit_network

    network, image = digit_network(np.random.default_rng(0)), datasets.digits().test_x[0].copy()
    walk, pad = views.walk_the_layers(network, image, 5), views.draw_a_digit(network)
    recording = views.Recording(network, image, 5)
    network.forward(image)
    pad.draw([(4, 16), (28, 16)])
    assert np.array_equal(network.layers[0].x, image)  # the pad computes elsewhere
    walk.select("out:0", 3, 2, 5)  # its formula tells of weights and pixels
    drawn, before = (seen(walk), seen(pad)), [a.copy() for a in recording.frames[0].values()]
    changed(network.layers[0].weights)
    changed(image)
    for one in (walk, pad):
        one.pick = one.pick
        one._change()
    assert (seen(walk), seen(pad)) == drawn
    assert all(map(np.array_equal, recording.frames[0].values(), before))
    recording(1, network, 0.0)
    assert np.array_equal(recording.frames[1]["x"], recording.frames[0]["x"])


@of(NAMES)
def test_arrays_that_are_handed_out_are_copies(explorer):
    before = seen(explorer)
    for a in explorer.numbers.values():
        changed(a)
    assert seen(explorer) == before


# ---- one answer


def test_an_answer_comes_after_all_that_changed(made):
    explorer, sent = made["explore_forward"], []
    explorer.observe(lambda change: sent.append(change["name"]), ["scene", "pick"])
    explorer.send = lambda content, buffers=None: sent.append(content)
    explorer._hear({"do": "edit", "id": 4, "cell": "x:0,0", "text": "5"})
    explorer._hear({"do": "edit", "id": 5, "cell": "x:0,0", "text": "5"})  # nothing changes
    del explorer.send
    explorer.unobserve_all()
    explorer.reset()
    done = {"cell": "x:0,0", "why": "", "ok": True}
    assert sent == ["scene", {"id": 4, **done}, {"id": 5, **done}]


@pytest.mark.parametrize(
    "error, why",
    [
        (ValueError("too short"), "too short"),
        (TypeError("wanted a number"), "wanted a number"),
        (ValueError(), "ValueError: "),
        (KeyError("x"), "KeyError: 'x'"),
        (OverflowError("too large"), "OverflowError: too large"),
        (ZeroDivisionError(), "ZeroDivisionError: "),
        (MemoryError(), "MemoryError: "),
        (RuntimeWarning("overflow"), "RuntimeWarning: overflow"),
    ],
)
def test_whatever_goes_wrong_is_answered_in_words(error, why, made, monkeypatch):
    explorer = made["explore_forward"]

    def fail(*arguments):
        raise error

    monkeypatch.setattr(explorer, "reset", fail)
    assert wish(explorer, do="reset", id=0.5) == {"id": 0.5, "cell": "", "why": why, "ok": False}


def test_an_interrupted_wish_is_answered_too(made, monkeypatch):
    explorer, answers = made["explore_forward"], []

    def interrupt():
        raise KeyboardInterrupt

    monkeypatch.setattr(explorer, "reset", interrupt)
    monkeypatch.setattr(explorer, "send", answers.append)
    with pytest.raises(KeyboardInterrupt):
        explorer._hear({"do": "reset", "id": 1})
    assert answers == [{"id": 1, "cell": "", "why": "Python was interrupted.", "ok": False}]


@of(NAMES)
@pytest.mark.parametrize("message", [None, [], "reset", 5, {}, {"do": None}, {"do": ["reset"]}])
def test_what_is_no_wish_is_answered_in_words(explorer, message):
    before = seen(explorer)
    (answer,) = heard(explorer, message)
    assert answer["why"].endswith("is nothing that can be done here") and not answer["ok"]
    assert answer["id"] is None and seen(explorer) == before


@pytest.mark.parametrize(
    "sent, echoed", [(7, 7), ("a", "a"), (0.25, 0.25), (None, None), ([1], None), ({}, None)]
)
def test_an_answer_names_its_wish(sent, echoed, made):
    assert wish(made["explore_forward"], do="fly", id=sent)["id"] == echoed


def test_only_wishes_can_be_done_from_the_page(made):
    for do in ("__init__", "_change", "close", "predict.__func__", "", "send", "select"):
        answer = wish(made["explore_forward"], do=do)
        assert answer["why"] == f"{do!r} is nothing that can be done here"


# ---- completely or not at all


def test_a_state_that_cannot_be_drawn_is_not_taken_over(monkeypatch):
    explorer = views.explore_forward(np.eye(3), np.ones((2, 2)))
    before = seen(explorer), explorer._state, explorer._drawn

    def fail(*arguments, **options):
        raise RuntimeError("halfway")

    for place in ("frame", "json.dumps", "as_text"):
        with monkeypatch.context() as patch:
            patch.setattr(f"cnnlib.views.explorers.grids.{place}", fail)
            with pytest.raises(RuntimeError, match="halfway"):
                explorer.edit("x", 0, 0, 5)
            answer = wish(explorer, do="edit", cell="x:0,0", text="5")
            assert answer["why"] == "RuntimeError: halfway"
        assert (seen(explorer), explorer._state, explorer._drawn) == before


class Odd(Canvas):
    """A page of maps that fails when its switch says so."""

    def _tale(self, state):
        class Tale(MapTale):
            def page(self):
                if state.options["where"] == "page":
                    raise RuntimeError("halfway")
                kind = "pink" if state.options["where"] == "picture" else "plain"
                return Page("odd", [("", [Stack("a", np.ones((1, 2, 2)), kind=kind)])])

            def formula(self, name, place, at):
                return {"formula": 1 / 0}[name] if state.options["where"] == "formula" else None

        return Tale()


@pytest.mark.parametrize("where", ["page", "picture", "formula"])
def test_a_page_of_maps_is_taken_over_completely_or_not_at_all(where):
    explorer = Odd(State(options={"where": "nowhere"}))
    before = seen(explorer), explorer._state, explorer._drawn
    with pytest.raises((RuntimeError, ValueError, ZeroDivisionError)):
        explorer.set(where=where)
    assert not wish(explorer, do="where", value=where)["ok"]
    assert (seen(explorer), explorer._state, explorer._drawn) == before


@of(GRIDS)
@pytest.mark.parametrize("pick", ["", "x", "garbage:9", "x:99,99", "x:a,b", "x:-1,0", "::", ":,"])
def test_a_pick_that_is_not_there_is_not_taken_over(explorer, pick):
    before = seen(explorer)
    explorer.pick = pick
    assert seen(explorer) == before
    explorer.set_state({"pick": pick})  # as the page says it
    assert seen(explorer) == before
    explorer.step(0)
    assert seen(explorer) == before


@of([name for name in NAMES if name not in GRIDS])
@pytest.mark.parametrize("pick", ["x", "garbage:9", "net:0,99,99", "net:a,b", "x:-1,0,0", "::"])
def test_a_pick_outside_of_a_page_of_maps_picks_nothing(explorer, pick):
    before = first_frame(explorer), explorer.sentence
    explorer.pick = pick
    explorer.set_state({"pick": pick})
    assert explorer.picked == (None, None)
    explorer._change()
    assert (first_frame(explorer), explorer.sentence) == before


@of(["walk_the_layers", "training_theatre", "kernel_lab"])
@pytest.mark.parametrize("at", [-1, 10**6])
def test_the_first_and_the_last_step_hold(explorer, at):
    explorer.at = at
    says = explorer.state["says"]
    assert (
        explorer.at == (0 if at < 0 else len(says) - 1) and explorer.sentence == says[explorer.at]
    )
    explorer.set_state({"at": at})
    assert explorer.sentence == says[explorer.at] and first_frame(explorer)


def test_padding_cannot_make_more_than_can_be_pointed_at():
    x, w, delta = np.ones((3, 3)), np.ones((2, 2)), np.ones((2, 2))
    for explorer, options in [
        (views.explore_forward(x, w), {"padding": 50}),
        (views.explore_forward(x, w), {"padding": 10**9}),
        (views.explore_kernel_gradient(x, delta), {"padding": 50}),
        (views.explore_stride_and_padding(delta, w), {"stride": 50}),
        (views.explore_stride_and_padding(np.ones((20, 20)), w), {"stride": 3}),
        (views.explore_input_gradient(delta, w), {"stride": 10**9}),
        (views.explore_forward(x, w), {"stride": 2**63}),
        (views.explore_max_pooling(x), {"stride": 2**63}),
        (views.explore_mean_pooling(x), {"stride": 2**63}),
    ]:
        before = seen(explorer)
        with pytest.raises(ValueError, match="wanted at most 48"):
            explorer.set(**options)
        assert seen(explorer) == before
    views.explore_forward(np.ones((28, 28)), np.ones((3, 3))).set(padding=2)


@pytest.mark.parametrize(
    "shape, index, place",
    [
        ((3, 4), (1, 2), (1, 2)),
        ((1, 3, 4), (1, 2), (0, 1, 2)),
        ((1, 1, 3), (2,), (0, 0, 2)),
        ((3,), (0, 0, 2), (2,)),
        ((3, 4), (np.int64(1), np.uint8(2)), (1, 2)),
        ((), (), ()),
    ],
)
def test_leading_axes_of_length_1_may_be_left_out_or_given(shape, index, place):
    assert place_in("a", shape, index) == place


@pytest.mark.parametrize(
    "shape, index",
    [
        ((3, 4), (3, 0)),
        ((3, 4), (-1, 0)),
        ((2, 3), (1,)),
        ((3,), (1, 2)),
        ((3,), (1.0,)),
        ((3,), ()),
    ],
)
def test_what_is_no_place_is_refused(shape, index):
    with pytest.raises(ValueError, match=r"a\[.*\] is not a cell: a has shape \("):
        place_in("a", shape, index)


# ---- whatever comes

numbers = st.one_of(
    st.floats(),
    st.integers(-(10**400), 10**400),
    st.sampled_from(["1/9", "−2,5", "１", "nan", "1e308", "1e308*10", "", "x", "1/0", "1e−300"]),
    st.booleans(),
    st.none(),
    st.text(max_size=5),
    st.lists(st.integers(), max_size=2),
)
plain = st.recursive(
    st.none() | st.booleans() | st.floats(allow_nan=False) | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3)
    ),
    max_leaves=4,
)
dos = (
    "reset predict show set edit guess entry preset relu bug draw clear stride padding ties".split()
)
dos += "guess_cells show_cells".split()
dos += "remainder matrix upstream epsilon dtype compared kernel fly _hear __init__".split()
dos += ["label", "gradient"]


VALUES = [*"1 2 50 split shown ones blur grad_b".split(), "(2, 1)", "bias mean for sum", True]
SENSIBLE = {  # what the page sends with each wish
    "edit": {"cell", "text", "by"},
    "guess": {"cell", "text"},
    "guess_cells": {"cell", "cells"},
    "show_cells": {"cell"},
    "show": {"cell"},
    "set": {"name", "value"},
    "entry": {"at", "value", "by"},
    "draw": {"cells", "go"},
    "reset": set(),
    "predict": set(),
    "clear": set(),
}


@st.composite
def wishes(draw, explorer):
    """A message of the page: sometimes sensible, often nearly, or of any type at all."""
    if draw(st.integers(0, 9)) == 0:
        return draw(plain)
    arrays = explorer.numbers or {"x": np.zeros((2, 2))}
    name = draw(st.sampled_from([*arrays, "nothing"]))
    place = draw(st.lists(st.integers(-1, 3), min_size=0, max_size=4))
    cell = f"{name}:{','.join(map(str, place))}"
    parts = {
        "id": plain,
        "cell": st.just(cell) | st.text(max_size=4) | plain,
        "text": numbers,
        "value": numbers | st.sampled_from(VALUES),
        "by": st.sampled_from([0, 1, -1, math.inf, "1", None]),
        "name": st.sampled_from([*explorer._state.options, "colour"]),
        "at": st.sampled_from(["0,0", "2,2", "3,0", "", "a"]) | plain,
        "cells": st.lists(st.tuples(st.integers(-5, 40), st.integers(-5, 40)), max_size=3)
        | st.lists(st.sampled_from([cell, "x:0,0", "delta:0,1"]), max_size=3)
        | plain,
        "go": st.booleans(),
        plain_name: plain,
    }
    do = draw(st.sampled_from(dos))
    chosen = SENSIBLE.get(do, {"value"})
    if draw(st.integers(0, 4)) == 0:
        chosen = draw(st.sets(st.sampled_from(list(parts))))
    return {"do": do} | {part: draw(parts[part]) for part in chosen | {"id"}}


plain_name = "more"


def calls(explorer):
    """A verb of code with any arguments: (verb, arguments, options)."""
    cells = st.lists(st.sampled_from([*explorer.numbers, "nothing", 0, 1, 2, -1, 0.5]), max_size=5)
    values = numbers | st.sampled_from([1, 2, 3, 50, (2, 1), "split", "ones", "1", True])
    options = st.dictionaries(
        st.sampled_from([*explorer._state.options, "colour"]), values, max_size=2
    )
    return st.one_of(
        st.tuples(st.sampled_from(["select", "show", "show_cells"]), cells, st.just({})),
        st.tuples(
            st.sampled_from(["edit", "guess"]),
            st.builds(list.__add__, cells, numbers.map(lambda n: [n])),
            st.just({}),
        ),
        st.tuples(
            st.just("guess_cells"),
            st.builds(list.__add__, cells, st.lists(cells | plain, min_size=1, max_size=1)),
            st.just({}),
        ),
        st.tuples(st.just("set"), st.just([]), options),
        st.tuples(st.just("step"), st.lists(numbers, max_size=1), st.just({})),
        st.tuples(st.sampled_from(["predict", "reset"]), st.just([]), st.just({})),
    )


picks = st.text(max_size=12) | st.from_regex(r"(x|net|delta|out:0|away):-?\d,\d(,\d)?")
FUZZ = settings(
    max_examples=15,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


def kept(explorer):
    """All that a refusal leaves as it was; quick to take and to compare."""
    arrays = {name: a.tolist() for name, a in explorer._state.numbers.items()}
    names = [name for name in explorer.keys if not name.startswith("_")]
    traits = {name: getattr(explorer, name) for name in names}
    waiting = explorer._state.hidden, explorer._state.unplaced
    return explorer._state.options, arrays, waiting, explorer._drawn, traits


@of(NAMES)
@FUZZ
@given(data=st.data())
def test_whatever_the_page_sends_has_one_answer_and_a_refusal_changes_nothing(explorer, data):
    for _ in range(4):
        before = kept(explorer)
        (answer,) = heard(explorer, data.draw(wishes(explorer)))
        assert set(answer) == {"id", "cell", "why", "ok"} and json.dumps(answer)
        assert isinstance(answer["cell"], str) and isinstance(answer["why"], str)
        assert answer["ok"] or answer["why"] and kept(explorer) == before
        assert not re.match("[A-Z][a-z]+Error", answer["why"])  # refused, and not stumbled over
    assert first_frame(explorer)


@of(NAMES)
@FUZZ
@given(data=st.data())
def test_whatever_code_says_a_refusal_changes_nothing(explorer, data):
    for _ in range(4):
        before = kept(explorer)
        verb, arguments, options = data.draw(calls(explorer))
        try:
            getattr(explorer, verb)(*arguments, **options)
        except (ValueError, TypeError) as error:
            assert str(error) and kept(explorer) == before
    assert first_frame(explorer)


@of(NAMES)
@FUZZ
@given(pick=picks, at=st.integers())
def test_whatever_is_picked_can_be_shown(explorer, pick, at):
    explorer.pick = pick
    explorer.set_state({"pick": pick, **({"at": at} if hasattr(explorer, "at") else {})})
    assert first_frame(explorer)
    explorer._change()
    assert first_frame(explorer)


def test_a_step_is_a_number_whatever_equals_it(made):
    """A truth value that indexes an array gives it an axis more."""
    explorer = made["training_theatre"]
    data = {"method": "update", "state": {"at": True}, "buffer_paths": []}
    explorer.at = 1
    explorer._handle_msg({"content": {"data": data}, "buffers": []})
    assert type(explorer.at) is int and explorer.at == 1 and first_frame(explorer)
    explorer.at = 0


@of(NAMES)
@FUZZ
@given(value=plain)
def test_a_pick_or_a_step_of_any_type_leaves_a_picture(explorer, value):
    for name in ("pick", "at"):
        data = {"method": "update", "state": {name: value}, "buffer_paths": []}
        before = explorer.pick, getattr(explorer, "at", None)
        try:
            explorer._handle_msg({"content": {"data": data}, "buffers": []})
        except traitlets.TraitError:
            assert (explorer.pick, getattr(explorer, "at", None)) == before
        assert first_frame(explorer) and explorer.sentence
