"""The answers of lesson 08 and the wrong answers it knows by name."""

import numpy as np

from cnnlib.course.exercise import Exercise
from cnnlib.course.ward import AILMENTS, SickTraining

RNG = np.random.default_rng(8)
FOUR_DIGITS = 5e-4  # log 10 = 2.302585 may be told as 2.303
ONE_N = "1/N is missing: E is the mean over the batch"
SIGN = "the sign is turned round: what the network said, minus what is right"


# ---- functions, right or wrong


def quiet(function):
    """The function without NumPy's warnings: what is too large for exp is told in words."""

    def answer(*given):
        with np.errstate(all="ignore"):
            return function(*given)

    return answer


def off(largest):
    """e to the scores, from which something is taken off first."""
    return lambda scores: np.exp(scores - largest(scores))


def bare(scores):
    return np.exp(scores)


each_image = off(lambda scores: scores.max(1, keepdims=True))


def right_line(p, bracket, N):
    return (p - bracket) / N


def onehot(p, labels):
    return np.eye(p.shape[1])[labels]


def from_one(p, labels):
    return onehot(p, labels - 1)


def by_position(p, labels):
    return np.eye(*p.shape)


def whole_columns(p, labels):
    bracket = np.zeros(p.shape)
    bracket[:, labels] = 1
    return bracket


def scores_line(line=right_line, e=each_image, bracket=onehot, axis=1):
    """An answer to 8.line: line(p, bracket, N), from shares whose sum along `axis` is 1."""

    def grad_of_scores(scores, labels):
        powers = e(scores)
        p = powers / powers.sum(axis, keepdims=True)
        return line(p, bracket(p, labels), len(scores))

    return quiet(grad_of_scores)


def dense(delta, x, w):
    return delta.T @ x, delta.sum(0), delta @ w


def counted(labels, predicted, K):
    counts = np.zeros((K, K))
    np.add.at(counts, (labels, predicted), 1)
    return counts


def off_by_one(labels, predicted, K):
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


FAR = 740 * np.eye(1, 40)  # so far above the others and their mean that exp shows it
TRUE, ANSWERS = np.array([0, 0, 1, 2, 2, 2, 1]), np.array([0, 0, 2, 2, 2, 1, 1])

# ---- values, right or wrong

DELTAS = np.array([[2, -1], [1, 3]])  # of two images
X, W = np.array([1, 2, 0]), np.array([[1, -1, 2], [0, 1, 1]])  # Figure 8.2
DELTA = np.array([2, -1])
SHARE, N = 0.6, 4  # of the right class, in a batch of so many
TENTH = 1 / 10  # the share of each of ten classes
TWO = np.array([1 / 4, 1])  # the shares of 8.1
ERRORS = -np.log(TWO)


def to_learn(maps=16, side=10, outputs=10):
    """The numbers of a dense layer over maps of side x side."""
    return outputs * maps * side**2 + outputs


def not_to_learn(maps, side, outputs):
    """What is counted in place of to_learn(maps, side, outputs)."""
    inputs = maps * side**2
    return {
        "the biases are missing: one for each output": outputs * inputs,
        "one bias for each input? Each OUTPUT has one": outputs * inputs + inputs,
        "that is the number of inputs; each output has a weight for each of them": inputs,
        "the maps are forgotten: each brings its own numbers": to_learn(1, side, outputs),
        "that is one output alone": to_learn(maps, side, 1),
        "each output has a bias of its own": outputs * inputs + 1,
    }


def not_of_a_score(p, N):
    """What is told in place of (p - 1) / N, the gradient of the right class's score."""
    return {
        ONE_N: p - 1,
        SIGN: (1 - p) / N,
        "that is p / N: for the right class 1 is subtracted": p / N,
        "that is the share itself": p,
        "1/N is applied twice": (p - 1) / N / N,
        "1/N is missing, and the sign is turned round": 1 - p,
    }


