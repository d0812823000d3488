"""pooling: the explorers of max and mean pooling (level 6). x (H, W), one channel."""
import numpy as np

from cnnlib import reference
from cnnlib.geometry import index_map, output_size
from cnnlib.views.explorers.cells import both, code_of, given, keys_of, last
from cnnlib.views.explorers.convolution import finish, plural
from cnnlib.views.explorers.shell import Explorer
from cnnlib.views.frames import Grid, label, number
from cnnlib.views.links import gather, scatter, value

TIES = ("first", "all", "split")


def routes(x, size, stride, ties):
    """Rows (i, j, y, z, share): the cell (y, z) of x gets `share` of the error of window (i, j), by the tie rule."""
    out, winners = (a[0] for a in reference.max_pool2d(x[None], size, stride))
    rows = []
    for i, j in np.ndindex(out.shape):
        here = [(i * stride[0] + u, j * stride[1] + v) for u in range(size[0]) for v in range(size[1])]
        tied = [place for place in here if x[place] == out[i, j]]
        winner = here[int(winners[i, j])]
        paid = {"first": [winner], "all": tied, "split": tied}[ties]
        rows += [(i, j, *place, 1 / len(tied) if ties == "split" else 1.0) for place in paid]
    return out, rows


def tell_max_pooling(x, grad_out, size, stride, ties, hidden=frozenset()):
    """The Scene of explore_max_pooling: eq. 5.1, the error goes to the winner of each window."""
    if ties not in TIES:
        raise ValueError(f"ties is {ties!r}, wanted one of {', '.join(TIES)}")
    out, rows = routes(x, size, stride, ties)
    grad_x, overwritten = np.zeros_like(x), np.zeros_like(x)
    for i, j, y, z, share in rows:
        grad_x[y, z] += share * grad_out[i, j]
        overwritten[y, z] = share * grad_out[i, j]
    numbers = {"x": x, "out": out, "grad_out": grad_out, "grad_x": grad_x}
    back = [[f"grad_x:{y},{z}", f"grad_out:{i},{j}", ""] for i, j, y, z, _ in rows]
    if ties == "split":
        numbers["share"] = np.array([r[4] for r in rows])
        back = [[*t[:2], f"share:{n}"] for n, t in enumerate(back)]
    there = [[f"out:{i},{j}", f"x:{y},{z}", ""] for i, j, y, z, _ in rows]
    stories = stories_of_max(x, out, numbers, back, there, size, stride, ties)
    total = f"sum of grad_out {number(grad_out.sum())}, sum of grad_x {number(grad_x.sum())}"
    panes = [("Forward", [Grid("x", x, "the input", role=1, editable=True), Grid("out", out, "the largest of each window", sign="→")]),
             (f"Backward: {total}", [Grid("grad_out", grad_out, "arrives from above", role=1, editable=True), Grid("grad_x", grad_x, "only winners get any", sign="→")])]  # fmt: skip
    wrong = {"the last window overwrites instead of adding": overwritten, "every cell of a window gets its error": spread_to_all(x, grad_out, size, stride)}
    switch = {"name": "ties", "label": "in a tie", "options": list(TIES), "value": ties}
    code, _ = code_of(reference.max_pool2d_grad_x)
    return finish("Where does the error go through a max?", panes, back + there, stories, numbers, code, "grad_x", wrong, hidden, controls=[switch])


def spread_to_all(x, grad_out, size, stride):
    """The slip of routing a window's whole error to each of its cells."""
    return size[0] * size[1] * reference.mean_pool2d_grad_x(grad_out[None], x.shape, size, stride)[0]


def stories_of_max(x, out, numbers, back, there, size, stride, ties):
    """The stories of out (who won), of grad_out (where it goes) and of grad_x (what arrives)."""
    _, line = code_of(reference.max_pool2d_grad_x)
    terms = back + there

    def window(k):
        (i, j), (s_v, s_h) = last(k), stride
        return [f"x:{i * s_v + u},{j * s_h + v}" for u in range(size[0]) for v in range(size[1])]

    def won(k, ids):
        n = sum(value(numbers, cell) == value(numbers, k) for cell in window(k))
        tie = f", {'the first' if ties == 'first' else 'one'} of {n} equal cells in reading order" if n > 1 else ""
        return f"{label(k)} is {number(value(numbers, k))}: {label(terms[ids[0]][1])} wins{tie}."

    def sent(k, ids):
        to = "all of it goes to the winner" if len(ids) == 1 else f"it goes to {plural(len(ids), 'tied cell')}"
        return f"{label(k)} is {number(value(numbers, k))}: {to}, {' and '.join(label(terms[t][0]) for t in ids)}."

    def got(k, ids):
        text = f"{label(k)} is {number(value(numbers, k))}: this cell won {plural(len(ids), 'window')}"
        return text + ("; what they send is added." if len(ids) > 1 else ".")

    backward = gather(back, numbers, got, line, keys=keys_of("grad_x", x.shape, 2).ravel().tolist())
    backward = {k: s | {"seen": ["x:" + k.split(":")[1]]} for k, s in backward.items()}
    forward = winners_told(there, len(back), numbers, won, window, line, out)
    return backward | scatter(back, numbers, sent, 1, line) | forward


