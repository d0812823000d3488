"""check_layer examines a layer from outside: right layers of three styles pass, slips are named."""

import numpy as np
import pytest

from cnnlib import ConvLayer, clinic, reference

NAMES = ["(a)", "(b)", "(d)", "tanh, twice", "hands off", "update"]


def padded(x, p):
    return np.pad(x, ((0, 0), (0, 0), (p, p), (p, p)))


class Reader:
    """A whole layer with insides of its own; the four formulas come from a style."""

    def __init__(
        self,
        input_width,
        input_height,
        channel_number,
        filter_width,
        filter_height,
        filter_number,
        zero_padding,
        stride,
        activator,
        learning_rate,
        *,
        rng,
    ):
        self.size = input_height, input_width
        self.p, self.s, self.act = zero_padding, stride, activator
        self.learning_rate = learning_rate
        shape = (filter_number, channel_number, filter_height, filter_width)
        self.weights, self.bias = rng.standard_normal(shape), np.zeros(filter_number)
        self.weights_grad, self.bias_grad = np.zeros(shape), np.zeros(filter_number)

    def forward(self, x):
        self.single = x.ndim == 3
        self.x = x[None] if self.single else x
        self.net = self.conv(self.x)
        out = self.act.forward(self.net)
        return out[0] if self.single else out

    def delta_of(self, grad_out):
        return grad_out * self.act.derivative(self.net)

    def backward(self, grad_out):
        delta = self.delta_of(grad_out[None] if self.single else grad_out)
        self.weights_grad[...] = self.grad_w(delta)
        self.bias_grad[...] = delta.sum((0, 2, 3))
        grad_x = self.grad_x(delta)
        return grad_x[0] if self.single else grad_x

    def update(self):
        self.weights -= self.learning_rate * self.weights_grad
        self.bias -= self.learning_rate * self.bias_grad


class Loops(Reader):
    def conv(self, x):
        return np.stack(
            [reference.conv2d(one, self.weights, self.bias, self.s, self.p) for one in x]
        )

    def grad_w(self, delta):
        size = self.weights.shape[2:]
        return sum(
            reference.conv2d_grad_w(d, x, size, self.s, self.p) for d, x in zip(delta, self.x)
        )

    def grad_x(self, delta):
        return np.stack(
            [reference.conv2d_grad_x(d, self.weights, self.size, self.s, self.p) for d in delta]
        )


class Windows(Reader):
    """What im2col and einsum share: every window of the padded input, and the way back."""

    def windows(self, x):
        view = np.lib.stride_tricks.sliding_window_view(
            padded(x, self.p), self.weights.shape[2:], (2, 3)
        )
        return view[:, :, :: self.s, :: self.s]

    def spread(self, sent):
        """sent (N, C, H_out, W_out, K_H, K_W) added where its windows lie, the padding cut off."""
        N, C, H_out, W_out, K_H, K_W = sent.shape
        (H, W), p, s = self.size, self.p, self.s
        grad = np.zeros((N, C, H + 2 * p, W + 2 * p))
        for u, v in np.ndindex(K_H, K_W):
            rows = slice(u, u + s * (H_out - 1) + 1, s)
            columns = slice(v, v + s * (W_out - 1) + 1, s)
            grad[:, :, rows, columns] += sent[..., u, v]
        return grad[:, :, p : p + H, p : p + W]


class Einsum(Windows):
    def conv(self, x):
        net = np.einsum("ncijuv,fcuv->nfij", self.windows(x), self.weights)
        return net + self.bias[:, None, None]

    def grad_w(self, delta):
        return np.einsum("nfij,ncijuv->fcuv", delta, self.windows(self.x))

    def grad_x(self, delta):
        return self.spread(np.einsum("nfij,fcuv->ncijuv", delta, self.weights))


