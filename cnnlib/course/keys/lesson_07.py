"""The answers of lesson 07 and the wrong answers it knows by name."""

import math

import numpy as np

from cnnlib import reference
from cnnlib.course.bugs import BUGS
from cnnlib.course.exercise import Exercise
from cnnlib.gradient_check import numerical_gradient

RNG = np.random.default_rng(70)
SICK = "as sick as before: what it gives has not changed"
OVERWROTE = "overwrote instead of adding"
NO_STRIDE = "stride ignored: output (i, j) has read from row i*s and column j*s on"
OUT_OF_PLACE = "the place is right, the kernel is not: scatter lays it down as it is"
TOO_SOON = "return stands one level too deep: the loop goes round only once"
MEAN = "mean instead of sum: nothing is divided"
ALL, FIRST, LAST = slice(None), slice(1), slice(-1, None)  # how often a loop goes round


def _numbers(*shape):
    return RNG.standard_normal(shape)


def _last(old, new):
    return new


def _diagnosis(name, bug, hints, other=()):
    """Which bug of the list is it, by its name? Each other one is answered by its own symptom, or
    by the words in `other` {bug: words}."""
    wrong = {}
    for known in BUGS:
        symptom = BUGS[known].symptom
        told = f"{known!r} looks otherwise: {symptom[0].lower()}{symptom[1:].rstrip('.')}"
        if known != bug:
            wrong[dict(other).get(known, told)] = known
    return Exercise(name=name, right=bug, wrong=wrong, hints=hints)


# ---- input gradients: one image, one delta; as the lesson's patients are written, whatever is
# wrong with them


def _grad_x(
    kernel=lambda w, f: w[f],
    step=lambda i, j, s: (i * s, j * s),
    crop=None,
    filters=None,
    store=np.add,
    total=1,
    rounds=ALL,
):
    """The scatter view with one thing wrong: kernel, stride, crop, which filters count, adding, how
    often the loop goes round."""

    def grad_x(delta, w, H, W, s, p):
        grad_xp = np.zeros((w.shape[1], H + 2 * p, W + 2 * p))
        for f, i, j in [*np.ndindex(delta.shape)][rounds]:
            if filters is None or f == filters % len(delta):
                (y, x), (K_H, K_W) = step(i, j, s), w.shape[2:]
                place = grad_xp[:, y : y + K_H, x : x + K_W]
                place[...] = store(place, delta[f, i, j] * kernel(w, f))
        return (crop or _crop)(grad_xp, p, H, W) / (total or len(delta))

    return grad_x


def _crop(grad_xp, p, H, W):
    return grad_xp[:, p : p + H, p : p + W]


CASES_X = (
    (_numbers(2, 4, 3), _numbers(2, 3, 3, 3), 7, 5, 2, 1),
    (_numbers(3, 3, 5), _numbers(3, 2, 3, 3), 5, 9, 2, 1),
    (_numbers(2, 2, 2), _numbers(2, 2, 3, 3), 6, 7, 3, 0),
    (_numbers(4, 5, 4), _numbers(4, 1, 3, 3), 3, 2, 2, 4),
)
PATIENT_1 = Exercise(
    name="7.1.mend",
    right=_grad_x(),
    wrong={
        SICK: _grad_x(crop=lambda g, p, H, W: g[:, :H, :W]),
        "that is the lower right corner; the image lies in the middle": _grad_x(
            crop=lambda g, p, H, W: g[:, 2 * p :, 2 * p :]
        ),
        "transposed: p + H belongs to the rows": _grad_x(
            crop=lambda g, p, H, W: g[:, p : p + W, p : p + H]
        ),
        "p : -p is empty where p is 0: write p : p + H": _grad_x(
            crop=lambda g, p, H, W: g[:, p:-p, p:-p]
        ),
        "1 is the padding of this case only: write p": _grad_x(
            crop=lambda g, p, H, W: g[:, 1 : 1 + H, 1 : 1 + W]
        ),
        "the padding is still there: nothing is cropped": _grad_x(crop=lambda g, p, H, W: g),
        "cropped on all sides, twice": _grad_x(
            crop=lambda g, p, H, W: g[:, 2 * p : -2 * p, 2 * p : -2 * p]
        ),
        "only the rows are cropped on the right side": _grad_x(
            crop=lambda g, p, H, W: g[:, p : p + H, :W]
        ),
        "only the columns are cropped on the right side": _grad_x(
            crop=lambda g, p, H, W: g[:, :H, p : p + W]
        ),
        TOO_SOON: _grad_x(rounds=FIRST),
        "the slice ends too early: p rows and columns further, at p + H and p + W": _grad_x(
            crop=lambda g, p, H, W: g[:, p:H, p:W]
        ),
        OUT_OF_PLACE: _grad_x(kernel=lambda w, f: w[f, :, ::-1, ::-1]),
        OVERWROTE + ": windows overlap": _grad_x(store=_last),
    },
    hints=(
        "Where does the image begin inside grad_xp?",
        "At row p and column p; there it has H rows and W columns.",
        "{solution}",
    ),
    cases=CASES_X,
)
PATIENT_2 = Exercise(
    name="7.2.mend",
    right=_grad_x(),
    wrong={
        SICK: _grad_x(step=lambda i, j, s: (i, j)),
        "2 is the stride of this case only: write s": _grad_x(step=lambda i, j, s: (2 * i, 2 * j)),
        OUT_OF_PLACE: _grad_x(kernel=lambda w, f: w[f, :, ::-1, ::-1]),
        OVERWROTE + ": windows overlap": _grad_x(store=_last),
        "the stride is right, but now the padding is not cropped": _grad_x(
            crop=lambda g, p, H, W: g[:, :H, :W]
        ),
        TOO_SOON: _grad_x(rounds=FIRST),
        "the stride is in the rows only": _grad_x(step=lambda i, j, s: (i * s, j)),
        "the stride is in the columns only": _grad_x(step=lambda i, j, s: (i, j * s)),
        "rows and columns are exchanged: i goes down, j goes across": _grad_x(
            step=lambda i, j, s: (j * s, i * s)
        ),
        "the step is one too small: s, not s - 1": _grad_x(
            step=lambda i, j, s: (i * (s - 1), j * (s - 1))
        ),
        "the border belongs to grad_xp: nothing is taken off i*s and j*s": _grad_x(
            step=lambda i, j, s: (max(i * s - 1, 0), max(j * s - 1, 0))
        ),
    },
    hints=(
        "Which window has output (i, j) read?",
        "The one that begins at row i*s and column j*s.",
        "{solution}",
    ),
    cases=CASES_X,
)
PATIENT_3 = Exercise(
    name="7.3.mend",
    right=_grad_x(),
    wrong={
        SICK: _grad_x(filters=-1),
        "only the first filter: all of them have used the pixel": _grad_x(filters=0),
        "mean instead of sum over the filters": _grad_x(total=None),
        OVERWROTE + ": the zeros come before all loops, and then +=": _grad_x(store=_last),
        TOO_SOON: _grad_x(rounds=FIRST),
        OUT_OF_PLACE: _grad_x(kernel=lambda w, f: w[f, :, ::-1, ::-1]),
        "the zeros are one loop further in now: only the last product is left": _grad_x(
            rounds=LAST
        ),
    },
    hints=(
        "How often is grad_xp set to zeros?",
        "Once for each filter: what the filters before have sent is gone.",
        "Four spaces further left, above the line for f in ...: {solution}",
    ),
    cases=CASES_X,
)


