"""grids: the explorers on number grids driven from code and from the page; their switches."""

import json
import re

import numpy as np
import pytest

from cnnlib import views
from cnnlib.views.explorers.grids import Grids, ask_cells
from cnnlib.views.words import index_of, label, name_of
from tests.views.cases import CASES, every, key, make, random, stories
from tests.views.hands import wish

# ---- driven from code


@every
def test_select_takes_every_axis_and_forgives_leading_ones(case):
    explorer = make(case)
    target = explorer.scene["target"]
    last = tuple(n - 1 for n in explorer.numbers[target].shape)
    explorer.select(target, *last)
    assert explorer.pick == key(target, last)
    assert explorer.sentence == stories(explorer)[explorer.pick]["say"]
    explorer.select(target, 0, 0, *last)
    assert index_of(explorer.pick) == last
    explorer.step()
    assert index_of(explorer.pick) == last
    explorer.step(-1000)
    assert not any(index_of(explorer.pick))


@every
def test_what_is_selected_stays_so_through_a_change(case):
    explorer = make(case)
    target = explorer.scene["target"]
    last = tuple(n - 1 for n in explorer.numbers[target].shape)
    explorer.select(target, *last)
    name, a = next(iter(explorer._state.numbers.items()))
    explorer.edit(name, *np.zeros(a.ndim, int), 2.5)
    explorer.predict()
    explorer.reset()
    assert explorer.pick == key(target, last)


def test_what_is_gone_gives_the_selection_back_to_the_first_cell():
    explorer = views.explore_forward(np.eye(4), np.ones((2, 2)))
    explorer.select("net", 2, 2)
    explorer.set(stride=2)
    assert explorer.pick == "net:0,0" and explorer.sentence.startswith("net[0,0] is ")


def test_leading_axes_of_length_1_may_be_left_out():
    explorer = views.explore_forward(np.ones((1, 3, 3)), np.ones((1, 1, 2, 2)))
    explorer.select("net", 1, 1)
    assert explorer.pick == "net:0,1,1"
    explorer.edit("x", 2, 2, 7)
    assert explorer.numbers["x"][0, 2, 2] == 7


def test_step_walks_in_the_order_of_the_loops():
    explorer = views.explore_kernel_gradient(np.ones((2, 3, 3)), np.ones((2, 2, 2)))
    walk = []
    for _ in range(16):
        walk.append(index_of(explorer.pick))
        explorer.step()
    assert walk == list(np.ndindex(2, 2, 2, 2))


@every
def test_an_edit_recomputes_everything_and_reset_brings_all_back(case):
    explorer, functions = random(case, 5)
    before, html = explorer.numbers, explorer.scene["html"]
    name = list(explorer._state.numbers)[-1]
    place = tuple(n - 1 for n in explorer.numbers[name].shape)
    explorer.edit(name, *place, 9.5)
    now = explorer.numbers
    assert now[name][place] == 9.5 and np.sum(now[name] != before[name]) == 1
    for target, function in functions.items():
        assert np.allclose(now[target].ravel(), function(now).ravel())
    assert explorer.scene["html"] != html and ">9.5</td>" in explorer.scene["html"]
    explorer.reset()
    assert explorer.scene["html"] == html
    assert all(np.array_equal(a, before[n]) for n, a in explorer.numbers.items())


REFUSED = [
    (lambda e: e.edit("net", 0, 0, 1), r"net cannot be edited here; x, w can"),
    (lambda e: e.edit("x", 3, 0, 1), r"x\[3, 0\] is not a cell: x has shape \(3, 3\)"),
    (lambda e: e.edit("x", -1, 0, 1), r"x\[-1, 0\] is not a cell"),
    (lambda e: e.edit("x", 0, 1), r"x\[0\] is not a cell"),
    (lambda e: e.edit("x", 0, 0, float("nan")), "nan is not a finite number"),
    (lambda e: e.edit("x", 0, 0, "three"), r"“three” is not a number; x\[0,0\] stays 1\."),
    (lambda e: e.edit("x", 0, 0, [1]), r"\[1\] is not a finite number"),
    (lambda e: e.edit("x", 0, 0, True), "True is not a finite number"),
    (lambda e: e.select("net", 1, 0, 0), r"net\[1, 0, 0\] is not a cell: net has shape \(2, 2\)"),
    (lambda e: e.select("delta", 0, 0), "there is no delta here; x, w, net are"),
    (
        lambda e: e.select("w", 0, 0),
        r"w\[0,0\] is not a cell to select here; the cells of net, x are",
    ),
    (lambda e: e.set(ties="all"), "ties is no switch here; stride, padding is"),
    (lambda e: e.set(stride=0), "stride is 0, wanted at least 1"),
    (lambda e: e.guess("net", 0, 0, "x"), r"“x” is not a number; net\[0,0\] stays hidden"),
    (lambda e: e.guess(3), "which cell"),
]


