"""What the explorers on grids tell, found once more by other code: the numbers in their sentences,
the numbers of equations, and what known slips give."""

import re
from pathlib import Path

import numpy as np
import pytest

from cnnlib import views
from cnnlib.views.words import index_of, name_of
from tests.views import cases
from tests.views.cases import MINUS, every, full, make, number, stories
from tests.views.hands import wish

seeds = pytest.mark.parametrize("seed", range(6))
LESSONS = Path(__file__).parents[2] / "lessons"


def made(case, seed):
    """(explorer, its arrays with all axes, stride, padding)."""
    explorer, _ = case(np.random.default_rng([seed, 97]))
    options = explorer._state.options
    arrays = {name: full(a) if a.ndim > 1 else a for name, a in explorer.numbers.items()}
    return explorer, arrays, options.get("stride"), options.get("padding", (0, 0))


def told(explorer, name):
    """(place, sentence without its beginning) of each cell of an array."""
    for key, story in stories(explorer).items():
        if name_of(key) == name:
            yield index_of(key), story["say"].partition(": ")[2]


def counted(text, pattern):
    """The number before some words of a sentence, 0 where they are missing."""
    found = re.search(rf"(\d+) {pattern}", text)
    return int(found[1]) if found else 0


# ---- sentences


@seeds
def test_the_forward_explorer_counts_whom_a_pixel_feeds(seed):
    explorer, n, (s_v, s_h), (p_v, p_h) = made(cases.forward, seed)
    F, _, K_H, K_W = n["w"].shape
    H_out, W_out = n["net"].shape[-2:]
    for place, say in told(explorer, "x"):
        y, z = place[-2:]
        rows = [i for i in range(H_out) if 0 <= y + p_v - i * s_v < K_H]
        columns = [j for j in range(W_out) if 0 <= z + p_h - j * s_h < K_W]
        assert counted(say, "outputs?") == F * len(rows) * len(columns)
    for _, say in told(explorer, "net"):
        assert ("and the bias" in say) == ("b" in n)


@seeds
def test_the_input_explorer_counts_the_deltas_of_a_pixel_and_the_cells_of_a_delta(seed):
    explorer, n, (s_v, s_h), (p_v, p_h) = made(cases.input_gradient, seed)
    F, C, K_H, K_W = n["w"].shape
    delta, (H, W) = n["delta"], n["grad_x"].shape[-2:]
    H_out, W_out = delta.shape[-2:]
    for place, say in told(explorer, "grad_x"):
        y, z = place[-2:]
        meet = [
            0 <= y + p_v - i * s_v < K_H and 0 <= z + p_h - j * s_h < K_W
            for i, j in np.ndindex(H_out, W_out)
        ]
        many, of = (int(count) for count in re.match(r"(\d+) of the (\d+) kernel", say).groups())
        assert (many, of) == (F * sum(meet), F * K_H * K_W)
        verb = "finds" if many == 1 else "find"
        assert f" cells {verb} a delta here" in say and ("are added" in say) == (many > 1)
    for place, say in told(explorer, "delta"):
        i, j = place[-2:]
        hit = [
            0 <= i * s_v + u - p_v < H and 0 <= j * s_h + v - p_h < W
            for u, v in np.ndindex(K_H, K_W)
        ]
        value = number(explorer.numbers["delta"][place])
        assert say.startswith(f"it adds {value} times the kernel to {C * sum(hit)} cell")


@seeds
def test_the_explorer_of_strides_counts_deltas_and_zeros(seed):
    explorer, n, (s_v, s_h), (p_v, p_h) = made(cases.stride_and_padding, seed)
    F, _, K_H, K_W = n["w"].shape
    H_out, W_out = n["delta"].shape[-2:]
    reached = (H_out - 1) * s_v + K_H, (W_out - 1) * s_h + K_W
    for place, say in told(explorer, "grad_x"):
        y, z = place[-2] + p_v, place[-1] + p_h
        if y >= reached[0] or z >= reached[1]:
            assert say.startswith("no window reaches this row or column")
            continue
        meet = [
            0 <= y - i * s_v < K_H and 0 <= z - j * s_h < K_W for i, j in np.ndindex(H_out, W_out)
        ]
        many = F * sum(meet)
        assert counted(say, "deltas?") == many
        assert counted(say, "zeros?") == F * K_H * K_W - many


