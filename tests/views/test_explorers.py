"""The explorers on number grids: highlights proven by derivatives, formulas by arithmetic, and
everything from code."""

import json
import re

import numpy as np
import pytest

from cnnlib import ops, views
from cnnlib.views.words import index_of, name_of

MINUS = "\N{MINUS SIGN}"


def whole(rng, *shape):
    """Small whole numbers, none of them 0: no derivative vanishes by accident."""
    return rng.choice([-4.0, -3, -2, -1, 1, 2, 3, 4], size=shape)


def geometry(rng):
    """Kernel, output size, stride, padding and an input size with a remainder that no window
    reaches."""
    while True:
        K, out, s, p = (
            rng.integers(low, high, 2) for low, high in ((1, 4), (1, 4), (1, 4), (0, 4))
        )
        size = (out - 1) * s + K - 2 * p + rng.integers(0, s)
        if size.min() >= 1:
            return *(tuple(map(int, pair)) for pair in (K, out, s, p, size)), *map(
                int, rng.integers(1, 3, 2)
            )


def flat(rng, a):
    """The array with or without its leading axes, where they have length 1."""
    return (
        a.reshape(a.shape[-2:])
        if a.size == a[..., :, :].shape[-1] * a.shape[-2] and rng.random() < 0.5
        else a
    )


def forward(rng):
    K, _, s, p, size, C, F = geometry(rng)
    x, w = flat(rng, whole(rng, C, *size)), flat(rng, whole(rng, F, C, *K))
    b = whole(rng, F) if rng.random() < 0.5 else np.zeros(F)

    def net(n):
        x, w = (n[name].reshape((1,) * (4 - n[name].ndim) + n[name].shape) for name in "xw")
        return ops.conv2d(x, w, n.get("b", np.zeros(F)), s, p)[0]

    return views.explore_forward(x, w, s, p, b), {"net": net}


def input_gradient(rng, make=views.explore_input_gradient, **more):
    K, out, s, p, size, C, F = geometry(rng)
    delta, w = flat(rng, whole(rng, F, *out)), flat(rng, whole(rng, F, C, *K))

    def grad_x(n):
        delta, w = (
            n[name].reshape((1,) * (4 - n[name].ndim) + n[name].shape) for name in ("delta", "w")
        )
        return ops.conv2d_grad_x(delta, w, size, s, p)[0]

    return make(delta, w, input_size=size, stride=s, padding=p, **more), {"grad_x": grad_x}


def with_matrix(rng):
    return input_gradient(rng, matrix=True)


def stride_and_padding(rng):
    return input_gradient(rng, views.explore_stride_and_padding)


def kernel_gradient(rng):
    K, out, s, p, size, C, F = geometry(rng)
    x, delta = flat(rng, whole(rng, C, *size)), flat(rng, whole(rng, F, *out))

    def grad_w(n):
        x, delta = (
            n[name].reshape((1,) * (4 - n[name].ndim) + n[name].shape) for name in ("x", "delta")
        )
        return ops.conv2d_grad_w(delta, x, K, s, p)

    return views.explore_kernel_gradient(x, delta, s, p, K), {"grad_w": grad_w}


def bias_gradient(rng):
    delta = flat(rng, whole(rng, *rng.integers(1, 4, 3)))
    return views.explore_bias_gradient(delta), {
        "grad_b": lambda n: ops.conv2d_grad_b(n["delta"].reshape(1, -1, *delta.shape[-2:]))
    }


def pool(rng):
    K, out, s, _, _, _, _ = geometry(rng)
    size = tuple((n - 1) * t + k for n, t, k in zip(out, s, K, strict=True))
    return (
        K,
        s,
        tuple(n + int(rng.integers(0, t)) for n, t in zip(size, s, strict=True)),
        whole(rng, *out),
    )


def max_pooling(rng):
    K, s, size, grad_out = pool(rng)
    x = rng.permutation(np.arange(1.0, np.prod(size) + 1)).reshape(size)  # no ties
    winners = ops.max_pool2d(x[None, None], K, s)[1]
    return views.explore_max_pooling(x, grad_out, K, s), {
        "out": lambda n: ops.max_pool2d(n["x"][None, None], K, s)[0],
        "grad_x": lambda n: ops.max_pool2d_grad_x(n["grad_out"][None, None], winners, size, K, s),
    }