# ---- weight gradients


def _grad_w(
    pick=lambda d, f, i, j: d[f, i, j],
    x=lambda xp: xp,
    window=lambda cut: cut,
    step=True,
    store=np.add,
    mean=False,
    rounds=ALL,
):
    """grad_w by loops with one thing wrong: which delta, which input, what of a window, the stride,
    adding, a mean, how often the loop goes round."""

    def grad_w(delta, xp, s):
        grad = np.zeros((len(delta), len(xp), 3, 3))
        for f, i, j in [*np.ndindex(delta.shape)][rounds]:
            y, z = (i * s, j * s) if step else (i, j)
            product = pick(delta, f, i, j) * window(x(xp)[:, y : y + 3, z : z + 3])
            grad[f] = store(grad[f], product)
        return grad / delta[0].size if mean else grad

    return grad_w


CASES_W = (
    (_numbers(2, 4, 3), _numbers(3, 9, 7), 2),
    (_numbers(2, 3, 3), _numbers(4, 5, 5), 1),
    (_numbers(3, 2, 4), _numbers(2, 7, 12), 3),
)
PATIENT_4 = Exercise(
    name="7.4.mend",
    right=_grad_w(),
    wrong={
        SICK: _grad_w(lambda d, f, i, j: d[f, -1 - i, -1 - j]),
        "only the rows of delta are upright now": _grad_w(lambda d, f, i, j: d[f, i, -1 - j]),
        "only the columns of delta are upright now": _grad_w(lambda d, f, i, j: d[f, -1 - i, j]),
        "off by one: -i begins with the first row, and then counts from the end": _grad_w(
            lambda d, f, i, j: d[f, -i, -j]
        ),
        "now the input is rotated in place of delta; nothing is rotated in (3.1)": _grad_w(
            x=lambda xp: xp[:, ::-1, ::-1]
        ),
        "delta is upright, but the stride is gone": _grad_w(step=False),
        OVERWROTE: _grad_w(store=_last),
        TOO_SOON: _grad_w(rounds=FIRST),
        "the delta of the first filter for all of them": _grad_w(lambda d, f, i, j: d[0, i, j]),
        "one row and one column off: delta[f, i, j] meets the window at (i, j)": _grad_w(
            lambda d, f, i, j: d[f, i - 1, j - 1]
        ),
        "now the filters are read backwards": _grad_w(lambda d, f, i, j: d[-1 - f, i, j]),
        MEAN: _grad_w(mean=True),
    },
    hints=(
        "Read (3.1): which delta meets the window at (i, j)?",
        "delta[f, i, j], and nothing is counted from the end.",
        "{solution}",
    ),
    cases=CASES_W,
)
PATIENT_5 = Exercise(
    name="7.5.mend",
    right=_grad_w(),
    wrong={
        SICK: _grad_w(x=lambda xp: xp[::-1]),
        "now rows of the image are turned round; channels are the first axis": _grad_w(
            x=lambda xp: xp[:, ::-1]
        ),
        "all channels get the numbers of the first": _grad_w(
            x=lambda xp: np.repeat(xp[:1], len(xp), 0)
        ),
        "the right order of channels, but the stride is gone": _grad_w(step=False),
        TOO_SOON: _grad_w(rounds=FIRST),
        "now the rows of each window are turned round; channels are the first axis": _grad_w(
            window=lambda cut: cut[:, ::-1]
        ),
        "now the columns of each window are turned round; channels are the first axis": _grad_w(
            window=lambda cut: cut[:, :, ::-1]
        ),
        "the channels are added up: each one has weights of its own": _grad_w(
            window=lambda cut: cut.sum(0)
        ),
        "that is the mean of the channels: each one has weights of its own": _grad_w(
            window=lambda cut: cut.mean(0)
        ),
        "the channels are moved by one": _grad_w(x=lambda xp: np.roll(xp, 1, 0)),
        OVERWROTE: _grad_w(store=_last),
        MEAN: _grad_w(mean=True),
    },
    hints=(
        "What does ::-1 do to the first axis of xp?",
        "It reads the channels from the last to the first.",
        "{solution}",
    ),
    cases=CASES_W,
)


