"""convolution: the explorers of a convolution, forward and back (level 6). Arrays in, Scene out.

Every explorer takes one channel and one filter as 2-D arrays, or all axes: x (C, H, W), w (F, C, K_H, K_W),
delta (F, H_out, W_out). Which cells belong together follows from geometry.index_map, the numbers from reference.
"""
import numpy as np

from cnnlib import reference
from cnnlib.geometry import index_map, inside
from cnnlib.views.explorers.cells import (
    border,
    both,
    code_of,
    full,
    given,
    headings,
    key,
    keys_of,
    last,
    numbers_at,
    spread,
    stack,
    surround,
)  # fmt: skip
from cnnlib.views.explorers.shell import Explorer
from cnnlib.views.frames import Grid, Scene, label, number
from cnnlib.views.links import gather, group, scatter, value


def products(order, filters, channels, rows, ranks):
    """The terms of eq. 1.1, 2.1 or 3.1: (receiver, factor, factor), `order` naming the three arrays.

    rows: an index map. ranks: how many axes each array's keys name.
    """
    terms = []
    for f in range(filters):
        for c in range(channels):
            for i, j, u, v, y, z in rows.tolist():
                places = {"net": (f, i, j), "delta": (f, i, j), "x": (c, y, z), "w": (f, c, u, v)}
                cells = [key(n, places[n.removeprefix("grad_")], ranks[n]) for n in order]
                terms.append(cells)
    return terms


def plural(count, noun):
    """2 products, 1 product."""
    return f"{count} {noun}{'s' * (count != 1)}"


def in_steps(stride):
    """How a stride is said; nothing for stride 1."""
    if stride == (1, 1):
        return ""
    return f" in steps of {stride[0]}" if stride[0] == stride[1] else f" in steps of {stride[0]} down and {stride[1]} across"


def window_border(places, kernel, stride, dilation=(1, 1)):
    """For a cell (row, column): the padding that its window covers among the padded places of each channel."""

    def seen(k):
        top, left = (n * s for n, s in zip(last(k), stride))
        rows = slice(top, top + (kernel[0] - 1) * dilation[0] + 1, dilation[0])
        columns = slice(left, left + (kernel[1] - 1) * dilation[1] + 1, dilation[1])
        return border(places[rows, columns])

    return seen


def tell_forward(x, w, b, stride, padding, hidden=frozenset()):
    """The Scene of explore_forward: eq. 1.1, the kernel slides over the input."""
    ranks = {"x": x.ndim, "w": w.ndim, "net": 2 if w.ndim == 2 else 3, "b": 1}
    x3, w4, (s, p) = full(x, 3), full(w, 4), (both(stride, "stride", 1), both(padding, "padding", 0))
    net = reference.conv2d(x3, w4, b, s, p)
    wrong = {"the kernel is rotated: true convolution where cross-correlation is meant": reference.conv2d(x3, w4[..., ::-1, ::-1], b, s, p)}
    numbers = {"x": x, "w": w, "net": net.reshape(net.shape[3 - ranks["net"] :])}
    rows = inside(index_map(net.shape[1:], w4.shape[2:], s, p), x3.shape[1:])
    terms = products(("net", "x", "w"), len(w4), len(x3), rows, ranks)
    if np.any(b):
        numbers["b"] = b
        terms += [[k, key("b", (f,), 1), ""] for f in range(len(b)) for k in keys_of("net", net.shape, ranks["net"])[f].flat]
    code, line = code_of(reference.conv2d)
    padded = surround(keys_of("x", x3.shape, x.ndim)[0], p, p)

    def say(k, ids):
        off = w4[0].size - sum(1 for t in ids if terms[t][2])
        more = f"; {plural(off, 'kernel cell')} on the padding {'adds' if off == 1 else 'add'} 0" if off else ""
        return f"{label(k)} is {number(value(numbers, k))}: {plural(len(ids), 'product')} are added{more}."

    stories = gather(terms, numbers, say, line, (1, 2), window_border(padded, w4.shape[2:], s), keys_of("net", net.shape, ranks["net"]).ravel().tolist())
    stories |= scatter(terms, numbers, lambda k, ids: f"{label(k)} is {number(value(numbers, k))}: it takes part in {plural(len({terms[t][0] for t in ids}), 'output')}.", 1, line)
    note = f"the layer’s input, padding {p[0]}" if p[0] == p[1] and p[0] else "the layer’s input"
    columns = [stack("x", x3, note, p, x.ndim, role=1, editable=True), stack("w", w4, "the kernel", rank=w.ndim, role=2, sign="⋆", editable=True)]
    if np.any(b):
        columns.append([Grid("b", b[None], "the bias", role=1, keys=keys_of("b", b.shape, 1)[None], sign="+", editable=True)])
    columns.append(stack("net", net, f"stride {s[0]}" if s[0] == s[1] else f"stride {s[0]}, {s[1]}", rank=ranks["net"], sign="="))
    return finish("Which numbers of the image decide one output number?", columns, terms, stories, numbers, code, "net",
                  {name: a.reshape(numbers["net"].shape) for name, a in wrong.items()}, hidden)  # fmt: skip