@pytest.mark.parametrize("do, words", REFUSED, ids=[words for _, words in REFUSED])
def test_what_cannot_be_done_is_refused_in_words_and_nothing_is_lost(do, words):
    explorer = views.explore_forward(np.eye(3), np.ones((2, 2)))
    explorer.edit("x", 0, 1, 4.0)
    explorer.select("net", 1, 1)
    before = explorer.scene, explorer.pick, repr(explorer)
    with pytest.raises(ValueError, match=words):
        do(explorer)
    assert (explorer.scene, explorer.pick, repr(explorer)) == before
    assert explorer.numbers["x"][0, 1] == 4
    explorer.edit("x", 2, 2, 6.0)
    assert explorer.numbers["x"][0, 1] == 4


ONES = {n: np.ones((n, n)) for n in (1, 2, 3, 4, 9, 40)}


@pytest.mark.parametrize(
    "build, words",
    [
        (
            lambda: views.explore_forward(ONES[3], ONES[4]),
            "kernel 4x4 is larger than the padded input 3x3",
        ),
        (
            lambda: views.explore_forward(np.ones((2, 3, 3)), ONES[2]),
            "x has 2 channels, w expects 1",
        ),
        (
            lambda: views.explore_forward(np.ones(3), ONES[2]),
            r"x has shape \(3,\), wanted 2 axes or 3 axes",
        ),
        (
            lambda: views.explore_forward(ONES[3], ONES[2], b=[1, 2]),
            "b has 2 numbers, w has 1 filters",
        ),
        (
            lambda: views.explore_forward(np.full((3, 3), np.inf), ONES[2]),
            "x holds numbers that are not finite",
        ),
        (
            lambda: views.explore_forward(np.full((3, 3), 1e301), ONES[2]),
            "x would hold numbers beyond 1e[+]300",
        ),
        (
            lambda: views.explore_forward(np.ones((41, 3)), ONES[2]),
            r"x has shape \(41, 3\), wanted at most 40x40",
        ),
        (
            lambda: views.explore_forward(ONES[40], np.ones((5, 5))),
            "32,400 products are too many .* 12,000",
        ),
        (
            lambda: views.explore_input_gradient(ONES[2], ONES[2], padding=2),
            "padding .* leaves no input",
        ),
        (
            lambda: views.explore_input_gradient(ONES[2], ONES[2], input_size=4),
            "delta has shape .* wanted",
        ),
        (
            lambda: views.explore_input_gradient(ONES[9], ONES[2], matrix=True),
            "matrix C has 81x100 places",
        ),
        (lambda: views.explore_kernel_gradient(ONES[2], ONES[3]), "too large for x"),
        (
            lambda: views.explore_kernel_gradient(ONES[4], ONES[3], kernel_size=3),
            "delta has shape .*",
        ),
        (lambda: views.explore_bias_gradient(np.ones(4)), "delta has shape"),
        (
            lambda: views.explore_max_pooling(ONES[3], ties="last"),
            "ties is 'last', wanted one of first, all",
        ),
        (
            lambda: views.explore_max_pooling(ONES[3], ONES[3]),
            r"shape \(3, 3\), wanted \(2, 2\)",
        ),
        (
            lambda: views.explore_mean_pooling(np.ones((2, 2, 2))),
            r"x has shape \(2, 2, 2\), wanted 2 axes",
        ),
        (lambda: views.explore_mean_pooling(ONES[2], size=3), "3x3 is larger"),
    ],
)
def test_what_does_not_fit_is_refused_when_it_is_made(build, words):
    with pytest.raises(ValueError, match=words):
        build()


def test_what_holds_no_numbers_is_refused():
    with pytest.raises(TypeError, match="x holds"):
        views.explore_forward([["a"]], [[1]])


# ---- switches


