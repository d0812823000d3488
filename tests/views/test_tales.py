"""The tales of the explorers on number grids: highlights proven by derivatives, formulas by
arithmetic, sentences by counting."""

import math
import re

import numpy as np
import pytest

from cnnlib import ops, views
from cnnlib.views import style
from cnnlib.views.words import index_of, name_of
from tests.views.cases import (
    CASES,
    MINUS,
    as_float,
    carried,
    cells,
    every,
    forward,
    full,
    grids,
    input_gradient,
    kernel_gradient,
    key,
    make,
    max_pooling,
    number,
    pool,
    random,
    softmax,
    stories,
    stride_and_padding,
    whole,
    with_matrix,
)

seeds = lambda count: pytest.mark.parametrize("seed", range(count))  # noqa: E731 - a short name
cases = lambda *some: pytest.mark.parametrize("case", some, ids=lambda case: case.__name__)  # noqa: E731 - a short name


def keys(name, mask):
    """The keys of the cells where a mask is true."""
    return {key(name, place) for place in np.argwhere(mask).tolist()}


def jacobian(function, numbers, name):
    """The numerical derivative of every result by every number of one array: (results, *shape)."""
    a, columns = numbers[name], []
    for place in np.ndindex(a.shape):
        step = np.zeros_like(a)
        step[place] = 0.25  # exact: every one of these functions is linear in each array
        up, down = (function(numbers | {name: a + sign * step}).ravel() for sign in (1, -1))
        columns.append((up - down) / 0.5)
    return np.stack(columns, 1).reshape(-1, *a.shape)


def told_of(explorer, name):
    """The stories of the cells of one array, by key."""
    return {k: story for k, story in stories(explorer).items() if name_of(k) == name}


# ---- highlights


@every
@seeds(12)
def test_what_lights_up_is_what_has_a_derivative(case, seed):
    explorer, functions = random(case, seed)
    numbers, edited = explorer.numbers, set(explorer._state.numbers)
    for target, function in functions.items():
        found = numbers[target]
        assert np.allclose(function(numbers).reshape(found.shape), found)
        for name in edited:
            slopes = jacobian(function, numbers, name)
            for k, slope in zip(cells(target, found.shape), slopes, strict=True):  # gather
                assert {c for c in carried(explorer, k) if name_of(c) == name} == keys(name, slope)
            for place in np.ndindex(numbers[name].shape):  # scatter: the source is selected
                if key(name, place) in stories(explorer):
                    sent = {c for c in carried(explorer, key(name, place)) if name_of(c) == target}
                    slope = slopes[(slice(None), *place)].reshape(found.shape)
                    assert sent == keys(target, slope)


@every
def test_the_target_and_its_sources_can_be_selected_in_all_their_cells(case):
    """The second factor of a product only points at its terms: so there is something to point
    with."""
    explorer = make(case)
    names = {name_of(k) for k in stories(explorer)}
    second = {"x" if case is kernel_gradient else "w"}
    assert names >= set(explorer._state.numbers) - second | {explorer.scene["target"]}
    for name in names:
        assert len(told_of(explorer, name)) == explorer.numbers[name].size


@seeds(6)
def test_max_pooling_reads_the_whole_window_and_one_cell_carries(seed):
    rng = np.random.default_rng(seed)
    (K_H, K_W), (s_v, s_h), size, grad_out = pool(rng)
    x = whole(rng, *size)
    explorer = views.explore_max_pooling(x, grad_out, (K_H, K_W), (s_v, s_h))
    for i, j in np.ndindex(grad_out.shape):
        mask = np.zeros(size, bool)
        mask[i * s_v : i * s_v + K_H, j * s_h : j * s_h + K_W] = True
        seen = stories(explorer)[f"out:{i},{j}"]["seen"]
        winner = np.argmax(x[mask])  # the first of equals, in reading order
        assert set(seen) == keys("x", mask) and len(seen) == mask.sum()
        assert carried(explorer, f"out:{i},{j}") == {sorted(seen, key=index_of)[winner]}
        for place in np.argwhere(mask).tolist():
            assert f"out:{i},{j}" in stories(explorer)[key("x", place)]["seen"]