def finish(title, columns, terms, stories, numbers, code, target, wrong, hidden, first=None, controls=()):
    """A Scene of one row of grids, or of the panes [(title, columns), ...]; hides what is to be predicted."""
    from dataclasses import replace

    panes = columns if isinstance(columns[0], tuple) else [("", columns)]
    for _, grids in panes:
        for n, column in enumerate(grids):
            grids[n] = [replace(g, hidden=hidden) for g in (column if isinstance(column, list) else [column])]
    links = {"terms": terms, "stories": stories, "first": first or next(iter(stories))}
    return Scene(title, panes, links, numbers, code, target, wrong, list(controls))


def explore_forward(x, w, stride=1, padding=0, b=0.0):
    """Eq. 1.1 as an explorer: select a cell of net and its window lights up; select a pixel and see whom it feeds.

    x (H, W) or (C, H, W), w (K_H, K_W) or (F, C, K_H, K_W), b a number or (F,). Raises ValueError for shapes that
    do not fit or are too large to print. Lessons 00 and 01.
    """
    x, w = given(x, "x", (2, 3)), given(w, "w", (2, 4))
    bias = np.broadcast_to(np.asarray(b, float), (full(w, 4).shape[0],)).copy()
    reference.conv2d(full(x, 3), full(w, 4), bias, stride, padding)  # refuses what does not fit
    if not bias.any():
        return Explorer(forward_without_bias, {"x": x, "w": w}, stride=stride, padding=padding)
    return Explorer(tell_forward, {"x": x, "w": w, "b": bias}, stride=stride, padding=padding)


def forward_without_bias(x, w, stride, padding, hidden=frozenset()):
    """tell_forward with bias 0, which is then not drawn."""
    return tell_forward(x, w, np.zeros(full(w, 4).shape[0]), stride, padding, hidden)


def tell_kernel_gradient(x, delta, stride, padding, kernel_size, hidden=frozenset()):
    """The Scene of explore_kernel_gradient: eq. 3.1, delta slides over the input."""
    ranks = {"x": x.ndim, "delta": delta.ndim, "grad_w": 2 if x.ndim == delta.ndim == 2 else 4}
    x3, d3, (s, p) = full(x, 3), full(delta, 3), (both(stride, "stride", 1), both(padding, "padding", 0))
    grad_w = reference.conv2d_grad_w(d3, x3, kernel_size, s, p)
    shape = grad_w.shape[4 - ranks["grad_w"] :]
    numbers = {"x": x, "delta": delta, "grad_w": grad_w.reshape(shape)}
    rows = inside(index_map(d3.shape[1:], kernel_size, s, p), x3.shape[1:])
    rows = rows[np.lexsort((rows[:, 1], rows[:, 0], rows[:, 3], rows[:, 2]))]  # in the order of the loops u, v, i, j
    terms = products(("grad_w", "delta", "x"), len(d3), len(x3), rows, ranks)
    code, line = code_of(reference.conv2d_grad_w)
    padded = surround(keys_of("x", x3.shape, x.ndim)[0], p, p)

    def say(k, ids):
        u, v = last(k)
        where = f"row {u - p[0]}, column {v - p[1]}".replace("-", "\N{MINUS SIGN}")
        added = "1 product is added" if len(ids) == 1 else f"{len(ids)} products are added"
        return f"{label(k)} is {number(value(numbers, k))}: delta lies on the input{in_steps(s)} from {where} on, and {added}."

    stories = gather(terms, numbers, say, line, (2, 1), window_border(padded, d3.shape[1:], (1, 1), s), keys_of("grad_w", grad_w.shape, ranks["grad_w"]).ravel().tolist())
    stories |= scatter(terms, numbers, lambda k, ids: f"{label(k)} is {number(value(numbers, k))}: it takes part in {plural(len(ids), 'product')}, each for another weight.", 1, line)
    columns = [stack("x", x3, "the layer’s input", p, x.ndim, role=2, editable=True),
               stack("delta", d3, "dE/dnet, the error term", rank=delta.ndim, role=1, sign="⋆", editable=True),
               stack("grad_w", grad_w, "dE/dw, one number a weight", rank=ranks["grad_w"], sign="=")]  # fmt: skip
    return finish("How does one weight change the error?", columns, terms, stories, numbers, code, "grad_w",
                  kernel_slips(x3, d3, kernel_size, s, p, shape), hidden)  # fmt: skip


