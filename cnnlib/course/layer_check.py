"""layer_check: a reader's own convolution layer, examined from outside; slips called by name (level
4).

Only the face counts: a class that takes ConvLayer's ten hyper-parameters in their order and `rng`,
with arrays weights, bias, weights_grad, bias_grad to write into, and forward, backward, update.
What lies inside is the reader's. Whatever such a class does, check_layer answers.
"""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from cnnlib.activations import ReluActivator, TanhActivator
from cnnlib.course.layer_slips import SLIPS
from cnnlib.course.result import PASS, Result, apart
from cnnlib.gradient_check import numerical_gradient
from cnnlib.layers import ConvLayer, in_order

INFINITE = float("inf")
# the learning rate that a layer is made with, and the one that it steps with
FIRST_RATE, RATE = 0.1, 0.3
PARTS = ("out", "grad_x", "grad_w", "grad_b")
IMAGE = np.array([[[1.0, 0, 1, 0], [1, 1, 1, 0], [1, 0, 1, 0], [0, 0, 1, 0]]])
KERNELS = np.array([[[[1.0, -1], [1, -1]]], [[[1, 1], [-1, -1]]]])


@dataclass(frozen=True)
class Setting:
    """The hyper-parameters of one trial; image and kernel are (vertical, horizontal)."""

    image: tuple[int, int] = (7, 5)
    channels: int = 3
    kernel: tuple[int, int] = (3, 2)
    filters: int = 2
    padding: int = 1
    stride: int = 2
    activator: type = ReluActivator

    def made(self, conv_layer: type) -> Any:
        """A layer of this class with these settings."""
        (H, W), (K_H, K_W) = self.image, self.kernel
        ten = in_order(
            input_width=W, input_height=H, channel_number=self.channels,
            filter_width=K_W, filter_height=K_H, filter_number=self.filters,
            zero_padding=self.padding, stride=self.stride,
            activator=self.activator(), learning_rate=FIRST_RATE,
        )  # fmt: skip
        return conv_layer(*ten, rng=np.random.default_rng(0))


NO_PADDING = replace(Setting(), image=(8, 6), padding=0)
TANH = Setting((5, 6), 2, (2, 3), 3, 0, 1, TanhActivator)


class _Unfit(Exception):
    """The layer has not the face that it needs; the message says where."""


class _Trial:
    """The reader's layer and the library's with the same numbers, a batch, and errors from
    above."""

    def __init__(self, conv_layer, setting, seed=7):
        self.setting, rng = setting, np.random.default_rng(seed)
        self.mine, self.right = setting.made(conv_layer), setting.made(ConvLayer)
        self.w = rng.standard_normal(self.right.weights.shape)
        self.b = rng.standard_normal(self.right.bias.shape)
        for layer in (self.mine, self.right):
            _write(layer, "weights", self.w)
            _write(layer, "bias", self.b)
        self.batches = [self._batch(rng) for _ in range(2)]

    def _batch(self, rng):
        x = rng.standard_normal((2, self.setting.channels, *self.setting.image))
        return x, rng.standard_normal(self.right.forward(x).shape)

    def traces(self, layer, batches=1):
        """What the layer gives for the batches in turn, each {part: array}."""
        return [_trace(layer, *batch) for batch in self.batches[:batches]]

    def by_differences(self):
        """{gradient: of the reader's own forward pass, by central differences}."""
        x, grad_out = self.batches[0]
        arrays = {"grad_x": x, "grad_w": self.mine.weights, "grad_b": self.mine.bias}

        def loss(_):
            return (self.mine.forward(x) * grad_out).sum()

        return {name: numerical_gradient(loss, over) for name, over in arrays.items()}

    def slips(self, batches=1):
        """{name of a known slip: its traces}; those that stop on this setting are left out."""
        found = {}
        for name, (wrong_layer, planted) in SLIPS.items():
            layer = self.setting.made(wrong_layer)
            _write(layer, "weights", self.w)
            _write(layer, "bias", self.b)
            try:
                with planted():
                    found[name] = self.traces(layer, batches)
            except (ValueError, IndexError):
                continue
        return found


def _write(layer, name, numbers):
    """Write into one of the layer's arrays; refused in words where that does not reach the
    layer."""
    there = np.shape(getattr(layer, name))
    if there != numbers.shape:
        raise _Unfit(f"{name} has shape {there}, wanted {numbers.shape}")
    getattr(layer, name)[...] = numbers
    if not np.array_equal(getattr(layer, name), numbers):
        raise _Unfit(f"layer.{name}[...] = numbers does not reach the layer: {name} is a copy")


def _trace(layer, x, grad_out):
    """{part: array} of one way forward and back; each array is a copy."""
    out = layer.forward(x.copy())
    grad_x = layer.backward(grad_out.copy())
    given = dict(zip(PARTS, (out, grad_x, layer.weights_grad, layer.bias_grad)))
    return {name: _numbers(name, a) for name, a in given.items()}