@cases(forward, kernel_gradient)
@seeds(4)
def test_lit_padding_is_what_the_window_covers(case, seed):
    """With its padding a window has all its cells.

    What is lit in each padded grid is one kernel's worth of places.
    """
    explorer = make(case, seed)
    padded = grids(explorer, "x")
    spread = "w" if case is forward else "delta"
    count = np.prod(explorer.numbers[spread].shape[-2:])
    for k, story in told_of(explorer, explorer.scene["target"]).items():
        lit = carried(explorer, k) | set(story["seen"])
        channels = [sum(str(c) in lit for c in grid.keys.flat) for grid in padded]
        empty = sum(c in story["seen"] for c in padded[0].keys.flat)
        assert count in channels and set(channels) <= {count, empty}


@cases(input_gradient, stride_and_padding)
@seeds(8)
def test_what_stands_side_by_side_gives_the_gradient(case, seed):
    """The turned kernels slide over the spread deltas as they are drawn: stride 1, no padding."""
    explorer = case(np.random.default_rng([seed, 3]))[0]
    wide = np.stack([grid.numbers for grid in grids(explorer, "delta_wide")])
    w = full(explorer.numbers["w"])
    turned = w[:, :, ::-1, ::-1].transpose(1, 0, 2, 3)
    found = ops.conv2d(wide[None], turned, np.zeros(len(turned)))[0]
    assert np.allclose(found.ravel(), explorer.numbers["grad_x"].ravel())
    kernels = w.reshape(-1, *w.shape[2:])[:, ::-1, ::-1]
    for grid, kernel in zip(grids(explorer, "w_rot"), kernels, strict=False):
        assert np.array_equal(grid.numbers, kernel)
        named = [explorer.numbers["w"][index_of(str(k))] for k in grid.keys.flat]
        assert named == kernel.ravel().tolist()
    for k, story in told_of(explorer, "grad_x").items():
        lit, (top, left) = carried(explorer, k) | set(story["seen"]), index_of(k)[-2:]
        for grid in grids(explorer, "delta_wide"):
            places = [p for p in np.ndindex(grid.numbers.shape) if str(grid.keys[p]) in lit]
            assert places == [(top + u, left + v) for u, v in np.ndindex(*w.shape[2:])]


# ---- formulas


def plain(html):
    """A formula as Python would write it."""
    return re.sub("<[^>]+>", "", html).replace(MINUS, "-").replace("·", "*")


def arithmetic(text):
    """What a formula adds up to."""
    assert re.fullmatch(r"-?((max|exp|log)\()?[-\d.e+*/(), \n]+", text), text
    known = {"max": lambda *v: max(v), "exp": math.exp, "log": math.log}
    return eval(text.replace("\n", " "), {"__builtins__": {}}, known)


@every
@seeds(6)
def test_the_formula_is_true(case, seed):
    explorer = make(case, seed)
    for k, story in stories(explorer).items():
        value = explorer.numbers[name_of(k)][index_of(k)]
        head, text = plain(story["formula"]).split(" = ", 1)
        assert head == k.replace(":", "[") + "]"
        if " goes to " in text:
            shown, sent = text.split(" goes to ")
            assert float(shown) == pytest.approx(value, rel=1e-3)
            parts = re.findall(r"\[([\d,]+)\] \+= (\S+)", sent)
            receivers = [explorer.scene["links"]["terms"][t][0] for t in story["terms"]]
            assert [place for place, _ in parts] == [r.partition(":")[2] for r in receivers]
            assert all(arithmetic(part) for _, part in parts)
        elif " is read by " in text:
            assert float(text.split(" is ")[0]) == value
        else:
            sum_, shown = text.rsplit("=", 1)
            assert float(shown) == pytest.approx(value, rel=1e-3)
            assert arithmetic(sum_) == pytest.approx(value, rel=2e-3, abs=2e-3)


@cases(*(case for case in CASES if case is not softmax))
def test_what_is_sent_adds_up_to_what_arrives(case):
    explorer = make(case, 3)
    target = explorer.scene["target"]
    arrives = np.zeros_like(explorer.numbers[target])
    for story in stories(explorer).values():
        if " goes to " + target in story["formula"]:
            for place, part in re.findall(r"\[([\d,]+)\] \+= (\S+)", plain(story["formula"])):
                arrives[tuple(map(int, place.split(",")))] += arithmetic(part)
    assert np.allclose(arrives, explorer.numbers[target], rtol=2e-3, atol=2e-3)


