"""The explorer of softmax cross-entropy: shares, error and delta beside the library and beside
derivatives; its words, and its slips."""

import re

import numpy as np
import pytest

import cnnlib
from cnnlib import views
from tests.views.cases import MINUS, as_float, grids, number, softmax, stories
from tests.views.hands import first_frame, wish

seeds = pytest.mark.parametrize("seed", range(8))


def made(seed):
    """(explorer, scores, label)."""
    explorer, _ = softmax(np.random.default_rng([seed, 41]))
    return explorer, explorer.numbers["s"], explorer._state.options["label"]


@seeds
def test_all_numbers_are_those_of_the_library_and_of_differences(seed):
    explorer, s, label = made(seed)
    n = explorer.numbers
    loss, grad = cnnlib.softmax_cross_entropy(s, label)
    assert np.allclose(n["E"], loss, rtol=0, atol=1e-12)
    assert np.allclose(n["delta"], grad, rtol=0, atol=1e-12)
    assert np.allclose(n["p"] - n["onehot"], grad, rtol=0, atol=1e-12)
    numeric = cnnlib.numerical_gradient(
        lambda scores: cnnlib.softmax_cross_entropy(scores, label)[0], s
    )
    assert cnnlib.relative_error(n["delta"], numeric) < 1e-6
    assert np.isclose(n["p"].sum(), 1) and n["onehot"].tolist() == np.eye(len(s))[label].tolist()


@seeds
def test_the_code_that_is_shown_gives_these_numbers(seed):
    explorer, s, label = made(seed)
    scope = {"math": __import__("math"), "s": s, "y": label, "E": np.zeros(1)}
    for name in ("exp", "p", "onehot", "delta"):
        scope[name] = np.zeros(len(s))
    exec("\n".join(explorer._scene.code), scope)
    for name in ("exp", "p", "E", "onehot", "delta"):
        assert np.allclose(scope[name], explorer.numbers[name], rtol=0, atol=1e-12)


def test_each_cell_is_told_by_its_line_of_code():
    explorer = views.explore_softmax([0, 1, 2])
    code = [line.strip() for line in explorer._scene.code]
    for cell, line in {
        "s:0": "exp[k] = math.exp(s[k])",
        "exp:0": "exp[k] = math.exp(s[k])",
        "p:1": "p[k] = exp[k] / exp.sum()",
        "E:0": "E[0] = -math.log(p[y])",
        "onehot:2": "onehot[y] = 1",
        "delta:2": "delta[k] += p[k] - onehot[k]",
    }.items():
        assert code[stories(explorer)[cell]["line"]] == line


@seeds
def test_sentences_tell_the_numbers_that_are_there(seed):
    explorer, s, label = made(seed)
    n, p = explorer.numbers, np.exp(s) / np.exp(s).sum()
    for k in range(len(s)):
        said = {name: stories(explorer)[f"{name}:{k}"]["say"] for name in ("delta", "p", "onehot")}
        words = r"said (\S+) for this class, and right is (\d)"
        told, right = re.search(words, said["delta"]).groups()
        assert as_float(told) == pytest.approx(p[k], rel=1e-3) and int(right) == (k == label)
        total = re.search(r"the sum (\S+);", said["p"])[1]
        assert as_float(total) == pytest.approx(np.exp(s).sum(), rel=1e-3)
        words = f"class {k} is right." if k == label else f"class {k} is wrong, {label} is right."
        assert said["onehot"].endswith(words)
    assert f"p[{label}], the share of the right class" in stories(explorer)["E:0"]["say"]
    assert number(n["E"][0]) == number(-np.log(p[label]))


def test_formulas_of_a_small_case():
    explorer = views.explore_softmax(np.log([1, 2, 5]), label=1)
    bare = {k: re.sub("<[^>]+>", "", story["formula"]) for k, story in stories(explorer).items()}
    assert bare["p:2"] == "p[2] = 5 / (1 + 2 + 5)\n     = 0.625"
    assert bare["delta:1"] == f"delta[1] = 0.25 {MINUS} 1\n         = {MINUS}0.75"
    assert bare["E:0"] == f"E[0] = {MINUS}log(0.25)\n     = 1.386"


def test_the_label_is_a_switch():
    explorer = views.explore_softmax([1, 2, 3], label=2)
    assert wish(explorer, do="set", name="label", value="0")["ok"]
    assert explorer.numbers["onehot"].tolist() == [1, 0, 0]
    (grid,) = grids(explorer, "onehot")
    assert grid.note == "right: class 0"
    explorer.reset()
    assert explorer.numbers["onehot"].tolist() == [0, 0, 1]