def test_forward_steps_its_geometry():
    explorer = views.explore_forward(np.arange(25.0).reshape(5, 5), np.ones((3, 3)))
    names = [(c["name"], c["value"], c["options"]) for c in explorer.scene["controls"]]
    assert names == [("stride", "1", ["1", "2", "3"]), ("padding", "0", ["0", "1", "2"])]
    explorer.set(stride=2, padding=1)
    assert explorer.numbers["net"].shape == (3, 3)
    assert explorer.scene["controls"][0]["value"] == "2"
    explorer.set(stride=(2, 1))
    assert explorer.scene["controls"][0] == {
        "name": "stride",
        "label": "stride",
        "value": "(2, 1)",
        "options": ["(2, 1)", "1", "2", "3"],
    }
    assert wish(explorer, do="set", name="stride", value="3")["ok"]
    assert explorer.numbers["net"].shape == (2, 2)
    explorer.reset()
    assert explorer.numbers["net"].shape == (3, 3)
    assert explorer.scene["controls"][0]["value"] == "1"


def test_the_input_follows_stride_padding_and_remainder():
    ones = np.ones((3, 3))
    explorer = views.explore_stride_and_padding(ones, ones, (6, 6), stride=2, padding=1)
    assert [c["value"] for c in explorer.scene["controls"]] == ["2", "1", "1"]
    assert "remainder" not in str(stories(explorer))  # the row left over is one of padding
    explorer.set(padding=0)
    dropped = " is 0: no window reaches this row or column, it is the dropped remainder."
    for k, story in stories(explorer).items():
        left_over = name_of(k) == "grad_x" and 7 in index_of(k)
        assert left_over == story["say"].endswith(dropped)
    explorer.set(padding=1)
    for options, size in [
        ({"padding": 0}, 8),
        ({"remainder": 0}, 7),
        ({"stride": 3}, 9),
        ({"stride": 1, "remainder": 1}, 5),
    ]:
        explorer.set(**options)
        assert explorer.numbers["grad_x"].shape == (size, size)


def test_matrix_on_demand_and_its_refusal():
    explorer = views.explore_input_gradient(np.ones((3, 3)), np.ones((2, 2)))
    assert 'data-grid="C"' not in explorer.scene["html"]
    explorer.set(matrix="shown")
    assert 'data-grid="C"' in explorer.scene["html"]
    with pytest.raises(ValueError, match="matrix is 'perhaps', wanted one of hidden, shown"):
        explorer.set(matrix="perhaps")
    large = views.explore_input_gradient(np.ones((9, 9)), np.ones((2, 2)))
    before = large.scene
    with pytest.raises(ValueError, match="81x100 places, wanted at most 2,500"):
        large.set(matrix="shown")
    assert large.scene == before


# ---- predict first


@every
def test_predicting_hides_the_target_everywhere(case):
    explorer = make(case, 4)
    target, (name, a) = explorer.scene["target"], next(iter(explorer._state.numbers.items()))
    explorer.edit(name, *np.zeros(a.ndim, int), 3.25)
    explorer.predict()
    html = explorer.scene["html"]
    cells = re.findall(rf'<td data-cell="{target}:[\d,]+"([^>]*)>([^<]*)<', html)
    assert cells and {text for _, text in cells} == {"?"}
    assert all("data-guess" in marks and "#8882" in marks for marks, _ in cells)
    assert {name_of(k) for k in stories(explorer)} == {target}
    for k, story in stories(explorer).items():
        assert story["formula"] == f"{label(k)} = <b>?</b>" and story["asks"] == "cells"
        assert story["say"] == ask_cells(label(k), explorer.scene["source"])
        assert not story["terms"] and not story["seen"] and story["line"] == -1
        assert "show" not in story and "badge" not in story and not story["marked"]
    assert explorer.sentence == stories(explorer)[explorer.pick]["say"]
    explorer.predict(False)
    assert "data-guess" not in explorer.scene["html"]


@every
def test_a_right_guess_shows_a_wrong_one_does_not(case):
    explorer = make(case, 4)
    target = explorer.scene["target"]
    a = explorer.numbers[target]
    place = tuple(n - 1 for n in a.shape)
    name = f"{target}[{','.join(map(str, place))}]"
    assert explorer.guess(target, *place, 1.0) == f"{name} is not hidden."
    explorer.predict()
    assert explorer.guess(target, *place, a[place] + 12345.5).startswith("Not yet: ")
    assert explorer.scene["hidden"] == a.size
    assert explorer.guess(target, *place, a[place]).startswith(f"Right: {name} is ")
    assert explorer.scene["hidden"] == a.size - 1
    explorer.predict()
    explorer.show(target, *place)
    assert explorer.scene["hidden"] == a.size - 1
    explorer.show()
    assert explorer.scene["hidden"] == 0