def mean_pooling(rng):
    K, s, size, grad_out = pool(rng)
    return views.explore_mean_pooling(whole(rng, *size), grad_out, K, s), {
        "out": lambda n: ops.mean_pool2d(n["x"][None, None], K, s),
        "grad_x": lambda n: ops.mean_pool2d_grad_x(n["grad_out"][None, None], size, K, s),
    }


CASES = [
    forward,
    input_gradient,
    with_matrix,
    stride_and_padding,
    kernel_gradient,
    bias_gradient,
    max_pooling,
    mean_pooling,
]
every = pytest.mark.parametrize("case", CASES, ids=lambda case: case.__name__)


def make(case, seed=0):
    return case(np.random.default_rng([seed, CASES.index(case)]))[0]


def stories(explorer):
    return explorer.scene["links"]["stories"]


def carried(explorer, key):
    """The cells of the terms of a story, without the cell itself."""
    links = explorer.scene["links"]
    return {k for t in links["stories"][key]["terms"] for k in links["terms"][t] if k} - {key}


def keys(name, mask):
    return {f"{name}:{','.join(map(str, place))}" for place in np.argwhere(mask).tolist()}


def jacobian(function, numbers, name):
    """The numerical derivative of every result by every number of one array: (number of results,
    *shape)."""
    a, columns = numbers[name], []
    for place in np.ndindex(a.shape):
        step = np.zeros_like(a)
        step[place] = 0.25  # exact: every one of these functions is linear in each array
        up, down = (function(numbers | {name: a + sign * step}).ravel() for sign in (1, -1))
        columns.append((up - down) / 0.5)
    return np.stack(columns, 1).reshape(-1, *a.shape)


# ---- highlights


@every
@pytest.mark.parametrize("seed", range(12))
def test_what_lights_up_is_what_has_a_derivative(case, seed):
    explorer, functions = case(np.random.default_rng([seed, CASES.index(case)]))
    numbers, edited = explorer.numbers, set(explorer._state.numbers)
    for target, function in functions.items():
        found = numbers[target]
        assert np.allclose(function(numbers).reshape(found.shape), found)
        cells = [f"{target}:{','.join(map(str, place))}" for place in np.ndindex(found.shape)]
        for name in edited:
            slopes = jacobian(function, numbers, name)
            for key, slope in zip(cells, slopes, strict=True):  # gather: the result is selected
                assert {k for k in carried(explorer, key) if name_of(k) == name} == keys(
                    name, slope
                )
            for place in np.ndindex(numbers[name].shape):  # scatter: the source is selected
                source = f"{name}:{','.join(map(str, place))}"
                if source in stories(explorer):
                    sent = {k for k in carried(explorer, source) if name_of(k) == target}
                    assert sent == keys(target, slopes[(slice(None), *place)].reshape(found.shape))


@every
def test_the_target_and_its_sources_can_be_selected_in_all_their_cells(case):
    """The second factor of a product only points at its terms, so that there is something to point
    with."""
    explorer = make(case)
    names = {name_of(k) for k in stories(explorer)}
    assert names >= set(explorer._state.numbers) - {"x" if case is kernel_gradient else "w"} | {
        explorer.scene["target"]
    }
    for name in names:
        assert sum(name_of(k) == name for k in stories(explorer)) == explorer.numbers[name].size


@pytest.mark.parametrize("seed", range(6))
def test_max_pooling_reads_the_whole_window_and_one_cell_carries(seed):
    rng = np.random.default_rng(seed)
    K, s, size, grad_out = pool(rng)
    x = whole(rng, *size)
    explorer = views.explore_max_pooling(x, grad_out, K, s)
    for i, j in np.ndindex(grad_out.shape):
        mask = np.zeros(size, bool)
        mask[i * s[0] : i * s[0] + K[0], j * s[1] : j * s[1] + K[1]] = True
        story = stories(explorer)[f"out:{i},{j}"]
        winner = np.argmax(x[mask])  # the first of equals, in reading order
        assert set(story["seen"]) == keys("x", mask) and len(story["seen"]) == mask.sum()
        assert carried(explorer, f"out:{i},{j}") == {sorted(story["seen"], key=index_of)[winner]}
        for place in np.argwhere(mask).tolist():
            assert f"out:{i},{j}" in stories(explorer)[f"x:{place[0]},{place[1]}"]["seen"]