@seeds
def test_the_kernel_explorer_says_where_delta_lies_and_counts(seed):
    explorer, n, (s_v, s_h), (p_v, p_h) = made(cases.kernel_gradient, seed)
    H, W = n["x"].shape[-2:]
    H_out, W_out = n["delta"].shape[-2:]
    for place, say in told(explorer, "grad_w"):
        u, v = place[-2:]
        row, column = (str(k).replace("-", MINUS) for k in (u - p_v, v - p_h))
        assert f"from row {row}, column {column} on" in say
        inside = [
            0 <= i * s_v + u - p_v < H and 0 <= j * s_h + v - p_h < W
            for i, j in np.ndindex(H_out, W_out)
        ]
        assert counted(say, "products?") == sum(inside)
        steps = "" if s_v == s_h == 1 else f" in steps of {s_v}"
        across = f" down, across {s_h}" * (s_v != s_h)
        assert say.startswith(f"delta lies on the input{steps}{across} from row")
    for place, say in told(explorer, "delta"):
        i, j = place[-2:]
        inside = [
            0 <= i * s_v + u - p_v < H and 0 <= j * s_h + v - p_h < W
            for u, v in np.ndindex(*n["grad_w"].shape[-2:])
        ]
        assert counted(say, "products?") == n["x"].shape[1] * sum(inside)


@seeds
def test_the_bias_explorer_counts_the_deltas_and_names_the_bias(seed):
    explorer, n, *_ = made(cases.bias_gradient, seed)
    for _, say in told(explorer, "grad_b"):
        assert counted(say, "deltas of the filter") == n["delta"][0, 0].size
    for place, say in told(explorer, "delta"):
        f = place[0] if len(place) == 3 else 0
        assert say == f"it flows into grad_b[{f}] with the factor 1."


def windows_at(y, z, out_size, K, s):
    """The windows that hold a cell."""
    return [
        (i, j)
        for i, j in np.ndindex(out_size)
        if i * s[0] <= y < i * s[0] + K[0] and j * s[1] <= z < j * s[1] + K[1]
    ]


@seeds
def test_the_pools_count_windows_cells_and_ties(seed):
    rng = np.random.default_rng([seed, 98])
    K, s, size, grad_out = cases.pool(rng)
    x = rng.integers(0, 3, size).astype(float)
    mean = views.explore_mean_pooling(x, grad_out, K, s)
    for (y, z), say in told(mean, "grad_x"):
        assert counted(say, "windows? holds? this cell") == len(
            windows_at(y, z, grad_out.shape, K, s)
        )
    for (y, z), say in told(mean, "x"):
        assert counted(say, "means?") == len(windows_at(y, z, grad_out.shape, K, s))
    assert {counted(say, "cells? gets? an") for _, say in told(mean, "grad_out")} == {np.prod(K)}
    assert {counted(say, "numbers?") for _, say in told(mean, "out")} == {np.prod(K)}
    largest = views.explore_max_pooling(x, grad_out, K, s)
    won = {}
    for (i, j), say in told(largest, "out"):
        here = x[i * s[0] : i * s[0] + K[0], j * s[1] : j * s[1] + K[1]]
        u, v = np.unravel_index(np.argmax(here), K)
        place = i * s[0] + u, j * s[1] + v
        won.setdefault(place, []).append(f"out[{i},{j}]")
        equal = int((here == here.max()).sum())
        assert say.startswith(f"x[{place[0]},{place[1]}] wins")
        assert counted(say, "equal cells") == (equal if equal > 1 else 0)
    for place, say in told(largest, "grad_x"):
        assert counted(say, "windows?") == len(won.get(place, []))
    for place, say in told(largest, "x"):
        assert say == f"it wins {', '.join(won.get(place, [])) or 'no window'}."
        read = re.sub("<[^>]+>", "", stories(largest)[f"x:{place[0]},{place[1]}"]["formula"])
        by = [f"out[{i},{j}]" for i, j in windows_at(*place, grad_out.shape, K, s)]
        assert " ".join(read.split()).endswith(f" is read by {', '.join(by) or 'no window'}")