def kernel_slips(x, delta, kernel_size, stride, padding, shape):
    """What known slips make of grad_w, by name."""
    right = reference.conv2d_grad_w(delta, x, kernel_size, stride, padding)
    later = np.zeros_like(x)
    later[:, :-1, :-1] = x[:, 1:, 1:]
    slips = {
        "delta is rotated; here it slides as it is": reference.conv2d_grad_w(delta[:, ::-1, ::-1], x, kernel_size, stride, padding),
        "every index is one off": reference.conv2d_grad_w(delta, later, kernel_size, stride, padding),
        "the mean is taken instead of the sum": right / delta[0].size,
        "the inputs are added without delta": reference.conv2d_grad_w(np.ones_like(delta), x, kernel_size, stride, padding),
    }
    if right.shape[2] == right.shape[3]:
        slips["rows and columns are exchanged (transposed)"] = right.swapaxes(2, 3)
    return {name: a.reshape(shape) for name, a in slips.items()}


def explore_kernel_gradient(x, delta, stride=1, padding=0, kernel_size=None):
    """Eq. 3.1 as an explorer: select a weight's gradient, and the products that make it light up in x and delta.

    x (H, W) or (C, H, W), delta (H_out, W_out) or (F, H_out, W_out); kernel_size (K_H, K_W), by default the largest
    that fits without a remainder. Raises ValueError for shapes that do not fit or are too large to print. Lesson 03.
    """
    x, delta = given(x, "x", (2, 3)), given(delta, "delta", (2, 3))
    s, p = both(stride, "stride", 1), both(padding, "padding", 0)
    if kernel_size is None:
        kernel_size = tuple(n + 2 * q - (m - 1) * t for n, m, q, t in zip(x.shape[-2:], delta.shape[-2:], p, s))
        if min(kernel_size) < 1:
            raise ValueError(f"delta {delta.shape} is too large for x {x.shape} at stride {s} and padding {p}")
    kernel_size = both(kernel_size, "kernel_size", 1)
    reference.conv2d_grad_w(full(delta, 3), full(x, 3), kernel_size, s, p)  # refuses what does not fit
    return Explorer(tell_kernel_gradient, {"x": x, "delta": delta}, stride=s, padding=p, kernel_size=kernel_size)


def input_story(delta, w, stride, padding, input_size):
    """What both explorers of grad_x share: numbers, terms, the gather and scatter stories, the two sets of places."""
    ranks = {"delta": delta.ndim, "w": w.ndim, "grad_x": 2 if w.ndim == 2 else 3}
    d3, w4, s, p = full(delta, 3), full(w, 4), both(stride, "stride", 1), both(padding, "padding", 0)
    K = w4.shape[2:]
    grad_x = reference.conv2d_grad_x(d3, w4, input_size, s, p)
    numbers = {"delta": delta, "w": w, "grad_x": grad_x.reshape(grad_x.shape[3 - ranks["grad_x"] :])}
    terms = products(("grad_x", "delta", "w"), len(d3), len(grad_x), inside(index_map(d3.shape[1:], K, s, p), input_size), ranks)
    rest = [n + 2 * q - ((m - 1) * t + k) for n, q, m, t, k in zip(input_size, p, d3.shape[1:], s, K)]
    before = [k - 1 - q for k, q in zip(K, p)]
    wide = [surround(spread(keys, s), before, [b + r for b, r in zip(before, rest)]) for keys in keys_of("delta", d3.shape, delta.ndim)]
    return numbers, terms, ranks, grad_x, wide, (s, p, K)


