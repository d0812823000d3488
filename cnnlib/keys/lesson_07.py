"""The answers of lesson 07 and the wrong answers it knows by name."""
import numpy as np

from cnnlib.exercises import Exercise
from cnnlib.gradient_check import numerical_gradient

rng = np.random.default_rng(7)
GRAD_XP, NET, GRAD_OUT = rng.standard_normal((7, 6)), rng.standard_normal((3, 4)), rng.standard_normal((3, 4))
NET[1, 2] = 0
PARTS, GRAD_W, DELTAS = rng.standard_normal((3, 4, 4)), rng.standard_normal((2, 3, 2, 2)), rng.standard_normal((2, 3, 2, 4))
DELTA, W, X = rng.standard_normal(3), rng.standard_normal(3), rng.standard_normal(7)


def _cubes(x):
    return float((x**3).sum())


def _one_sided(f, x, epsilon=1e-5):
    base = f(x)
    return np.array([(f(x + epsilon * e) - base) / epsilon for e in np.eye(x.size)])


def _grad_x(delta, w, n, s, store=np.add):
    grad_x = np.zeros(n)
    for i, u in np.ndindex(len(delta), len(w)):
        grad_x[i * s + u] = store(grad_x[i * s + u], delta[i] * w[u])
    return grad_x


def _grad_w(delta, x, K):
    return np.array([(delta * x[u : u + len(delta)]).sum() for u in range(K)])


def _route(grad_out, winners, n, store=np.add):
    grad_x = np.zeros(n)
    for i, g in enumerate(grad_out):
        grad_x[i + winners[i]] = store(grad_x[i + winners[i]], g)
    return grad_x


def _last(old, new):
    return new


SPOT = np.array([0.5, -1.0, 2.0])