@every
@pytest.mark.parametrize("seed", range(4))
def test_lit_padding_is_what_the_window_covers(case, seed):
    """With its padding a window has all its cells: what is lit in each padded grid is one kernel's
    worth of places."""
    rng = np.random.default_rng([seed, CASES.index(case)])
    if case not in (forward, kernel_gradient):
        return
    explorer, _ = case(rng)
    grids = [
        g
        for _, columns in explorer._scene.panes
        for column in columns
        for g in column
        if g.name == "x"
    ]
    spread = "w" if case is forward else "delta"
    count = np.prod(explorer.numbers[spread].shape[-2:])
    for key, story in stories(explorer).items():
        if name_of(key) == explorer.scene["target"]:
            lit = carried(explorer, key) | set(story["seen"])
            channels = [sum(str(k) in lit for k in g.keys.flat) for g in grids]
            assert count in channels and set(channels) <= {
                count,
                sum(k in story["seen"] for k in grids[0].keys.flat),
            }


def grids(explorer, name):
    return [
        g
        for _, columns in explorer._scene.panes
        for column in columns
        for g in column
        if g.name == name
    ]


@pytest.mark.parametrize(
    "case", [input_gradient, stride_and_padding], ids=lambda case: case.__name__
)
@pytest.mark.parametrize("seed", range(8))
def test_what_stands_side_by_side_gives_the_gradient(case, seed):
    """The turned kernels slide over the spread deltas as they are drawn: stride 1, no padding."""
    explorer, _ = case(np.random.default_rng([seed, 3]))
    wide = np.stack([g.numbers for g in grids(explorer, "delta_wide")])
    w = explorer.numbers["w"]
    w = w.reshape((1,) * (4 - w.ndim) + w.shape)
    size = w.shape[2:]
    turned = w[:, :, ::-1, ::-1].transpose(1, 0, 2, 3)
    found = ops.conv2d(wide[None], turned, np.zeros(len(turned)))[0]
    assert np.allclose(found.ravel(), explorer.numbers["grad_x"].ravel())
    for g, kernel in zip(
        grids(explorer, "w_rot"), w.reshape(-1, *size)[:, ::-1, ::-1], strict=False
    ):
        assert np.array_equal(g.numbers, kernel)
        assert [
            explorer.numbers["w"][index_of(str(k))] for k in g.keys.flat
        ] == kernel.ravel().tolist()
    for key, story in stories(explorer).items():
        if name_of(key) == "grad_x":
            lit = carried(explorer, key) | set(story["seen"])
            for g in grids(explorer, "delta_wide"):
                places = [
                    place for place in np.ndindex(g.numbers.shape) if str(g.keys[place]) in lit
                ]
                top, left = index_of(key)[-2:]
                assert places == [(top + u, left + v) for u, v in np.ndindex(*size)]


# ---- formulas


def plain(html):
    return re.sub("<[^>]+>", "", html).replace(MINUS, "-").replace("·", "*")


def arithmetic(text):
    assert re.fullmatch(r"(max\()?[-\d.e+*(), \n]+", text), text
    return eval(text.replace("\n", " "), {"__builtins__": {}}, {"max": lambda *v: max(v)})


@every
@pytest.mark.parametrize("seed", range(6))
def test_the_formula_is_true(case, seed):
    explorer = make(case, seed)
    for key, story in stories(explorer).items():
        number = explorer.numbers[name_of(key)][index_of(key)]
        head, text = plain(story["formula"]).split(" = ", 1)
        assert head == key.replace(":", "[") + "]"
        if " is sent into " in text:
            shown, sent = text.split(" is sent into ")
            assert float(shown) == pytest.approx(number, rel=1e-3)
            parts = re.findall(r"\[([\d,]+)\] \+= (\S+)", sent)
            receivers = [explorer.scene["links"]["terms"][t][0] for t in story["terms"]]
            assert [place for place, _ in parts] == [k.partition(":")[2] for k in receivers]
            assert all(arithmetic(part) for _, part in parts)
        elif " is read by " in text:
            assert float(text.split(" is ")[0]) == number
        else:
            sum_, shown = text.rsplit("=", 1)
            assert float(shown) == pytest.approx(number, rel=1e-3)
            assert arithmetic(sum_) == pytest.approx(number, rel=2e-3, abs=2e-3)


