"""The answers of lesson 08 and the wrong answers it knows by name."""

import numpy as np

from cnnlib.course.exercise import Exercise
from cnnlib.network import softmax_cross_entropy

RNG = np.random.default_rng(8)
FOUR_DIGITS = 5e-4  # log 10 = 2.302585 may be told as 2.303
ONE_N = "1/N is missing: E is the mean over the batch"
SIGN = "the sign is turned round: what the network said, minus what is right"


# ---- functions, right or wrong


def scores_line(scores, labels):
    return softmax_cross_entropy(scores, labels)[1]


def shares(scores, axis=1):
    return np.exp(scores) / np.exp(scores).sum(axis, keepdims=True)


def onehot(scores, labels):
    return np.eye(scores.shape[1])[labels]


def own_share_only(scores, labels):
    """The derivative of -log p by p, times that of each share by its own score alone."""
    p = shares(scores)
    return -onehot(scores, labels) / p * (p * (1 - p)) / len(scores)


def from_shares(line):
    """An answer to 8.line: line(p, onehot, N)."""
    return lambda scores, labels: line(shares(scores), onehot(scores, labels), len(scores))


def dense(delta, x, w):
    return delta.T @ x, delta.sum(0), delta @ w


def counted(labels, predicted, K):
    counts = np.zeros((K, K))
    np.add.at(counts, (labels, predicted), 1)
    return counts


def from_one(labels, predicted, K):
    return counted(labels - 1, predicted - 1, K)


def all_pairs(labels, predicted, K):
    """Each label with every answer, also those of other images."""
    return np.outer(np.bincount(labels, minlength=K), np.bincount(predicted, minlength=K))


def of_each_row(labels, predicted, K):
    counts = counted(labels, predicted, K)
    return counts / np.maximum(counts.sum(1, keepdims=True), 1)


def once(labels, predicted, K):
    counts = np.zeros((K, K))
    counts[labels, predicted] += 1
    return counts


# ---- cases


def numbers(*shape):
    return RNG.standard_normal(shape)


def dense_case(N, inputs, outputs):
    return numbers(N, outputs), numbers(N, inputs), numbers(outputs, inputs)


TRUE, ANSWERS = np.array([0, 0, 1, 2, 2, 2, 1]), np.array([0, 0, 2, 2, 2, 1, 1])

# ---- values, right or wrong

DELTAS = np.array([[2, -1], [1, 3]])  # of two images
X, W = np.array([1, 2, 0]), np.array([[1, -1, 2], [0, 1, 1]])  # Figure 8.2
DELTA = np.array([2, -1])
SHARE, N = 0.6, 4  # of the right class, in a batch of so many
TENTH = 1 / 10  # the share of each of ten classes
TWO = np.array([1 / 4, 1])  # the shares of 8.1
ERRORS = -np.log(TWO)


def to_learn(maps=32, side=4, outputs=10):
    """The numbers of a dense layer over maps of side x side."""
    return outputs * maps * side**2 + outputs


def velocity(steps, kept=0.9, fresh=1.0):
    """Equation (8.11) after so many steps, with a gradient of 1."""
    v = 0.0
    for _ in range(steps):
        v = kept * v + fresh
    return v


AT_LAST = 1 / (1 - 0.9)  # v = 0.9 v + 1


