"""clinic: the mutation table. No planted bug survives the checks (a) to (d), and the right code
passes them."""

import time
from dataclasses import replace

import numpy as np
import pytest

from cnnlib import ConvLayer, ReluActivator, bugs, clinic, layers, ops
from cnnlib.course.clinic import CHECKS, WEAK, Case, Design, Result

BLIND = {  # weak check: bugs that it lets live, beyond all those of the pools
    "ones, identity": {
        "delta rotated in grad_w",
        "ReLU mask missing",
        "ReLU mask >= on the output",
    },
    "identity": {"ReLU mask missing", "ReLU mask >= on the output"},
    "one image": {"1/N applied twice"},
    "one channel, one filter": {
        "channels in reverse order",
        "only the first filter's gradient",
        "only the last filter",
    },
    "stride 1, no padding": {"stride ignored backward", "padding not cropped"},
    "weights only": {
        "kernel not rotated",
        "kernel rotated by 90",
        "bias mean for sum",
        "padding not cropped",
        "only the last filter",
    },
}
POOLS = {"= for += in overlapping pools", "every tied cell gets the full delta"}
SQUARE = Design(channels=2, filters=2, kernel=(3, 3), stride=1)  # where every bug's shapes fit


@pytest.fixture(scope="module")
def table():
    return clinic.survivors()


# ---- the mutation table


@pytest.mark.parametrize("check", CHECKS)
def test_the_right_code_passes(check):
    assert CHECKS[check]().passed


@pytest.mark.parametrize("bug", bugs.BUGS)
def test_no_bug_survives(table, bug):
    assert not all(table[bug][check] for check in CHECKS)


def test_each_of_the_four_checks_is_needed(table):
    finders = {bug: {check for check in CHECKS if not row[check]} for bug, row in table.items()}
    assert finders["= for += in overlapping pools"] == {"(c)"}
    assert finders["every tied cell gets the full delta"] == {"(d)"}
    assert finders["padding not cropped"] == {"(a)"}
    assert all("(a)" in found for bug, found in finders.items() if bug not in POOLS)


@pytest.mark.parametrize(("check", "blind"), BLIND.items(), ids=BLIND)
def test_what_each_weak_check_lets_live(table, check, blind):
    assert {bug for bug, row in table.items() if row[check]} == blind | POOLS


def test_the_check_of_the_source_finds_little(table):
    alive = {bug for bug, row in table.items() if row["the source's"]}
    assert (
        len(alive) > len(table) / 2
        and {"delta rotated in grad_w", "kernel not rotated", "ReLU mask missing"} <= alive
    )


def test_a_pool_whose_windows_do_not_overlap_finds_nothing(table):
    assert all(row["2x2/2 pool"] for row in table.values())


def test_the_table_has_a_row_for_each_bug_and_is_made_in_no_time(table):
    assert list(table) == list(bugs.BUGS)
    assert all(list(row) == [*CHECKS, *WEAK] for row in table.values())
    start = time.perf_counter()
    clinic.survivors()
    assert time.perf_counter() - start < 5


def test_survivors_of_a_check_of_ones_own():
    assert all(
        row == {"mine": True} for row in clinic.survivors({"mine": lambda: Result({})}).values()
    )


@pytest.mark.parametrize("seed", range(20))
def test_the_right_code_passes_with_any_numbers(seed):
    for design in (Design(), replace(Design(), image=(8, 6), padding=0)):
        result = Case(design, seed).result()
        assert result.passed, result.errors


@pytest.mark.parametrize("bug", [bug for bug in bugs.BUGS if bug not in POOLS])
def test_bugs_are_found_by_numbers_not_only_by_shapes(bug):
    case = Case(
        replace(SQUARE, **{"stride": 2, "padding": 0} if bug == "stride ignored backward" else {})
    )
    assert case.result().passed
    with bugs.planted(bug):
        result = case.result()
    assert not result.passed and 0.01 < max(result.errors.values()) <= 1


# ---- more slips, beyond those that have a name


def relu_passes_zero(activator, net):
    return (np.asarray(net) >= 0).astype(float)


def last_of_equals_wins(x, size, stride):
    out, winners = RIGHT_POOL(x[..., ::-1, ::-1], size, stride)
    return out[..., ::-1, ::-1], 3 - winners[..., ::-1, ::-1]


def to_first_cell(grad_out, *how):
    return ops.max_pool2d_grad_x(grad_out, np.zeros(grad_out.shape, int), *how)


def remainder_filled(delta, w, input_size, stride, padding):
    grad_x, reached = (
        RIGHT_X(delta, w, input_size, stride, padding),
        (delta.shape[2] - 1) * stride + w.shape[2] - padding,
    )
    grad_x[:, :, reached:] = grad_x[:, :, reached - 1 : reached]
    return grad_x


