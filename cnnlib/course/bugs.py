"""bugs: wrong backward passes that people really write, each to be planted by its name (level 4).

    with bugs.planted("kernel not rotated"):
        ...  # here the library computes that wrong gradient

Forward passes stay right. A bug replaces the functions that layers and readers call, until the
block ends. A wrong function takes the arguments of the right one, and leans on it for all but the
slip. The two paragraphs of its docstring are the bug's `what` and `symptom`.
"""

import functools
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from cnnlib import layers, ops
from cnnlib.activations import ReluActivator
from cnnlib.geometry import Geometry
from cnnlib.ops import conv2d_grad_b, conv2d_grad_w, conv2d_grad_x


@dataclass(frozen=True)
class Bug:
    """what: what the wrong code does; symptom: how its heat map looks; wrong: {(owner, name): the
    wrong function}."""

    what: str
    symptom: str
    wrong: dict[tuple[Any, str], Callable[..., Any]]


BUGS: dict[str, Bug] = {}


def _bug(name, owner, function):
    """Enter the decorated function into BUGS in place of owner.function; a second one joins the bug
    of that name."""

    def enter(wrong):
        if name in BUGS:
            BUGS[name].wrong[owner, function] = wrong
        else:
            what, symptom = (" ".join(text.split()) for text in wrong.__doc__.split("\n\n"))
            BUGS[name] = Bug(what, symptom, {(owner, function): wrong})
        return wrong

    return enter


_planting = threading.RLock()


def _here(wrong, right):
    """`wrong` for this thread, `right` for all others: a network may be training in another one."""
    home = threading.get_ident()

    @functools.wraps(wrong)
    def chosen(*arguments, **options):
        return (wrong if threading.get_ident() == home else right)(*arguments, **options)

    return chosen


@contextmanager
def planted(name: str) -> Iterator[Bug]:
    """While the block runs, the library has the bug of this name in BUGS; then it is right again,
    whatever happened.

    Other threads keep the right library, and wait where they want to plant a bug themselves.
    Raises ValueError for a name that is no bug.
    """
    if name not in BUGS:
        raise ValueError(f"{name!r} is no bug here; {', '.join(BUGS)} are")
    with _planting:
        kept = {(owner, function): getattr(owner, function) for owner, function in BUGS[name].wrong}
        try:
            for (owner, function), wrong in BUGS[name].wrong.items():
                setattr(owner, function, _here(wrong, kept[owner, function]))
            yield BUGS[name]
        finally:
            for (owner, function), right in kept.items():
                setattr(owner, function, right)


@_bug("kernel not rotated", ops, "conv2d_grad_x")
def _not_rotated(delta, w, input_size, stride=1, padding=0, dilation=1):
    """grad_x gathers the deltas through the kernel as it is, not through the rotated kernel.

    Every entry of grad_x is wrong, each in its own way; grad_w and grad_b are right.
    """
    # to gather through the kernel as it is = to scatter the kernel rotated by 180 degrees
    return conv2d_grad_x(delta, w[:, :, ::-1, ::-1], input_size, stride, padding, dilation)


@_bug("kernel rotated by 90", ops, "conv2d_grad_x")
def _rotated_by_90(delta, w, input_size, stride=1, padding=0, dilation=1):
    """grad_x gathers through the kernel rotated by 90 degrees, not by 180.

    Every entry of grad_x is wrong, each in its own way; a kernel that is not square may not even
    fit.
    """
    return conv2d_grad_x(delta, np.rot90(w, 1, (2, 3)), input_size, stride, padding, dilation)


@_bug("delta rotated in grad_w", ops, "conv2d_grad_w")
def _delta_rotated(delta, x, kernel_size, stride=1, padding=0, dilation=1):
    """Backward means rotate, somebody heard: here delta is rotated by 180 degrees for grad_w, too.

    Every entry of grad_w is wrong, each in its own way; grad_b and grad_x are right.
    """
    return conv2d_grad_w(delta[:, :, ::-1, ::-1], x, kernel_size, stride, padding, dilation)


_backward = layers.ConvLayer.backward