def _numbers(name, value):
    """A copy of `value` as an array; refused in words where it is none of real numbers."""
    if value is None:
        raise _Unfit(f"{name} is None; is a return missing?")
    a = np.array(value)
    if a.dtype.kind not in "fiub":
        raise _Unfit(f"{name} is of type {type(value).__name__}, wanted an array of numbers")
    return a


# ---- one check each


def _gradients(setting):
    """A check of all entries of out against the library, and of the gradients by differences."""

    def check(conv_layer):
        trial = _Trial(conv_layer, setting)
        [found], [right] = trial.traces(trial.mine), trial.traces(trial.right)
        errors = {name: apart(found[name], right[name]) for name in PARTS}
        for name, numeric in trial.by_differences().items():
            errors[name] = max(errors[name], apart(found[name], numeric))
        return _named(errors, [found], [right], trial.slips)

    return check


def _twice(conv_layer):
    """tanh, whose f′ is another one at out than at net, and two batches in a row."""
    trial = _Trial(conv_layer, TANH)
    found, right = trial.traces(trial.mine, 2), trial.traces(trial.right, 2)
    errors = {
        name: max(apart(mine[name], theirs[name]) for mine, theirs in zip(found, right))
        for name in PARTS
    }
    return _named(errors, found, right, lambda: trial.slips(2))


def _by_hand(conv_layer):
    """One image and no batch, numbers that stand exactly on ReLU's kink; worked by hand."""
    layer = Setting((4, 4), 1, (2, 2), 2, 0, 1).made(conv_layer)
    _write(layer, "weights", KERNELS)
    sent = np.array([[[1.0, 0, 2], [3, 0, 4], [0, 0, 0]], [[1, 1, 1], [1, 1, 1], [1, 1, 1]]])
    found = _trace(layer, IMAGE, np.stack([sent[0], 0 * sent[1]]))
    kink = _trace(layer, IMAGE, np.stack([0 * sent[0], sent[1]]))
    pairs = {
        "out": (found["out"], [[[1, 0, 2]] * 3, [[0, 0, 0], [1, 1, 0], [1, 0, 0]]]),
        "grad_w": (found["grad_w"], [[[[10, 3], [10, 1]]], [[[0, 0], [0, 0]]]]),
        "grad_b": (found["grad_b"], [10, 0]),
        "grad_x": (
            found["grad_x"],
            [[[1, -1, 2, -2], [4, -4, 6, -6], [3, -3, 4, -4], [0, 0, 0, 0]]],
        ),
        "grad_b on the kink": (kink["grad_b"], [0, 3]),
    }
    errors = {name: apart(a, np.array(wanted, float)) for name, (a, wanted) in pairs.items()}
    words = [_entry(name, a, np.array(b, float)) for name, (a, b) in pairs.items() if errors[name]]
    return Result(errors, 0.0, words[0] if words else "")


def _hands_off(conv_layer):
    """Forward and backward change nothing but what they are there to make."""
    trial = _Trial(conv_layer, Setting())
    layer, (x, grad_out) = trial.mine, trial.batches[0]
    held = {"x": x, "grad_out": grad_out, "weights": layer.weights, "bias": layer.bias}
    before = {name: np.array(a) for name, a in held.items()}
    out = layer.forward(x)
    kept = np.array(out)
    layer.backward(grad_out)
    after = held | {"weights": layer.weights, "bias": layer.bias}
    errors = {
        name: 0.0 if np.array_equal(before[name], after[name]) else INFINITE for name in before
    }
    errors["out"] = 0.0 if np.array_equal(kept, out) else INFINITE
    changed = [name for name, error in errors.items() if error]
    words = f"forward or backward changes {' and '.join(changed)}" if changed else ""
    return Result(errors, words=words)


STEPS = {  # what becomes of a number v with the gradient g
    "update takes no step": lambda v, g: v,
    "the step goes uphill: + where − belongs": lambda v, g: v + RATE * g,
    "the learning rate is left out": lambda v, g: v - g,
    "the learning rate is the one of the beginning": lambda v, g: v - FIRST_RATE * g,
    "the step is taken twice": lambda v, g: v - 2 * RATE * g,
    "the step is divided by the batch once more": lambda v, g: v - RATE * g / 2,
    "the step itself stands where the new numbers belong": lambda v, g: RATE * g,
}