def tell_input_gradient(delta, w, stride, padding, input_size, matrix=False, hidden=frozenset()):
    """The Scene of explore_input_gradient: eq. 2.1 twice, scattered and gathered."""
    numbers, terms, ranks, grad_x, wide, (s, p, K) = input_story(delta, w, stride, padding, input_size)
    code, line = code_of(reference.conv2d_grad_x)
    targets = keys_of("grad_x", grad_x.shape, ranks["grad_x"])
    sums = running(terms, numbers, targets.ravel())

    def collects(k, ids):
        found = f"{len(ids)} of the {full(w, 4)[:, 0].size} kernel cells {'finds' if len(ids) == 1 else 'find'} a delta here"
        return f"{label(k)} is {number(value(numbers, k))}: {found}" + ("; the products are added." if len(ids) > 1 else ".")

    def spreads(k, ids):
        n = number(value(numbers, k))
        return f"{label(k)} is {n}: it adds {n} times the kernel to {plural(len(ids), 'cell')} of grad_x."

    def seen(k):
        y, z = last(k)
        return [e for places in wide for e in border(places[y : y + K[0], z : z + K[1]])]

    stories = gather(terms, numbers, collects, line, (1, 2), seen, targets.ravel().tolist())
    stories |= scatter(terms, numbers, spreads, 1, line, lambda k: {"so_far": sums[k]})
    d3, w4 = full(delta, 3), full(w, 4)
    left = [stack("delta", d3, "the error term", rank=delta.ndim, role=1, editable=True) + stack("w", w4, "the kernel", rank=w.ndim, role=2, editable=True),
            [Grid("so_far", grad_x[c], "filled delta by delta", f"grad_x[{c}]" if len(targets) > 1 else "grad_x", keys=targets[c], sign="→", shaded=False) for c in range(len(targets))]]  # fmt: skip
    right = [[Grid("delta_wide", numbers_at(places, numbers), border_note(K, s, p), f"delta[{f}]" if len(wide) > 1 else "delta", keys=places, role=1) for f, places in enumerate(wide)],
             [rotated(w4[f, c], keys_of("w", w4.shape, w.ndim)[f, c], f, c, numbers) for f in range(len(w4)) for c in range(w4.shape[1])] + stack("grad_x", grad_x, "collected pixel by pixel", rank=ranks["grad_x"], sign="=")]  # fmt: skip
    panes = [("Scatter: each delta spreads the kernel", left), ("Gather: each pixel collects", right)]
    if matrix:
        panes.append(("The matrix C: net = C x, grad_x = Cᵀ delta", matrix_grids(d3, w4, input_size, s, p, terms, targets, delta.ndim, numbers)))
    wrong = {name: reference.conv2d_grad_x(d3, turned, input_size, s, p).reshape(numbers["grad_x"].shape) for name, turned in (
        ("the kernel is not rotated when gathering", w4[..., ::-1, ::-1]), ("the kernel is flipped on one axis only", w4[..., ::-1, :]))}  # fmt: skip
    switch = {"name": "matrix", "label": "matrix C", "options": ["hidden", "shown"], "value": "shown" if matrix else "hidden"}
    return finish("What does one input pixel owe to the error?", panes, terms, stories, numbers, code, "grad_x", wrong, hidden, controls=[switch])


def border_note(K, s, p):
    """What was done to delta before the turned kernel slides over it."""
    sizes = [k - 1 - q for k, q in zip(K, p)]
    texts = [f"{abs(n)} {'zeros around' if n >= 0 else 'cropped'}" for n in sizes]
    text = texts[0] if texts[0] == texts[1] else f"rows: {texts[0]}, columns: {texts[1]}"
    holes = f"; {s[0] - 1} and {s[1] - 1} zeros between" if s != (1, 1) else ""
    return text + holes


