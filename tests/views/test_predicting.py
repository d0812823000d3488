"""Predict on number grids: first which cells take part, then how much; slips called by name."""

import itertools

import numpy as np
import pytest

from cnnlib import ops, views
from cnnlib.views import frames
from cnnlib.views.words import index_of, name_of
from tests.views.cases import every, key, make, stories
from tests.views.hands import first_frame, seen, wish

three_seeds = pytest.mark.parametrize("seed", range(3))

# ---- the right cells


@every
@three_seeds
def test_the_cells_that_take_part_are_those_that_change_the_number(case, seed):
    explorer, functions = case(np.random.default_rng(seed))
    tale = explorer._drawn.tale
    numbers, compute = explorer.numbers, functions[tale.target]
    before = compute(numbers)
    met = {k: set() for k in tale.keys(tale.target)}
    for place in np.ndindex(numbers[tale.source].shape):
        other = numbers[tale.source].copy()
        other[place] += 1
        changed = np.abs(compute(numbers | {tale.source: other}) - before) > 1e-9
        changed = changed.reshape(numbers[tale.target].shape)
        for receiver in map(tuple, np.argwhere(changed).tolist()):
            met[key(tale.target, receiver)].add(key(tale.source, place))
    assert met == {k: tale.taking_part(k) for k in met}


@every
def test_the_right_cells_bring_the_second_question(case):
    explorer = make(case, 5)
    tale = explorer._drawn.tale
    explorer.predict()
    for k in tale.keys(tale.target):
        explorer.select(name_of(k), *index_of(k))
        cells = [index_of(cell) for cell in tale.taking_part(k)]
        assert explorer.sentence.startswith(f"Which cells of {tale.source} take part in ")
        assert explorer.guess_cells(name_of(k), *index_of(k), cells).startswith("Right: ")
        assert explorer.sentence.startswith("How much is ")
        story = stories(explorer)[k]
        assert story["asks"] == "number" and set(story["marked"]) == tale.taking_part(k)
        assert not story["terms"] and story["line"] == -1
        right = explorer.numbers[tale.target][index_of(k)]
        assert explorer.guess(name_of(k), *index_of(k), right).startswith("Right: ")
        assert stories(explorer)[k]["terms"] or not tale.taking_part(k)


@every
def test_what_is_asked_is_not_told_by_another_cell(case):
    explorer = make(case, 6)
    tale = explorer._drawn.tale
    told = stories(explorer)
    explorer.predict()
    assert {name_of(k) for k in stories(explorer)} == {tale.target}
    first, *others = tale.keys(tale.target)
    explorer.show(name_of(first), *index_of(first))
    shown = stories(explorer)[first]
    assert shown == {part: told[first][part] for part in told[first] if part != "show"}
    assert all("asks" in stories(explorer)[k] for k in others)


@every
def test_an_explorer_may_begin_hidden(case):
    known = make(case, 7)
    target = known._drawn.tale.target
    known.predict()
    tale = known._tale
    made = views.explorers.grids.Grids(
        tale, known._state.numbers, predict=True, **known._state.options
    )
    assert made._state.hidden == made._state.unplaced == set(known._drawn.tale.keys(target))
    assert first_frame(made) == first_frame(known)
    made.show()
    assert not made._state.hidden
    made.reset()
    assert made._state.hidden == made._state.unplaced == known._state.hidden


def test_every_explorer_on_grids_can_be_made_hidden():
    x, w, delta = np.eye(4), [[1, 2], [3, 4]], np.ones((3, 3))
    made = [
        views.explore_forward(x, w, predict=True),
        views.explore_input_gradient(delta, w, predict=True),
        views.explore_stride_and_padding(delta, w, predict=True),
        views.explore_kernel_gradient(x, delta, predict=True),
        views.explore_bias_gradient(delta, predict=True),
        views.explore_max_pooling(x, predict=True),
        views.explore_mean_pooling(x, predict=True),
        views.explore_columns(x, w, predict=True),
        views.explore_softmax([1, 2], predict=True),
    ]
    for explorer in made:
        frame = first_frame(explorer)
        assert explorer.scene["hidden"] == explorer.numbers[explorer.scene["target"]].size
        assert ">?<" in frame and "data-line" not in frame
        assert not any(mark in frame for mark in frames.LIT[1:])