@every
def test_each_term_of_a_formula_is_tied_to_its_cells(case):
    explorer = make(case, 2)
    terms, written = (explorer.scene["links"][name] for name in ("terms", "written"))
    for k, story in stories(explorer).items():
        spans = re.findall(r"<span data-term=(\d+)>(.*?)</span>(?= |\n|\)|$)", story["formula"])
        if spans:
            assert [int(t) for t, _ in spans] == story["terms"]
        else:
            reads = {max_pooling: ("out", "x"), softmax: ("s", "onehot")}.get(case, ())
            assert not story["terms"] or name_of(k) in reads
        for t, text in spans:
            factors = [terms[int(t)][column] for column in written if terms[int(t)][column]]
            shown = re.findall(r"<span class=q-\w*>\(?([^<)]*)\)?</span>", text + "</span>")
            values = [explorer.numbers[name_of(c)][index_of(c)] for c in factors]
            assert list(map(as_float, shown)) == pytest.approx(values, rel=1e-3)


@every
@seeds(2)
def test_a_formula_has_its_factors_in_the_order_of_the_line_of_code(case, seed):
    explorer = make(case, seed)
    lines = re.findall(r"data-line=.*?>(.*?)\n", explorer.scene["html"])
    for story in stories(explorer).values():
        code = lines[story["line"]].split("= ")[-1] if story["line"] >= 0 else ""
        code = code.replace("xp[", "x[").replace("kernels[", "w[")
        read = [style.quantity(name) for name in re.findall(r"(\w+)\[", code)]
        for factors in re.findall(r"<span data-term=\d+>(.*?·.*?</span>)</span>", story["formula"]):
            shown = re.findall(r"class=q-(\w*)", factors)
            assert read == shown[: len(read)] and len(shown) == 2


@every
@seeds(8)
def test_terms_stand_in_the_order_of_the_loops_and_badges_show_the_other_factor(case, seed):
    explorer = make(case, seed)
    terms, values = explorer.scene["links"]["terms"], explorer.numbers
    target = explorer.scene["target"]
    for story in told_of(explorer, target).values():
        mine = [terms[t] for t in story["terms"]]
        places = [index_of(term[1]) for term in mine if term[2]]
        assert places == sorted(places)
        if "badge" in story:
            column, texts = story["badge"]
            others = [term[3 - column] for term in mine]
            shown = [c and "×" + number(values[name_of(c)][index_of(c)]) for c in others]
            assert texts == shown
            assert column == {"net": 1, "grad_x": 1, "grad_w": 2}[target]


def test_a_long_formula_says_how_many_terms_it_leaves_out():
    explorer = views.explore_bias_gradient(np.ones((12, 12)))
    text = plain(stories(explorer)["grad_b:0"]["formula"])
    assert text.count("1") >= 64 and "… 80 more" in text and text.endswith("= 144")


def test_scatter_fills_up_delta_by_delta():
    explorer, functions = with_matrix(np.random.default_rng(11))
    numbers = explorer.numbers
    so_far = np.zeros_like(numbers["delta"])
    for place in np.ndindex(so_far.shape):
        so_far[place] = numbers["delta"][place]
        shown = stories(explorer)[key("delta", place)]["show"]["so_far"]
        now = functions["grad_x"](numbers | {"delta": so_far}).ravel()
        assert list(map(as_float, shown)) == pytest.approx(now.tolist())


@seeds(5)
def test_the_matrix_holds_the_derivatives_of_net(seed):
    explorer, _ = with_matrix(np.random.default_rng([seed, 77]))
    (grid,) = grids(explorer, "C")
    grad_x = np.nan_to_num(grid.numbers).T @ explorer.numbers["delta"].ravel()
    assert np.allclose(grad_x, explorer.numbers["grad_x"].ravel())


@pytest.mark.parametrize(
    "padding, words",
    [
        (0, "zeros: 2 around"),
        (1, "zeros: 1 around"),
        (2, "no zeros around"),
        (4, "cropped: 2 around"),
    ],
)
def test_a_caption_says_what_was_done_to_the_border_of_delta(padding, words):
    explorer = views.explore_input_gradient(np.ones((9, 9)), np.ones((3, 3)), padding=padding)
    (grid,) = grids(explorer, "delta_wide")
    assert grid.note == words and grid.numbers.shape == (13 - 2 * padding,) * 2