def rotated(kernel, keys, f, c, numbers):
    """The kernel turned by 180 degrees: the same cells in other places."""
    turned = keys[::-1, ::-1]
    rows, columns = (tuple(range(n))[::-1] for n in kernel.shape)
    title = "w" if len(keys[0, 0].split(",")) == 2 else f"w[{f},{c}]"
    return Grid("w_rot", numbers_at(turned, numbers), "rotated by 180°", title, keys=turned, role=2, sign="⋆", rows=rows, columns=columns)


def matrix_grids(delta, w, input_size, s, p, terms, targets, rank, numbers):
    """C as a grid: a row for each number of delta, a column for each pixel, a weight where they meet."""
    outs, pixels = keys_of("delta", delta.shape, rank).ravel().tolist(), targets.ravel().tolist()
    keys = np.full((len(outs), len(pixels)), "", object)
    for pixel, out, weight in terms:
        keys[outs.index(out), pixels.index(pixel)] = weight
    places = keys.copy()
    for place in np.argwhere(keys == ""):
        places[tuple(place)] = f"cut:{','.join(map(str, place))}"
    return [Grid("C", numbers_at(places, numbers), "rows: delta, columns: pixels, both in reading order", keys=places, role=2)]


def running(terms, numbers, places):
    """For each delta in turn, the texts of grad_x after that delta has been added."""
    total, sums = {}, {}
    for source, ids in group(terms, 1).items():
        for target, _, weight in (terms[t] for t in ids):
            total[target] = total.get(target, 0.0) + value(numbers, source) * value(numbers, weight)
        sums[source] = [number(total[k]) if k in total else "" for k in places]
    return sums


def sizes_for_input(delta, w, stride, padding, input_size):
    """The checked input size: as given, or the smallest that delta fits."""
    s, p = both(stride, "stride", 1), both(padding, "padding", 0)
    if input_size is None:
        input_size = tuple((m - 1) * t + k - 2 * q for m, t, k, q in zip(delta.shape[-2:], s, w.shape[-2:], p))
        if min(input_size) < 1:
            raise ValueError(f"padding {p} leaves no input for delta {delta.shape} and kernel {w.shape}")
    input_size = both(input_size, "input_size", 1)
    reference.conv2d_grad_x(full(delta, 3), full(w, 4), input_size, s, p)  # refuses what does not fit
    return {"stride": s, "padding": p, "input_size": input_size}


def explore_input_gradient(delta, w, stride=1, padding=0, input_size=None, matrix=False):
    """Eq. 2.1 as an explorer: scatter and gather side by side, one selection, the same number; matrix C on demand.

    delta (H_out, W_out) or (F, H_out, W_out), w (K_H, K_W) or (F, C, K_H, K_W), input_size (H, W), by default the
    smallest that fits. Raises ValueError for shapes that do not fit or are too large to print. Lesson 02.
    """
    delta, w = given(delta, "delta", (2, 3)), given(w, "w", (2, 4))
    return Explorer(tell_with_matrix, {"delta": delta, "w": w}, **sizes_for_input(delta, w, stride, padding, input_size), matrix="shown" if matrix else "hidden")


def tell_with_matrix(delta, w, stride, padding, input_size, matrix, hidden=frozenset()):
    """tell_input_gradient, the switch given as its text."""
    if matrix not in ("shown", "hidden"):
        raise ValueError(f"matrix is {matrix!r}, wanted 'shown' or 'hidden'")
    return tell_input_gradient(delta, w, stride, padding, input_size, matrix == "shown", hidden)


