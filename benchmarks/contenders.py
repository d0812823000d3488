"""contenders: who is timed by benchmarks/ops.py.

Each is a pair (forward, backward) of functions without arguments.
"""

from functools import partial

import numpy as np
import peers
from measure import installed

from cnnlib import ops


def batch_last(a):
    """The same numbers, as the layer before would have left them in memory."""
    return np.ascontiguousarray(a.transpose(1, 2, 3, 0)).transpose(3, 0, 1, 2)


def arrays(shape, dtype):
    """x, w, b, delta, stride, padding of a convolution (N, C, H, W, F, kernel, stride, padding)."""
    N, C, H, W, F, K, s, p = shape
    rng = np.random.default_rng(0)
    out = [(n + 2 * p - K) // s + 1 for n in (H, W)]
    sizes = (N, C, H, W), (F, C, K, K), F, (N, F, *out)
    x, w, b, delta = (rng.standard_normal(size).astype(dtype) for size in sizes)
    return batch_last(x), w, b, batch_last(delta), s, p


def ours(x, w, b, delta, s, p):
    """cnnlib.ops; backward is all three gradients."""

    def backward():
        grad_x = ops.conv2d_grad_x(delta, w, x.shape[2:], s, p)
        grad_w = ops.conv2d_grad_w(delta, x, w.shape[2:], s, p)
        return grad_x, grad_w, ops.conv2d_grad_b(delta)

    return lambda: ops.conv2d(x, w, b, s, p), backward


def bare_matmul(x, w, b, delta, s, p):
    """The bare matrix products of these sizes; matrices and memory are there already."""
    kernels = w.reshape(len(w), -1)
    turned = kernels.T.copy()
    columns = np.ones((kernels.shape[1], delta[:, 0].size), w.dtype)
    net = np.empty((len(w), columns.shape[1]), w.dtype)
    deltas = np.ones_like(net)
    sent = np.empty_like(columns)

    def forward():
        return np.matmul(kernels, columns, out=net)

    def backward():
        return deltas @ columns.T, np.matmul(turned, deltas, out=sent)

    return forward, backward


def pytorch(x, w, b, delta, s, p):
    """PyTorch in its own layout; backward as autograd calls it."""
    import torch

    conv2d = torch.nn.functional.conv2d
    x, w, b, delta = (torch.tensor(np.ascontiguousarray(a)) for a in (x, w, b, delta))
    leaves = [a.clone().requires_grad_() for a in (x, w, b)]
    net = conv2d(*leaves, s, p)

    def forward():
        with torch.no_grad():
            return conv2d(x, w, b, s, p)

    def backward():
        return torch.autograd.grad(net, leaves, delta, retain_graph=True)

    return forward, backward


def others(x, w, b, delta, s, p):
    """{name: (share of the work, forward, backward)} of the other ways.

    What works in loops gets one image and one filter.
    """
    x, delta = np.ascontiguousarray(x), np.ascontiguousarray(delta)
    whole = (x, w, b, s, p), (delta, x, w, s, p)
    one = (x[:1], w[:1], b[:1], s, p), (delta[:1, :1], x[:1], w[:1], s, p)
    part = 1 / len(x) / len(w)
    columns = peers.im2col(x, w.shape[2], s, p)

    def im2col_forward():
        return peers.im2col_forward(*whole[0])[0]

    def im2col_backward():
        return peers.im2col_backward(*whole[1], columns)

    found = {
        "short": (1, *_called(peers.short_forward, peers.short_backward, whole)),
        "im2col kept": (1, im2col_forward, im2col_backward),
        "loops": (part, *_called(peers.loops_forward, peers.loops_backward, one)),
    }
    if installed("scipy"):
        both = _called(peers.scipy_forward, peers.scipy_backward, one)
        found["scipy.signal"] = (part, *both)
    return found


def _called(forward, backward, given):
    """The two functions with their arguments inside."""
    return partial(forward, *given[0]), partial(backward, *given[1])


def steps(x, w, b, delta, s, p):
    """{name: forward and backward in one}, for their memory.

    im2col keeps its columns between the two.
    """
    forward, backward = ours(x, w, b, delta, s, p)

    def step():
        return forward(), backward()

    def short():
        return peers.short_forward(x, w, b, s, p), peers.short_backward(delta, x, w, s, p)

    def kept():
        net, columns = peers.im2col_forward(x, w, b, s, p)
        return net, peers.im2col_backward(delta, x, w, s, p, columns)

    return {"ops": step, "short": short, "im2col kept": kept}


def pools(shape, dtype):
    """{name: (forward, backward)} of max pooling; shape (N, C, H = W, window, stride)."""
    N, C, H, k, s = shape
    x = batch_last(np.random.default_rng(0).standard_normal((N, C, H, H)).astype(dtype))
    out, winners = ops.max_pool2d(x, k, s)

    def forward():
        return ops.max_pool2d(x, k, s)

    def backward():
        return ops.max_pool2d_grad_x(out, winners, (H, H), k, s)

    found = {"ops": (forward, backward)}
    if installed("torch"):
        found["PyTorch"], given = _torch_pool(x, k, s)
        _compare([out, backward()], [given, *found["PyTorch"][1]()], 1e-6)
    return found


def _torch_pool(x, k, s):
    """(forward, backward) in PyTorch, and the output, which is the gradient that backward gets."""
    import torch

    max_pool2d = torch.nn.functional.max_pool2d
    leaf = torch.tensor(np.ascontiguousarray(x)).requires_grad_()
    out = max_pool2d(leaf, k, s)
    given = out.detach().clone()

    def forward():
        with torch.no_grad():
            return max_pool2d(leaf, k, s, return_indices=True)

    def backward():
        return torch.autograd.grad(out, leaf, given, retain_graph=True)

    return (forward, backward), given


def agree(shape, dtype):
    """Refuse to time what does not give the same numbers."""
    given = arrays(shape, dtype)
    tolerance = 1e-4 if dtype == "float32" else 1e-9
    x, w, b, delta, s, p = given
    whole = ours(*given)
    one = ours(x[:1], w[:1], b[:1], delta[:1, :1], s, p)
    rivals = others(*given)
    if installed("torch"):
        rivals["PyTorch"] = (1, *pytorch(*given))
    for share, forward, backward in rivals.values():
        mine = whole if share == 1 else one
        _compare([mine[0](), *mine[1]()], [forward(), *backward()], tolerance)


def _compare(ours, theirs, tolerance):
    for a, b in zip(ours, map(np.asarray, theirs), strict=True):
        if a.shape != b.shape or np.abs(a - b).max() > tolerance * np.abs(a).max():
            raise AssertionError(f"different numbers: {a.shape}, {b.shape}")