RIGHT_POOL, RIGHT_X, RIGHT_W, RIGHT_B = (
    ops.max_pool2d,
    ops.conv2d_grad_x,
    ops.conv2d_grad_w,
    ops.conv2d_grad_b,
)
MORE = {
    "relu'(0) = 1": (ReluActivator, "derivative", relu_passes_zero),
    "the last of equals wins": (ops, "max_pool2d", last_of_equals_wins),
    "sign": (ops, "conv2d_grad_x", lambda *a, **k: -RIGHT_X(*a, **k)),
    "filters for channels": (ops, "conv2d_grad_w", lambda *a, **k: RIGHT_W(*a, **k)[::-1]),
    "one delta too few": (ops, "conv2d_grad_b", lambda delta: RIGHT_B(delta[..., :-1, :])),
    "only the first image": (
        ops,
        "conv2d_grad_w",
        lambda delta, x, *a, **k: RIGHT_W(delta[:1], x[:1], *a, **k),
    ),
    "rows for columns": (ops, "conv2d_grad_x", lambda *a, **k: RIGHT_X(*a, **k)[..., ::-1]),
    "all to the window's first cell": (ops, "mean_pool2d_grad_x", to_first_cell),
    "a dropped row gets its neighbour's error": (ops, "conv2d_grad_x", remainder_filled),
    "zeros": (ops, "conv2d_grad_x", lambda *a, **k: 0 * RIGHT_X(*a, **k)),
    "not a number": (ops, "conv2d_grad_b", lambda delta: RIGHT_B(delta) * np.nan),
    "another shape": (ops, "conv2d_grad_x", lambda *a, **k: RIGHT_X(*a, **k)[..., :-1]),
    "a layer that does not descend": (
        layers.ConvLayer,
        "backward",
        lambda layer, grad_out: np.zeros_like(layer.x),
    ),
}


@pytest.mark.parametrize("slip", MORE)
def test_slips_without_a_name_are_found_too(slip, monkeypatch):
    monkeypatch.setattr(*MORE[slip])
    assert not all(check().passed for check in CHECKS.values())


def test_only_check_b_sees_a_dropped_row(monkeypatch):
    monkeypatch.setattr(*MORE["a dropped row gets its neighbour's error"])
    assert [name for name, check in CHECKS.items() if not check().passed] == ["(b)"]


# ---- the pieces


def test_results_pass_up_to_their_limit():
    assert Result({"a": 1e-6}).passed and Result({}).passed
    assert not Result({"a": 0.0, "b": 1.1e-6}).passed and not Result({"a": float("nan")}).passed
    assert Result({"a": 0.0}, limit=0.0).passed and not Result({"a": 1e-15}, limit=0.0).passed


def test_a_case_holds_each_gradient_twice():
    case = Case(Design())
    assert (
        list(case.numeric)
        == list(clinic.GRADIENTS)
        == list(case.analytic())
        == list(case.result().errors)
    )
    shapes = {"grad_x": (2, 3, 7, 5), "grad_w": (2, 3, 3, 2), "grad_b": (2,), "grad_scores": (2, 4)}
    for name, (analytic, numeric) in case.pairs().items():
        assert analytic.shape == numeric.shape == shapes.get(name, (2, 3, 7, 5))


def test_settings_reach_the_case():
    case = Case(
        Design(
            gradients=("grad_w",), upstream="ones", dtype="float32", first_filter_only=True, batch=3
        )
    )
    assert list(case.layers) == ["grad_x"] and (case.upstream["grad_x"] == 1).all()
    assert case.x.dtype == case.conv.weights.dtype == np.float32 and len(case.x) == 3
    assert case.pairs()["grad_w"][0].shape == (1, 3, 3, 2)
    assert not case.result().passed  # float32 has too few digits
    assert not np.array_equal(Case(Design(), 1).x, Case(Design(), 2).x)
    assert np.array_equal(Case(Design(), 1).x, Case(Design(), 1).x)


def test_another_step_has_another_error():
    errors = [
        max(Case(Design(epsilon=e, gradients=("grad_scores",))).result().errors.values())
        for e in (1e-1, 1e-5, 1e-11)
    ]
    assert errors[1] < 1e-8 < errors[2] < errors[0]


def test_a_step_that_moves_nothing_passes_nobody():
    result = Case(
        Design(epsilon=1e-11, dtype="float32", gradients=("grad_w", "grad_scores"))
    ).result()
    assert not result.passed and set(result.errors.values()) == {float("inf")}


def test_a_readers_own_layer_is_checked_alike():
    class Mine(ConvLayer):
        """Right as it is."""

    class Wrong(ConvLayer):
        def backward(self, grad_out):
            grad_x = super().backward(grad_out)
            self.bias_grad = self.bias_grad / 2
            return grad_x

    assert all(result.passed for result in clinic.check_layer(Mine).values())
    found = {name for name, result in clinic.check_layer(Wrong).items() if not result.passed}
    assert found == {"(a)", "(b)", "(d)", "tanh, twice"}


def test_a_result_names_what_is_wrong_and_nothing_else():
    assert str(Result({"right": 0.0, "wrong": 1.0, "no number": float("nan")})) == (
        "does not pass: wrong, no number"
    )
    assert str(Result({"right": 0.0})) == "passes"