# ---- sentences and code


@every
def test_the_sentence_names_the_cell_and_its_number(case):
    explorer = make(case, 1)
    for k, story in stories(explorer).items():
        value = number(explorer.numbers[name_of(k)][index_of(k)])
        assert story["say"].startswith(f"{k.replace(':', '[')}] is {value}: ")
        assert story["say"].endswith(".")


def kernel_cells(explorer):
    """How many cells the kernels of one filter have."""
    w = explorer.numbers["w"]
    return w.size // (w.shape[0] if w.ndim == 4 else 1)


@seeds(8)
def test_sentences_count_what_is_lit(seed):
    explorer = make(forward, seed)
    for k, story in told_of(explorer, "net").items():
        count = sum(name_of(c) == "w" for c in carried(explorer, k))
        assert story["say"].partition(": ")[2].startswith(f"{count} product")
        off = re.search(r"(\d+) kernel cells? on the padding", story["say"])
        assert (int(off[1]) if off else 0) == kernel_cells(explorer) - count


@seeds(8)
def test_the_place_of_a_kernel_on_the_input_is_said(seed):
    explorer = make(stride_and_padding, seed)
    s, p = explorer._state.options["stride"], explorer._state.options["padding"]
    for k, story in told_of(explorer, "delta").items():
        row, column = (n * t - q for n, t, q in zip(index_of(k)[-2:], s, p, strict=True))
        assert f"from row {row}, column {column} on".replace("-", MINUS) in story["say"]
        lost = re.search(r"of its products (\d+)", story["say"])
        assert (int(lost[1]) if lost else 0) == kernel_cells(explorer) - len(story["terms"])


@every
def test_the_line_of_code_is_the_one_that_adds(case):
    explorer = make(case)
    code, target = explorer._scene.code, explorer.scene["target"]
    assert code[0].startswith("for ") and "] += " in code[-1]
    (line,) = {story["line"] for story in told_of(explorer, target).values()}
    assert code[line].strip().replace("xp", "x").startswith(f"{target}[") and "= " in code[line]


# ---- ties


@pytest.mark.parametrize("ties, total", [("first", 4), ("all", 16), ("split", 4)])
def test_the_tie_rule_decides_where_the_error_goes_and_its_sum(ties, total):
    explorer = views.explore_max_pooling(np.ones((4, 4)), np.ones((2, 2)), 2, 2, ties)
    grad_x = explorer.numbers["grad_x"]
    assert grad_x.sum() == total and f"sum of grad_x {total}" in explorer.scene["html"]
    assert grad_x[0, 0] == (0.25 if ties == "split" else 1)
    assert (grad_x[1, 1] == 0) == (ties == "first")


def test_a_tie_is_split_among_the_tied():
    explorer = views.explore_max_pooling([[3, 1], [2, 3]], [[8]], ties="split")
    assert explorer.numbers["grad_x"].tolist() == [[4, 0], [0, 4]]
    assert explorer.sentence == "grad_x[0,0] is 4: this cell won 1 window."


def test_a_window_of_one_cell_gives_all_of_its_error():
    explorer = views.explore_mean_pooling([[3, 1]], [[8, 4]], size=1)
    said = stories(explorer)["grad_out:0,0"]["say"]
    assert said == "grad_out[0,0] is 8: 1 cell gets an equal share."


# ---- known mistakes


@every
@seeds(3)
def test_every_known_mistake_is_called_by_its_name(case, seed):
    explorer = make(case, seed)
    target = explorer.scene["target"]
    wrongs, right = explorer._scene.wrong(), explorer.numbers[target]
    explorer.predict()
    assert wrongs and all(wrong.shape == right.shape for wrong in wrongs.values())
    alike = lambda a, b: np.isclose(a, b, rtol=5e-4)  # noqa: E731 - a short name
    for place in np.ndindex(right.shape):
        for name, wrong in wrongs.items():
            same = [n for n, other in wrongs.items() if alike(other[place], wrong[place])]
            if not alike(wrong[place], right[place]):
                answer = explorer.guess(target, *place, wrong[place])
                assert answer.endswith(f" comes out when {same[0]}.") and name in same


