"""The answers of lesson 04 and the wrong answers it knows by name."""

import numbers

import numpy as np

from cnnlib.course.exercise import Exercise

MEAN = "mean instead of sum: every position and every image counts in full"
BATCH_MEAN = "mean over the batch instead of sum: 1/N lives in the loss"
ALL_AXES = (0, 2, 3)
RNG = np.random.default_rng(4)
BATCHES = tuple((RNG.standard_normal(size),) for size in ((3, 2, 4, 5), (1, 2, 4, 5), (3, 4, 2, 3)))
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


EXERCISES = [
    Exercise(
        name="4.derive",
        right=BATCH * CELLS,
        wrong={
            "that is one image; the images share the bias, so their deltas are added too": CELLS,
            "that is both filters together; each filter has a bias of its own": (
                BATCH * FILTERS * CELLS
            ),
            "those are both filters of one image; wanted one filter in all images": FILTERS * CELLS,
            "that is the number of images; each brings all the cells of its net": BATCH,
            "those are images and filters; the cells of a net are missing": BATCH * FILTERS,
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
        wrong={
            "descent goes against the gradient: minus": 0 + 0.1 * DELTA.sum(),
            "that is only four of the nine deltas": 0 - 0.1 * DELTA[:2, :2].sum(),
            "mean instead of sum: the nine deltas are added, not averaged": 0 - 0.1 * DELTA.mean(),
            "that is the gradient; wanted is the new b": DELTA.sum(),
            "the rate is forgotten": 0 - DELTA.sum(),
            "that is the old b; the step is missing": 0,
            "what is updated is the bias, not its gradient": DELTA.sum() - 0.1 * DELTA.sum(),
        },
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
            MEAN: lambda delta: delta.mean(ALL_AXES),
            BATCH_MEAN: lambda delta: delta.sum((2, 3)).mean(0),
            "mean over the positions instead of sum": lambda delta: delta.mean((2, 3)).sum(0),
            "counted the cells: that is 1 for each, without its delta": adding(
                lambda delta, n, f, i, j: 1
            ),
            "n is missing: every image brings deltas of its own": adding(
                lambda delta, n, f, i, j: delta[0, f, i, j]
            ),
            "overwrote instead of adding: only the last delta is left": lambda delta: delta[
                -1, :, -1, -1
            ],
            "each filter has a bias of its own; you have added both": lambda delta: np.full(
                delta.shape[1], delta.sum()
            ),
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
            "the batch is summed, too: every image uses the bias": lambda delta: delta.sum((2, 3)),
            "then every filter would get the same number: axis 1 must stay": lambda delta: (
                delta.sum()
            ),
            "those must go, but the positions i and j must go, too": lambda delta: delta.sum(0),
            "that is the axis that stays; wanted are those that go": lambda delta: delta.sum(1),
            "j must go, too": lambda delta: delta.sum((0, 2)),
            "i must go, too": lambda delta: delta.sum((0, 3)),
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
    ),
    Exercise(
        name="4.1",
        right=3 * (5 * 4) * 0.5,
        wrong={
            "that is one image, or the mean of all three; the batch is a plain sum": 5 * 4 * 0.5,
            "mean instead of sum": 0.5,
            "that is the number of cells; each sends 0.5": 3 * (5 * 4),
            "mean over the positions instead of sum": 3 * 0.5,
        },
        hints=("How many cells use the bias?", "20 cells in each of 3 images.", "{solution}"),
    ),
    Exercise(
        name="4.2",
        right=lambda delta: delta.sum(0),
        wrong={
            "summed over the positions too; here each position has a bias of its own": lambda d: (
                d.sum(ALL_AXES)
            ),
            "mean instead of sum over the batch": lambda d: d.mean(0),
            "summed over the filters; the batch is the first axis": lambda d: d.sum(1),
            "summed over the positions: each has a bias of its own here; "
            "the images share it": lambda d: d.sum((2, 3)),
            "nothing is summed; the images share each bias": lambda d: d,
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
            MEAN: lambda d: 3 * d.mean(ALL_AXES),
            BATCH_MEAN: lambda d: 3 * d.sum((2, 3)).mean(0),
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
        },
        hints=(
            "Raise b by 1. By how much does m rise?",
            "All nine nets rise by 1, so their mean rises by 1. By how much does y rise?",
            "Not at all: the local derivative is 1 - 1.",
        ),
    ),
]