@seeds
def test_slips_are_what_they_say(seed):
    explorer, s, label = made(seed)
    wrong, K = explorer._scene.wrong(), len(s)
    total = sum(np.exp(score) for score in s)
    shares = [np.exp(score) / total for score in s]

    def of_each(right, other):
        """What comes out for the right class, and for each of the others."""
        return [right(k) if k == label else other(k) for k in range(K)]

    share = shares.__getitem__
    expected = {
        "onehot is not taken off": of_each(share, share),
        "p is taken off onehot: the other way round": of_each(
            lambda k: 1 - shares[k], lambda k: -shares[k]
        ),
        "it is divided by the number of classes": of_each(
            lambda k: (shares[k] - 1) / K, lambda k: shares[k] / K
        ),
        "only a share by its own score is derived: p (1 − p)": [q - q**2 for q in shares],
        "E is derived by the share and not by the score: −onehot / p": of_each(
            lambda k: -1 / shares[k], lambda k: 0.0
        ),
        "the score is taken for the share": of_each(lambda k: s[k] - 1, lambda k: s[k]),
        "1 is taken off every class": [q - 1 for q in shares],
        "the shares are made without e: s / sum of s": of_each(
            lambda k: s[k] / sum(s) - 1, lambda k: s[k] / sum(s)
        ),
    }
    assert set(wrong) == set(expected)
    for name, numbers in expected.items():
        assert np.allclose(wrong[name], numbers), name


def test_a_slip_that_cannot_be_made_is_not_named():
    explorer = views.explore_softmax([1, -1])
    assert not any("without e" in slip for slip in explorer._scene.wrong())


@pytest.mark.parametrize(
    "scores, label, words",
    [
        ([[1, 2]], 0, r"scores has shape \(1, 2\), wanted 1 axes"),
        ([1, 2], 2, "label is 2, wanted 0 to 1: one of the 2 classes"),
        ([1, 2], -1, "label is -1, wanted 0 to 1"),
        ([1, 301], 0, "s would hold numbers beyond 300: e to such a power"),
        ([float("inf")], 0, "scores holds numbers that are not finite"),
    ],
)
def test_what_cannot_be_shown_is_refused(scores, label, words):
    with pytest.raises(ValueError, match=words):
        views.explore_softmax(scores, label)


@pytest.mark.parametrize("label", ["1", 1.0, None])
def test_a_label_is_a_whole_number(label):
    with pytest.raises(TypeError, match="wanted a whole number"):
        views.explore_softmax([1, 2], label)


def test_the_farthest_scores_are_still_told():
    explorer = views.explore_softmax([300, -300], label=1)
    assert explorer.numbers["E"].tolist() == [600]
    with pytest.raises(ValueError, match="s would hold numbers beyond 300"):
        explorer.edit("s", 0, 300.5)
    assert explorer.numbers["s"].tolist() == [300, -300]


def test_scores_are_dragged_in_tenths_and_other_grids_are_not():
    html = views.explore_softmax([1, 2]).scene["html"]
    assert re.findall(r'data-grid="(\w+)"[^>]*data-step="([\d.]+)"', html) == [("s", "0.1")]
    assert "data-step" not in views.explore_forward(np.eye(2), np.eye(2)).scene["html"]


def test_while_a_delta_is_asked_for_nothing_says_what_it_is_made_of():
    explorer = views.explore_softmax([1, 2, 3], predict=True)
    columns = explorer._scene.panes[0][1]
    signs = [[grid.sign for grid in column] for column in columns]
    assert signs == [[""], ["→"], ["→"], [""], ["", ""]]
    for frame in (first_frame(explorer), explorer.scene["html"]):
        assert "(8.10)" not in frame and "−</div>" not in frame and "onehot[k]" in frame
    assert "delta[k] +=" not in first_frame(explorer)
    explorer.show()
    assert "(8.10)" in first_frame(explorer) and "delta[k] += p[k]" in first_frame(explorer)
    columns = explorer._scene.panes[0][1]
    onehot, delta = columns[3][0], columns[4][0]
    assert (onehot.sign, delta.sign, delta.note) == ("−", "=", "dE/ds (8.10)")


def test_the_right_share_is_asked_for_first():
    explorer = views.explore_softmax(np.log([1, 2, 5]), label=1, predict=True)
    assert explorer.guess_cells("delta", 0, [(0,), (1,), (2,)]) == (
        "Not yet: these cells are met when all shares are taken, "
        "since all scores make each of them."
    )
    assert explorer.guess_cells("delta", 0, [(1,)]) == (
        "Not yet: these cells are met when the share of the right class is taken for every class."
    )
    assert explorer.guess_cells("delta", 0, [(2,)]) == (
        "Not yet: these cells are met when another class is taken."
    )
    assert explorer.guess_cells("delta", 0, [(0,)]).startswith("Right: this cell takes part.")
    assert explorer.guess("delta", 0, "1/8").startswith("Right: delta[0] is 0.125")