def test_mistakes_are_what_they_say():
    x, w = np.arange(9.0).reshape(3, 3), np.array([[1.0, 2], [3, 5]])
    explorer = views.explore_forward(x, w)
    explorer.predict()
    rotated = (x[:2, :2] * w[::-1, ::-1]).sum()
    assert explorer.guess("net", 0, 0, rotated) == (
        "Not yet: 13 comes out when the kernel is rotated: true convolution where "
        "cross-correlation is meant."
    )


def test_mistakes_of_the_kernel_gradient_are_what_they_say():
    rng = np.random.default_rng(0)
    x = rng.integers(-4, 5, (1, 5, 6)).astype(float)
    delta = rng.integers(-4, 5, (2, 4, 4)).astype(float)
    explorer = views.explore_kernel_gradient(x, delta)
    wrong, right = explorer._scene.wrong(), explorer.numbers["grad_w"]
    first, second = x[0, :4, :4], x[0, :4, 1:5]
    expected = {
        "the inputs are added without delta": ((0, 0, 0, 0), first.sum()),
        "every index is one off": ((1, 0, 0, 0), (x[0, 1:5, 1:5] * delta[1]).sum()),
        "delta is rotated; here it slides as it is": (
            (0, 0, 0, 1),
            (second * delta[0, ::-1, ::-1]).sum(),
        ),
    }
    for name, (place, value) in expected.items():
        assert np.isclose(wrong[name][place], value)
    assert np.allclose(wrong["the mean is taken instead of the sum"], right / 16)


def test_mistakes_of_the_input_gradient_are_what_they_say():
    rng = np.random.default_rng(1)
    delta, w = rng.random((1, 4, 4)), rng.random((1, 1, 3, 3))
    wrong = views.explore_input_gradient(delta, w)._scene.wrong()
    turned = ops.conv2d_grad_x(delta[None], w[..., ::-1, ::-1], (6, 6))[0]
    flipped = ops.conv2d_grad_x(delta[None], w[..., ::-1, :], (6, 6))[0]
    assert np.allclose(wrong["the kernel is not rotated when gathering"], turned)
    assert np.allclose(wrong["the kernel is flipped on one axis only"], flipped)
    wrong = views.explore_stride_and_padding(delta, w, padding=1)._scene.wrong()
    whole = ops.conv2d_grad_x(delta[None], w, (6, 6))[0]
    assert np.allclose(wrong["the padding is not cropped"], whole[:, :4, :4])
    turned = ops.conv2d_grad_x(delta[None], w[..., ::-1, ::-1], (4, 4), 1, 1)[0]
    assert np.allclose(wrong["the kernel is not rotated"], turned)


def test_mistakes_of_the_bias_gradient_are_what_they_say():
    delta = np.arange(8.0).reshape(2, 2, 2) + 0.5
    wrong = views.explore_bias_gradient(delta)._scene.wrong()
    assert wrong["the mean is taken instead of the sum"].tolist() == [2, 6]
    assert wrong["the deltas are counted, not added"].tolist() == [4, 4]
    assert wrong["the filters are added together"].tolist() == [32, 32]


def test_mistakes_of_pooling_are_what_they_say():
    x, grad_out = np.array([[1.0, 5, 2], [0, 3, 4]]), np.array([[10.0, 20]])
    wrong = views.explore_max_pooling(x, grad_out, size=2, stride=1)._scene.wrong()
    last = wrong["the last window overwrites instead of adding"]
    assert last.tolist() == [[0, 20, 0], [0, 0, 0]]  # right is 30: both windows are won by 5
    each = wrong["every cell of a window gets its error"]
    assert each.tolist() == [[10, 30, 20], [10, 30, 20]]
    shared = wrong["every cell of a window gets an equal part, as in mean pooling"]
    assert shared.tolist() == [[2.5, 7.5, 5], [2.5, 7.5, 5]]
    assert wrong["the number of x is taken, not the errors that it gets"].tolist() == x.tolist()
    wrong = views.explore_mean_pooling(x, grad_out, size=2, stride=1)._scene.wrong()
    assert wrong["the share is forgotten"].tolist() == [[10, 30, 20], [10, 30, 20]]
    routed = wrong["the largest cell gets everything, as in max pooling"]
    assert routed.tolist() == [[0, 30, 0], [0, 0, 0]]