@_bug("grad_w from the layer's own output", layers.ConvLayer, "backward")
def _own_output(layer, grad_out):
    """grad_w multiplies delta by what the layer gave, not by what it was given.

    Every entry of grad_w is wrong; where output and input differ in shape, nothing fits.
    """
    grad_x = _backward(layer, grad_out)
    delta, out = (a if a.ndim == 4 else a[None] for a in (layer.delta, layer.out))
    kernel_size = layer.weights.shape[2:]
    layer.weights_grad = conv2d_grad_w(delta, out, kernel_size, layer.stride, layer.zero_padding)
    return grad_x


def _at_stride_1(delta, geometry):
    """delta where a stride of 1 would have it: number (i, j) meets the window at (i, j); 0 for the
    windows beyond."""
    dense = replace(geometry, stride=(1, 1))
    tight = np.zeros((*delta.shape[:2], *dense.out_size), delta.dtype)
    tight[:, :, : delta.shape[2], : delta.shape[3]] = delta
    return tight


@_bug("stride ignored backward", ops, "conv2d_grad_x")
def _no_stride_in_grad_x(delta, w, input_size, stride=1, padding=0, dilation=1):
    """Backward, delta (i, j) meets the window at (i, j), not the window at (i*s, j*s).

    With stride 2 the whole error crowds into the upper left of grad_x, and the rest stays 0; grad_w
    is wrong, too.
    """
    tight = _at_stride_1(delta, Geometry(input_size, w.shape[2:], stride, padding, dilation))
    return conv2d_grad_x(tight, w, input_size, 1, padding, dilation)


@_bug("stride ignored backward", ops, "conv2d_grad_w")
def _no_stride_in_grad_w(delta, x, kernel_size, stride=1, padding=0, dilation=1):
    tight = _at_stride_1(delta, Geometry(x.shape[2:], kernel_size, stride, padding, dilation))
    return conv2d_grad_w(tight, x, kernel_size, 1, padding, dilation)


@_bug("= for += in overlapping pools", ops, "max_pool2d_grad_x")
def _assigned_to_winners(grad_out, winners, input_size, size, stride):
    """Where windows overlap, the error of the last window overwrites the others: = where +=
    belongs.

    Only cells that won, or lie in, several windows are wrong; without an overlap nothing shows.
    """
    geometry = Geometry.of_pool(input_size, size, stride)
    K_W, (s_v, s_h) = geometry.kernel_size[1], geometry.stride
    grad_x = np.zeros((*grad_out.shape[:2], *geometry.input_size), grad_out.dtype)
    for n, c, i, j in np.ndindex(grad_out.shape):
        u, v = divmod(int(winners[n, c, i, j]), K_W)
        grad_x[n, c, i * s_v + u, j * s_h + v] = grad_out[n, c, i, j]
    return grad_x


def _windows(geometry):
    """The place (i, j) of each window, and its slice of a batch."""
    (K_H, K_W), (s_v, s_h) = geometry.kernel_size, geometry.stride
    for i, j in np.ndindex(geometry.out_size):
        yield i, j, np.s_[:, :, i * s_v : i * s_v + K_H, j * s_h : j * s_h + K_W]


@_bug("= for += in overlapping pools", ops, "mean_pool2d_grad_x")
def _assigned_to_windows(grad_out, input_size, size, stride):
    geometry = Geometry.of_pool(input_size, size, stride)
    grad_x = np.zeros((*grad_out.shape[:2], *geometry.input_size), grad_out.dtype)
    for i, j, window in _windows(geometry):
        grad_x[window] = grad_out[:, :, i, j, None, None] / np.prod(geometry.kernel_size)
    return grad_x


@_bug("every tied cell gets the full delta", layers.MaxPoolingLayer, "_route")
def _all_that_tie(layer, grad_out):
    """A window sends its whole error to every cell that equals its maximum, not to the first one
    only.

    Only windows with a tie are wrong, and grad_x sums to more than grad_out; random numbers never
    tie.
    """
    x, out = (a if a.ndim == 4 else a[None] for a in (layer.x, layer.out))
    grad_x = np.zeros(x.shape, grad_out.dtype)
    for i, j, window in _windows(Geometry.of_pool(x.shape[2:], layer.size, layer.stride)):
        tied = x[window] == out[:, :, i, j, None, None]
        grad_x[window] += grad_out[:, :, i, j, None, None] * tied
    return grad_x