def not_the_way_back(delta, w, x):
    """What is told in place of delta @ w, for two outputs."""
    return {
        "overwrote instead of adding: only the way through the last output is left": (
            delta[1] * w[1]
        ),
        "only the way through net_0: x goes into both outputs": delta[0] * w[0],
        "delta is missing: those are the sums of w's columns": w.sum(0),
        "mean instead of sum: both ways count in full": delta @ w / 2,
        "the two deltas are exchanged: delta_0 goes with row 0 of w": delta[::-1] @ w,
        "that is a row of grad_w: there the factor is x, here it is w": delta[0] * x,
        "that is grad_x times x; x comes into grad_w only": delta @ w * x,
    }


def velocity(steps, kept=0.9, fresh=1.0):
    """Equation (8.11) after so many steps, with a gradient of 1."""
    v = 0.0
    for _ in range(steps):
        v = kept * v + fresh
    return v


AT_LAST = 1 / (1 - 0.9)  # v = 0.9 v + 1


# ---- 8.line: slips in the exponents, the last line, the bracket and the sums

TOO_LARGE = "np.exp is too large for large scores: take off the largest score of each image first"
EXPONENTS = {
    TOO_LARGE: scores_line(e=bare),
    "the largest score of the whole batch is taken off; "
    "beside it the scores of another image can become nothing: each image has its own": (
        scores_line(e=off(np.max))
    ),
    "the largest score of each class is taken off; that changes the shares: "
    "one number for all scores of an image": scores_line(
        e=off(lambda scores: scores.max(0, keepdims=True))
    ),
    "the smallest score or the mean is taken off; "
    "others are above 0 still, and may be too large": scores_line(
        e=off(lambda scores: scores.min(1, keepdims=True))
    ),
    "the largest score is added; take it off": scores_line(
        e=off(lambda scores: -scores.max(1, keepdims=True))
    ),
    "the largest score is taken off its absolute value; a score below 0 keeps its sign": (
        scores_line(e=off(lambda scores: np.abs(scores).max(1, keepdims=True)))
    ),
    "e to the power of minus the score: the largest score must get the largest share": (
        scores_line(e=lambda scores: np.exp(scores.max(1, keepdims=True) - scores))
    ),
}
LINES = {
    ONE_N: lambda p, bracket, N: p - bracket,
    SIGN: lambda p, bracket, N: (bracket - p) / N,
    "that is p alone: nothing was subtracted for the right class": lambda p, bracket, N: p / N,
    "1/N is applied twice": lambda p, bracket, N: (p - bracket) / N**2,
    "divided by the number of classes, not of images": lambda p, bracket, N: (
        (p - bracket) / p.shape[1]
    ),
    "only p is divided by N; the bracket is, too": lambda p, bracket, N: p / N - bracket,
    "only the bracket is divided by N; p is, too": lambda p, bracket, N: p - bracket / N,
    "1 is subtracted everywhere; the bracket is 1 at the right class only": lambda p, bracket, N: (
        (p - 1) / N
    ),
    "1/N is missing, and the sign is turned round": lambda p, bracket, N: bracket - p,
    "that is p alone: nothing was subtracted, nor divided by N": lambda p, bracket, N: p,
    "that is the derivative by p; one step more leads to the scores": lambda p, bracket, N: (
        -bracket / p / N
    ),
    "only the score of the right class gets a number; "
    "every score moves all shares, so p stays in the others": lambda p, bracket, N: (
        bracket * (p - 1) / N
    ),
    "that is p (1 - p) alone, a share by its own score; every score moves all shares": (
        lambda p, bracket, N: p * (1 - p)
    ),
    "that is p (1 - p) / N, a share by its own score; every score moves all shares": (
        lambda p, bracket, N: p * (1 - p) / N
    ),
    "divided by the number of classes, too; N is the number of images": lambda p, bracket, N: (
        (p - bracket) / p.size
    ),
    "the sign at the right class is turned round: p - 1, below 0": lambda p, bracket, N: (
        (p + bracket * (1 - 2 * p)) / N
    ),
    "that is p of the right class alone; p - onehot, at every class": lambda p, bracket, N: (
        bracket * p / N
    ),
    "that is the error of each image; asked is its derivative by the scores": (
        lambda p, bracket, N: -np.log((p * bracket).sum(1)) / N
    ),
    "that is the error, class by class; asked is its derivative by the scores": (
        lambda p, bracket, N: -bracket * np.log(p) / N
    ),
    "the images are averaged; each score has a derivative of its own": lambda p, bracket, N: (
        p - bracket
    ).mean(0),
    "the images are added up; each score has a derivative of its own": lambda p, bracket, N: (
        p - bracket
    ).sum(0),
    "that is the slope of a squared error behind softmax; here it is -log p": (
        lambda p, bracket, N: (p - bracket) * p * (1 - p) / N
    ),
    "squared: the derivative is p - onehot itself": lambda p, bracket, N: (p - bracket) ** 2 / N,
    "times 2: no square is here, so no 2 comes down": lambda p, bracket, N: 2 * (p - bracket) / N,
    "times N; E is a mean, so divide": lambda p, bracket, N: (p - bracket) * N,
    "added; for the right class 1 is subtracted": lambda p, bracket, N: (p + bracket) / N,
}
BRACKETS = {
    "the labels are counted from 0, so nothing is taken off them: "
    "1 stood at the class before the right one": scores_line(bracket=from_one),
    "onehot has its 1 by the place of the image in the batch; the label says where": scores_line(
        bracket=by_position
    ),
    "onehot has a 1 at the labels of ALL images, in every row; each image has one label": (
        scores_line(bracket=whole_columns)
    ),
    "the label itself is subtracted; it is only the number of the class where 1 is": scores_line(
        bracket=lambda p, labels: labels[:, None] + 0 * p
    ),
}
SUMS = {
    "the shares of each image add up to 1; here those of the whole batch do": scores_line(
        axis=None
    ),
    "the shares of each image add up to 1; here those of the whole batch do, "
    f"and {TOO_LARGE}": scores_line(e=bare, axis=None),
    "the shares of each image add up to 1; here those of the whole batch do, "
    "and its largest score is taken off": scores_line(e=off(np.max), axis=None),
    "the shares of each image add up to 1; here those of each class do": scores_line(axis=0),
    f"the shares of each image add up to 1; here those of each class do, and {TOO_LARGE}": (
        scores_line(e=bare, axis=0)
    ),
    "the shares of each image add up to 1; here those of each class do, "
    "whose largest score is taken off": scores_line(e=off(lambda s: s.max(0)), axis=0),
    "e to the scores is not divided by its sum: those are no shares yet": quiet(
        lambda s, y: (each_image(s) - onehot(s, y)) / len(s)
    ),
    "the scores are no shares: subtract from p": lambda s, y: (s - onehot(s, y)) / len(s),
}