class Im2col(Windows):
    def columns(self, x):
        rows = self.windows(x).transpose(0, 2, 3, 1, 4, 5)
        return rows.reshape(-1, self.weights[0].size), rows.shape[:3]

    def conv(self, x):
        columns, (N, H_out, W_out) = self.columns(x)
        net = columns @ self.weights.reshape(len(self.weights), -1).T + self.bias
        return net.reshape(N, H_out, W_out, -1).transpose(0, 3, 1, 2)

    def grad_w(self, delta):
        rows = delta.transpose(0, 2, 3, 1).reshape(-1, len(self.weights))
        return (rows.T @ self.columns(self.x)[0]).reshape(self.weights.shape)

    def grad_x(self, delta):
        rows = delta.transpose(0, 2, 3, 1)
        sent = rows @ self.weights.reshape(len(self.weights), -1)
        shape = (*rows.shape[:3], *self.weights.shape[1:])
        return self.spread(sent.reshape(shape).transpose(0, 3, 1, 2, 4, 5))


class AtOut(Reader):
    def delta_of(self, grad_out):
        return grad_out * self.act.derivative(self.act.forward(self.net))


class Overwrites(Reader):
    def delta_of(self, grad_out):
        grad_out *= self.act.derivative(self.net)
        return grad_out


class Accumulates(Reader):
    def backward(self, grad_out):
        before = self.weights_grad.copy(), self.bias_grad.copy()
        grad_x = super().backward(grad_out)
        self.weights_grad += before[0]
        self.bias_grad += before[1]
        return grad_x


class StepsInside(Reader):
    def backward(self, grad_out):
        grad_x = super().backward(grad_out)
        Reader.update(self)
        return grad_x


class NoActivator(Reader):
    def forward(self, x):
        out = super().forward(x)
        self.net[...] = 1  # f′ of what is positive
        return out if self.act is None else self.conv(x[None])[0] if x.ndim == 3 else self.conv(x)

    def delta_of(self, grad_out):
        return grad_out


class NoUpdate(Reader):
    def update(self):
        pass


class Uphill(Reader):
    def update(self):
        self.weights += self.learning_rate * self.weights_grad
        self.bias += self.learning_rate * self.bias_grad


class BiasStays(Reader):
    def update(self):
        self.weights -= self.learning_rate * self.weights_grad


class FirstRate(Reader):
    def __init__(self, *ten, rng):
        super().__init__(*ten, rng=rng)
        self.rate = self.learning_rate

    def update(self):
        self.weights -= self.rate * self.weights_grad
        self.bias -= self.rate * self.bias_grad


class TurnedForward(Reader):
    def conv(self, x):
        kept = self.weights
        self.weights = kept[:, :, ::-1, ::-1]
        net = super().conv(x)
        self.weights = kept
        return net


class NoBias(Reader):
    def conv(self, x):
        kept = self.bias
        self.bias = np.zeros_like(kept)
        net = super().conv(x)
        self.bias = kept
        return net


class LastFilterOnly(Reader):
    def grad_x(self, delta):
        kept = self.weights
        self.weights = kept[-1:]
        grad_x = super().grad_x(delta[:, -1:])
        self.weights = kept
        return grad_x


class NotRotated(Reader):
    def grad_x(self, delta):
        kept = self.weights
        self.weights = kept[:, :, ::-1, ::-1]
        grad_x = super().grad_x(delta)
        self.weights = kept
        return grad_x


class MeanOverTheBatch(Reader):
    def grad_w(self, delta):
        return super().grad_w(delta) / len(delta)


SLIPS = {  # slip -> (the check that names it, what its words hold)
    AtOut: ("tanh, twice", "f′ is taken at out, not at net"),
    Overwrites: ("hands off", "changes grad_out"),
    Accumulates: ("tanh, twice", "the gradients of the call before are still in it"),
    StepsInside: ("hands off", "changes weights and bias"),
    NoActivator: ("(a)", "the activator is ignored"),
    NoUpdate: ("update", "update takes no step"),
    Uphill: ("update", "the step goes uphill"),
    BiasStays: ("update", "bias: update takes no step"),
    FirstRate: ("update", "the learning rate is the one of the beginning"),
    TurnedForward: ("(a)", "true convolution"),
    NoBias: ("(a)", "the bias is not added"),
    LastFilterOnly: ("(a)", "only the last filter"),
    NotRotated: ("(a)", "kernel not rotated"),
    MeanOverTheBatch: ("(a)", "grad_w: 1/N applied twice"),
}
STYLES = (Loops, Im2col, Einsum)