def test_what_is_hidden_stays_hidden_through_edits_and_switches():
    explorer = views.explore_forward(np.eye(4), np.ones((2, 2)))
    explorer.predict()
    explorer.guess("net", 0, 0, 2)
    explorer.edit("x", 0, 0, 5)
    assert explorer.scene["hidden"] == 8 and ">6</td>" in explorer.scene["html"]
    for options, size in [({"stride": 2}, 4), ({"padding": 2}, 16), ({"stride": 1}, 49)]:
        explorer.set(**options)
        assert explorer.scene["hidden"] == explorer.numbers["net"].size == size
        assert explorer.scene["html"].count("data-guess") == size
    before = explorer.scene
    with pytest.raises(ValueError, match="wanted at least 1"):
        explorer.set(stride=0)
    assert explorer.scene == before


# ---- what the page asks for


@pytest.mark.parametrize("text", ["x", "", "1/0", "nan", "inf", "<b>1</b>", "1e999"])
def test_a_text_that_is_no_number_is_refused_beside_its_cell(text):
    explorer = views.explore_forward(np.eye(3), np.ones((2, 2)))
    before = explorer.scene
    answer = wish(explorer, do="edit", cell="x:0,0", text=text)
    why = f"“{text}” is not a number; x[0,0] stays 1."
    assert answer == {"id": None, "cell": "x:0,0", "why": why, "ok": False}
    assert explorer.scene == before


@pytest.mark.parametrize(
    "text, by, value",
    [("2,5", 0, 2.5), ("−3", 0, -3), ("1e2", 0, 100), ("4", 1, 5), (".5", -1, -0.5)],
)
def test_numbers_are_read_as_people_write_them(text, by, value):
    explorer = views.explore_forward(np.eye(3), np.ones((2, 2)))
    answer = wish(explorer, do="edit", cell="x:0,1", text=text, by=by)
    assert answer == {"id": None, "cell": "x:0,1", "why": "", "ok": True}
    assert explorer.numbers["x"][0, 1] == value


def test_a_guess_from_the_page_is_answered_at_its_cell():
    explorer = views.explore_forward(np.eye(3), np.ones((2, 2)))
    assert wish(explorer, do="predict")["ok"]
    answer = wish(explorer, do="guess", cell="net:0,0", text="x")
    assert answer["why"] == "“x” is not a number; net[0,0] stays hidden." and not answer["ok"]
    answer = wish(explorer, do="guess", id=3, cell="net:0,0", text="2")
    assert answer == {"id": 3, "cell": "net:0,0", "why": "Right: net[0,0] is 2.", "ok": True}
    assert wish(explorer, do="show", cell="net:0,1")["ok"] and explorer.scene["hidden"] == 2
    assert wish(explorer, do="predict")["ok"] and explorer.scene["hidden"] == 0
    assert wish(explorer, do="predict", value=True)["ok"] and explorer.scene["hidden"] == 4
    assert wish(explorer, do="show")["ok"] and explorer.scene["hidden"] == 0


@pytest.mark.parametrize(
    "message",
    [
        {},
        {"do": "fly"},
        {"do": "edit"},
        {"do": "edit", "cell": "x:9,9", "text": "1"},
        {"do": "show", "cell": "net"},
        {"do": "edit", "cell": "x:0,0", "text": None},
        {"do": "set", "name": "_tale", "value": "1"},
        {"do": "edit", "cell": "y", "text": "1"},
        {"do": "set", "name": "stride", "value": "many"},
        {"do": "edit", "cell": "net:0,0", "text": "1"},
        {"do": "edit", "cell": "x:0,0", "text": "1", "by": "1"},
        {"do": "reset", "and": "more"},
    ],
)
def test_a_strange_wish_is_refused_in_words(message):
    explorer = views.explore_forward(np.eye(3), np.ones((2, 2)))
    before = explorer.scene
    answer = wish(explorer, **message)
    assert answer["why"] and not answer["ok"] and explorer.scene == before


@every
def test_the_page_gets_plain_data(case):
    explorer = make(case)
    assert json.loads(json.dumps(explorer.scene)) == explorer.scene
    assert set(explorer.scene) == {"html", "links", "controls", "target", "source", "hidden"}
    assert json.loads(explorer.get_state("scene")["scene"]) == explorer.scene


@every
def test_the_repr_names_no_address_and_does_not_change(case):
    explorer = make(case)
    assert repr(explorer) == repr(make(case)) and not re.search("0x[0-9a-f]{6}", repr(explorer))
    assert explorer._scene.title in repr(explorer)


def test_every_explorer_on_grids_has_a_case(made):
    of_grids = {one._tale.__name__ for one in made.values() if isinstance(one, Grids)}
    assert of_grids == {make(case)._tale.__name__ for case in CASES}