def winners_told(there, offset, numbers, won, window, line, out):
    """The stories of out: the window is read, one cell wins."""
    stories = {}
    for k in keys_of("out", out.shape, 2).ravel().tolist():
        ids = [n + offset for n, t in enumerate(there) if t[0] == k]
        cells = ", ".join(number(value(numbers, cell)) for cell in window(k))
        text = f"{label(k)} = max({cells})\n{' ' * (len(label(k)) + 1)}= <b>{number(value(numbers, k))}</b>"
        stories[k] = {"terms": ids, "formula": text, "say": won(k, ids), "line": line, "seen": window(k)}
    return stories


def checked_pool(x, grad_out, size, stride):
    """The arguments of both pooling explorers, checked; grad_out by default 1, 2, 3, ..."""
    x, size, stride = given(x, "x", (2,)), both(size, "size", 1), both(stride, "stride", 1)
    shape = output_size(x.shape, size, stride)
    grad_out = np.arange(1.0, shape[0] * shape[1] + 1).reshape(shape) if grad_out is None else given(grad_out, "grad_out", (2,))
    if grad_out.shape != shape:
        raise ValueError(f"grad_out has shape {grad_out.shape}, wanted {shape}: one number for each window")
    return {"x": x, "grad_out": grad_out}, {"size": size, "stride": stride}


def explore_max_pooling(x, grad_out=None, size=2, stride=1, ties="first"):
    """Eq. 5.1 as an explorer: winners, windows that overlap, and three rules for a tie: first, all, split.

    x (H, W), grad_out (H_out, W_out). "first" is the library's rule. Raises ValueError for shapes that do not fit,
    are too large to print, or an unknown rule. Lesson 05.
    """
    numbers, options = checked_pool(x, grad_out, size, stride)
    return Explorer(tell_max_pooling, numbers, **options, ties=ties)


def tell_mean_pooling(x, grad_out, size, stride, hidden=frozenset()):
    """The Scene of explore_mean_pooling: eq. 5.2, every cell of a window gets an equal share."""
    out = reference.mean_pool2d(x[None], size, stride)[0]
    grad_x = reference.mean_pool2d_grad_x(grad_out[None], x.shape, size, stride)[0]
    share = np.array([1 / (size[0] * size[1])])
    numbers = {"x": x, "out": out, "grad_out": grad_out, "grad_x": grad_x, "share": share}
    rows = index_map(out.shape, size, stride).tolist()
    back = [[f"grad_x:{y},{z}", f"grad_out:{i},{j}", "share:0"] for i, j, _, _, y, z in rows]
    there = [[f"out:{i},{j}", f"x:{y},{z}", "share:0"] for i, j, _, _, y, z in rows]
    code, line = code_of(reference.mean_pool2d_grad_x)
    cells = keys_of("grad_x", x.shape, 2).ravel().tolist()
    stories = gather(back, numbers, lambda k, ids: f"{label(k)} is {number(value(numbers, k))}: {plural(len(ids), 'window')} {'holds' if len(ids) == 1 else 'hold'} this cell, and each sends a share.", line, keys=cells)
    stories |= scatter(back, numbers, lambda k, ids: f"{label(k)} is {number(value(numbers, k))}: {plural(len(ids), 'cell')} get an equal share.", 1, line)
    forward = gather(there, numbers, lambda k, ids: f"{label(k)} is {number(value(numbers, k))}: the mean of {plural(len(ids), 'number')}.", line)
    stories |= {k: s | {"terms": [t + len(back) for t in s["terms"]], "formula": renumber(s["formula"], len(back))} for k, s in forward.items()}
    panes = [("Forward", [Grid("x", x, "the input", role=1, editable=True), Grid("out", out, "the mean of each window", sign="→")]),
             ("Backward", [Grid("grad_out", grad_out, "arrives from above", role=1, editable=True), Grid("grad_x", grad_x, "everybody gets a share", sign="→")])]  # fmt: skip
    wrong = {"the share is forgotten": grad_x * size[0] * size[1]}
    return finish("What does a mean send back?", panes, back + there, stories, numbers, code, "grad_x", wrong, hidden)


def renumber(formula, by):
    """The formula with its term numbers moved on by `by`: two lists of terms are joined into one."""
    import re

    return re.sub(r"data-term=(\d+)", lambda m: f"data-term={int(m[1]) + by}", formula)


def explore_mean_pooling(x, grad_out=None, size=2, stride=1):
    """Eq. 5.2 as an explorer, the contrast to max pooling. Arguments and errors as explore_max_pooling. Lesson 05."""
    numbers, options = checked_pool(x, grad_out, size, stride)
    return Explorer(tell_mean_pooling, numbers, **options)
