"""contenders: who is timed by benchmarks/ops.py, each as a pair (forward, backward) of functions
without arguments."""

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
    rng, out = np.random.default_rng(0), [(n + 2 * p - K) // s + 1 for n in (H, W)]
    x, w, b, delta = (
        rng.standard_normal(d).astype(dtype) for d in ((N, C, H, W), (F, C, K, K), F, (N, F, *out))
    )
    return batch_last(x), w, b, batch_last(delta), s, p


def ours(x, w, b, delta, s, p):
    """cnnlib.ops; backward is all three gradients."""

    def backward():
        grad_x = ops.conv2d_grad_x(delta, w, x.shape[2:], s, p)
        return grad_x, ops.conv2d_grad_w(delta, x, w.shape[2:], s, p), ops.conv2d_grad_b(delta)

    return lambda: ops.conv2d(x, w, b, s, p), backward


def bare_matmul(x, w, b, delta, s, p):
    """The bare matrix products of these sizes, of matrices that are there already, into memory that
    is there already."""
    kernels = w.reshape(len(w), -1)
    columns = np.ones((kernels.shape[1], delta[:, 0].size), w.dtype)
    net, sent, turned = (
        np.empty((len(w), columns.shape[1]), w.dtype),
        np.empty_like(columns),
        kernels.T.copy(),
    )
    deltas = np.ones_like(net)
    return lambda: np.matmul(kernels, columns, out=net), lambda: (
        deltas @ columns.T,
        np.matmul(turned, deltas, out=sent),
    )


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

    return forward, lambda: torch.autograd.grad(net, leaves, delta, retain_graph=True)


def others(x, w, b, delta, s, p):
    """{name: (share of the work, forward, backward)}; what works in loops gets one image and one
    filter."""
    x, delta = np.ascontiguousarray(x), np.ascontiguousarray(delta)
    kept, one, part = (
        peers.im2col(x, w.shape[2], s, p),
        (x[:1], w[:1], b[:1], s, p),
        1 / len(x) / len(w),
    )
    found = {
        "short": (1, lambda: peers.short_forward(x, w, b, s, p), lambda: peers.short_backward(delta, x, w, s, p)),
        "im2col kept": (1, lambda: peers.im2col_forward(x, w, b, s, p)[0],
                        lambda: peers.im2col_backward(delta, x, w, s, p, kept)),
        "loops": (part, lambda: peers.loops_forward(*one),
                  lambda: peers.loops_backward(delta[:1, :1], x[:1], w[:1], s, p)),
    }  # fmt: skip
    if installed("scipy"):
        found["scipy.signal"] = (part, lambda: peers.scipy_forward(*one),
                                 lambda: peers.scipy_backward(delta[:1, :1], x[:1], w[:1], s, p))  # fmt: skip
    return found


def steps(x, w, b, delta, s, p):
    """{name: forward and backward in one}, for their memory: im2col keeps its columns between the
    two."""
    forward, backward = ours(x, w, b, delta, s, p)

    def kept():
        net, columns = peers.im2col_forward(x, w, b, s, p)
        return net, peers.im2col_backward(delta, x, w, s, p, columns)

    return {
        "ops": lambda: (forward(), backward()),
        "short": lambda: (
            peers.short_forward(x, w, b, s, p),
            peers.short_backward(delta, x, w, s, p),
        ),
        "im2col kept": kept,
    }


def pools(shape, dtype):
    """{name: (forward, backward)} of max pooling; shape (N, C, H = W, window, stride)."""
    N, C, H, k, s = shape
    x = batch_last(np.random.default_rng(0).standard_normal((N, C, H, H)).astype(dtype))
    out, winners = ops.max_pool2d(x, k, s)
    found = {
        "ops": (
            lambda: ops.max_pool2d(x, k, s),
            lambda: ops.max_pool2d_grad_x(out, winners, (H, H), k, s),
        )
    }
    if torch := installed("torch"):
        pool, leaf = (
            torch.nn.functional.max_pool2d,
            torch.tensor(np.ascontiguousarray(x)).requires_grad_(),
        )
        top = pool(leaf, k, s)
        given = top.detach().clone()

        def pooled():
            with torch.no_grad():
                return pool(leaf, k, s, return_indices=True)

        found["PyTorch"] = (
            pooled,
            lambda: torch.autograd.grad(top, leaf, given, retain_graph=True),
        )
        _compare([out, found["ops"][1]()], [given, *found["PyTorch"][1]()], 1e-6)
    return found


def agree(shape, dtype):
    """Refuse to time what does not give the same numbers."""
    given, tolerance = arrays(shape, dtype), 1e-4 if dtype == "float32" else 1e-9
    x, w, b, delta, s, p = given
    whole, one = ours(*given), ours(x[:1], w[:1], b[:1], delta[:1, :1], s, p)
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