def test_a_sum_does_not_tell_what_is_hidden():
    explorer = views.explore_max_pooling(np.eye(3), predict=True)
    assert "sum of grad_out 10, sum of grad_x ?<" in explorer.scene["html"]
    explorer.show()
    assert "sum of grad_out 10, sum of grad_x 10<" in explorer.scene["html"]


# ---- wrong cells


def answer_to(explorer, k, cells):
    return explorer.guess_cells(name_of(k), *index_of(k), [index_of(cell) for cell in cells])


@every
def test_every_known_slip_is_called_by_its_name(case):
    assert sum(slips_called_by_name(make(case, seed)) for seed in range(5)) > 5


def slips_called_by_name(explorer):
    """How many wrong sets were called by their names, which all of them must be."""
    explorer.predict()
    tale, named = explorer._drawn.tale, 0
    for k in tale.keys(tale.target):
        slips = [slip for slip in tale.wrong_cells(k) if slip[1]]
        for _, cells in slips:
            first = next(name for name, others in slips if others == cells)
            if cells != tale.taking_part(k):
                answer = answer_to(explorer, k, cells)
                assert answer == f"Not yet: these cells are met when {first}."
                named += 1
    return named


def test_a_set_without_a_name_is_compared():
    explorer = views.explore_forward(np.ones((4, 4)), np.ones((2, 2)), predict=True)
    cases = {
        (): "Not yet: you marked none, and there are cells that take part.",
        ((0, 0), (0, 1)): "Not yet: these 2 cells take part, but others are missing.",
        ((0, 1),): "Not yet: this cell takes part, but others are missing.",
        ((0, 0), (3, 3)): "Not yet: of your 2 cells only 1 takes part, and others are missing.",
        ((0, 0), (0, 1), (1, 0), (1, 1), (2, 2)): "Not yet: of your 5 cells only 4 take part.",
        ((3, 3),): "Not yet: none of your cells takes part.",
    }
    for cells, words in cases.items():
        assert explorer.guess_cells("net", 0, 0, cells) == words


S, P = (2, 3), (1, 2)


def onehot(shape, place):
    a = np.zeros(shape)
    a[place] = 1
    return a


def places(name, a):
    return {key(name, tuple(place)) for place in np.argwhere(a).tolist()}


def slips_of(explorer, k):
    """{slip: its cells}, the first of each name."""
    found = {}
    for slip, cells in explorer._drawn.tale.wrong_cells(k):
        found.setdefault(slip, cells)
    return found