def tell_stride_and_padding(delta, w, stride, padding, input_size, hidden=frozenset()):
    """The Scene of explore_stride_and_padding: delta spread out, padded or cropped, the remainder, the crop."""
    numbers, terms, ranks, grad_x, wide, (s, p, K) = input_story(delta, w, stride, padding, input_size)
    code, line = code_of(reference.conv2d_grad_x)
    targets = keys_of("grad_x", grad_x.shape, ranks["grad_x"])
    reached = {t[0] for t in terms}

    def say(k, ids):
        if k not in reached:
            return f"{label(k)} is 0: no window reaches this row or column, it is the dropped remainder."
        zeros = K[0] * K[1] * len(wide) - len(ids)
        return f"{label(k)} is {number(value(numbers, k))}: the turned kernel meets {plural(len(ids), 'delta')} and {plural(zeros, 'zero')}."

    def seen(k):
        y, z = last(k)
        return [e for places in wide for e in border(places[y : y + K[0], z : z + K[1]])]

    stories = gather(terms, numbers, say, line, (1, 2), seen, targets.ravel().tolist())
    stories |= scatter(terms, numbers, lambda k, ids: f"{label(k)} stands on rows {last(k)[0] * s[0] - p[0]} and on of the input: stride {s[0]}, {s[1]} spreads the deltas.", 1, line)
    w4 = full(w, 4)
    cut = [surround(keys, p, p, "cut") for keys in targets]
    columns = [stack("delta", full(delta, 3), "the error term", rank=delta.ndim, role=1, editable=True) + stack("w", w4, "the kernel", rank=w.ndim, role=2, editable=True),
               [Grid("delta_wide", numbers_at(places, numbers), border_note(K, s, p), "delta, spread", keys=places, role=1, sign="→") for places in wide],
               [Grid("grad_x", numbers_at(places, numbers), "dashed: padding, cropped" if any(p) else "", "grad_x", keys=places, sign="=", **headings(grad_x.shape[1:], p)) for places in cut]]  # fmt: skip
    wrong = {"the padding is not cropped": uncropped(full(delta, 3), w4, input_size, s, p).reshape(numbers["grad_x"].shape),
             "the kernel is not rotated": reference.conv2d_grad_x(full(delta, 3), w4[..., ::-1, ::-1], input_size, s, p).reshape(numbers["grad_x"].shape)}  # fmt: skip
    return finish("What do stride and padding do on the way back?", columns, terms, stories, numbers, code, "grad_x", wrong, hidden)


def uncropped(delta, w, input_size, s, p):
    """grad_xp's upper left corner in place of its middle."""
    wide = [n + 2 * q for n, q in zip(input_size, p)]
    return reference.conv2d_grad_x(delta, w, wide, s, 0)[:, : input_size[0], : input_size[1]]


def explore_stride_and_padding(delta, w, input_size=None, stride=1, padding=0):
    """Eq. 2.1 with any geometry: delta spread by the stride, padded or cropped per axis, the dropped remainder.

    Arguments and errors as explore_input_gradient. Lesson 02.
    """
    delta, w = given(delta, "delta", (2, 3)), given(w, "w", (2, 4))
    return Explorer(tell_stride_and_padding, {"delta": delta, "w": w}, **sizes_for_input(delta, w, stride, padding, input_size))


def tell_bias_gradient(delta, hidden=frozenset()):
    """The Scene of explore_bias_gradient: eq. 4.1, each delta flows into its filter's one bias."""
    d3 = full(delta, 3)
    grad_b = reference.conv2d_grad_b(d3)
    numbers = {"delta": delta, "grad_b": grad_b}
    terms = [[key("grad_b", (index[0],), 1), key("delta", index, delta.ndim), ""] for index in np.ndindex(*d3.shape)]
    code, line = code_of(reference.conv2d_grad_b)
    stories = gather(terms, numbers, lambda k, ids: f"{label(k)} is {number(value(numbers, k))}: all {len(ids)} deltas of the filter are added.", line)
    stories |= scatter(terms, numbers, lambda k, ids: f"{label(k)} is {number(value(numbers, k))}: it flows into {label(terms[ids[0]][0])} with the factor 1.", 1, line)
    columns = [stack("delta", d3, "the error term", rank=delta.ndim, role=1, editable=True),
               [Grid("grad_b", grad_b[None], "dE/db, one number a filter", keys=keys_of("grad_b", grad_b.shape, 1)[None], sign="=")]]  # fmt: skip
    wrong = {"the mean is taken instead of the sum": grad_b / d3[0].size, "both filters are added together": np.full_like(grad_b, grad_b.sum()),
             "the deltas are counted, not added": np.full_like(grad_b, d3[0].size)}  # fmt: skip
    return finish("Why is the bias gradient a sum?", columns, terms, stories, numbers, code, "grad_b", wrong, hidden)


def explore_bias_gradient(delta):
    """Eq. 4.1 as an explorer: point at a delta and see its bias, select a bias and see all its deltas.

    delta (H_out, W_out) or (F, H_out, W_out). Raises ValueError for what is too large to print. Lesson 04.
    """
    return Explorer(tell_bias_gradient, {"delta": given(delta, "delta", (2, 3))})