# ---- masks, pools, biases, the batch

NET = _numbers(2, 4, 3)
NET[0, 1, 2] = NET[1, 0, 0] = 0


def _mask(of):
    return lambda grad_out, net: grad_out * of(grad_out, net)


PATIENT_6 = Exercise(
    name="7.6.mend",
    right=_mask(lambda g, net: net > 0),
    wrong={
        SICK: lambda g, net: g,
        "relu'(0) = 0: strictly larger": _mask(lambda g, net: net >= 0),
        "the mask looks at grad_out; it must look at net": _mask(lambda g, net: g > 0),
        "that is grad_out times f, not times f'": _mask(lambda g, net: np.maximum(net, 0)),
        "the other way round: what was negative gets the gradient": _mask(lambda g, net: net < 0),
        "the sign of net is -1 below 0; f' is 0 there": _mask(lambda g, net: np.sign(net)),
        "that is f', the mask itself; grad_out is missing": lambda g, net: (net > 0) * 1.0,
        "the other way round: what was not positive gets the gradient": _mask(
            lambda g, net: net <= 0
        ),
        "that is ReLU of the product; f' is 1 or 0": lambda g, net: np.maximum(g * net, 0),
        "relu'(0) = 0, not one half": _mask(lambda g, net: np.heaviside(net, 0.5)),
        "that is grad_out times net; wanted is f'(net)": _mask(lambda g, net: net),
    },
    hints=(
        "When is out >= 0 false?",
        "Never. f' is 1 where net is above 0, and 0 elsewhere, also at 0 itself.",
        "{solution}",
    ),
    cases=((_numbers(2, 4, 3), NET), (_numbers(1, 3, 3), _numbers(1, 3, 3))),
)


def _in_the_window(i, j, u, v):
    return 2 * i + u, 2 * j + v


def _pool(place=_in_the_window, store=np.add, sent=lambda error: error, rounds=ALL):
    """The errors of 3x3 windows to their winners, with one thing wrong."""

    def pool(grad_out, winners, H, W):
        grad_x = np.zeros((len(grad_out), H, W))
        for c, i, j in [*np.ndindex(grad_out.shape)][rounds]:
            at = c, *place(i, j, *divmod(int(winners[c, i, j]), 3))
            grad_x[at] = store(grad_x[at], sent(grad_out[c, i, j]))
        return grad_x

    return pool


def _counted_in_the_image(grad_out, winners, H, W):
    grad_x = np.zeros((len(grad_out), H, W))
    for c, error in enumerate(grad_out):
        np.add.at(grad_x[c].reshape(-1), winners[c], error)
    return grad_x


def _pool_case(H, W, C=2):
    x = _numbers(C, H, W)
    x[:, 2, 2] = 5
    out, winners = reference.max_pool2d(x, 3, 2)
    return RNG.standard_normal(out.shape), winners, H, W


PATIENT_7 = Exercise(
    name="7.7.mend",
    right=_pool(),
    wrong={
        SICK: _pool(store=_last),
        "the winner is forgotten: the first cell of each window gets it": _pool(
            lambda i, j, u, v: (2 * i, 2 * j)
        ),
        "the largest gradient wins now; the gradients of all windows add up": _pool(
            store=np.maximum
        ),
        "mean instead of sum where windows share a winner": _pool(store=lambda a, b: (a + b) / 2),
        "the windows lie 2 apart: the stride is gone": _pool(lambda i, j, u, v: (i + u, j + v)),
        "-= turns the sign round": _pool(store=np.subtract),
        "winners are counted in the window here, not in the whole image as in PyTorch": (
            _counted_in_the_image
        ),
        TOO_SOON: _pool(rounds=FIRST),
        "u and v are exchanged: u goes down, v goes across": _pool(
            lambda i, j, u, v: (2 * i + v, 2 * j + u)
        ),
        "the window's place is forgotten: it begins at row 2*i, column 2*j": _pool(
            lambda i, j, u, v: (u, v)
        ),
        "each winner got 1: it gets the gradient of its window": _pool(sent=lambda error: 1),
    },
    hints=(
        "Two windows may have the same winner. What is left of the first one's gradient?",
        "Nothing: = writes over it.",
        "{solution}",
    ),
    cases=(_pool_case(7, 5), _pool_case(5, 7), _pool_case(6, 10, C=3)),
)