@every
def test_what_is_sent_adds_up_to_what_arrives(case):
    explorer = make(case, 3)
    target = explorer.scene["target"]
    arrives = np.zeros_like(explorer.numbers[target])
    for story in stories(explorer).values():
        if " is sent into " + target in story["formula"]:
            for place, part in re.findall(r"\[([\d,]+)\] \+= (\S+)", plain(story["formula"])):
                arrives[tuple(map(int, place.split(",")))] += arithmetic(part)
    found = explorer.numbers[target]
    assert np.allclose(arrives, found, rtol=2e-3, atol=2e-3)


@every
def test_each_term_of_a_formula_is_tied_to_its_cells(case):
    explorer = make(case, 2)
    links = explorer.scene["links"]
    for key, story in stories(explorer).items():
        spans = re.findall(r"<span data-term=(\d+)>(.*?)</span>(?= |\n|$)", story["formula"])
        tied = [int(t) for t, _ in spans]
        assert tied == (story["terms"] if spans else tied)
        assert spans or not story["terms"] or name_of(key) in ("out", "x") and case is max_pooling
        for t, text in spans:
            factors = [k for k in links["terms"][int(t)][1:] if k]
            shown = re.findall(r"<span>\(?([^<)]*)\)?</span>", text + "</span>")
            values = [explorer.numbers[name_of(k)][index_of(k)] for k in factors]
            assert [float(v.replace(MINUS, "-")) for v in shown] == pytest.approx(values, rel=1e-3)


@every
@pytest.mark.parametrize("seed", range(8))
def test_terms_stand_in_the_order_of_the_loops_and_badges_show_the_other_factor(case, seed):
    explorer = make(case, seed)
    terms, values = explorer.scene["links"]["terms"], explorer.numbers
    shown = lambda k: f"{values[name_of(k)][index_of(k)] + 0:.4g}".replace("-", MINUS)  # noqa: E731
    for key, story in stories(explorer).items():
        mine = [terms[t] for t in story["terms"]]
        if name_of(key) == explorer.scene["target"]:
            places = [index_of(term[1]) for term in mine if term[2]]
            assert places == sorted(places)
            if "badge" in story:
                column, texts = story["badge"]
                assert texts == [
                    "×" + shown(term[3 - column]) if term[3 - column] else "" for term in mine
                ]
                assert column == {"net": 1, "grad_x": 1, "grad_w": 2}[name_of(key)]


@pytest.mark.parametrize("seed", range(8))
def test_sentences_count_what_is_lit(seed):
    explorer = make(forward, seed)
    kernel = explorer.numbers["w"].size // (
        explorer.numbers["w"].shape[0] if explorer.numbers["w"].ndim == 4 else 1
    )
    for key, story in stories(explorer).items():
        if name_of(key) == "net":
            count = sum(name_of(k) == "w" for k in carried(explorer, key))
            assert story["say"].partition(": ")[2].startswith(f"{count} product")
            off = re.search(r"(\d+) kernel cells? on the padding", story["say"])
            assert (int(off[1]) if off else 0) == kernel - count


@pytest.mark.parametrize("seed", range(8))
def test_the_place_of_a_kernel_on_the_input_is_said(seed):
    explorer = make(stride_and_padding, seed)
    s, p = explorer._state.options["stride"], explorer._state.options["padding"]
    products = explorer.numbers["w"].size // (
        explorer.numbers["w"].shape[0] if explorer.numbers["w"].ndim == 4 else 1
    )
    for key, story in stories(explorer).items():
        if name_of(key) == "delta":
            row, column = (n * t - q for n, t, q in zip(index_of(key)[-2:], s, p, strict=True))
            assert f"from row {row}, column {column} on".replace("-", MINUS) in story["say"]
            lost = re.search(r"of its products (\d+)", story["say"])
            assert (int(lost[1]) if lost else 0) == products - len(story["terms"])