def _update(conv_layer):
    """w − η·grad_w and b − η·grad_b, with the learning rate that the layer has when it steps."""
    trial = _Trial(conv_layer, Setting())
    layer = trial.mine
    _trace(layer, *trial.batches[0])
    layer.learning_rate = RATE
    grads = {"weights": np.array(layer.weights_grad), "bias": np.array(layer.bias_grad)}
    before = {"weights": trial.w, "bias": trial.b}
    layer.update()
    errors, words = {}, []
    for name, grad in grads.items():
        now, wanted = np.array(getattr(layer, name)), before[name] - RATE * grad
        errors[name] = apart(now, wanted)
        if errors[name] > PASS:
            steps = {slip: step(before[name], grad) for slip, step in STEPS.items()}
            slip = next((slip for slip, result in steps.items() if _near(now, result)), None)
            words.append(f"{name}: {slip or _entry(name, now, wanted)}")
    return Result(errors, words="; ".join(words))


# ---- words


def _near(a, b):
    return a.shape == b.shape and np.allclose(a, b, rtol=1e-9, atol=1e-12)


def _entry(name, found, wanted):
    """Where the first difference lies, and what stands there."""
    if found.shape != wanted.shape:
        return f"{name} has shape {found.shape}, wanted {wanted.shape}"
    wrong = ~np.isclose(found, wanted, rtol=1e-6, atol=1e-9)
    if not wrong.any():
        return f"{name} is not near enough"
    at = tuple(int(n) for n in np.argwhere(wrong)[0])
    place = f"{name}[{', '.join(map(str, at))}]"
    met = f"{place} is {found[at]:.4g}, wanted {wanted[at]:.4g}"
    return f"{met} ({wrong.sum()} of {wrong.size} entries differ)"


def _named(errors, found, right, slips):
    """The Result, its slips by name: one that explains all of it, else one for each part."""
    wrong = [name for name in PARTS if not errors[name] <= PASS]
    if not wrong:
        return Result(errors)
    known = slips()
    for slip, traces in known.items():
        pairs = zip(found, traces)
        if all(_near(mine[name], theirs[name]) for mine, theirs in pairs for name in PARTS):
            return Result(errors, words=slip)
    words = []
    for name in wrong:
        slip = next((s for s, traces in known.items() if _only(name, found, traces, right)), None)
        n = next(k for k in range(len(found)) if not _near(found[k][name], right[k][name]))
        words.append(f"{name}: {slip}" if slip else _entry(name, found[n][name], right[n][name]))
    return Result(errors, words="; ".join(words))


def _only(name, found, traces, right):
    """Whether this part is what the slip makes of it, and not what is right."""
    return all(_near(mine[name], slip[name]) for mine, slip in zip(found, traces)) and not all(
        _near(slip[name], true[name]) for slip, true in zip(traces, right)
    )


EXAMINATION = {
    "(a)": _gradients(Setting()),
    "(b)": _gradients(NO_PADDING),
    "(d)": _by_hand,
    "tanh, twice": _twice,
    "hands off": _hands_off,
    "update": _update,
}


def check_layer(conv_layer: type) -> dict[str, Result]:
    """{check: Result} of a class with ConvLayer's face, such as the reader's own; never raises.

    (a): two images of 7x5, three channels, two 3x2 filters, stride 2, padding 1, ReLU, random
    numbers from above, every entry by differences; (b): 8x6 and no padding; (d): one image, the
    numbers worked by hand. "tanh, twice": two batches in a row; "hands off": nothing else is
    changed; "update": the step. A Result's words name the slip where it is known.
    """
    return {name: _told(check, conv_layer) for name, check in EXAMINATION.items()}


def wrong_gradient(conv_layer: type) -> tuple[str, np.ndarray, np.ndarray] | None:
    """(name, analytic, numeric) of the gradient that is furthest from central differences, in the
    first setting where one is; None where all agree, or a class does not run.

    The settings are those of (a), of (b) and of "tanh, twice", each with its first batch.
    """
    for setting in (Setting(), NO_PADDING, TANH):
        try:
            with np.errstate(all="ignore"):
                trial = _Trial(conv_layer, setting)
                [found] = trial.traces(trial.mine)
                numeric = trial.by_differences()
        except Exception:  # what a class does that stops is told by check_layer
            continue
        far = {n: apart(found[n], a) for n, a in numeric.items() if found[n].shape == a.shape}
        worst = max(far, key=lambda name: far[name], default=None)
        if worst is not None and far[worst] > PASS:
            return worst, found[worst], numeric[worst]
    return None


def _told(check, conv_layer):
    """The check's Result; what the class raises becomes words."""
    try:
        with np.errstate(all="ignore"):
            return check(conv_layer)
    except _Unfit as unfit:
        return Result({"face": INFINITE}, words=str(unfit))
    except Exception as error:  # whatever a reader's class does is answered
        told = " ".join(str(error).split())[:200]
        words = f"your layer stops with {type(error).__name__}{': ' * bool(told)}{told}"
        return Result({"stops": INFINITE}, words=words)