def _tied_pool(share, store=np.add, whole=False, rounds=ALL):
    """2x2 windows, stride 1; share(hits) says how much of the error each of the tied cells gets;
    whole: also the cells that get nothing are stored."""

    def pool(x, grad_out):
        grad_x = np.zeros(x.shape)
        for i, j in [*np.ndindex(grad_out.shape)][rounds]:
            window, place = x[i : i + 2, j : j + 2], grad_x[i : i + 2, j : j + 2]
            shares = share(window == window.max())
            place[...] = np.where(
                whole | (shares != 0), store(place, grad_out[i, j] * shares), place
            )
        return grad_x

    return pool


def _one_of(hits, n):
    kept = np.zeros(4)
    kept[np.flatnonzero(hits)[n]] = 1
    return kept.reshape(2, 2)


def _argmax_in_the_image(x, grad_out):
    """The argmax of a window taken for the number of a cell in the whole image."""
    grad_x = np.zeros(x.shape)
    for i, j in np.ndindex(grad_out.shape):
        grad_x.flat[x[i : i + 2, j : j + 2].argmax()] += grad_out[i, j]
    return grad_x


TIED = np.array([[1.0, 0, 2], [1, 0, 2], [1, 0, 2]])
PATIENT_8 = Exercise(
    name="7.8.mend",
    right=_tied_pool(lambda hits: _one_of(hits, 0)),
    wrong={
        SICK: _tied_pool(lambda hits: hits),
        "the sum is right, but our rule gives all of it to the first; "
        "sharing is another rule": _tied_pool(lambda hits: hits / hits.sum()),
        "that is the last of the tied cells; the first in reading order is our rule": _tied_pool(
            lambda hits: _one_of(hits, -1)
        ),
        "that is one half for every cell, tied or not": _tied_pool(
            lambda hits: np.full((2, 2), 0.5)
        ),
        "the upper left cell gets it, whoever has won": _tied_pool(
            lambda hits: np.array([[1, 0], [0, 0]])
        ),
        OVERWROTE + ": a cell that won several windows adds up": _tied_pool(
            lambda hits: _one_of(hits, 0), store=_last
        ),
        TOO_SOON: _tied_pool(lambda hits: _one_of(hits, 0), rounds=FIRST),
        "divided by 2: our rule gives all of it to the first": _tied_pool(lambda hits: hits / 2),
        "divided by the size of the window: our rule gives all of it to the first": _tied_pool(
            lambda hits: hits / hits.size
        ),
        "that is mean pooling: only the winner gets the gradient": _tied_pool(
            lambda hits: np.full((2, 2), 1 / 4)
        ),
        OVERWROTE + ", the whole window: windows overlap": _tied_pool(
            lambda hits: _one_of(hits, 0), store=_last, whole=True
        ),
        "that is the first column by column; our rule reads row by row": _tied_pool(
            lambda hits: _one_of(hits.T, 0).T
        ),
        "argmax counts in the window: divmod gives its row and column there, "
        "i and j are added": _argmax_in_the_image,
        "in a tie nobody got it; the first one gets all": _tied_pool(
            lambda hits: hits * (hits.sum() == 1)
        ),
    },
    hints=(
        "Only one cell of a window may get its gradient: the first in reading order.",
        "`window.argmax()` is the place of the first maximum, counted row by row. "
        "divmod gives its row and column.",
        "{solution}",
    ),
    cases=(
        (TIED, np.array([[1.0, 2], [3, 4]])),
        (np.array([[1.0, 1, 0, 3], [0, 1, 3, 3]]), np.array([[1.0, 2, 5]])),
        (
            np.array([[-2.0, -1, -3], [-1, 4, 4], [0, 4, -5], [2.5, 2.5, 2.5], [1, 0, -1]]),
            _numbers(4, 2),
        ),
        (np.sort(_numbers(5, 3), axis=0), _numbers(4, 2)),
    ),
)


def _only_filter(n):
    """The sums, where only the filter number n has one."""
    return lambda d: d.sum((1, 2)) * (np.arange(len(d)) == n % len(d))