# ---- 8.2: slips with pixels, slips with labels

PIXELS = {
    "nothing is divided: pixels go up to 255 still": lambda pixels: pixels[:, None],
    "divided by 256; 255 must become 1": lambda pixels: pixels[:, None] / 256,
    "// drops what is behind the point: every pixel below 255 becomes 0": lambda pixels: (
        pixels[:, None] // 255
    ),
    "each image is divided by its own largest pixel; "
    "a pale image would become as bright as the others": lambda pixels: (
        pixels[:, None] / pixels.max((1, 2))[:, None, None, None]
    ),
    "divided by the largest pixel of the batch; "
    "the same image would give other numbers in another batch": lambda pixels: (
        pixels[:, None] / pixels.max()
    ),
    "a uint8 ends at 255, and 255 + 1 is 0 again: the brightest pixels became black": (
        lambda pixels: (pixels[:, None] + np.uint8(1)) / 256
    ),
    "an int8 ends at 127: brighter pixels are below 0": lambda pixels: (
        pixels[:, None].astype(np.int8) / 255
    ),
    "black and white are exchanged": lambda pixels: 1 - pixels[:, None] / 255,
    "from -1 to 1; wanted is 0 to 1": lambda pixels: pixels[:, None] / 127.5 - 1,
    "the axis of the one channel is missing: (N, 1, H, W)": lambda pixels: pixels / 255,
    "the axis of the channel stands last; here it comes second: (N, 1, H, W)": lambda pixels: (
        pixels[..., None] / 255
    ),
    "divided twice": lambda pixels: pixels[:, None] / 255 / 255,
}
MARKS = {
    "1 is taken off every mark: only 10 is another digit than it says": lambda marks: marks - 1,
    "10 is still there: ten classes are numbered from 0 to 9": lambda marks: marks,
    "10 became 9; it stands for 0": lambda marks: np.minimum(marks, 9),
    "a 1 is added; only 10 is another digit than it says": lambda marks: (marks + 1) % 10,
    "what is left by 9: 9 became 0, and 10 became 1": lambda marks: marks % 9,
    "a row for each image; wanted is one number, the class": lambda marks: np.eye(10)[marks % 10],
}