# ---- equations


EQUATIONS = {  # what stands in the lessons before the number
    "1.1": r"\text{net}_{fij} = b_f + \sum_{c,u,v} w_{fcuv}",
    "1.6": r"\text{net}_{ij} = \sum_{u,v} w_{uv}\, x_{i+u,\; j+v}",
    "1.7": r"\text{net}_{ij} = \sum_{u,v} w_{uv}\, x_{i s + u,\; j s + v}",
    "2.1": r"\frac{\partial E}{\partial xp_{cyz}} = \sum_{f}",
    "3.1": r"\frac{\partial E}{\partial w_{fcuv}} = \sum_{i,j} \delta_{fij}\; xp_{c,",
    "4.1": r"\frac{\partial E}{\partial b_f} = \sum_{i,j} \delta_{fij} ",
    "5.1": r"\text{cell } (y,z) \text{ won}",
    "5.2": r"\frac{1}{K_H K_W}\, \frac{\partial E}{\partial\, \text{out}_{cij}}",
    "8.2": r"p_k = \frac{e^{s_k}}{\sum_m e^{s_m}} \qquad E = -\frac{1}{N}\sum_n \log p_{n,y_n}",
    "8.10": r"\frac{\partial E}{\partial s_k} = p_k - [k = y]",
    "9.2": r"\textbf{net} = \mathbf{W}\mathbf{X}",
    "9.5": r"X_{(cuv),\,(nij)} = xp_{n,c,\; i s + u,\; j s + v}",
}
TEXT = "\n".join(path.read_text(encoding="utf-8") for path in sorted(LESSONS.glob("0[1-9]*.md")))
SHOWN = {
    "columns": {"columns": "9.5", "net": "9.2"},
    "softmax": {"p": "8.2", "E": "8.2", "delta": "8.10"},
}
MEANT = {  # the equation whose loops an explorer shows
    "forward": "1.1",
    "input_gradient": "2.1",
    "with_matrix": "2.1",
    "stride_and_padding": "2.1",
    "kernel_gradient": "3.1",
    "bias_gradient": "4.1",
    "max_pooling": "5.1",
    "mean_pooling": "5.2",
    "columns": "9.5",
    "softmax": "8.2",
}


def formula_of(tag):
    """The displayed formula with a number; there is one."""
    found = [part for part in TEXT.split("$$")[1::2] if rf"\tag{{{tag}}}" in part]
    assert len(found) == 1, tag
    return found[0]


@pytest.mark.parametrize("tag", EQUATIONS)
def test_a_number_that_explorers_name_is_that_of_its_equation(tag):
    assert EQUATIONS[tag] in formula_of(tag)


@every
def test_an_explorer_names_the_equation_of_its_loops(case):
    tale = make(case)._tale
    tag = MEANT[case.__name__]
    loops = tale.rules["first"] if hasattr(tale, "rules") else tale.loops
    for doc in (tale.__doc__, loops.__doc__):
        assert re.search(r"[Ee]q\. (\d\.\d+)", doc)[1] == tag


@every
def test_a_caption_names_the_equation_of_its_array(case):
    named = {}
    for _, columns in make(case)._scene.panes:
        for grid in (grid for column in columns for grid in column):
            for tag in re.findall(r"\((\d\.\d+)\)", grid.note):
                named[grid.name] = tag
    assert named == SHOWN.get(case.__name__, {})


# ---- numbers as people type them


@every
def test_a_fraction_is_read_in_every_editable_grid(case):
    explorer = make(case)
    for name, a in explorer._state.numbers.items():
        place = tuple(n - 1 for n in a.shape)
        assert wish(explorer, do="edit", cell=cases.key(name, place), text="1/9")["ok"]
        assert explorer.numbers[name][place] == 1 / 9
    target = explorer.scene["target"]
    explorer.predict()
    place = tuple(0 for _ in explorer.numbers[target].shape)
    answer = wish(explorer, do="guess", cell=cases.key(target, place), text="−12345/7")
    assert answer["ok"] and answer["why"].startswith("Not yet: ")