@_bug("ReLU mask missing", layers._Weighted, "_delta")
def _no_mask(layer, grad_out):
    """The layer takes dE/dout for delta: nobody multiplies by f'(net).

    Wrong wherever a net was negative: such an output counts for nothing, yet its error is passed
    on.
    """
    layer.delta = np.asarray(grad_out, layer.dtype)
    return layer.delta


@_bug("ReLU mask >= on the output", ReluActivator, "derivative")
def _mask_of_output(activator, net):
    """f' is written as (out >= 0); but ReLU's output is never negative, so this mask is 1
    everywhere.

    The same map as without a mask: wrong wherever a net was negative.
    """
    out = np.maximum(net, 0)
    return (out >= 0).astype(out.dtype)


@_bug("bias mean for sum", ops, "conv2d_grad_b")
def _bias_mean(delta):
    """grad_b is the mean of delta over the positions, not its sum.

    All of grad_b is wrong by one factor, H_out * W_out; the other gradients are right.
    """
    return delta.mean((2, 3)).sum(0)


@_bug("1/N applied twice", ops, "conv2d_grad_w")
def _divided_grad_w(delta, x, kernel_size, stride=1, padding=0, dilation=1):
    """The loss divides by N, and the layer divides by N once more.

    All of grad_w and grad_b is wrong by one factor, N; with one image nothing shows.
    """
    return conv2d_grad_w(delta, x, kernel_size, stride, padding, dilation) / len(x)


@_bug("1/N applied twice", ops, "conv2d_grad_b")
def _divided_grad_b(delta):
    return conv2d_grad_b(delta) / len(delta)


@_bug("channels in reverse order", ops, "conv2d_grad_w")
def _channels_reversed(delta, x, kernel_size, stride=1, padding=0, dilation=1):
    """grad_w comes with its channels in reverse order, as when BGR is taken for RGB.

    In grad_w the first channel shows the last one's numbers; the middle channel of three is right.
    """
    return conv2d_grad_w(delta, x, kernel_size, stride, padding, dilation)[:, ::-1]


@_bug("only the first filter's gradient", ops, "conv2d_grad_w")
def _first_grad_w(delta, x, kernel_size, stride=1, padding=0, dilation=1):
    """The loop over the filters stops after the first: the others keep a gradient of 0.

    grad_w and grad_b are right in filter 0, and 0 in every other filter.
    """
    grad_w = conv2d_grad_w(delta, x, kernel_size, stride, padding, dilation)
    grad_w[1:] = 0
    return grad_w


@_bug("only the first filter's gradient", ops, "conv2d_grad_b")
def _first_grad_b(delta):
    grad_b = conv2d_grad_b(delta)
    grad_b[1:] = 0
    return grad_b


@_bug("padding not cropped", ops, "conv2d_grad_x")
def _not_cropped(delta, w, input_size, stride=1, padding=0, dilation=1):
    """grad_x is cut from the corner of the padded map, not from inside the padding.

    grad_x is right but moved down and to the right by p; without padding nothing shows.
    """
    geometry = Geometry(input_size, w.shape[2:], stride, padding, dilation)
    H, W = geometry.input_size
    return conv2d_grad_x(delta, w, geometry.padded_size, stride, 0, dilation)[:, :, :H, :W]


@_bug("only the last filter", ops, "conv2d_grad_x")
def _last_filter_only(delta, w, input_size, stride=1, padding=0, dilation=1):
    """grad_x is overwritten by each filter in turn: the parts of all filters but the last are
    forgotten.

    grad_x is wrong wherever another filter sent an error; grad_w and grad_b are right.
    """
    return conv2d_grad_x(delta[:, -1:], w[-1:], input_size, stride, padding, dilation)