EXERCISES = [
    Exercise(
        name="8.bias",
        right=DELTAS.sum(0),
        wrong={
            "mean instead of sum: 1/N is inside the deltas already": DELTAS.mean(0),
            "those are the sums over the outputs; each output has a bias of its own": DELTAS.sum(1),
            "overwrote instead of adding: only the second image is left": DELTAS[1],
            "only the first image: both use the bias": DELTAS[0],
            "all four deltas in one sum; each output has a bias of its own": DELTAS.sum(),
            "multiplied: the deltas of both images are added": DELTAS.prod(0),
            "subtracted: the deltas of both images are added": DELTAS[0] - DELTAS[1],
            "a delta of -1 is in the sum: its sign is lost": abs(DELTAS).sum(0),
        },
        hints=(
            "Who uses b_0? Look at (8.3): which output? And in which images?",
            "It stands in net_0 of both images, beside nothing: the local derivative is 1.",
            "Add up the two first deltas, then the two second ones: {solution}",
        ),
    ),
    Exercise(
        name="8.batch",
        right=(SHARE - 1) / N,
        wrong={
            ONE_N: SHARE - 1,
            SIGN: (1 - SHARE) / N,
            "that is p / N: for the right class 1 is subtracted": SHARE / N,
            "that is the share itself": SHARE,
            "1/N is applied twice": (SHARE - 1) / N / N,
            "1/N is missing, and the sign is turned round": 1 - SHARE,
            "divided by the ten classes; E is the mean over the 4 images": (SHARE - 1) / 10,
            "the answer is right, but with a share of 0.6 only: "
            "the error still falls when that share grows": 0,
            "that is the derivative by the share; one step more leads to the score": (
                -1 / (N * SHARE)
            ),
            "that is minus p (1 - p): "
            "the error is -log p, and its derivative by p comes before": -SHARE * (1 - SHARE),
            "that is p (1 - p), a share by its own score: "
            "the derivative of -log p by p comes before, and 1/N": SHARE * (1 - SHARE),
            "that is p (1 - p) / N, a share by its own score: "
            "the derivative of -log p by p comes before": SHARE * (1 - SHARE) / N,
            "divided by 2; a batch of 4 images is divided by 4": (SHARE - 1) / 2,
            "that is this image's part of the error; asked is its derivative by the score": (
                -np.log(SHARE) / N
            ),
            "times 4; E is the mean over 4 images, so divide": (SHARE - 1) * N,
        },
        hints=(
            "First for one image alone: (8.9).",
            "0.6 - 1 = -0.4. And how large is that image's part of the mean of 4?",
            "{solution}",
        ),
    ),
    Exercise(
        name="8.hand",
        right=DELTA @ W,
        wrong={
            "overwrote instead of adding: only the way through the last output is left": (
                DELTA[1] * W[1]
            ),
            "only the way through net_0: x goes into both outputs": DELTA[0] * W[0],
            "delta is missing: those are the sums of w's columns": W.sum(0),
            "mean instead of sum: both ways count in full": DELTA @ W / 2,
            "the two deltas are exchanged: delta_0 goes with row 0 of w": DELTA[::-1] @ W,
            "that is a row of grad_w: there the factor is x, here it is w": DELTA[0] * X,
            "that is the other row of grad_w: there the factor is x, here it is w": DELTA[1] * X,
            "delta_1 is -1: its sign is lost": abs(DELTA) @ W,
            "those are the ways through each output; x goes both, so add them up": (
                DELTA[:, None] * W
            ),
            "the rows of w are added up; an input has a column of w": DELTA * W.sum(1),
            "all three in one sum; each input has a number of its own": (DELTA @ W).sum(),
            "in the second number the way through the last output is missing": np.where(
                [False, True, False], DELTA[0] * W[0], DELTA @ W
            ),
            "that is grad_x times x; x comes into grad_w only": DELTA @ W * X,
        },
        hints=(
            "Three inputs, so three numbers; each is a sum of two products.",
            "The first: delta_0 w_00 + delta_1 w_10 = 2*1 + (-1)*0.",
            "{solution}",
        ),
    ),
    Exercise(
        name="8.line",
        right=scores_line,
        wrong={
            ONE_N: lambda s, y: scores_line(s, y) * len(s),
            SIGN: lambda s, y: -scores_line(s, y),
            "that is p alone: nothing was subtracted for the right class": lambda s, y: (
                scores_line(s, y) + onehot(s, y) / len(s)
            ),
            "1/N is applied twice": lambda s, y: scores_line(s, y) / len(s),
            "divided by the number of classes, not of images": lambda s, y: (
                scores_line(s, y) * len(s) / s.shape[1]
            ),
            "only p is divided by N; the bracket is, too": lambda s, y: (
                scores_line(s, y) + onehot(s, y) / len(s) - onehot(s, y)
            ),
            "the scores are no shares: subtract from p": lambda s, y: (s - onehot(s, y)) / len(s),
            "only the bracket is divided by N; p is, too": lambda s, y: (
                shares(s) - onehot(s, y) / len(s)
            ),
            "1 is subtracted everywhere; the bracket is 1 at the right class only": lambda s, y: (
                (shares(s) - 1) / len(s)
            ),
            "1/N is missing, and the sign is turned round": lambda s, y: onehot(s, y) - shares(s),
            "that is p alone: nothing was subtracted, nor divided by N": lambda s, y: shares(s),
            "that is the derivative by p; one step more leads to the scores": lambda s, y: (
                -onehot(s, y) / shares(s) / len(s)
            ),
            "only the score of the right class gets a number; "
            "every score moves all shares, so p stays in the others": own_share_only,
            "that is p (1 - p) alone, a share by its own score; every score moves all shares": (
                lambda s, y: shares(s) * (1 - shares(s))
            ),
            "that is p (1 - p) / N, a share by its own score; every score moves all shares": (
                lambda s, y: shares(s) * (1 - shares(s)) / len(s)
            ),
            "the shares of each image add up to 1; here those of the whole batch do": (
                lambda s, y: (shares(s, axis=None) - onehot(s, y)) / len(s)
            ),
            "the shares of each image add up to 1; here those of each class do": (
                lambda s, y: (shares(s, axis=0) - onehot(s, y)) / len(s)
            ),
            "divided by the number of classes, too; N is the number of images": lambda s, y: (
                scores_line(s, y) / s.shape[1]
            ),
            "the sign at the right class is turned round: p - 1, below 0": from_shares(
                lambda p, bracket, N: (p + bracket * (1 - 2 * p)) / N
            ),
            "that is p of the right class alone; p - onehot, at every class": from_shares(
                lambda p, bracket, N: bracket * p / N
            ),
            "that is the error of each image; asked is its derivative by the scores": from_shares(
                lambda p, bracket, N: -np.log((p * bracket).sum(1)) / N
            ),
            "that is the error, class by class; asked is its derivative by the scores": from_shares(
                lambda p, bracket, N: -bracket * np.log(p) / N
            ),
            "the images are averaged; each score has a derivative of its own": from_shares(
                lambda p, bracket, N: (p - bracket).mean(0)
            ),
            "the images are added up; each score has a derivative of its own": from_shares(
                lambda p, bracket, N: (p - bracket).sum(0)
            ),
            "that is the slope of a squared error behind softmax; here it is -log p": from_shares(
                lambda p, bracket, N: (p - bracket) * p * (1 - p) / N
            ),
            "squared: the derivative is p - onehot itself": from_shares(
                lambda p, bracket, N: (p - bracket) ** 2 / N
            ),
            "times 2: no square is here, so no 2 comes down": from_shares(
                lambda p, bracket, N: 2 * (p - bracket) / N
            ),
            "times N; E is a mean, so divide": from_shares(lambda p, bracket, N: (p - bracket) * N),
            "added; for the right class 1 is subtracted": from_shares(
                lambda p, bracket, N: (p + bracket) / N
            ),
        },
        hints=(
            "Look at (8.2): which two things are subtracted, and what divides them?",
            "p and onehot have the same shape. N is len(scores).",
            "{solution}",
        ),
        cases=(
            (numbers(4, 3), np.array([2, 0, 1, 1])),
            (numbers(1, 3), np.array([2])),
            (3 * numbers(3, 5), np.array([4, 4, 0])),
        ),
    ),
    Exercise(
        name="8.predict",
        right=-np.log(TENTH),
        tolerance=FOUR_DIGITS,
        wrong={
            "the sign is missing: an error is minus the logarithm of the share": np.log(TENTH),
            "that is the share itself; the error is minus its logarithm": TENTH,
            "that is the logarithm to base 10; the error takes the natural one, np.log": -np.log10(
                TENTH
            ),
            "that is the logarithm to base 2; the error takes the natural one, np.log": -np.log2(
                TENTH
            ),
            "that is 1 - p; the error is -log p": 1 - TENTH,
            "one -log p counts in full, that of the right class; no share stands before it": (
                -TENTH * np.log(TENTH)
            ),
            "that is the number of classes; the error is minus the log of a share": 1 / TENTH,
            "all classes are added up; the error takes the share of the right one alone": (
                -np.log(TENTH) / TENTH
            ),
            "the other classes count as well here; "
            "the error takes the share of the right one alone": (
                -np.log(TENTH) - (1 / TENTH - 1) * np.log(1 - TENTH)
            ),
            "that takes the share of all other classes; "
            "the error takes that of the right one": -np.log(1 - TENTH),
            "no error at all would need a share of 1": -np.log(1),
            "nearly: give more digits": round(-np.log(TENTH), 1),
        },
        hints=(
            "The error of one image is -log of the share of its right class.",
            "The share is 1/10 in every image, so the mean over the images changes nothing.",
            "{solution}",
        ),
    ),
    Exercise(
        name="8.1",
        right=ERRORS.mean(),
        tolerance=FOUR_DIGITS,
        wrong={
            "that is the sum; the loss is the mean over the batch": ERRORS.sum(),
            "the logarithm comes before the mean: average the errors, not the shares": -np.log(
                TWO.mean()
            ),
            "the sign is missing: cross-entropy is never below 0": -ERRORS.mean(),
            "that is the mean of the shares; the error takes their logarithms": TWO.mean(),
            "that is the logarithm to base 2; the error takes the natural one, np.log": -np.log2(
                TWO
            ).mean(),
            "that is the logarithm to base 10; the error takes the natural one, np.log": -np.log10(
                TWO
            ).mean(),
            "that is the mean of 1 - p; the error is -log p": (1 - TWO).mean(),
            "divided by 2 once more: the loss is the mean over the batch": ERRORS.mean() / 2,
        },
        hints=(
            "Take the error of each image first.",
            "-log(1/4) is 2 log 2, and -log(1) is 0.",
            "Then the mean of the two: {solution}",
        ),
    ),
    Exercise(
        name="8.2",
        results=("grad_w", "grad_b", "grad_x"),
        right=dense,
        wrong={
            "grad_w is transposed: it must have the shape of w, (O, I)": lambda d, x, w: (
                x.T @ d,
                d.sum(0),
                d @ w,
            ),
            "mean instead of sum: 1/N lives in the loss only": lambda d, x, w: (
                d.T @ x / len(d),
                d.mean(0),
                d @ w,
            ),
            "mean instead of sum, in all three: 1/N lives in the loss only": lambda d, x, w: (
                d.T @ x / len(d),
                d.mean(0),
                d @ w / len(d),
            ),
            "grad_b is the mean; images are summed": lambda d, x, w: (d.T @ x, d.mean(0), d @ w),
            "grad_b adds up the outputs; it must add up the images": lambda d, x, w: (
                d.T @ x,
                d.sum(1),
                d @ w,
            ),
            "grad_b adds up everything; each output has a bias of its own": lambda d, x, w: (
                d.T @ x,
                d.sum(),
                d @ w,
            ),
            "delta is used for grad_b as it is; add up the images": lambda d, x, w: (
                d.T @ x,
                d,
                d @ w,
            ),
            "grad_x is transposed: a row for each image": lambda d, x, w: (
                d.T @ x,
                d.sum(0),
                w.T @ d.T,
            ),
            "grad_x comes first here; the order is grad_w, grad_b, grad_x": lambda d, x, w: (
                d @ w,
                d.T @ x,
                d.sum(0),
            ),
            "grad_b comes first here; the order is grad_w, grad_b, grad_x": lambda d, x, w: (
                d.sum(0),
                d.T @ x,
                d @ w,
            ),
            "grad_w is the mean; images are summed": lambda d, x, w: (
                d.T @ x / len(d),
                d.sum(0),
                d @ w,
            ),
            "grad_b has an axis too many: (O,), so sum(0) without keepdims": lambda d, x, w: (
                d.T @ x,
                d.sum(0, keepdims=True),
                d @ w,
            ),
            "grad_x takes w as it is, (O, I); transposed it fits only where O is I": (
                lambda d, x, w: (d.T @ x, d.sum(0), d @ w.T)
            ),
            "x is in grad_x; it comes into grad_w only": lambda d, x, w: (
                d.T @ x,
                d.sum(0),
                d @ w * x,
            ),
            "grad_x adds up the images; each image has its own": lambda d, x, w: (
                d.T @ x,
                d.sum(0),
                (d @ w).sum(0),
            ),
            "grad_b and grad_x are exchanged; the order is grad_w, grad_b, grad_x": (
                lambda d, x, w: (d.T @ x, d @ w, d.sum(0))
            ),
            "grad_w of the first image alone: images are summed": lambda d, x, w: (
                np.outer(d[0], x[0]),
                d.sum(0),
                d @ w,
            ),
            "grad_w is kept for each image; images are summed": lambda d, x, w: (
                d[:, :, None] * x[:, None],
                d.sum(0),
                d @ w,
            ),
            "grad_b is missing: three results, grad_w, grad_b, grad_x": lambda d, x, w: (
                d.T @ x,
                d @ w,
            ),
            "that is grad_w alone: three results, grad_w, grad_b, grad_x": lambda d, x, w: d.T @ x,
        },
        hints=(
            "Write the shapes beside the names: delta (N, O), x (N, I), w (O, I).",
            "grad_w (O, I) must lose n: "
            "the matrix product sums over the inner index, so transpose delta.",
            "{solution}",
        ),
        # in the last one a transposed w fits, too: so it is named and not only refused
        cases=(dense_case(4, 5, 3), dense_case(2, 5, 3), dense_case(3, 4, 2), dense_case(2, 3, 3)),
    ),
    Exercise(
        name="8.3",
        right=lambda s, t: (s - t) / len(s),
        wrong={
            "1/N is missing": lambda s, t: s - t,
            "the 2 of the square cancels the 1/2": lambda s, t: 2 * (s - t) / len(s),
            SIGN: lambda s, t: (t - s) / len(s),
            "divided by all the numbers; E divides by N only": lambda s, t: (s - t) / s.size,
            "divided by the number of classes, not of images": lambda s, t: (s - t) / s.shape[1],
            "1/N is missing, and the sign is turned round": lambda s, t: t - s,
            "the 1/2 is still there; the 2 of the square cancels it": lambda s, t: (
                (s - t) / (2 * len(s))
            ),
            "the sum over the images belongs to E; "
            "each score has a derivative of its own": lambda s, t: (s - t).sum(0) / len(s),
            "no softmax here: the scores themselves are compared with the targets": lambda s, t: (
                (shares(s) - t) / len(s)
            ),
            "that is the square itself; its derivative is wanted": lambda s, t: (
                (s - t) ** 2 / (2 * len(s))
            ),
            "that is E, one number; each score has a derivative of its own": lambda s, t: (
                ((s - t) ** 2).sum() / (2 * len(s))
            ),
            "that is one number, a mean; each score has a derivative of its own": lambda s, t: (
                s - t
            ).mean(),
            "the sum over the classes belongs to E; "
            "each score has a derivative of its own": lambda s, t: (s - t).sum(1) / len(s),
            "the targets are missing": lambda s, t: s / len(s),
            "brackets are missing: the difference as a whole is divided": lambda s, t: (
                s - t / len(s)
            ),
            "1/N is missing, and the 2 of the square cancels the 1/2": lambda s, t: 2 * (s - t),
            "1/N is applied twice": lambda s, t: (s - t) / len(s) ** 2,
            "the sign is lost: a score below its target has a derivative below 0": lambda s, t: (
                np.abs(s - t) / len(s)
            ),
        },
        hints=(
            "Who uses a score? One square only.",
            "The derivative of (s - t)^2 / 2 by s is s - t.",
            "The factor 1/N stays: {solution}",
        ),
        cases=tuple((numbers(*size), numbers(*size)) for size in ((4, 3), (2, 3), (3, 5))),
    ),
    Exercise(
        name="8.4",
        right=to_learn(),
        wrong={
            "the biases are missing: one for each of 10 outputs": to_learn() - 10,
            "that is with the second pool": to_learn(side=2),
            "one bias for each input? Each OUTPUT has one": to_learn() - 10 + 32 * 4 * 4,
            "the maps are 4x4 without the pool, not 8x8: the first pool is still there": to_learn(
                side=8
            ),
            "that is the number of inputs; each of 10 outputs has a weight for each": 32 * 4 * 4,
            "the 32 maps are forgotten": to_learn(maps=1),
            "the weights grow with the area of the maps; the biases stay as they are": (
                4 * to_learn(side=2)
            ),
            "twice as long on both sides: the weights grow with the area of the maps": 2
            * to_learn(side=2),
            "half the weights: those are the maps of the first convolution, "
            "or one side is short": to_learn(maps=16),
            "that is one output alone": to_learn(outputs=1),
            "each output has a bias of its own": to_learn() - 10 + 1,
        },
        hints=(
            "How large is a map behind the second convolution? How many maps are there?",
            "32 maps of 4x4 are 512 numbers. Each output has a weight for each of them.",
            "{solution}",
        ),
    ),
    Exercise(
        name="8.5",
        right=counted,
        wrong={
            "overwrote instead of adding: a cell that comes twice is counted once": once,
            "transposed: the label is the row, the answer the column": lambda t, p, K: counted(
                p, t, K
            ),
            "only the right answers are counted": lambda t, p, K: np.diag(
                np.diag(counted(t, p, K))
            ),
            "only the mistakes are counted": lambda t, p, K: counted(t, p, K) * (1 - np.eye(K)),
            "those are shares; counts are wanted": lambda t, p, K: counted(t, p, K) / len(t),
            "return stands one level too deep: only the first pair is counted": lambda t, p, K: (
                counted(t[:1], p[:1], K)
            ),
            "those are shares of each row; counts are wanted": of_each_row,
            "that is one number, how many are right; wanted is the matrix": lambda t, p, K: (
                t == p
            ).sum(),
            "the classes are counted from 0: nothing is taken off label and answer": from_one,
            "every label meets every answer; a pair belongs to one image": all_pairs,
            "counted both ways; the label is the row, the answer the column": lambda t, p, K: (
                counted(t, p, K) + counted(p, t, K)
            ),
        },
        hints=(
            "Go through the pairs of label and answer, one after another.",
            "Each pair is a cell: row label, column answer. Add 1 to it.",
            "{solution}",
        ),
        cases=(
            (TRUE, ANSWERS, 3),
            (TRUE[:4], ANSWERS[:4], 4),
            (np.array([1, 1]), np.array([0, 0]), 2),
            (np.array([2]), np.array([1]), 4),
        ),
    ),
    Exercise(
        name="8.6",
        right=np.array([velocity(3), AT_LAST]),
        wrong={
            "that is the velocity after two steps": np.array([velocity(2), AT_LAST]),
            "that is the velocity after four steps": np.array([velocity(4), AT_LAST]),
            "that is another rule, which takes 0.1 times the gradient; "
            "(8.11) takes it whole": np.array([velocity(3, fresh=0.1), 0.1 * AT_LAST]),
            "in the long run v = 0.9 v + 1, and that gives v = 1 / (1 - 0.9)": np.array(
                [velocity(3), 1 / 0.9]
            ),
            "without momentum it would be so: 1 at each step": np.array([1, 1]),
            "only 0.9 of the old velocity is kept, so it is less than the sum of the gradients": (
                np.array([velocity(3, kept=1), AT_LAST])
            ),
            "the newest gradient is missing in the long run: v = 0.9 v + 1": np.array(
                [velocity(3), AT_LAST - 1]
            ),
            "0.9 stands before the old velocity only; the newest gradient counts in full": (
                np.array([velocity(3, fresh=0.9), 0.9 * AT_LAST])
            ),
            "it does not fade: the gradient is 1 at every step": np.array([velocity(3), 0]),
            "the other way round: first after three steps, then in the long run": np.array(
                [AT_LAST, velocity(3)]
            ),
            "it does not grow without end: "
            "each step adds 1 and takes a tenth of v away, in the end as much": np.array(
                [velocity(3, kept=1), np.inf]
            ),
            "in the long run v = 0.9 v + 1; a velocity of 1 would still grow": np.array(
                [velocity(3), 1]
            ),
            "that is what the first gradient alone has left; each step adds another 1": np.array(
                [0.9**3, 0]
            ),
            "the first gradient is two steps old: the factor comes in twice": np.array(
                [1 + 0.9 + 0.9, AT_LAST]
            ),
            "very near, but rounded: all the digits are wanted": np.array(
                [round(velocity(3), 1), AT_LAST]
            ),
            "that is the first of two numbers; where does it go in the long run?": velocity(3),
        },
        hints=(
            "First step: 0.9 * 0 + 1. Second: 0.9 times that, plus 1.",
            "1, then 1.9, then 0.9 * 1.9 + 1. In the long run the velocity no longer changes.",
            "{solution}",
        ),
    ),
]