ONLY_FIRST = "only the first filter has a gradient"
# slips of a bias gradient, whichever was the patient's own
BIAS_SLIPS = {
    "that is the first column alone: each filter's delta is added up as a whole": lambda d: d.sum(
        1
    )[:, 0],
    "one number for all filters: each filter has a bias of its own": lambda d: np.full(
        len(d), d.sum()
    ),
    "that is one number; each filter has a bias of its own": lambda d: d.sum(),
    "summed over the rows, still a mean over the columns": lambda d: d.mean(2).sum(1),
    "summed over the columns, still a mean over the rows": lambda d: d.mean(1).sum(1),
    "divided by the number of filters: nothing is divided": lambda d: d.sum((1, 2)) / len(d),
    "the filters are added up; each filter adds up its own positions": lambda d: d.sum(0),
    "only the last filter has a gradient": _only_filter(-1),
    "every filter gets the first one's sum": lambda d: np.full(len(d), d[0].sum()),
    "that is the largest delta of each filter, not their sum": lambda d: d.max((1, 2)),
    "added up from filter to filter: each one begins with 0": lambda d: d.sum((1, 2)).cumsum(),
}
PATIENT_9 = Exercise(
    name="7.9.mend",
    right=lambda d: d.sum((1, 2)),
    wrong={
        SICK: lambda d: d.mean((1, 2)),
        ONLY_FIRST: _only_filter(0),
        "that is the number of positions, without delta": lambda d: np.full(
            len(d), float(d[0].size)
        ),
        **BIAS_SLIPS,
    },
    hints=(
        "Who uses the bias of filter f?",
        "Every position, each in full.",
        "{solution}",
    ),
    cases=((_numbers(2, 4, 3),), (_numbers(3, 2, 5),)),
)
PATIENT_10 = Exercise(
    name="7.10.mend",
    right=lambda d: d.sum((1, 2)),
    wrong={
        SICK: _only_filter(0),
        "mean instead of sum": lambda d: d.mean((1, 2)),
        **BIAS_SLIPS,
    },
    hints=(
        "How often does the loop go round before return?",
        "Once: return stands inside the loop.",
        "Four spaces further left, under the word for: {solution}",
    ),
    cases=((_numbers(2, 4, 3),), (_numbers(3, 2, 5),)),
)


def _grad_w_batch(deltas, xs):
    """One filter and one channel, 3x3: summed over the batch."""
    grad_w = np.zeros((3, 3))
    for u, v in np.ndindex(3, 3):
        grad_w[u, v] = (deltas[:, 0] * xs[:, 0, u : u + 3, v : v + 3]).sum()
    return grad_w


PATIENT_11 = Exercise(
    name="7.11.mend",
    right=_grad_w_batch,
    wrong={
        SICK: lambda d, x: _grad_w_batch(d, x) / len(x),
        "now the factor N is too much: the layer only sums": lambda d, x: (
            _grad_w_batch(d, x) * len(x)
        ),
        "that is the first image alone": lambda d, x: _grad_w_batch(d[:1], x[:1]),
        "divided by the number of positions: "
        "1/N is in the loss, and nothing else is divided": lambda d, x: _grad_w_batch(d, x) / 9,
        TOO_SOON: lambda d, x: d[0, 0, 0, 0] * x[0, 0, :3, :3],
        "2 is the N of this page only; the layer divides by nothing": lambda d, x: (
            _grad_w_batch(d, x) / 2
        ),
        "divided by all deltas: 1/N is in the loss, and nothing else is divided": lambda d, x: (
            _grad_w_batch(d, x) / d.size
        ),
        "that is the last image alone": lambda d, x: _grad_w_batch(d[-1:], x[-1:]),
        "the axes of filter and channel are still there: take [0, 0]": lambda d, x: _grad_w_batch(
            d, x
        )[None, None],
        "divided by N twice: the layer divides by nothing": lambda d, x: (
            _grad_w_batch(d, x) / len(x) ** 2
        ),
    },
    hints=(
        "Where is 1/N of the loss, when delta arrives?",
        "Inside delta. The layer must not divide again.",
        "{solution}",
    ),
    cases=(
        (_numbers(2, 1, 3, 3), _numbers(2, 1, 5, 5)),
        (_numbers(4, 1, 3, 3), _numbers(4, 1, 5, 5)),
        (_numbers(1, 1, 3, 3), _numbers(1, 1, 5, 5)),
    ),
)


# ---- the judge


def _cubes(x):
    return float((x**3).sum())


def _all_together(x):
    """Here each number's slope hangs on all others: whoever does not put one back is found out."""
    return float(np.sin(x).sum() * x.sum() ** 2)


def _bowl(x):
    """Slopes of both signs: left of 0 it falls."""
    return float((x**2).sum())


def _slope(high, low, here, epsilon):
    return (high - low) / (2 * epsilon)


def _differences(f, x, epsilon=1e-5, slope=_slope, put_back=True, rounds=ALL):
    """The loop of the page, with one thing wrong."""
    grad = np.zeros(x.shape)
    for place in [*np.ndindex(x.shape)][rounds]:
        kept = x[place]
        here = f(x)
        x[place] = kept + epsilon
        high = f(x)
        x[place] = kept - epsilon
        grad[place] = slope(high, f(x), here, epsilon)
        if put_back:
            x[place] = kept
    return grad


def _one_sided(f, x, step):
    base = f(x)
    moved = [x + step * e.reshape(x.shape) for e in np.eye(x.size)]
    return np.reshape([(f(one) - base) / step for one in moved], x.shape)


def _with_slope(slope):
    """An answer to 7.line with another last line."""
    return lambda f, x, e=1e-5: _differences(f, x, e, slope)


def _central(f, q, e):
    return (f(q + e) - f(q - e)) / (2 * e)


def _forward(f, q, e):
    return (f(q + e) - f(q)) / e


def _cube(q):
    return q**3


def of_cubes(q, e):
    """What is told in place of the central difference of q**3."""
    high, here, low = _cube(q + e), _cube(q), _cube(q - e)
    return {
        "that is the slope itself; (7.1) is off by a little": 3 * q**2,
        "that is the forward difference": _forward(_cube, q, e),
        "that is the backward difference": (here - low) / e,
        "the difference of the two values; divide it by 2 epsilon": high - low,
        "divided by epsilon; the two points lie 2 epsilon apart": (high - low) / e,
        "that is the error; wanted is n itself": e**2,
    }


