"""The answers of lesson 04 and the wrong answers it knows by name."""

import numbers

import numpy as np

from cnnlib.course.calling import Refused
from cnnlib.course.exercise import Exercise

MEAN = "mean instead of sum: every position and every image counts in full"
BATCH_MEAN = "mean over the batch instead of sum: 1/N lives in the loss"
ALL_AXES = (0, 2, 3)
ALL_IN_ONE = "everything in one number: each filter has a bias of its own, axis 1 must stay"
ONE_PER_FILTER = "each filter has a bias of its own; you have added all filters into each"
FIRST_IMAGE = "that is the first image; the images share the bias, so their deltas are added, too"
LAST_IMAGE = "that is the last image; the images share the bias, so their deltas are added, too"
BATCH_KEPT = "the images are not added: all of them use the same bias"
NOT_THE_FILTERS = "summed over the filters: each filter has a bias of its own, axis 1 must stay"
AN_AXIS_KEPT = (
    "the right numbers with axes of length 1: keepdims keeps them, and one axis is wanted"
)
POSITIONS_KEPT = "only the images are added; all positions i and j use the bias, too"
COLUMNS_KEPT = "the columns are not added: all positions i and j use the bias"
ROWS_KEPT = "the rows are not added: all positions i and j use the bias"
RNG = np.random.default_rng(4)
BATCHES = tuple(
    (RNG.standard_normal(size),)
    for size in ((3, 2, 4, 5), (1, 2, 4, 5), (3, 4, 2, 3), (2, 2, 3, 1))
)
BATCH, FILTERS, CELLS = 4, 2, 3 * 3  # of the page's batch
DELTA = np.array([[1, 0, 2], [3, 0, 4], [0, 0, 0]])
DELTA_2 = np.array([[[0, 1, 1], [2, 2, 2], [1, 0, 0]], [[1, 0, 2], [0, 0, 0], [1, 2, 1]]])


class FirstImage(np.ndarray):
    """Deltas of a batch, where three indices mean f, i and j in the first image."""

    def __getitem__(self, index):
        three = isinstance(index, tuple) and len(index) == 3
        if three and all(isinstance(n, numbers.Integral) for n in index):
            index = (0, *index)
        return super().__getitem__(index)


def forgiving(function):
    """The function; where it stops, it is tried on deltas for which a forgotten n is no error: so
    that slip is named."""

    def grad_b(delta):
        try:
            return function(delta)
        except (IndexError, TypeError, ValueError):
            return np.asarray(function(delta.view(FirstImage)))

    return grad_b


def adding(term, until=None):
    """grad_b by loops, right or wrong: term(delta, n, f, i, j) is added; it stops after so many."""

    def grad_b(delta):
        grad = np.zeros(delta.shape[1])
        for n, f, i, j in [*np.ndindex(delta.shape)][:until]:
            grad[f] += term(delta, n, f, i, j)
        return grad

    return grad_b


def over_axes(axis, **how):
    return lambda delta: delta.sum(axis, **how)


WRONG_SUMS = {  # what grad_b becomes when other axes are summed
    BATCH_KEPT: over_axes((2, 3)),
    ALL_IN_ONE: over_axes(None),
    POSITIONS_KEPT: over_axes(0),
    NOT_THE_FILTERS: over_axes((1, 2, 3)),
    COLUMNS_KEPT: over_axes((0, 2)),
    ROWS_KEPT: over_axes((0, 3)),
    AN_AXIS_KEPT: over_axes(ALL_AXES, keepdims=True),
    FIRST_IMAGE: lambda delta: delta[0].sum((1, 2)),
    LAST_IMAGE: lambda delta: delta[-1].sum((1, 2)),
    "those are sums over images and filters; the filters must stay, the positions must go": (
        over_axes((0, 1))
    ),
    "only the rows are added; images and columns must go, too": over_axes(2),
    "only the columns are added; images and rows must go, too": over_axes(3),
    "only the filters are added; those must stay, and all others must go": over_axes(1),
    "filters and rows are added; the filters must stay": over_axes((0, 1, 2)),
    "filters and columns are added; the filters must stay": over_axes((0, 1, 3)),
    "nothing is added: every cell in every image uses the bias of its filter": lambda delta: delta,
    ONE_PER_FILTER: lambda delta: np.full(delta.shape[1], delta.sum()),
    MEAN: lambda delta: delta.mean(ALL_AXES),
    BATCH_MEAN: lambda delta: delta.sum((2, 3)).mean(0),
    "mean over the positions instead of sum": lambda delta: delta.mean((2, 3)).sum(0),
}


