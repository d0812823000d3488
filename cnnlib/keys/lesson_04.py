"""The answers of lesson 04 and the wrong answers it knows by name."""
import numpy as np

from cnnlib.exercises import Exercise

DELTA = np.random.default_rng(4).standard_normal((3, 2, 4, 5))
MEAN = "mean instead of sum: every position and every sample counts in full"

EXERCISES = [
    Exercise(
        name="4.line",
        right=lambda delta: delta.sum((0, 2, 3)),
        wrong={
            MEAN: lambda delta: delta.mean((0, 2, 3)),
            "mean over the batch instead of sum: 1/N lives in the loss": lambda delta: delta.sum((2, 3)).mean(0),
            "counted the cells: that is 1 for each, without its delta": lambda delta: np.full(2, delta[:, 0].size * 1.0),
            "overwrote instead of adding: only the last delta is left": lambda delta: delta[-1, :, -1, -1],
        },
        hints=(
            "The local derivative of net by its bias is 1.",
            "So each cell adds its own delta, times 1.",
            "delta[n, f, i, j]",
        ),
        cases=((DELTA,), (DELTA[:1],)),
    ),
    Exercise(
        name="4.predict",
        right=np.array([9, 7]),
        wrong={
            "mean instead of sum": np.array([1, 7 / 9]),
            "that is the sum over both filters; each filter has a bias of its own": 16,
            "those are the numbers of cells": np.array([9, 9]),
            "only one corner of four was added; all nine cells use the bias": np.array([5, 1]),
        },
        hints=("One number a filter.", "Add the nine deltas of each filter.", "0+1+1+2+2+2+1 and 1+2+1+2+1"),
    ),
    Exercise(
        name="4.1",
        right=30.0,
        wrong={
            "that is one image; the batch is a sum too": 10.0,
            "mean instead of sum": 0.5,
            "that is the number of cells; each sends 0.5": 60.0,
            "mean over the positions instead of sum": 1.5,
        },
        hints=("How many cells use the bias?", "20 cells in each of 3 images.", "60 times 0.5"),
    ),
    Exercise(
        name="4.2",
        right=lambda delta: delta.sum(0),
        wrong={
            "summed over the positions too; here each position has a bias of its own": lambda d: d.sum((0, 2, 3)),
            "mean instead of sum over the batch": lambda d: d.mean(0),
            "summed over the filters; the batch is the first axis": lambda d: d.sum(1),
        },
        hints=("Who uses b[f,i,j]?", "The cell (f,i,j) of every sample.", "Sum over axis 0."),
        cases=((DELTA,), (DELTA[:1],)),
    ),
    Exercise(
        name="4.3",
        right=lambda delta: 3 * delta.sum((0, 2, 3)),
        wrong={
            "the local derivative is missing: it is 3 now": lambda d: d.sum((0, 2, 3)),
            "divided by 3; the local derivative multiplies": lambda d: d.sum((0, 2, 3)) / 3,
            MEAN: lambda d: 3 * d.mean((0, 2, 3)),
        },
        hints=("What is the derivative of 3 b by b?", "Each delta arrives three times as strong.", "3 * the sum of (4.4)"),
        cases=((DELTA,), (DELTA[:1],)),
    ),
]