def at_kinks(above, at, below):
    """What is told in place of above + at / 2: so many outputs lie there, seen from 0."""
    return {
        "that is our rule; the central difference gives something to the outputs at 0": above,
        "an output at 0 counts one half, by (7.11)": above + at,
        "the outputs at 0 are there, but those above 0 count as well": at / 2,
        "each output at 0 gives one half, each one above 0 a whole": (above + at) / 2,
        "the outputs below 0 do not move": above + at + below,
        "each output at 0 gives one half; those above 0 count as well": at / 2 * 2,
        "that is one half for every output; those below 0 give nothing, those above give 1": (
            (above + at + below) / 2
        ),
    }


def not_relative(a, n):
    """What is told in place of abs(a - n) / (a + n)."""
    return {
        "that is the difference; divide it by |a| + |n|": abs(a - n),
        "that is relative to a only": abs(a - n) / a,
        "that is relative to n only": abs(a - n) / n,
        "divide by the sum, not by the mean of both": abs(a - n) / ((a + n) / 2),
        "the wrong way round": (a + n) / abs(a - n),
        "divide by the sum, not by the product": abs(a - n) / (a * n),
    }


def _mixed(alpha, beta, n=_central):
    """alpha * n(epsilon) + beta * n(2 * epsilon)."""

    def better(f, q, epsilon):
        return alpha * n(f, q, epsilon) + beta * n(f, q, 2 * epsilon)

    return better


def _power(epsilon):
    """The power of ten that gives epsilon."""
    return math.log10(epsilon)