def test_a_long_formula_says_how_many_terms_it_leaves_out():
    explorer = views.explore_bias_gradient(np.ones((12, 12)))
    text = plain(stories(explorer)["grad_b:0"]["formula"])
    assert text.count("1") >= 64 and "… 80 more" in text and text.endswith("= 144")


@every
def test_the_line_of_code_is_the_one_that_adds(case):
    explorer = make(case)
    code = explorer._scene.code
    assert (
        code[0].startswith("for ")
        and "] += " in code[-1]
        and name_of(explorer.scene["target"]) in code[-1].replace("xp", "x")
    )
    lines = {
        story["line"]
        for key, story in stories(explorer).items()
        if name_of(key) == explorer.scene["target"]
    }
    assert lines == {len(code) - 1}


@every
def test_the_sentence_names_the_cell_and_its_number(case):
    explorer = make(case, 1)
    for key, story in stories(explorer).items():
        number = f"{explorer.numbers[name_of(key)][index_of(key)] + 0:.4g}".replace("-", MINUS)
        assert story["say"].startswith(f"{key.replace(':', '[')}] is {number}: ") and story[
            "say"
        ].endswith(".")


def test_scatter_fills_up_delta_by_delta():
    explorer, functions = with_matrix(np.random.default_rng(11))
    numbers = explorer.numbers
    so_far = np.zeros_like(numbers["delta"])
    for place in np.ndindex(so_far.shape):
        so_far[place] = numbers["delta"][place]
        shown = stories(explorer)[f"delta:{','.join(map(str, place))}"]["show"]["so_far"]
        now = functions["grad_x"](numbers | {"delta": so_far}).ravel()
        assert [float(text.replace(MINUS, "-") or 0) for text in shown] == pytest.approx(
            now.tolist()
        )


@pytest.mark.parametrize("seed", range(5))
def test_the_matrix_holds_the_derivatives_of_net(seed):
    explorer, _ = with_matrix(np.random.default_rng([seed, 77]))
    (grid,) = [
        g
        for _, columns in explorer._scene.panes
        for column in columns
        for g in column
        if g.name == "C"
    ]
    grad_x = grid.numbers.T @ explorer.numbers["delta"].ravel()
    assert np.allclose(grad_x, explorer.numbers["grad_x"].ravel())
    assert {name_of(str(k)) for k in grid.keys.flat} <= {"w", "cut"}


@pytest.mark.parametrize("ties, total", [("first", 4), ("all", 16), ("split", 4)])
def test_the_tie_rule_decides_where_the_error_goes_and_its_sum(ties, total):
    explorer = views.explore_max_pooling(np.ones((4, 4)), np.ones((2, 2)), 2, 2, ties)
    grad_x = explorer.numbers["grad_x"]
    assert grad_x.sum() == total and f"sum of grad_x {total}" in explorer.scene["html"]
    assert grad_x[0, 0] == (0.25 if ties == "split" else 1) and (grad_x[1, 1] == 0) == (
        ties == "first"
    )


def test_a_tie_is_split_among_the_tied():
    explorer = views.explore_max_pooling([[3, 1], [2, 3]], [[8]], ties="split")
    assert explorer.numbers["grad_x"].tolist() == [[4, 0], [0, 4]] and explorer.sentence == (
        "grad_x[0,0] is 4: this cell won 1 window."
    )


# ---- driven from code


@every
def test_select_takes_every_axis_and_forgives_leading_ones(case):
    explorer = make(case)
    target = explorer.scene["target"]
    last = tuple(n - 1 for n in explorer.numbers[target].shape)
    explorer.select(target, *last)
    assert explorer.pick == f"{target}:{','.join(map(str, last))}"
    assert explorer.sentence == stories(explorer)[explorer.pick]["say"]
    explorer.select(target, 0, 0, *last)
    assert index_of(explorer.pick) == last
    explorer.step()
    assert index_of(explorer.pick) == last
    explorer.step(-1000)
    assert not any(index_of(explorer.pick))


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
    rng = np.random.default_rng([5, CASES.index(case)])
    explorer, functions = case(rng)
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
    assert explorer.scene["html"] == html and all(
        np.array_equal(a, before[n]) for n, a in explorer.numbers.items()
    )