def uses(batch, filters, cells):
    """What is counted in place of batch * cells, the uses of one bias."""
    return {
        "that is one image; the images share the bias, so their deltas are added too": cells,
        "that is both filters together; each filter has a bias of its own": (
            batch * filters * cells
        ),
        "those are both filters of one image; wanted one filter in all images": filters * cells,
        "that is the number of images; each brings all the cells of its net": batch,
        "those are images and filters; the cells of a net are missing": batch * filters,
        "images and cells are multiplied, not added: every image brings all its cells": (
            batch + cells
        ),
        "images, filters and cells are added; multiply the images by the cells of one filter": batch
        + filters
        + cells,
    }


def steps(b, rate, delta):
    """What is told in place of b - rate * delta.sum(), for a delta of 3x3."""
    return {
        "descent goes against the gradient: minus": b + rate * delta.sum(),
        "that is only four of the nine deltas": b - rate * delta[:2, :2].sum(),
        "mean instead of sum: the nine deltas are added, not averaged": b - rate * delta.mean(),
        "that is the gradient; wanted is the new b": delta.sum(),
        "the rate is forgotten": b - delta.sum(),
        "that is the old b; the step is missing": b,
        "that is the rate alone; the gradient is missing": b - rate,
        "that is the rate alone; the gradient and the minus are missing": b + rate,
        "the rate multiplies, it does not divide": b - delta.sum() / rate,
        "the gradient is multiplied by the rate; you have subtracted the rate": (
            delta.sum() - rate
        ),
        "what is updated is the bias, not its gradient": delta.sum() - rate * delta.sum(),
    }


def times_3(function):
    return lambda delta: 3 * np.asarray(function(delta))


def without_3(name):
    return f"the local derivative is missing: it is 3 now. And {name}"


def sum_over(axes):
    """The function that an answer to 4.axes stands for: a tuple of axes, or a single one."""
    given = list(axes) if isinstance(axes, (tuple, list, set, np.ndarray)) else [axes]
    if not all(isinstance(n, numbers.Integral) for n in given):
        raise Refused("wanted is a tuple of axes, such as (0, 1)")
    return over_axes(tuple(given))


def by_its_axes(function):
    """The function; where NumPy stops at an axis, words for it."""

    def summed(delta):
        try:
            return function(delta)
        except np.exceptions.AxisError:
            raise Refused("delta has the axes 0 to 3, counted from 0") from None
        except (TypeError, ValueError) as error:
            if "'list' object" in str(error):
                raise Refused("NumPy wants a tuple of axes: round brackets") from None
            if "duplicate value in 'axis'" in str(error):
                raise Refused("an axis is named twice") from None
            raise

    return summed