def window(place, size, K, stride, padding):
    """The cells of x that output `place` reads, by the way back."""
    out = tuple((n + 2 * p - k) // s + 1 for n, k, s, p in zip(size, K, stride, padding))
    grad = ops.conv2d_grad_x(
        onehot((1, 1, *out), (0, 0, *place)), np.ones((1, 1, *K)), size, stride, padding
    )
    return places("x", grad[0, 0])


def test_slips_of_the_forward_cells_are_what_they_say():
    size, K = (7, 9), (3, 2)
    explorer = views.explore_forward(np.ones(size), np.ones(K), S, P)
    slips, (i, j) = slips_of(explorer, "net:2,1"), (2, 1)

    def of(place, s=S, p=P):
        return window(place, size, K, s, p)

    assert explorer._drawn.tale.taking_part("net:2,1") == of((i, j))
    assert slips["the stride is forgotten"] == of((i, j), s=(1, 1))
    no_padding = {f"x:{i * 2 + u},{j * 3 + v}" for u, v in np.ndindex(K)}
    assert slips["the padding is forgotten"] == no_padding
    assert slips["rows and columns are exchanged (transposed)"] == of((j, i))
    H, W = explorer.numbers["net"].shape
    assert slips["it is counted from the far corner (turned)"] == of((H - 1 - i, W - 1 - j))
    assert slips["only the cell of x at the same place is taken"] == {"x:2,1"}
    middle = {f"x:{i * 2 + u - 1},{j * 3 + v}" for u, v in np.ndindex(K)}
    assert slips["the cell is taken for the middle of its window"] == middle
    off = [cells for slip, cells in explorer._drawn.tale.wrong_cells("net:2,1") if "off" in slip]
    for a, b in itertools.product((-1, 0, 1), repeat=2):
        assert i + a >= H or of((i + a, j + b)) in off


def test_slips_of_the_kernel_s_cells_are_what_they_say():
    size, out, K = (7, 9), (4, 4), (3, 2)
    x, delta = np.ones(size), np.ones(out)
    explorer = views.explore_kernel_gradient(x, delta, S, (1, 1), K)
    slips = slips_of(explorer, "grad_w:1,0")

    def met(u, v, s=S, p=(1, 1)):
        rows = [i * s[0] + u - p[0] for i in range(out[0])]
        columns = [j * s[1] + v - p[1] for j in range(out[1])]
        inside = itertools.product(rows, columns)
        return {f"x:{y},{z}" for y, z in inside if 0 <= y < size[0] and 0 <= z < size[1]}

    assert explorer._drawn.tale.taking_part("grad_w:1,0") == met(1, 0)
    assert slips["the stride is forgotten"] == met(1, 0, s=(1, 1))
    assert slips["the padding is forgotten"] == met(1, 0, p=(0, 0))
    assert slips["the window of net at the same place is taken"] == window(
        (1, 0), size, K, S, (1, 1)
    )
    assert slips["rows and columns are exchanged (transposed)"] == met(0, 1)
    assert slips["it is counted from the far corner (turned)"] == met(1, 1)


def test_slips_of_the_cells_of_delta_are_what_they_say():
    delta, w = np.ones((3, 4)), np.ones((3, 2))
    explorer = views.explore_stride_and_padding(delta, w, stride=(2, 1), padding=(1, 0))
    y, z = 2, 1
    slips = slips_of(explorer, f"grad_x:{y},{z}")

    def met(sign=1, s=(2, 1), p=(1, 0)):
        found = set()
        for (i, j), (u, v) in itertools.product(np.ndindex(3, 4), np.ndindex(3, 2)):
            if (i * s[0] + sign * u, j * s[1] + sign * v) == (y + p[0], z + p[1]):
                found.add(f"delta:{i},{j}")
        return found

    assert explorer._drawn.tale.taking_part(f"grad_x:{y},{z}") == met()
    assert slips["the kernel is not turned"] == met(sign=-1)
    assert slips["the stride is forgotten"] == met(s=(1, 1))
    assert slips["the padding is forgotten"] == met(p=(0, 0))


def test_slips_of_the_cells_of_grad_out_are_what_they_say():
    x = [[1, 5, 0], [5, 2, 0], [0, 0, 0]]
    explorer = views.explore_max_pooling(x, size=2, stride=1)
    tale = explorer._drawn.tale
    assert tale.taking_part("grad_x:0,1") == {"grad_out:0,0", "grad_out:0,1"}
    slips = slips_of(explorer, "grad_x:1,0")  # it ties in window 0,0 and wins window 1,0
    assert tale.taking_part("grad_x:1,0") == {"grad_out:1,0"}
    both = {"grad_out:0,0", "grad_out:1,0"}
    assert slips["a tie is settled by another rule (all)"] == both
    assert slips["every window that reads the cell is taken, won or not"] == both
    last = slips_of(explorer, "grad_x:0,1")["only the last window that it won is taken"]
    assert last == {"grad_out:0,1"}
    mean = slips_of(views.explore_mean_pooling(x, size=2, stride=1), "grad_x:0,1")
    name = "only windows where the cell is the largest are taken, as in max pooling"
    assert mean[name] == {"grad_out:0,0", "grad_out:0,1"}
    assert mean["only one of its windows is taken"] == {"grad_out:0,1"}
    far = views.explore_mean_pooling([[0, 0, 0], [0, 0, 0], [5, 0, 0]], size=(1, 3), stride=(2, 1))
    assert slips_of(far, "grad_x:2,0")[name] == {"grad_out:1,0"}


def test_slips_of_the_bias_are_what_they_say():
    explorer = views.explore_bias_gradient(np.ones((2, 1, 2)))
    slips = slips_of(explorer, "grad_b:1")
    first, second = ({f"delta:{f},0,{j}" for j in range(2)} for f in range(2))
    assert explorer._drawn.tale.taking_part("grad_b:1") == second
    assert slips["another filter is taken"] == first
    assert slips["the deltas of all filters are taken"] == first | second


# ---- what is no answer


@pytest.mark.parametrize(
    ("cells", "words"),
    [
        (3, "3 are no cells, wanted a list of places in x"),
        ("x:0,0", "'x:0,0' are no cells, wanted a list of places in x"),
        ([3], r"3 is no place, wanted one such as \(0, 1\)"),
        ([(0, 9)], r"x\[0, 9\] is not a cell: x has shape \(3, 3\)"),
        ([(0, "a")], "is not a cell"),
        (["net:0,0"], "cells of x are asked for, not of net"),
        (["x:"], "is no cell"),
        (None, "None are no cells"),
    ],
)
def test_what_are_no_cells_is_refused_in_words(cells, words):
    explorer = views.explore_forward(np.ones((3, 3)), np.ones((2, 2)), predict=True)
    before = seen(explorer)
    with pytest.raises(ValueError, match=words):
        explorer.guess_cells("net", 0, 0, cells)
    answer = wish(explorer, do="guess_cells", cell="net:0,0", cells=cells)
    assert not answer["ok"] and answer["why"]
    assert seen(explorer) == before


def test_cells_are_asked_of_the_target_only_and_once():
    explorer = views.explore_forward(np.ones((3, 3)), np.ones((2, 2)))
    cells = [(0, 0), (0, 1), (1, 0), (1, 1)]
    assert explorer.guess_cells("net", 0, 0, cells) == "The cells of net[0,0] are not asked for."
    explorer.predict()
    with pytest.raises(ValueError, match="cells are asked for of net, not of x"):
        explorer.guess_cells("x", 0, 0, cells)
    with pytest.raises(ValueError, match="which cell"):
        explorer.guess_cells(cells)
    explorer.guess_cells("net", 0, 0, cells)
    assert explorer.guess_cells("net", 0, 0, cells) == "The cells of net[0,0] are not asked for."
    with pytest.raises(ValueError, match="no cells are asked for here"):
        views.walk_the_layers().guess_cells([])


def test_the_page_asks_in_keys_and_may_skip():
    explorer = views.explore_forward(np.ones((3, 3)), np.ones((2, 2)), predict=True)
    wrong = wish(explorer, do="guess_cells", cell="net:1,1", cells=["x:1,1"])
    assert wrong["ok"] and wrong["why"].startswith(
        "Not yet: these cells are met when only the cell"
    )
    cells = ["x:1,1", "x:1,2", "x:2,1", "x:2,2"]
    right = wish(explorer, do="guess_cells", cell="net:1,1", cells=cells)
    assert right["why"] == "Right: these 4 cells take part."
    assert wish(explorer, do="show_cells", cell="net:0,0")["ok"]
    assert stories(explorer)["net:0,0"]["asks"] == "number"
    assert wish(explorer, do="guess", cell="net:0,1", text="4")["why"].startswith("Right")
    assert "asks" not in stories(explorer)["net:0,1"]
    explorer.show_cells()
    assert not explorer._state.unplaced and explorer._state.hidden