@pytest.mark.parametrize("style", [*STYLES, ConvLayer])
def test_a_right_layer_passes_whatever_its_inside(style):
    found = clinic.check_layer(style)
    assert list(found) == NAMES
    assert {name: str(result) for name, result in found.items()} == dict.fromkeys(NAMES, "passes")


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize(("slip", "told"), SLIPS.items(), ids=lambda v: getattr(v, "__name__", ""))
def test_a_slip_is_found_and_named_in_every_style(slip, told, style):
    found = clinic.check_layer(type(slip.__name__, (slip, style), {}))
    check, words = told
    assert not found[check].passed and words in found[check].words, found[check]


def test_two_slips_are_named_part_by_part():
    both = type("Both", (MeanOverTheBatch, NotRotated, Einsum), {})
    assert clinic.check_layer(both)["(a)"].words == (
        "grad_x: kernel not rotated; grad_w: 1/N applied twice"
    )


class Copies(Einsum):
    @property
    def weights(self):
        return self._weights.copy()

    @weights.setter
    def weights(self, value):
        self._weights = value


class GivesWords(Einsum):
    def backward(self, grad_out):
        return "grad_x"


class GivesNothing(Einsum):
    def backward(self, grad_out):
        super().backward(grad_out)


class GivesAList(Einsum):
    def backward(self, grad_out):
        return super().backward(grad_out)[0].tolist()


class Stops(Einsum):
    def backward(self, grad_out):
        raise SystemError("no way\nback")


class OneTooMany(Einsum):
    def __init__(self, *ten, rng):
        super().__init__(*ten, rng=rng)
        self.bias = np.zeros(len(self.bias) + 1)


class Nan(Einsum):
    def grad_x(self, delta):
        return super().grad_x(delta) * np.nan


@pytest.mark.parametrize(
    ("made", "told"),
    [
        (Copies, "layer.weights[...] = numbers does not reach the layer: weights is a copy"),
        (GivesNothing, "grad_x is None; is a return missing?"),
        (GivesAList, "grad_x has shape (3, 7, 5), wanted (2, 3, 7, 5)"),
        (GivesWords, "grad_x is of type str, wanted an array of numbers"),
        (Stops, "your layer stops with SystemError: no way back"),
        (OneTooMany, "bias has shape (3,), wanted (2,)"),
        (Nan, "grad_x[0, 0, 0, 0] is nan, wanted"),
        (object, "your layer stops with TypeError: object() takes no arguments"),
        (None, "your layer stops with TypeError"),
        (lambda *ten, rng: None, "your layer stops with AttributeError"),
    ],
)
def test_whatever_a_class_does_it_is_told_in_words(made, told):
    found = clinic.check_layer(made)
    assert list(found) == NAMES and not found["(a)"].passed
    assert told in found["(a)"].words and "\n" not in str(found["(a)"])


def test_an_update_that_replaces_arrays_is_right_too():
    class Replaces(Einsum):
        def update(self):
            self.weights = self.weights - self.learning_rate * self.weights_grad
            self.bias = self.bias - self.learning_rate * self.bias_grad

    assert clinic.check_layer(Replaces)["update"].passed


def test_a_layer_that_returns_views_of_itself_is_seen():
    class Reuses(Einsum):
        def delta_of(self, grad_out):
            delta = super().delta_of(grad_out)
            self.given[...] = 0
            return delta

        def forward(self, x):
            self.given = super().forward(x)
            return self.given

    assert clinic.check_layer(Reuses)["hands off"].words == "forward or backward changes out"