EXERCISES = [
    Exercise(
        name="4.derive",
        right=BATCH * CELLS,
        wrong={
            **uses(BATCH, FILTERS, CELLS),
            "a net of 3x3 has nine cells, not 3": BATCH * 3,
            "a net of 3x3 has nine cells, not 3, and only one filter counts": BATCH * FILTERS * 3,
        },
        hints=(
            "Who uses one bias? Which cells, in which images?",
            "In one image it is the nine cells of its own filter. Now four images.",
            "{solution}",
        ),
    ),
    Exercise(
        name="4.hand",
        right=0 - 0.1 * DELTA.sum(),
        wrong=steps(0, 0.1, DELTA),
        hints=(
            "grad_b is 10.",
            "The step is 0.1 * 10, and it goes against the gradient.",
            "{solution}",
        ),
    ),
    Exercise(
        name="4.line",
        right=lambda delta: delta.sum(ALL_AXES),
        wrong={
            **WRONG_SUMS,
            "counted the cells: that is 1 for each, without its delta": adding(
                lambda delta, n, f, i, j: 1
            ),
            "n and f are exchanged: delta has the axes n, f, i, j": adding(
                lambda delta, n, f, i, j: delta[f, n, i, j]
            ),
            "n and f are exchanged: delta has the axes n, f, i, j, and neither counts beyond it": (
                adding(lambda d, n, f, i, j: d[f % d.shape[0], n % d.shape[1], i, j])
            ),
            "only the first position counts: i and j are missing": adding(
                lambda delta, n, f, i, j: delta[n, f, 0, 0] * (i == j == 0)
            ),
            "the first position counts again and again: its indices are i and j": adding(
                lambda delta, n, f, i, j: delta[n, f, 0, 0]
            ),
            "n is missing, or 0: every image brings deltas of its own": adding(
                lambda delta, n, f, i, j: delta[0, f, i, j]
            ),
            "the whole map is added each time; the loop picks one number": adding(
                lambda delta, n, f, i, j: delta[n, f].sum()
            ),
            "the whole image is added each time; the loop picks one number": adding(
                lambda delta, n, f, i, j: delta[n].sum()
            ),
            "always filter 0: each filter has deltas of its own, f belongs there": adding(
                lambda delta, n, f, i, j: delta[n, 0, i, j]
            ),
            "the whole of delta is added each time; the loop picks one number": adding(
                lambda delta, n, f, i, j: delta.sum()
            ),
            "the deltas are subtracted: +=": lambda delta: -delta.sum(ALL_AXES),
            "the deltas are squared; each counts times 1": lambda delta: (delta**2).sum(ALL_AXES),
            "the signs are dropped: a negative delta counts negative": lambda delta: abs(delta).sum(
                ALL_AXES
            ),
            "overwrote instead of adding: only the last delta is left": lambda delta: delta[
                -1, :, -1, -1
            ],
            "return stands one level too deep: only the first delta is added": adding(
                lambda delta, n, f, i, j: delta[n, f, i, j], until=1
            ),
        },
        hints=(
            "The local derivative of net by its bias is 1.",
            "So each cell adds its own delta, times 1.",
            "{solution}",
        ),
        cases=BATCHES,
        wrap=forgiving,
    ),
    Exercise(
        name="4.predict",
        right=DELTA_2.sum((1, 2)),
        wrong={
            "mean instead of sum": DELTA_2.mean((1, 2)),
            "that is the sum over both filters; each filter has a bias of its own": DELTA_2.sum(),
            "those are the numbers of cells": np.full(2, CELLS),
            "that is the sum over both filters, twice; each filter has a bias of its own": np.full(
                2, DELTA_2.sum()
            ),
            "those are the largest deltas; all nine of a filter are added": DELTA_2.max((1, 2)),
            "those are the sums of the columns; add them up, too": DELTA_2.sum(1),
            "those are the sums of the rows; add them up, too": DELTA_2.sum(2),
            "summed over the filters; each filter has a bias of its own": DELTA_2.sum(0),
            "that is filter 0; asked are two numbers": DELTA_2[0].sum(),
            "that is filter 1; asked are two numbers": DELTA_2[1].sum(),
            "those are the numbers of the example in the question": np.array([3, 4]),
            "only one corner of four was added; all nine cells use the bias": (
                DELTA_2[:, :2, :2].sum((1, 2))
            ),
            "the deltas that are not 0 were counted; add their values": (
                (DELTA_2 != 0).sum((1, 2))
            ),
            "the other way round: filter 0 first": DELTA_2.sum((1, 2))[::-1],
        },
        hints=(
            "One number a filter.",
            "Add the nine deltas of each filter.",
            "{solution}",
        ),
    ),
    Exercise(
        name="4.axes",
        right=lambda delta: delta.sum(ALL_AXES),
        wrong={
            "the batch is summed, too: every image uses the bias": over_axes((2, 3)),
            "then every filter would get the same number: axis 1 must stay": over_axes(None),
            "those must go, but the positions i and j must go, too": over_axes(0),
            "that is the axis that stays; wanted are those that go": over_axes(1),
            "j must go, too": over_axes((0, 2)),
            "i must go, too": over_axes((0, 3)),
            "n and j must go, too": over_axes(2),
            "n and i must go, too": over_axes(3),
            "the filters must stay, that is axis 1; the images must go, that is axis 0": over_axes(
                (1, 2, 3)
            ),
            "the filters must stay, that is axis 1; the positions are axes 2 and 3": over_axes(
                (0, 1)
            ),
            "the filters must stay, that is axis 1; images and columns must go, too": over_axes(
                (1, 2)
            ),
            "the filters must stay, that is axis 1; images and rows must go, too": over_axes(
                (1, 3)
            ),
            "none goes? Every cell in every image uses the bias of its filter": over_axes(()),
            "the filters must stay: that is axis 1, and the rows are axis 2": over_axes((0, 1, 3)),
            "the filters must stay: that is axis 1, and the columns are axis 3": lambda delta: (
                delta.sum((0, 1, 2))
            ),
        },
        hints=(
            "Which letter does grad_b keep?",
            "Only f, that is axis 1. All others are summed.",
            "{solution}",
        ),
        cases=BATCHES,
        wrap=by_its_axes,
        as_function=sum_over,
    ),
    Exercise(
        name="4.1",
        right=3 * (5 * 4) * 0.5,
        wrong={
            "that is one image, or the mean of all three; the batch is a plain sum": 5 * 4 * 0.5,
            "mean instead of sum": 0.5,
            "that is the number of cells; each sends 0.5": 3 * (5 * 4),
            "mean over the positions instead of sum": 3 * 0.5,
            "1/N is in the loss; here the batch is a plain sum": 5 * 4 * 0.5 / 3,
            "that is the number of cells of one image; there are 3, and each cell sends 0.5": 5 * 4,
            "the sides are multiplied, not added: a net of 5x4 has 20 cells": 3 * (5 + 4) * 0.5,
            "multiplied by 0.5, not divided": 3 * (5 * 4) / 0.5,
        },
        hints=("How many cells use the bias?", "20 cells in each of 3 images.", "{solution}"),
    ),
    Exercise(
        name="4.2",
        right=lambda delta: delta.sum(0),
        wrong={
            "summed over the positions too; here each position has a bias of its own": over_axes(
                ALL_AXES
            ),
            "mean instead of sum over the batch": lambda delta: delta.mean(0),
            "summed over the filters; the batch is the first axis": over_axes(1),
            "summed over the positions: each has a bias of its own here; "
            "the images share it": over_axes((2, 3)),
            "nothing is summed; the images share each bias": lambda delta: delta,
            "that is the first image; the images share each bias: add them": lambda delta: delta[0],
            "that is the last image; the images share each bias: add them": lambda delta: delta[-1],
            "summed over the filters, too; each has biases of its own": over_axes((0, 1)),
            "summed over the rows, too; each position has a bias of its own": over_axes((0, 2)),
            "summed over the columns, too; each position has a bias of its own": over_axes((0, 3)),
            "summed over the rows; only the images are added, axis 0": over_axes(2),
            "summed over the columns; only the images are added, axis 0": over_axes(3),
            "all in one number; only the images are added, axis 0": over_axes(None),
            "only the images are added, axis 0; here all axes but the images' go": over_axes(
                (1, 2, 3)
            ),
            "only the images are added, axis 0; here the columns alone stay": over_axes((0, 1, 2)),
            "only the images are added, axis 0; here the rows alone stay": over_axes((0, 1, 3)),
            "mean instead of sum, and over the positions, too": lambda delta: delta.mean(ALL_AXES),
            "mean over the positions: each has a bias of its own here; "
            "the images share it": lambda delta: delta.mean((2, 3)),
            "the deltas are shared among the images; they are added": lambda delta: (
                delta / len(delta)
            ),
            "the right numbers with an axis of length 1: keepdims keeps it": over_axes(
                0, keepdims=True
            ),
        },
        hints=(
            "Who uses b[f,i,j]?",
            "The cell (f,i,j) of every image.",
            "Sum over axis 0: {solution}",
        ),
        cases=BATCHES,
    ),
    Exercise(
        name="4.3",
        right=lambda delta: 3 * delta.sum(ALL_AXES),
        wrong={
            "the local derivative is missing: it is 3 now": lambda d: d.sum(ALL_AXES),
            "divided by 3; the local derivative multiplies": lambda d: d.sum(ALL_AXES) / 3,
            "3 is added once; the local derivative multiplies": lambda delta: (
                delta.sum(ALL_AXES) + 3
            ),
            "3 is added to each delta; the local derivative multiplies": lambda delta: (
                delta + 3
            ).sum(ALL_AXES),
            "the local derivative counts once: times 3": lambda delta: 9 * delta.sum(ALL_AXES),
            "cubed; 3 multiplies": lambda delta: (delta**3).sum(ALL_AXES),
            **{name: times_3(wrong) for name, wrong in WRONG_SUMS.items()},
            **{without_3(name): wrong for name, wrong in WRONG_SUMS.items()},
            "that is the local derivative alone; it meets each delta": lambda delta: 3,
            "that is the local derivative alone, for each filter; it meets each delta": (
                lambda delta: np.full(delta.shape[1], 3)
            ),
        },
        hints=(
            "What is the derivative of 3 b by b?",
            "Each delta arrives three times as strong.",
            "3 times the sum of (4.9): {solution}",
        ),
        cases=BATCHES,
    ),
    Exercise(
        name="4.4",
        right=4 / (8 * 5 * 5),
        wrong={
            "that is 1/N alone; the line also takes the mean over the positions": 4 / 8,
            "that is the mean over the positions alone; "
            "the line also takes the mean over the batch": 4 / (5 * 5),
            "the 1/N of the loss is inside the 4 already": 4 / 8 / (8 * 5 * 5),
            "a mean divides": 4 * (8 * 5 * 5),
            "that is the right gradient; the line does not compute it": 4,
            "that is the factor; the right gradient is 4": 1 / (8 * 5 * 5),
            "the other way round: 4 is the sum, and the mean divides it by 8*5*5": 8 * 5 * 5 / 4,
            "a net of 5x5 has 5*5 cells, not 5 + 5": 4 / (8 * (5 + 5)),
            "a net of 5x5 has 5*5 cells, not 5": 4 / (8 * 5),
            "the mean divides by 8 once more, it does not undo the loss's 1/N": 4 * 8,
            "that is the number of deltas; the sum of them is 4": 8 * 5 * 5,
            "that undoes a mean over the positions; the line takes one": 4 * (5 * 5),
            "images and cells are multiplied, not added": 4 / (8 + 5 * 5),
        },
        hints=(
            "The deltas hold the loss's 1/N already. What is their plain sum?",
            "Their sum is 4. Over how many deltas does the line take the mean?",
            "{solution}",
        ),
    ),
    Exercise(
        name="4.5",
        right=(1 - 1) * DELTA.sum(),
        wrong={
            "that would be right without the subtraction: m moves with b, too": DELTA.sum(),
            "that is the derivative of one net by b; what is that of y?": 1,
            "that is the mean of what arrives; "
            "what is the local derivative of y by b?": DELTA.mean(),
            "m is a mean: it rises by 1, not by 9, when all nine nets rise by 1": (
                (1 - 9) * DELTA.sum()
            ),
            "that is the sum minus the mean of what arrives, or one net that rises alone; "
            "b raises all nine, and m rises by 1": DELTA.sum() - DELTA.mean(),
            "that is the way through the mean alone; the other way is as long": -DELTA.sum(),
            "that is the share of one net in the mean; b raises all nine": 1 / 9,
            "that is what one net's rise leaves of y; b raises all nine": 1 - 1 / 9,
            "the sum is not multiplied by the nine nets: b raises all, and their mean, too": (
                DELTA.size * DELTA.sum()
            ),
            "that is the number of nets; b raises them all, and their mean, too": DELTA.size,
        },
        hints=(
            "Raise b by 1. By how much does m rise?",
            "All nine nets rise by 1, so their mean rises by 1. By how much does y rise?",
            "Not at all: the local derivative is 1 - 1.",
        ),
    ),
]