def test_the_arrays_given_and_handed_out_are_copies():
    x, w = np.ones((3, 3)), np.ones((2, 2))
    explorer = views.explore_forward(x, w)
    explorer.edit("x", 0, 0, 5)
    explorer.numbers["x"][1, 1] = 8
    assert x[0, 0] == 1 and explorer.numbers["x"][1, 1] == 1


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
    (lambda e: e.guess("net", 0, 0, "x"), "“x” is not a number"),
]


@pytest.mark.parametrize("do, words", REFUSED, ids=[words for _, words in REFUSED])
def test_what_cannot_be_done_is_refused_in_words_and_nothing_is_lost(do, words):
    explorer = views.explore_forward(np.eye(3), np.ones((2, 2)))
    explorer.edit("x", 0, 1, 4.0)
    explorer.select("net", 1, 1)
    before = explorer.scene, explorer.pick, repr(explorer)
    with pytest.raises(ValueError, match=words):
        do(explorer)
    assert (explorer.scene, explorer.pick, repr(explorer)) == before and explorer.numbers["x"][
        0, 1
    ] == 4
    explorer.edit("x", 2, 2, 6.0)
    assert explorer.numbers["x"][0, 1] == 4


@pytest.mark.parametrize(
    "build, words",
    [
        (
            lambda: views.explore_forward(np.ones((3, 3)), np.ones((4, 4))),
            "kernel 4x4 is larger than the padded input 3x3",
        ),
        (
            lambda: views.explore_forward(np.ones((2, 3, 3)), np.ones((2, 2))),
            "x has 2 channels, w expects 1",
        ),
        (
            lambda: views.explore_forward(np.ones(3), np.ones((2, 2))),
            r"x has shape \(3,\), wanted 2 axes or 3 axes",
        ),
        (
            lambda: views.explore_forward(np.ones((3, 3)), np.ones((2, 2)), b=[1, 2]),
            "b has 2 numbers, w has 1 filters",
        ),
        (
            lambda: views.explore_forward(np.full((3, 3), np.inf), np.ones((2, 2))),
            "x holds numbers that are not finite",
        ),
        (
            lambda: views.explore_forward(np.ones((41, 3)), np.ones((2, 2))),
            r"x has shape \(41, 3\), wanted at most 40x40",
        ),
        (
            lambda: views.explore_forward(np.ones((40, 40)), np.ones((5, 5))),
            "32,400 products are too many .* 12,000",
        ),
        (
            lambda: views.explore_input_gradient(np.ones((2, 2)), np.ones((2, 2)), padding=2),
            "padding .* leaves no input",
        ),
        (
            lambda: views.explore_input_gradient(np.ones((2, 2)), np.ones((2, 2)), input_size=4),
            "delta has shape .* wanted",
        ),
        (
            lambda: views.explore_input_gradient(np.ones((9, 9)), np.ones((2, 2)), matrix=True),
            "matrix C has 81x100 places",
        ),
        (
            lambda: views.explore_kernel_gradient(np.ones((2, 2)), np.ones((3, 3))),
            "too large for x",
        ),
        (
            lambda: views.explore_kernel_gradient(np.ones((4, 4)), np.ones((3, 3)), kernel_size=3),
            "delta has shape .*",
        ),
        (lambda: views.explore_bias_gradient(np.ones(4)), "delta has shape"),
        (
            lambda: views.explore_max_pooling(np.ones((3, 3)), ties="last"),
            "ties is 'last', wanted one of first, all",
        ),
        (
            lambda: views.explore_max_pooling(np.ones((3, 3)), np.ones((3, 3))),
            r"shape \(3, 3\), wanted \(2, 2\)",
        ),
        (
            lambda: views.explore_mean_pooling(np.ones((2, 2, 2))),
            r"x has shape \(2, 2, 2\), wanted 2 axes",
        ),
        (lambda: views.explore_mean_pooling(np.ones((2, 2)), size=3), "3x3 is larger"),
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
    assert explorer.numbers["net"].shape == (3, 3) and explorer.scene["controls"][0]["value"] == "2"
    explorer.set(stride=(2, 1))
    assert explorer.scene["controls"][0] == {
        "name": "stride",
        "label": "stride",
        "value": "(2, 1)",
        "options": ["(2, 1)", "1", "2", "3"],
    }
    explorer._hear({"do": "set", "name": "stride", "value": "3"})
    assert explorer.numbers["net"].shape == (2, 2)
    explorer.reset()
    assert explorer.numbers["net"].shape == (3, 3) and explorer.scene["controls"][0]["value"] == "1"


def test_the_input_follows_stride_padding_and_remainder():
    explorer = views.explore_stride_and_padding(
        np.ones((3, 3)), np.ones((3, 3)), input_size=(6, 6), stride=2, padding=1
    )
    assert [c["value"] for c in explorer.scene["controls"]] == ["2", "1", "1"]
    assert "remainder" not in str(stories(explorer))  # the row left over is one of padding
    explorer.set(padding=0)
    for key, story in stories(explorer).items():
        dropped = name_of(key) == "grad_x" and 7 in index_of(key)
        assert dropped == story["say"].endswith(
            " is 0: no window reaches this row or column, it is the dropped remainder."
        )
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
    target = explorer.scene["target"]
    explorer.edit(
        list(explorer._state.numbers)[0],
        *np.zeros(explorer.numbers[list(explorer._state.numbers)[0]].ndim, int),
        3.25,
    )
    explorer.predict()
    html = explorer.scene["html"]
    cells = re.findall(rf'<td data-cell="{target}:[\d,]+"([^>]*)>([^<]*)<', html)
    assert cells and all(
        "data-guess" in marks and text == "?" and "#8882" in marks for marks, text in cells
    )
    for key, story in stories(explorer).items():
        assert "show" not in story
        if name_of(key) == target:
            assert "<b>?</b>" in story["formula"] and story["say"].startswith("What is ")
    assert explorer.sentence == stories(explorer)[explorer.pick]["say"]
    explorer.predict(False)
    assert "data-guess" not in explorer.scene["html"]


@every
def test_a_right_guess_shows_a_wrong_one_does_not(case):
    explorer = make(case, 4)
    target = explorer.scene["target"]
    place = tuple(n - 1 for n in explorer.numbers[target].shape)
    right, name = explorer.numbers[target][place], f"{target}[{','.join(map(str, place))}]"
    assert explorer.guess(target, *place, 1.0) == f"{name} is not hidden."
    explorer.predict()
    assert explorer.guess(target, *place, right + 12345.5).startswith("Not yet: ")
    assert explorer.scene["hidden"] == explorer.numbers[target].size
    assert explorer.guess(target, *place, right).startswith(f"Right: {name} is ")
    assert explorer.scene["hidden"] == explorer.numbers[target].size - 1
    explorer.predict()
    explorer.show(target, *place)
    assert explorer.scene["hidden"] == explorer.numbers[target].size - 1


@every
@pytest.mark.parametrize("seed", range(3))
def test_every_known_mistake_is_called_by_its_name(case, seed):
    explorer = make(case, seed)
    target = explorer.scene["target"]
    wrongs, right = explorer._scene.wrong(), explorer.numbers[target]
    explorer.predict()
    assert wrongs and all(wrong.shape == right.shape for wrong in wrongs.values())
    for place in np.ndindex(right.shape):
        for name, wrong in wrongs.items():
            same = [
                n
                for n, other in wrongs.items()
                if np.isclose(other[place], wrong[place], rtol=5e-4)
            ]
            if not np.isclose(wrong[place], right[place], rtol=5e-4):
                assert explorer.guess(target, *place, wrong[place]).endswith(
                    f" comes out when {same[0]}."
                )
                assert name in same


def test_mistakes_are_what_they_say():
    x, w = np.arange(9.0).reshape(3, 3), np.array([[1.0, 2], [3, 5]])
    explorer = views.explore_forward(x, w)
    explorer.predict()
    rotated = (x[:2, :2] * w[::-1, ::-1]).sum()
    assert explorer.guess("net", 0, 0, rotated) == (
        "Not yet: 13 comes out when the kernel is rotated: "
        "true convolution where cross-correlation is meant."
    )


def test_mistakes_of_the_kernel_gradient_are_what_they_say():
    rng = np.random.default_rng(0)
    x, delta = (
        rng.integers(-4, 5, (1, 5, 6)).astype(float),
        rng.integers(-4, 5, (2, 4, 4)).astype(float),
    )
    explorer = views.explore_kernel_gradient(x, delta)
    wrong, right = explorer._scene.wrong(), explorer.numbers["grad_w"]
    assert np.allclose(wrong["the mean is taken instead of the sum"], right / 16)
    assert np.allclose(wrong["the inputs are added without delta"][0, 0, 0, 0], x[0, :4, :4].sum())
    assert np.allclose(
        wrong["every index is one off"][1, 0, 0, 0], (x[0, 1:5, 1:5] * delta[1]).sum()
    )
    assert np.allclose(
        wrong["delta is rotated; here it slides as it is"][0, 0, 0, 1],
        (x[0, :4, 1:5] * delta[0, ::-1, ::-1]).sum(),
    )


# ---- what the page asks for


def answers(explorer, **message):
    sent = []
    explorer.send = lambda content, buffers=None: sent.append(content)
    explorer._hear(message)
    return sent


def done(cell="", why=""):
    return {"id": None, "cell": cell, "why": why, "ok": True}


def refused(cell, why):
    return {"id": None, "cell": cell, "why": why, "ok": False}


@pytest.mark.parametrize("text", ["x", "", "1/0", "nan", "inf", "<b>1</b>", "1e999"])
def test_a_text_that_is_no_number_is_refused_beside_its_cell(text):
    explorer = views.explore_forward(np.eye(3), np.ones((2, 2)))
    before = explorer.scene
    (answer,) = answers(explorer, do="edit", cell="x:0,0", text=text)
    assert (
        answer == refused("x:0,0", f"“{text}” is not a number; x[0,0] stays 1.")
        and explorer.scene == before
    )


@pytest.mark.parametrize(
    "text, by, value",
    [("2,5", 0, 2.5), (f"{MINUS}3", 0, -3), ("1e2", 0, 100), ("4", 1, 5), (".5", -1, -0.5)],
)
def test_numbers_are_read_as_people_write_them(text, by, value):
    explorer = views.explore_forward(np.eye(3), np.ones((2, 2)))
    assert (
        answers(explorer, do="edit", cell="x:0,1", text=text, by=by) == [done("x:0,1")]
        and explorer.numbers["x"][0, 1] == value
    )


def test_a_guess_from_the_page_is_answered_at_its_cell():
    explorer = views.explore_forward(np.eye(3), np.ones((2, 2)))
    answers(explorer, do="predict")
    assert (
        answers(explorer, do="guess", cell="net:0,0", text="x")[0]["why"]
        == "“x” is not a number; net[0,0] stays hidden."
    )
    assert answers(explorer, do="guess", cell="net:0,0", text="2") == [
        done("net:0,0", "Right: net[0,0] is 2.")
    ]
    assert (
        answers(explorer, do="show", cell="net:0,1") == [done("net:0,1")]
        and explorer.scene["hidden"] == 2
    )
    assert answers(explorer, do="predict") == [done()] and explorer.scene["hidden"] == 0


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
    ],
)
def test_a_strange_wish_is_refused_in_words(message):
    explorer = views.explore_forward(np.eye(3), np.ones((2, 2)))
    before = explorer.scene
    (answer,) = answers(explorer, **message)
    assert answer["why"] and explorer.scene == before


@every
def test_the_page_gets_plain_data(case):
    scene = make(case).scene
    assert json.loads(json.dumps(scene)) == scene
    assert set(scene) == {"html", "links", "controls", "target", "hidden"}


@every
def test_the_repr_names_no_address_and_does_not_change(case):
    explorer = make(case)
    assert repr(explorer) == repr(make(case)) and not re.search("0x[0-9a-f]{6}", repr(explorer))
    assert explorer._scene.title in repr(explorer)