EXERCISES = [
    Exercise(
        name="7.line",
        right=numerical_gradient,
        tolerance=1e-8,
        wrong={
            "the step is 2 epsilon wide: to both sides": lambda f, x, e=1e-5: 2 * numerical_gradient(f, x, e),
            "low minus high turns the sign round": lambda f, x, e=1e-5: -numerical_gradient(f, x, e),
            "the division is missing": lambda f, x, e=1e-5: 2 * e * numerical_gradient(f, x, e),
            "divide by 2 epsilon: multiplying makes it tiny": lambda f, x, e=1e-5: 4 * e * e * numerical_gradient(f, x, e),
            "that looks to one side only": _one_sided,
        },
        hints=("Two values are subtracted.", "They lie 2 epsilon apart.", "(high - low) / (2 * epsilon)"),
        cases=((_cubes, SPOT), (_cubes, SPOT[:2], 1e-4)),
    ),
    Exercise(
        name="7.predict",
        right=2,
        wrong={"grad_w has no rotation to forget": 0, "grad_b is a sum, no kernel takes part": 1},
        hints=("Where is the kernel used on the way back?", "In grad_x only, eq. 2.1.", "\"input\" is at place 2."),
    ),
    Exercise(
        name="7.1",
        right=lambda g, p, H, W: g[p : p + H, p : p + W],
        wrong={
            "padding not cropped on the upper and left side: that is the patient": lambda g, p, H, W: g[:H, :W],
            "that is the lower right corner": lambda g, p, H, W: g[2 * p :, 2 * p :],
            "transposed: H belongs to the rows": lambda g, p, H, W: g[p : p + W, p : p + H],
        },
        hints=("Where does the image begin inside grad_xp?", "At row p, column p.", "grad_xp[p:p + H, p:p + W]"),
        cases=((GRAD_XP, 1, 5, 4), (GRAD_XP, 2, 3, 2)),
    ),
    Exercise(
        name="7.2",
        right=lambda g, net: g * (net > 0),
        wrong={
            "no ReLU mask": lambda g, net: g,
            "relu'(0) = 0: strictly larger": lambda g, net: g * (net >= 0),
            "the mask looks at grad_out; it must look at net": lambda g, net: g * (g > 0),
            "that is grad_out times f, not times f'": lambda g, net: g * np.maximum(net, 0),
        },
        hints=("f' is 1 or 0.", "It is 1 where net > 0.", "grad_out * (net > 0)"),
        cases=((GRAD_OUT, NET), (GRAD_OUT[1:], NET[1:])),
    ),
    Exercise(
        name="7.3",
        right=lambda parts: parts.sum(0),
        wrong={
            "only the last filter: that is the patient": lambda parts: parts[-1],
            "only the first filter": lambda parts: parts[0],
            "mean instead of sum": lambda parts: parts.mean(0),
        },
        hints=("Who uses a pixel?", "Every filter.", "parts.sum(0)"),
        cases=((PARTS,), (PARTS[:2],)),
    ),
    Exercise(
        name="7.4",
        right=lambda g: g[:, ::-1],
        wrong={
            "unchanged: that is the patient": lambda g: g,
            "that turns the filters round; channels are axis 1": lambda g: g[::-1],
            "that turns the kernel's rows round": lambda g: g[:, :, ::-1],
            "rotated by 180 degrees; the kernels themselves are right": lambda g: g[:, :, ::-1, ::-1],
        },
        hints=("Which axis holds the channels?", "Axis 1.", "grad_w[:, ::-1]"),
        cases=((GRAD_W,), (GRAD_W[:1],)),
    ),
    Exercise(
        name="7.5",
        right=_grad_x,
        wrong={
            "the stride is ignored: that is the patient": lambda d, w, n, s: _grad_x(d, w, n, 1),
            "overwrote instead of adding": lambda d, w, n, s: _grad_x(d, w, n, s, _last),
            "the kernel is rotated; scattering lays it down as it is": lambda d, w, n, s: _grad_x(d, w[::-1], n, s),
            "nothing arrives: grad_x stays 0": lambda d, w, n, s: np.zeros(n),
        },
        hints=("Where does window i begin?", "At i*s.", "grad_x[i * s + u] += delta[i] * w[u]"),
        cases=((DELTA, W, 7, 2), (DELTA, W, 9, 3)),
    ),
    Exercise(
        name="7.6",
        right=_grad_w,
        wrong={
            "delta is rotated: that is the patient": lambda d, x, K: _grad_w(d[::-1], x, K),
            "the result is rotated": lambda d, x, K: _grad_w(d, x, K)[::-1],
            "off by one": lambda d, x, K: _grad_w(d, np.append(x[1:], 0), K),
        },
        hints=("Eq. 3.1 in one dimension.", "grad_w[u] adds delta[i] * x[i + u].", "delta times x[u:u + len(delta)], summed"),
        cases=((DELTA, X[:5], 3), (DELTA, X[2:6], 2)),
    ),
    Exercise(
        name="7.7",
        right=1,
        wrong={"the first of a tie gets all, so the sum stays 10": 0, "shares add up to what came in, 10": 2},
        hints=("Ten came in, fourteen go out.", "Somebody was paid twice.", "Every tied cell gets all: 1."),
    ),
    Exercise(
        name="7.8",
        right=0.6,
        wrong={
            "that is the difference; divide it by |a| + |n|": 0.75,
            "that is the factor between them": 0.25,
            "divided by |n| - |a|": 1.0,
        },
        hints=("a = 1/4 and n = 1.", "|a - n| = 0.75, |a| + |n| = 1.25.", "0.75 / 1.25"),
    ),
    Exercise(
        name="7.9",
        right=lambda d: d.sum((0, 2, 3)),
        wrong={
            "mean instead of sum: that is the patient": lambda d: d.mean((2, 3)).sum(0),
            "mean over the batch; 1/N lives in the loss": lambda d: d.sum((2, 3)).mean(0),
            "mean over everything": lambda d: d.mean((0, 2, 3)),
        },
        hints=("Who uses the bias?", "All positions of all samples.", "delta.sum((0, 2, 3))"),
        cases=((DELTAS,), (DELTAS[:1, :2],)),
    ),
    Exercise(
        name="7.10",
        right=_route,
        wrong={
            "overwrote instead of adding: that is the patient": lambda g, w, n: _route(g, w, n, _last),
            "the winner is forgotten: the first cell of each window gets it": lambda g, w, n: _route(g, np.zeros_like(w), n),
            "nothing is routed: grad_x stays 0": lambda g, w, n: np.zeros(n),
        },
        hints=("Two windows may have the same winner.", "Then both errors are added.", "grad_x[i + winners[i]] += g"),
        cases=((np.array([4.0, 6.0, 1.0]), np.array([1, 0, 1]), 4), (np.array([2.0, 3.0]), np.array([1, 0]), 3)),
    ),
]