SPOT = np.array([0.5, -1.0, 2.0])
U, U_FLOAT32 = 2.0**-53, 2.0**-24  # the largest relative rounding error of each type
PARTS = ["weights", "bias", "input"]
JUDGE = [
    Exercise(
        name="7.derive",
        right=_central(_cube, 1, 0.1),
        wrong={
            **of_cubes(1, 0.1),
            "the third derivative is 6, and it is divided by 6": 3 + 0.1**2 * 6,
            "the error has the size of epsilon squared": 3 + 0.1,
            "the error is epsilon squared times 6/6; yours is twice as large": 3 + 2 * 0.1**2,
            "the error is epsilon squared times 6/6; yours is half as large": 3 + 0.1**2 / 2,
            "the error is epsilon squared times 6/6, not epsilon cubed": 3 + 0.1**3,
            "the sign of the error is turned round: n is a little above 3": 3 - 0.1**2,
        },
        hints=(
            "The third derivative of q**3 is 6, all higher ones are 0.",
            "So (7.5) is exact: n = 3 + epsilon**2 * 6 / 6.",
            "{solution}",
        ),
    ),
    Exercise(
        name="7.best",
        right=round(_power((3 * U) ** (1 / 3))),
        wrong={
            "that is the best one for the forward difference, the square root of u": round(
                _power(U ** (1 / 2))
            ),
            "that is u itself; take the third root of 3u": round(_power(U)),
            "the sign is missing: epsilon is small": -round(_power((3 * U) ** (1 / 3))),
            "the third root of 3.3e-16 is 6.9e-6: nearer to 1e-5": math.floor(
                _power((3 * U) ** (1 / 3))
            ),
            "that is about the best one in float32": round(_power((3 * U_FLOAT32) ** (1 / 3))),
            "that is far to the right: there the curve bends": -3,
            "that is epsilon itself; wanted is its power of ten, as -3 for 0.001": 10.0**-5,
            "so small a step leaves nothing but rounding: the difference of two equal values": (
                math.ceil(_power(U))
            ),
            "that is epsilon by (7.7); wanted is its power of ten, as -3 for 0.001": round(
                (3 * U) ** (1 / 3), 7
            ),
            "nearly: wanted is a whole number, the nearest power of ten": round(
                _power((3 * U) ** (1 / 3)), 2
            ),
            "that is the fourth root of u; (7.7) is the third root of 3u": round(
                _power(U ** (1 / 4))
            ),
        },
        hints=(
            "With E and E''' equal, (7.7) is the third root of 3u.",
            "3u = 3.3e-16. Its third root is 6.9e-6.",
            "The nearest power of ten is 1e-5.",
        ),
    ),
    Exercise(
        name="7.kink",
        right=3 + 4 / 2,
        wrong=at_kinks(3, 4, 2),
        hints=(
            "Three outputs are above 0: each gives 1. "
            "Four stand at 0: what does (7.11) give for q = 0?",
            "One half each.",
            "{solution}",
        ),
    ),
    Exercise(
        name="7.hand",
        right=abs(6 - 5) / (6 + 5),
        wrong={
            **not_relative(6, 5),
            "one digit is too few to tell: give three of them, or the fraction": round(
                abs(6 - 5) / (6 + 5), 1
            ),
        },
        hints=(
            "How far are they apart? How large are they together?",
            "1, and 6 + 5.",
            "{solution}",
        ),
    ),
    Exercise(
        name="7.line",
        right=numerical_gradient,
        tolerance=1e-8,
        wrong={
            "the step is 2 epsilon wide: to both sides": lambda f, x, e=1e-5: (
                2 * numerical_gradient(f, x, e)
            ),
            "low minus high turns the sign round": lambda f, x, e=1e-5: (
                -numerical_gradient(f, x, e)
            ),
            "the division is missing": lambda f, x, e=1e-5: 2 * e * numerical_gradient(f, x, e),
            "divide by 2 epsilon: multiplying makes it tiny": lambda f, x, e=1e-5: (
                4 * e * e * numerical_gradient(f, x, e)
            ),
            "/ 2 * epsilon multiplies by epsilon: "
            "put 2 * epsilon into brackets": lambda f, x, e=1e-5: (
                e * e * numerical_gradient(f, x, e)
            ),
            "1e-5 is only the usual epsilon: divide by 2 * epsilon": lambda f, x, e=1e-5: (
                numerical_gradient(f, x, e) * e / 1e-5
            ),
            "that looks to one side only, the right one": lambda f, x, e=1e-5: _one_sided(f, x, e),
            "that looks to one side only, the left one": lambda f, x, e=1e-5: _one_sided(f, x, -e),
            "the number is not put back: the next one is tried at a moved place": (
                lambda f, x, e=1e-5: _differences(f, x, e, put_back=False)
            ),
            TOO_SOON: lambda f, x, e=1e-5: _differences(f, x, e, rounds=FIRST),
            "brackets are missing: only low is divided, high is not": _with_slope(
                lambda high, low, here, e: high - low / (2 * e)
            ),
            "divided by 2 alone: the two values lie 2 epsilon apart": _with_slope(
                lambda high, low, here, e: (high - low) / 2
            ),
            "that looks to one side only, and divides by both: half the slope is left": (
                _with_slope(lambda high, low, here, e: (high - here) / (2 * e))
            ),
            "the sign is lost: a slope may fall, so no abs": _with_slope(
                lambda high, low, here, e: abs(high - low) / (2 * e)
            ),
            "the two values are subtracted, not added": _with_slope(
                lambda high, low, here, e: (high + low) / (2 * e)
            ),
            "divide by 2 epsilon, not by its square": _with_slope(
                lambda high, low, here, e: (high - low) / e**2
            ),
        },
        hints=(
            "Two values are subtracted.",
            "They lie 2 epsilon apart.",
            "{solution}",
        ),
        cases=(
            (_cubes, SPOT),
            (_cubes, SPOT[:2], 1e-4),
            (_bowl, SPOT),
            (_all_together, _numbers(2, 3)),
            (_all_together, _numbers(3, 1), 1e-3),
        ),
    ),
    Exercise(
        name="7.predict",
        right=PARTS.index("input"),
        wrong={
            "grad_w has no rotation to forget: delta slides over the input as it is": PARTS.index(
                "weights"
            ),
            "grad_b is a sum, no kernel takes part": PARTS.index("bias"),
            "counted from 1: the weights are 0, the bias 1": PARTS.index("input") + 1,
            "grad_w has no rotation to forget; only one of the three is wrong": (
                PARTS.index("weights"),
                PARTS.index("input"),
            ),
        },
        hints=(
            "Where is the kernel used on the way back?",
            "In grad_x only, eq. 2.1.",
            "The input is number 2.",
        ),
    ),
    Exercise(
        name="7.12",
        right=abs(1 / 4 - 1) / (1 / 4 + 1),
        wrong={
            "that is the difference; divide it by |a| + |n|": abs(1 / 4 - 1),
            "that is the factor between them": 1 / 4,
            "divided by |n| - |a|": abs(1 / 4 - 1) / (1 - 1 / 4),
            "divided by a": abs(1 / 4 - 1) / (1 / 4),
            "that is N, the factor between them the other way round": 1 / (1 / 4),
            "divide by the sum, not by the mean of both": abs(1 / 4 - 1) / ((1 / 4 + 1) / 2),
            "that is r for N = 2: here a is a quarter": abs(1 / 2 - 1) / (1 / 2 + 1),
            "that is r where both are equal: here a is a quarter": abs(1 - 1) / (1 + 1),
            "the wrong way round": (1 / 4 + 1) / abs(1 / 4 - 1),
            "1/N counts once: the right gradient has it already": (
                abs(1 / 4**2 - 1) / (1 / 4**2 + 1)
            ),
        },
        hints=("a = 1/4 and n = 1.", "|a - n| = 0.75, |a| + |n| = 1.25.", "{solution}"),
    ),
    Exercise(
        name="7.13",
        right=_mixed(4 / 3, -1 / 3),
        tolerance=1e-7,
        wrong={
            "that is the central difference itself, with its error of epsilon squared": _mixed(
                1, 0
            ),
            "that is the central difference with 2 epsilon, four times as far off": _mixed(0, 1),
            "the mean of both keeps an error: the errors must cancel": _mixed(0.5, 0.5),
            "alpha and beta are exchanged": _mixed(-1 / 3, 4 / 3),
            "the errors cancel, but alpha + beta must be 1: divide by 3": _mixed(4, -1),
            "the larger error is four times the smaller one, not twice": _mixed(2, -1),
            "both signs are turned round": _mixed(-4 / 3, 1 / 3),
            "that is n with a smaller step; wanted is a mixture of two": lambda f, q, epsilon: (
                _mixed(1, 0)(f, q, epsilon / 1e4)
            ),
            "the sign of beta: the larger error is taken off": _mixed(4 / 3, 1 / 3),
            "alpha + beta is 1, but the errors do not cancel": _mixed(2 / 3, 1 / 3),
            "those are forward differences; n is the central one": _mixed(4 / 3, -1 / 3, _forward),
            "alpha and beta of forward differences, whose error doubles; n is the central one": (
                _mixed(2, -1, _forward)
            ),
            "divided by epsilon; the two points of n lie 2 epsilon apart": _mixed(8 / 3, -2 / 3),
            "the second n is divided by 2 epsilon; its two points lie twice as far apart": _mixed(
                4 / 3, -2 / 3
            ),
            "very near, but rounded: write the fractions": _mixed(1.33, -0.33),
            "those are alpha and beta; wanted is the mixture": lambda f, q, epsilon: (
                4 / 3,
                -1 / 3,
            ),
        },
        hints=(
            "Two conditions: alpha + beta = 1, and alpha * 1/6 + beta * 4/6 = 0.",
            "From the second: alpha = -4 * beta. Put it into the first.",
            "alpha = 4/3 and beta = -1/3: {solution}",
        ),
        # up to degree 4 any error of epsilon**4 is 0; of degree 5 it tells the mixture from others
        cases=(
            (lambda q: q**3 + q, 1.0, 0.1),
            (lambda q: q**4 - 2 * q**2, 0.5, 0.2),
            (lambda q: q**5, 1.0, 0.1),
        ),
    ),
]
DIAGNOSES = [
    _diagnosis(
        "7.1",
        "padding not cropped",
        (
            "A mark larger than 3x3: it is two marks on each other. How far are they apart?",
            "One row and one column: the size is right, the place is not. What is 1 here?",
            "It is the bug about the padding.",
        ),
    ),
    _diagnosis(
        "7.2",
        "stride ignored backward",
        (
            "Near the corner the way is short, far from it long: that is a factor in the index.",
            "delta (i, j) went to the window at (i, j). What is missing beside i and j?",
            "It is the bug about the stride.",
        ),
    ),
    _diagnosis(
        "7.3",
        "only the last filter",
        (
            "There are two windows, one for each filter. Whose mark is white?",
            "Filter 1's: its part is there. Of two filters, which one is that?",
            "The last one: it is the only one that is left.",
        ),
        {
            "only the first filter's gradient": "the other way round: "
            "grad_x is wiped out at each filter, so which one is left"
        },
    ),
    _diagnosis(
        "7.4",
        "delta rotated in grad_w",
        (
            "Nothing is right, each entry in its own way: something is turned round.",
            "grad_w is made of delta and x, without the kernel. Which of the two?",
            "Which bug of the list speaks of delta?",
        ),
    ),
    _diagnosis(
        "7.5",
        "channels in reverse order",
        (
            "The picture is white for channel 1 of 3. Which order leaves the middle in its place?",
            "The reverse order: the first and the last are exchanged. The order of what?",
            "The axis of the channels.",
        ),
    ),
    _diagnosis(
        "7.6",
        "ReLU mask >= on the output",
        (
            "Where net is +, the picture is white. So what has gone wrong where net is negative?",
            "There delta should be 0. Yet there is a mask: when does a mask let all pass?",
            "When it asks whether the output is >= 0: it always is.",
        ),
        {"ReLU mask missing": "the same picture; but this code has a mask: what is wrong with it"},
    ),
    _diagnosis(
        "7.7",
        "= for += in overlapping pools",
        (
            "Which cell is wrong? How many windows hold it?",
            "x[2,2], the winner of four windows. It should get what all of them send.",
            "The last one was written over the first three, where += belongs.",
        ),
    ),
    _diagnosis(
        "7.8",
        "every tied cell gets the full delta",
        (
            "10 goes in, 20 comes out. Who was paid twice?",
            "Each window has its maximum twice.",
            "It is the bug about ties.",
        ),
    ),
    _diagnosis(
        "7.9",
        "bias mean for sum",
        (
            "All by one factor: which functions differ by a factor only?",
            "mean() is sum() divided by the number of positions.",
            "It is the bug about the bias.",
        ),
        {"1/N applied twice": "that is a factor, too; but there is no batch here"},
    ),
    _diagnosis(
        "7.10",
        "only the first filter's gradient",
        (
            "Which of the two cells is white?",
            "The first. For how many filters was a gradient computed?",
            "For one: there is a gradient for the first filter only.",
        ),
        {"only the last filter": "it is the other end: which filter is right in the picture"},
    ),
    _diagnosis(
        "7.11",
        "1/N applied twice",
        (
            "All by one factor. How large is N?",
            "2, and the factor is 1/2. Where does it come from?",
            "The layer divides by N once more; delta holds 1/N already.",
        ),
        {"bias mean for sum": "that is a factor, too; but this is no bias"},
    ),
]
EXERCISES = [
    *JUDGE,
    *DIAGNOSES,
    PATIENT_1,
    PATIENT_2,
    PATIENT_3,
    PATIENT_4,
    PATIENT_5,
    PATIENT_6,
    PATIENT_7,
    PATIENT_8,
    PATIENT_9,
    PATIENT_10,
    PATIENT_11,
]