def prepared(pixels, marks):
    return pixels[:, None] / 255, marks % 10


def both_wrong(image, mark):
    return lambda pixels, marks: (image(pixels), mark(marks))


NOT_PREPARED = (
    {f"x: {a}": both_wrong(PIXELS[a], lambda marks: marks % 10) for a in PIXELS}
    | {f"labels: {b}": both_wrong(lambda pixels: pixels[:, None] / 255, MARKS[b]) for b in MARKS}
    | {f"x: {a}. labels: {b}": both_wrong(PIXELS[a], MARKS[b]) for a in PIXELS for b in MARKS}
)


def raw(N, *size, largest=255):
    """A batch as a file holds it; its first pixel is the largest, and the first mark is 10."""
    pixels = RNG.integers(0, largest, (N, *size), dtype=np.uint8)
    pixels[0, 0, 0] = largest
    return pixels, np.array([10, 3, 9, 1][:N])


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
            **not_of_a_score(SHARE, N),
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
            **not_the_way_back(DELTA, W, X),
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
        },
        hints=(
            "Three inputs, so three numbers; each is a sum of two products.",
            "The first: delta_0 w_00 + delta_1 w_10 = 2*1 + (-1)*0.",
            "{solution}",
        ),
    ),
    Exercise(
        name="8.line",
        right=scores_line(),
        wrap=quiet,
        wrong=EXPONENTS
        | {name: scores_line(line) for name, line in LINES.items()}
        | {f"{name}; and {TOO_LARGE}": scores_line(line, bare) for name, line in LINES.items()}
        | BRACKETS
        | SUMS,
        hints=(
            "What may be taken off all the scores of one image, so that none is above 0 and no "
            "share changes? Then look at (8.2): what is subtracted from p, and what divides?",
            "The largest score of each image is the maximum along axis 1; keepdims=True makes a "
            "column of it. p and onehot have the same shape. N counts the images.",
            "{solution}",
        ),
        cases=(
            (numbers(4, 3), np.array([2, 0, 1, 1])),
            (numbers(1, 3), np.array([2])),
            (3 * numbers(3, 5), np.array([4, 4, 0])),
            (1000 + numbers(2, 3), np.array([0, 2])),
            (numbers(2, 3) + [[-1000], [0]], np.array([1, 0])),
            (FAR, np.array([2])),
        ),
    ),
    Exercise(
        name="8.dense",
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
        results=("x", "labels"),
        right=prepared,
        wrong=NOT_PREPARED,
        hints=(
            "Pixels: which number makes 1 of 255? And an axis is added with None in the brackets.",
            "Marks: 1 to 9 stay, and 10 becomes 0. What is left of each when 10 is taken away "
            "as often as it goes?",
            "{solution}",
        ),
        cases=(raw(2, 3, 4), raw(4, 2, 2), raw(3, 4, 3, largest=200)),
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
                (each_image(s) / each_image(s).sum(1, keepdims=True) - t) / len(s)
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
            **not_to_learn(16, 10, 10),
            "that is with the second pool": to_learn(side=5),
            "the first pool is still there: the maps are 10x10, not 24x24": to_learn(side=24),
            "that kernel has no padding: of 14x14 it leaves 10x10": to_learn(side=14),
            "the weights grow with the area of the maps; the biases stay as they are": (
                4 * to_learn(side=5)
            ),
            "twice as long on both sides: the weights grow with the area of the maps": 2
            * to_learn(side=5),
            "half the weights: those are the maps of the first convolution, "
            "or one side is short": to_learn(maps=8),
        },
        hints=(
            "How large is a map behind the second convolution? How many maps are there?",
            "16 maps of 10x10 are 1,600 numbers. Each output has a weight for each of them.",
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
            "the classes are counted from 0: nothing is taken off label and answer": off_by_one,
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


# ---- 08b: when it does not learn


def step_share(before, after):
    return np.linalg.norm(after - before) / np.linalg.norm(before)


def dead(out):
    return (out.max((0, 2, 3)) <= 0).mean()


def rectified(*shape, off=(), late=()):
    """What a ReLU may give; the filters in `off` give 0, those in `late` in all places but one."""
    out = np.maximum(numbers(*shape), 0)
    out[:, :, 0, 0] += 0.5
    out[:, [*off, *late]] = 0
    out[-1, list(late), -1, -1] = 0.5
    return out


def he(noise, numerator=2, power=0.5, of=None):
    size = noise[0].size if of is None else of(noise)
    return noise * (numerator / size) ** power


def row_shares(scores, most=lambda s: s.max(1, keepdims=True), total=1, keep=True):
    """Softmax with what is subtracted, over which axis it adds up, and whether axes are kept."""
    with np.errstate(all="ignore"):
        powers = np.exp(scores - most(scores))
        return powers / powers.sum(total, keepdims=keep)


def drawn(images=None, labels=None, until=None):
    """An answer to 8.pairs: what picks the images, what the labels, and where a batch ends."""

    def batch(x, y, order, at, size):
        end = at + size if until is None else until(at, size)
        rows = order[at:end]
        in_place = np.arange(len(y))[at:end]
        return x[images(rows, in_place) if images else rows], y[
            labels(rows, in_place, y) if labels else rows
        ]

    return batch


def pairs_case(count, at, size):
    order = RNG.permutation(count)
    return numbers(count, 2), RNG.permutation(10 * np.arange(count)), order, at, size


def diagnosis(name, number, hints):
    """Which ailment has a training of "our class"? Each other one is answered by its symptom."""
    right = SickTraining("our class", number).open()
    wrong = {
        f"{known!r} looks otherwise: {ailment.symptom}": known
        for known, ailment in AILMENTS.items()
        if known != right
    }
    return Exercise(name=name, right=right, wrong=wrong, hints=hints)


WEIGHTS, RATE, GRADIENT = np.array([3, 4]), 0.1, np.array([0, 2])
STEP = RATE * GRADIENT
LENGTH = np.linalg.norm(WEIGHTS)
IN_BATCH, CLASSES = 16, 10
FITS = np.array([ailment.fits for ailment in AILMENTS.values()])
LABELS = np.array([name.startswith("labels") for name in AILMENTS])
SMALL = np.array([name.endswith(("small", "to nothing")) for name in AILMENTS])


def counted_from_1(which):
    return np.flatnonzero(which) + 1


EXERCISES += [
    Exercise(
        name="8.first",
        right=np.log(IN_BATCH * CLASSES),
        wrong={
            "that is right softmax, with ten powers under the line; here all the images' are": (
                np.log(CLASSES)
            ),
            "the classes are forgotten: each image has ten powers": np.log(IN_BATCH),
            "that is the share; the loss is minus its logarithm": 1 / (IN_BATCH * CLASSES),
            "the sign is turned round: the logarithm of a share is below 0": -np.log(
                IN_BATCH * CLASSES
            ),
            "that is the sum over the images; the loss is their mean": IN_BATCH
            * np.log(IN_BATCH * CLASSES),
            "log is the natural logarithm here, not the one with base 10": np.log10(
                IN_BATCH * CLASSES
            ),
            "log is the natural logarithm here, not the one with base 2": np.log2(
                IN_BATCH * CLASSES
            ),
            "that is the number of powers; one of them over all is the share": IN_BATCH * CLASSES,
            "the mean is there already: each image has this loss, and N of them have it together": (
                np.log(IN_BATCH * CLASSES) / IN_BATCH
            ),
        },
        hints=(
            "How many powers of e stand under the line, and what is each of them?",
            "e to the 0 is 1, and there are 16 * 10 of them. So each share is 1/160.",
            "{solution}",
        ),
        tolerance=FOUR_DIGITS,
    ),
    Exercise(
        name="8.share",
        right=step_share(WEIGHTS, WEIGHTS - STEP),
        wrong={
            "that is the length of the step alone": np.linalg.norm(STEP),
            "the learning rate is missing: the step is 0.1 times the gradient": np.linalg.norm(
                GRADIENT
            )
            / LENGTH,
            "the weights' length is no sum: take the root of 3*3 + 4*4": np.linalg.norm(STEP)
            / WEIGHTS.sum(),
            "only the weight that moves is counted: the length is that of all": STEP[1]
            / WEIGHTS[1],
            "the other way round: the step is above the line": LENGTH / np.linalg.norm(STEP),
            "lengths are wanted, not their squares": (np.linalg.norm(STEP) / LENGTH) ** 2,
            "a length has no sign": -np.linalg.norm(STEP) / LENGTH,
            "the root is missing: the length of the weights is 5": np.linalg.norm(STEP) / LENGTH**2,
        },
        hints=(
            "How long is the step? 0.1 times the gradient.",
            "Its length is 0.2. That of the weights is the root of 3*3 + 4*4 = 25.",
            "{solution}",
        ),
    ),
    Exercise(
        name="8.update",
        right=step_share,
        wrong={
            "that is the length of the step alone": lambda a, b: np.linalg.norm(b - a),
            "divided by the weights after the step, not before it": lambda a, b: (
                np.linalg.norm(b - a) / np.linalg.norm(b)
            ),
            "lengths first, then the difference: a step sideways is lost": lambda a, b: (
                abs(np.linalg.norm(b) - np.linalg.norm(a)) / np.linalg.norm(a)
            ),
            "that is how much longer the weights have become, not how far they have moved": (
                lambda a, b: np.linalg.norm(b) / np.linalg.norm(a)
            ),
            "the other way round: the step is above the line": lambda a, b: (
                np.linalg.norm(a) / np.linalg.norm(b - a)
            ),
            "a mean of shares: weights near 0 make it huge": lambda a, b: np.abs(
                (b - a) / a
            ).mean(),
            "that is one share for each weight; one number is wanted": lambda a, b: (
                np.abs(b - a) / np.abs(a)
            ),
            "sums, not lengths: plus and minus cancel": lambda a, b: (b - a).sum() / a.sum(),
            "lengths are wanted, not their squares": lambda a, b: (
                ((b - a) ** 2).sum() / (a**2).sum()
            ),
            "the largest numbers, not the lengths": lambda a, b: (
                np.abs(b - a).max() / np.abs(a).max()
            ),
            "that adds up the sizes; a length is the root of the sum of squares": lambda a, b: (
                np.abs(b - a).sum() / np.abs(a).sum()
            ),
        },
        hints=(
            "NumPy's norm gives the length of all numbers of an array together.",
            "The step is after - before. Divide its length by that of before.",
            "{solution}",
        ),
        cases=tuple(
            (numbers(*shape), numbers(*shape)) for shape in ((3, 2), (2, 3, 2, 2), (5,), (1, 1))
        ),
    ),
    Exercise(
        name="8.dead",
        right=dead,
        wrong={
            "those are single zeros; a filter is dead when all its numbers are 0": lambda out: (
                out <= 0
            ).mean(),
            "that asks each image by itself; one image that wakes it is enough": lambda out: (
                out.max((2, 3)) <= 0
            ).mean(),
            "those are images without a number above 0; filters are wanted": lambda out: (
                out.max((1, 2, 3)) <= 0
            ).mean(),
            "that is how many; wanted is their share": lambda out: (out.max((0, 2, 3)) <= 0).sum(),
            "that is the share of those that live": lambda out: (out.max((0, 2, 3)) > 0).mean(),
            "only the first image is asked": lambda out: (out[0].max((1, 2)) <= 0).mean(),
            "the smallest number is 0 in a living filter, too": lambda out: (
                out.min((0, 2, 3)) <= 0
            ).mean(),
            "that is one answer for each filter; their share is one number": lambda out: (
                out.max((0, 2, 3)) <= 0
            ),
            "that asks for each place on the map; a filter is asked as a whole": lambda out: (
                out.max(0) <= 0
            ).mean(),
            "how many live; wanted is the share of the dead": lambda out: (
                out.max((0, 2, 3)) > 0
            ).sum(),
        },
        hints=(
            "Which axes belong to one filter? All but axis 1.",
            "The largest number of each filter: `out.max((0, 2, 3))`. When is it dead?",
            "{solution}",
        ),
        cases=(
            (rectified(3, 4, 2, 5, off=[1], late=[2]),),
            (rectified(2, 5, 3, 3, off=[0, 2, 4]),),
            (rectified(4, 3, 2, 2, late=[0, 1]),),
            (rectified(1, 2, 3, 1, off=[0, 1]),),
        ),
    ),
    Exercise(
        name="8.fit",
        right=counted_from_1(FITS),
        any_order=True,
        wrong={
            "wrong labels of twenty images are learnt by heart as well as right ones": (
                counted_from_1(FITS & ~LABELS)
            ),
            "a gradient that is wrong in a part still goes down, and twenty images are few": (
                counted_from_1(LABELS)
            ),
            "those are the ones that do not pass": counted_from_1(~FITS),
            "all of them? Then the test would tell nothing": counted_from_1(FITS | ~FITS),
            "with steps next to nothing not even one image is learnt": counted_from_1(FITS | SMALL),
        },
        hints=(
            "To learn by heart, labels need not be right. Who can still take good steps?",
            "Two have wrong labels, and two have gradients that are wrong in a part.",
            "{solution}",
        ),
    ),
    diagnosis(
        "8.sick1",
        7,
        (
            "It begins well. What is different after the first epoch?",
            "Look at the third chart: where do the lines go?",
            "{solution}",
        ),
    ),
    diagnosis(
        "8.sick2",
        11,
        (
            "Its own images are learnt a little, others are not at all. Read the images.",
            "Name the first image, then the second. Where do you find their digits?",
            "{solution}",
        ),
    ),
    diagnosis(
        "8.sick3",
        3,
        (
            "Every chart looks healthy. Which of the checks is not a picture?",
            "Backward ÷ differences: one layer is not 1, and its numbers are not all alike.",
            "{solution}",
        ),
    ),
    Exercise(
        name="8.pixels",
        right=lambda x: x / 255,
        wrong={
            "each batch has a scale of its own: the same grey is another number in the next one": (
                lambda x: x / x.max()
            ),
            "that is the scale of the 8x8 digits; here the largest is 255": lambda x: x / 16,
            "256 is the number of grey levels; the largest is 255": lambda x: x / 256,
            "// throws the rest away: only 0 and 1 are left": lambda x: x // 255,
            "larger still: divide": lambda x: x * 255,
            "nothing has changed": lambda x: x,
            "negative now: dark and light are turned round": lambda x: 1 - x / 255,
            "each batch has a mean and a spread of its own: a fixed scale is wanted": lambda x: (
                (x - x.mean()) / x.std()
            ),
            "moved, but as wide as before": lambda x: x - 255,
            "from -1 to 1; here from 0 to 1 is wanted, as in training": lambda x: x / 127.5 - 1,
            "the whole range of this batch; its smallest pixel need not be 0": lambda x: (
                (x - x.min()) / (x.max() - x.min())
            ),
        },
        hints=(
            "What should the largest possible pixel become?",
            "255 becomes 1, also in a batch of dark images where no pixel is 255.",
            "{solution}",
        ),
        cases=(
            (np.array([[0, 255], [128, 3]]),),
            (np.array([[12.0, 100.0, 7.0]]),),
            (np.arange(40, 240, 17).reshape(3, 4),),
        ),
    ),
    Exercise(
        name="8.weights",
        right=he,
        wrong={
            "too loud: every output adds up so many products": lambda z: z,
            "the root is missing": lambda z: he(z, power=1),
            "the 2 is missing: ReLU takes away half of the squares": lambda z: he(z, 1),
            "those are the filters; an output adds up C * K_H * K_W products": lambda z: he(
                z, of=len
            ),
            "the size of one filter counts, not that of all": lambda z: he(z, of=np.size),
            "only the kernel's own size; the channels are added up, too": lambda z: he(
                z, of=lambda z: z[0, 0].size
            ),
            "only the channels; each of them has K_H * K_W products": lambda z: he(
                z, of=lambda z: z.shape[1]
            ),
            "all equal again: the noise must stay in it": lambda z: (
                np.ones(z.shape) * (2 / z[0].size) ** 0.5
            ),
            "zeros are equal, too: the noise must stay in it": np.zeros_like,
            "the other way round: more products, smaller weights": lambda z: he(z, power=-0.5),
            "the 2 stands outside of the root": lambda z: 2 * he(z, 1),
        },
        hints=(
            "How many products does one output add up? C * K_H * K_W.",
            "Multiply the noise by the root of 2 over that number: `noise[0].size`.",
            "{solution}",
        ),
        cases=((numbers(4, 3, 2, 5),), (numbers(2, 1, 3, 3),), (numbers(1, 2, 1, 4),)),
    ),
    Exercise(
        name="8.shares",
        right=row_shares,
        wrap=lambda own: lambda scores: np.nan_to_num(own(scores), nan=-1),  # 0/0 has names, too
        wrong={
            "one sum for the whole batch: each row must add up to 1": lambda s: row_shares(
                s, total=None
            ),
            "one maximum for the whole batch: a row far below it becomes 0/0": lambda s: row_shares(
                s, np.max
            ),
            "one maximum and one sum for the whole batch": lambda s: row_shares(
                s, np.max, total=None
            ),
            "added up over the images; the classes stand in axis 1": lambda s: row_shares(
                s, total=0
            ),
            "nothing is subtracted: the power of a score of 1000 is too large": (
                lambda s: row_shares(s, lambda s: 0)
            ),
            "the powers are missing": lambda s: s / s.sum(1, keepdims=True),
            "those are the powers: they are not divided yet": lambda s: np.exp(
                s - s.max(1, keepdims=True)
            ),
            "that is the logarithm of the shares": lambda s: np.log(
                np.maximum(row_shares(s), 1e-300)
            ),
            "the maximum of each class, over the images": lambda s: row_shares(
                s, lambda s: s.max(0)
            ),
            "the smallest is subtracted: the largest power is still too large": (
                lambda s: row_shares(s, lambda s: s.min(1, keepdims=True))
            ),
        },
        hints=(
            "Over which axis does one image's sum run? Axis 1, with keepdims=True.",
            "The same axis for the maximum: each image has its own.",
            "{solution}",
        ),
        cases=(
            (numbers(3, 4),),
            (np.array([[1200.0, 1199.0, -1200.0], [-1000.0, -1001.0, -1000.0]]),),
            (numbers(2, 2),),
        ),
    ),
    Exercise(
        name="8.pairs",
        right=drawn(),
        results=("the images", "the labels"),
        wrong={
            "the labels are as they were: order is in one of the two only": drawn(
                labels=lambda rows, at, y: at
            ),
            "the images are as they were: order is in one of the two only": drawn(
                images=lambda rows, at: at
            ),
            "order is not used: the batches are the same in every epoch": drawn(
                lambda rows, at: at, lambda rows, at, y: at
            ),
            "the labels are moved by one": drawn(labels=lambda rows, at, y: rows - 1),
            "the labels are moved by one, the other way": drawn(
                labels=lambda rows, at, y: (rows + 1) % len(y)
            ),
            "a slice ends before its second number: at + size": drawn(until=lambda at, size: size),
            "one too many: the slice ends before its second number": drawn(
                until=lambda at, size: at + size + 1
            ),
            "one is missing: the slice ends before its second number": drawn(
                until=lambda at, size: at + size - 1
            ),
            "all that is left; a batch has `size` of them": drawn(until=lambda at, size: None),
            "the labels are in the order's reverse": drawn(labels=lambda rows, at, y: rows[::-1]),
        },
        hints=(
            "Which rows belong to the batch? A slice of order.",
            "It begins at place at and has size numbers; images and labels both take these rows.",
            "{solution}",
        ),
        cases=(pairs_case(6, 2, 3), pairs_case(7, 0, 4), pairs_case(9, 4, 2), pairs_case(5, 3, 4)),
    ),
]