# ---- what known slips give


@seeds
def test_slips_of_the_forward_explorer(seed):
    explorer, n, s, p = made(cases.forward, seed)
    (slip,) = explorer._scene.wrong().items()
    xp = np.pad(n["x"][0], ((0, 0), (p[0], p[0]), (p[1], p[1])))
    K = n["w"].shape[2:]
    windows = np.lib.stride_tricks.sliding_window_view(xp, K, (1, 2))[:, :: s[0], :: s[1]]
    turned = np.flip(n["w"], (2, 3))
    net = np.einsum("cijuv,fcuv->fij", windows, turned)
    net += n.get("b", np.zeros(len(net)))[:, None, None]
    assert slip[0].startswith("the kernel is rotated")
    assert np.allclose(slip[1].ravel(), net.ravel())


@seeds
def test_slips_of_the_kernel_explorer(seed):
    explorer, n, (s_v, s_h), (p_v, p_h) = made(cases.kernel_gradient, seed)
    wrong, delta, x = explorer._scene.wrong(), n["delta"][0], n["x"][0]
    F, C, K_H, K_W = n["grad_w"].shape

    def slid(delta, off=0):
        """delta on the input, `off` rows and columns late; beyond the input there are zeros."""
        grad = np.zeros((F, C, K_H, K_W))
        for f, c, u, v in np.ndindex(grad.shape):
            for i, j in np.ndindex(delta.shape[1:]):
                y, z = i * s_v + u - p_v, j * s_h + v - p_h
                if 0 <= y < x.shape[1] and 0 <= z < x.shape[2]:
                    y, z = y + off, z + off
                    if y < x.shape[1] and z < x.shape[2]:
                        grad[f, c, u, v] += delta[f, i, j] * x[c, y, z]
        return grad

    expected = {
        "delta is rotated; here it slides as it is": slid(np.flip(delta, (1, 2))),
        "every index is one off": slid(delta, off=1),
        "the mean is taken instead of the sum": slid(delta) / (delta.shape[1] * delta.shape[2]),
        "the inputs are added without delta": slid(delta**0),
    }
    if K_H == K_W:
        transposed = [np.array([[one.T for one in row] for row in slid(delta)])]
        expected["rows and columns are exchanged (transposed)"] = transposed[0]
    assert set(wrong) == set(expected)
    for name, numbers in expected.items():
        assert np.allclose(wrong[name].ravel(), numbers.ravel()), name


@seeds
def test_slips_of_the_bias_explorer(seed):
    explorer, n, *_ = made(cases.bias_gradient, seed)
    wrong, delta = explorer._scene.wrong(), n["delta"][0]
    sums = [sum(filter_.flat) for filter_ in delta]
    expected = {
        "the mean is taken instead of the sum": [filter_.mean() for filter_ in delta],
        "the deltas are counted, not added": [len(filter_.ravel()) for filter_ in delta],
    }
    if len(delta) > 1:
        expected["the filters are added together"] = [sum(sums)] * len(sums)
    assert set(wrong) == set(expected)
    for name, numbers in expected.items():
        assert np.allclose(wrong[name], numbers), name


@seeds
def test_slips_of_the_explorer_of_means(seed):
    explorer, n, s, _ = made(cases.mean_pooling, seed)
    wrong, x, K = explorer._scene.wrong(), n["x"][0, 0], explorer._state.options["size"]
    whole, routed = np.zeros_like(x), np.zeros_like(x)
    for i, j in np.ndindex(n["grad_out"].shape[-2:]):
        here = slice(i * s[0], i * s[0] + K[0]), slice(j * s[1], j * s[1] + K[1])
        whole[here] += n["grad_out"][0, 0, i, j]
        u, v = np.unravel_index(np.argmax(x[here]), K)
        routed[i * s[0] + u, j * s[1] + v] += n["grad_out"][0, 0, i, j]
    assert np.allclose(wrong["the share is forgotten"], whole)
    assert np.allclose(wrong["the largest cell gets everything, as in max pooling"], routed)
    assert len(wrong) == 2
