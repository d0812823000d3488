"""The answers of lesson 06 and the wrong answers it knows by name.

The right functions are also what stands in for a part of the reader's layer that is not written
yet.
"""

from types import SimpleNamespace

import numpy as np

from cnnlib import ops, reference
from cnnlib.activations import IdentityActivator, ReluActivator, TanhActivator
from cnnlib.course.calling import Refused
from cnnlib.course.exercise import Exercise
from cnnlib.geometry import output_size

RNG = np.random.default_rng(6)
W, GRAD_W = RNG.standard_normal((2, 3)), RNG.standard_normal((2, 3))
GRAD_OUT, NET = RNG.standard_normal((3, 4)), RNG.standard_normal((3, 4))
NET[0, 0] = 0
KERNELS, BIAS = RNG.standard_normal((4, 3, 3, 2)), np.array([0.5, -1.0, 2.0, 0.25])
TANH, RELU = TanhActivator(), ReluActivator()
NOTHING = np.zeros(0)  # what a layer holds before its method has kept anything


def images(*shape):
    return RNG.standard_normal(shape)


# images, stride, padding, activation; a batch and a single image, with and without a remainder
LAYERS = (
    (images(2, 3, 7, 5), 2, 1, TANH),
    (images(3, 7, 5), 1, 0, RELU),
    (images(3, 3, 8, 6), 3, 2, RELU),
    (images(3, 6, 4), 2, 0, TANH),
)


def as_batch(a):
    """One image as a batch of one."""
    return a if a.ndim == 4 else a[None]


def like(a, x):
    """The batch `a` in the rank of x."""
    return a if x.ndim == 4 else a[0]


def net_of(x, stride, padding):
    return like(ops.conv2d(as_batch(x), KERNELS, BIAS, stride, padding), x)


def backward_case(x, stride, padding, activator):
    """grad_out and the settings of a layer."""
    return RNG.standard_normal(net_of(x, stride, padding).shape), x, stride, padding, activator


# ---- what a reader's method is tried on: a layer or a filter with nothing but numbers, as on the
# page; messages tell their names


class MyFilter(SimpleNamespace):
    def update(self, learning_rate):
        update_filter(self, learning_rate)


class MyConvLayer(SimpleNamespace):
    def delta_of(self, grad_out):
        return delta_of(self, grad_out)


def layer_of(x, stride, padding, activator, net=None):
    """A layer before its backward pass, with all that the page's own class holds."""
    layer = MyConvLayer(x=x, stride=stride, zero_padding=padding, activator=activator)
    layer.channel_number, layer.input_height, layer.input_width = x.shape[-3:]
    layer.filter_number, _, layer.filter_height, layer.filter_width = KERNELS.shape
    layer.output_height, layer.output_width = output_size(
        x.shape[-2:], KERNELS.shape[2:], stride, padding
    )
    layer.learning_rate = 0.1
    layer.weights, layer.bias = KERNELS.copy(), BIAS.copy()
    layer.weights_grad = np.full(KERNELS.shape, 9.0)  # of the step before
    layer.bias_grad = np.full(BIAS.shape, 9.0)
    layer.filters = [filter_of(layer, f) for f in range(layer.filter_number)]
    layer.net = net_of(x, stride, padding) if net is None else net
    layer.out = activator.forward(layer.net)
    layer.delta = NOTHING
    return layer


def filter_of(layer, f):
    """A filter that looks at its part of the layer's numbers."""
    return MyFilter(
        weights=layer.weights[f],
        bias=layer.bias[f : f + 1],
        weights_grad=layer.weights_grad[f],
        bias_grad=layer.bias_grad[f : f + 1],
    )


def leaving(owner, names, method, name, argument):
    """method(owner, argument); raises Refused when it has changed owner's `names` or its argument,
    whose name is `name`."""
    before = {part: np.copy(getattr(owner, part)) for part in names}
    given = np.copy(argument)
    result = method(owner, argument)
    if not np.array_equal(given, argument):
        raise Refused(f"{name} is written over: it belongs to who called; make a new array")
    for part, kept in before.items():
        if not np.array_equal(kept, getattr(owner, part)):
            raise Refused(f"self.{part} is another one afterwards; this method must leave it alone")
    return result


def on_a_filter(update):
    """The layer's numbers after one step of a filter that looks at them, and the filter's own
    bias."""

    def tried(learning_rate):
        weights, bias = W.copy(), np.array([2.0, 7.0])
        look = MyFilter(
            weights=weights, bias=bias[:1], weights_grad=GRAD_W.copy(), bias_grad=np.array([4.0])
        )
        leaving(look, ("weights_grad", "bias_grad"), update, "learning_rate", learning_rate)
        return weights, bias, np.ravel(look.bias)

    return tried


def on_a_layer(forward):
    """What forward gives back and keeps."""

    def tried(x, *settings):
        layer = layer_of(x, *settings)
        layer.x = layer.net = layer.out = NOTHING
        held = "weights", "bias", "weights_grad", "bias_grad"
        out = leaving(layer, held, forward, "x", x)
        return out if out is None or out is ... else (out, layer.x, layer.net, layer.out)

    return tried


def on_a_net(delta_of):
    """delta for a net and an activation."""

    def tried(grad_out, net, activator):
        layer = layer_of(LAYERS[1][0], 2, 1, activator, net)
        held = "x", "net", "out", "weights", "bias"
        return leaving(layer, held, delta_of, "grad_out", grad_out)

    return tried


def on_the_way_back(backward):
    """grad_x, what now stands in the arrays that the filters look at, and the delta that is
    kept."""

    def tried(grad_out, *settings):
        layer = layer_of(*settings)
        looked_at = layer.weights_grad, layer.bias_grad
        held = "x", "net", "out", "weights", "bias"
        grad_x = leaving(layer, held, backward, "grad_out", grad_out)
        return grad_x if grad_x is None or grad_x is ... else (grad_x, *looked_at, layer.delta)

    return tried


def as_a_size(size_of):
    """The function; raises Refused for one that is right but for its type: a float is no size."""

    def tried(*numbers):
        size = size_of(*numbers)
        floats = np.ndim(size) == 0 and np.asarray(size).dtype.kind == "f"
        if floats and all(size_of(*case) == rows(*case) for case in SIZES):
            raise Refused(
                f"{size} is a float, and no array has {size} rows: // gives whole numbers"
            )
        return size

    return tried


# ---- the right parts; each `with_` argument makes one slip


def rows(n, k, p, s):
    """Equation (1.9)."""
    return (n + 2 * p - k) // s + 1


SIZES = ((5, 3, 1, 2), (8, 3, 0, 2), (7, 2, 1, 3), (32, 5, 2, 1), (6, 3, 0, 2), (9, 1, 0, 3))


def update_filter(self, learning_rate, with_step=lambda rate, grad: rate * grad):
    self.weights -= learning_rate * self.weights_grad
    self.bias -= with_step(learning_rate, self.bias_grad)


def replaces_the_bias(self, learning_rate):
    self.weights -= learning_rate * self.weights_grad
    self.bias = self.bias - learning_rate * self.bias_grad


def loses_the_bias(self, learning_rate):
    self.weights -= learning_rate * self.weights_grad
    self.bias = -learning_rate * self.bias_grad


def forward(self, x, with_weights=lambda w: w, with_bias=1, with_f=True, stride=None, padding=None):
    self.x = x
    places = (
        self.stride if stride is None else stride,
        self.zero_padding if padding is None else padding,
    )
    weights, bias = with_weights(self.weights), with_bias * self.bias
    self.net = like(ops.conv2d(as_batch(x), weights, bias, *places), x)
    self.out = self.activator.forward(self.net) if with_f else self.net
    return self.out


def forgets_x(self, x):
    out = forward(self, x)
    self.x = NOTHING
    return out


def activates_the_batch(self, x):
    out = forward(self, x)
    self.out = as_batch(out)
    return self.out


def activates_twice(self, x):
    forward(self, x)
    self.net = self.out
    self.out = self.activator.forward(self.net)
    return self.out


def delta_of(self, grad_out):
    return grad_out * self.activator.derivative(self.net)


def backward(
    self, grad_out, with_f=True, with_weights=lambda w: w, with_bias=ops.conv2d_grad_b, mean=False
):
    self.delta = self.delta_of(grad_out) if with_f else grad_out
    delta, x, places = as_batch(self.delta), as_batch(self.x), (self.stride, self.zero_padding)
    over = len(x) if mean else 1
    self.weights_grad[...] = ops.conv2d_grad_w(delta, x, self.weights.shape[2:], *places) / over
    self.bias_grad[...] = with_bias(delta) / over
    return like(ops.conv2d_grad_x(delta, with_weights(self.weights), x.shape[2:], *places), self.x)


def replaces_its_gradients(self, grad_out):
    self.weights_grad, self.bias_grad = self.weights_grad.copy(), self.bias_grad.copy()
    return backward(self, grad_out)


def adds_to_the_old(self, grad_out):
    before = self.weights_grad.copy(), self.bias_grad.copy()
    grad_x = backward(self, grad_out)
    self.weights_grad += before[0]
    self.bias_grad += before[1]
    return grad_x


def keeps_delta_and_uses_grad_out(self, grad_out):
    kept = self.delta_of(grad_out)
    grad_x = backward(self, grad_out, with_f=False)
    self.delta = kept
    return grad_x


def forgets_delta(self, grad_out):
    grad_x = backward(self, grad_out)
    self.delta = NOTHING
    return grad_x


def rotated(w):
    return w[:, :, ::-1, ::-1]


def variant(function, **slip):
    return lambda self, argument: function(self, argument, **slip)


# ---- values, right or wrong

EXAMPLE = np.array(
    [
        [[0, 1, 1, 0, 2], [2, 2, 2, 2, 1], [1, 0, 0, 2, 0], [0, 1, 1, 0, 0], [1, 2, 0, 0, 2]],
        [[1, 0, 2, 2, 0], [0, 0, 0, 2, 0], [1, 2, 1, 2, 1], [1, 0, 0, 0, 0], [1, 2, 1, 1, 1]],
        [[2, 1, 2, 0, 0], [1, 0, 0, 1, 0], [0, 2, 1, 0, 1], [0, 1, 2, 2, 2], [2, 1, 0, 0, 1]],
    ]
)
W_1 = np.array(
    [
        [[-1, 1, 0], [0, 1, 0], [0, 1, 1]],
        [[-1, -1, 0], [0, 0, 0], [0, -1, 0]],
        [[0, 0, -1], [0, 1, 0], [1, -1, -1]],
    ]
)
W_2 = np.array(
    [
        [[1, 1, -1], [-1, -1, 1], [0, -1, 1]],
        [[0, 1, 0], [-1, 0, -1], [-1, 1, 0]],
        [[-1, 0, 0], [-1, 0, 1], [-1, 0, 0]],
    ]
)
DELTA = np.array([[[0, 1, 1], [2, 2, 2], [1, 0, 0]], [[1, 0, 2], [0, 0, 0], [1, 2, 1]]])
THREE_NETS, ARRIVED = np.array([2.0, -1, 0]), np.array([3, 5, 7])
OLD, RATE, GRAD_B = np.array([1, 0]), 0.001, DELTA.sum((1, 2))
FIRST, SECOND = (1 * 3 * 3 + 1) * 16, (16 * 3 * 3 + 1) * 32  # learned numbers of the two layers


def first_row(w=W_2, b=0, x=EXAMPLE):
    """The first row of a filter's net in the example."""
    return reference.conv2d(x, w[None], [b], 2, 1)[0, 0]


EXERCISES = [
    Exercise(
        name="6.derive",
        right=ARRIVED * RELU.derivative(THREE_NETS),
        wrong={
            "no ReLU mask: f' is 0 where net is negative, and at 0": ARRIVED,
            "that is grad_out times f(net); wanted is f'": ARRIVED * RELU.forward(THREE_NETS),
            "at net = 0 we take f' = 0": ARRIVED * (THREE_NETS >= 0),
            "that is f' alone; times what arrives": RELU.derivative(THREE_NETS),
            "that is f(net), what the layer gives out": RELU.forward(THREE_NETS),
        },
        hints=(
            "ReLU's f' is 1 or 0. Where is it 1?",
            "Only where net is above 0: f' = 1, 0, 0.",
            "{solution}",
        ),
    ),
    Exercise(
        name="6.hand",
        right=first_row()[2],
        wrong={
            "that is filter 1; its kernels are w1": first_row(W_1, 1)[2],
            "that is the first number of filter 2": first_row()[0],
            "one channel is missing, or the bias is 1; it is 0": first_row(b=1)[2],
            "one channel is not enough: all three are added": first_row(W_2[:1], x=EXAMPLE[:1])[2],
            "true convolution where cross-correlation is meant: "
            "the kernels are not rotated": first_row(W_2[:, ::-1, ::-1])[2],
            "the kernels are transposed: the first index is the row": first_row(
                W_2.transpose(0, 2, 1)
            )[2],
            "the channels are in the wrong order, or the window is; "
            "it begins above the image": first_row(W_2[::-1])[2],
            "the sign is turned round": -first_row()[2],
        },
        hints=(
            "Lay w2[0] on the first 3x3 numbers of the window, w2[1] on the second, "
            "w2[2] on the third.",
            "Channel 0: 2*(-1) + 2*0 + 1*(-1) = -3. Now channels 1 and 2.",
            "{solution}",
        ),
    ),
    Exercise(
        name="6.step",
        right=OLD - RATE * GRAD_B,
        wrong={
            "descent goes against the gradient: minus": OLD + RATE * GRAD_B,
            "mean instead of sum: the gradients are 9 and 7": OLD - RATE * DELTA.mean((1, 2)),
            "those are the gradients; wanted are the new biases": GRAD_B,
            "the learning rate is forgotten": OLD - GRAD_B,
            "that is only the step; take it off the old bias": RATE * GRAD_B,
            "the first bias is 1 before the step": -RATE * GRAD_B,
            "those are the biases before the step": OLD,
            "the second bias goes down, too: 0 - 0.007": OLD + [-1, 1] * (RATE * GRAD_B),
        },
        hints=(
            "grad_b is the sum of the deltas of each filter: 9 and 7.",
            "The step is 0.001 times that.",
            "{solution}",
        ),
    ),
    Exercise(
        name="6.size",
        right=rows,
        wrong={
            "floor forgotten: / gives a fraction, // rounds down": lambda n, k, p, s: (
                (n + 2 * p - k) / s + 1
            ),
            "+1 inside the division: it stands behind it": lambda n, k, p, s: (
                (n + 2 * p - k + 1) // s
            ),
            "the + 1 is missing: the first window stands before any step": lambda n, k, p, s: (
                (n + 2 * p - k) // s
            ),
            "the padding is on both sides: twice": lambda n, k, p, s: (n + p - k) // s + 1,
            "the padding is forgotten": lambda n, k, p, s: (n - k) // s + 1,
            "the stride is forgotten": lambda n, k, p, s: n + 2 * p - k + 1,
            "rounded up: a window that does not fit is dropped": lambda n, k, p, s: (
                -((k - n - 2 * p) // s) + 1
            ),
            "rounded to the nearest number: a window that does not fit is dropped": (
                lambda n, k, p, s: round((n + 2 * p - k) / s) + 1
            ),
        },
        hints=(
            "How far can the window move before it hangs out of the padded input?",
            "`input_size + 2 * zero_padding - filter_size`. "
            "How many steps of `stride` fit into that? Plus the first place.",
            "{solution}",
        ),
        cases=SIZES,
        wrap=as_a_size,
    ),
    Exercise(
        name="6.line",
        results=("weights", "bias", "the filter's own bias"),
        right=update_filter,
        wrong={
            "the bias has not moved": variant(update_filter, with_step=lambda rate, grad: 0 * grad),
            "descent goes against the gradient: minus": variant(
                update_filter, with_step=lambda rate, grad: -rate * grad
            ),
            "the learning rate is forgotten": variant(
                update_filter, with_step=lambda rate, grad: grad
            ),
            "the layer does not see it: "
            "self.bias = ... makes a new array, write with -=": replaces_the_bias,
            "the old bias is lost: -= takes the step off it": loses_the_bias,
        },
        hints=(
            "It is the line above, for the bias.",
            "`self.bias`, `self.bias_grad` and the learning rate; "
            "and -= as above, so that the layer's own "
            "array changes.",
            "{solution}",
        ),
        cases=((0.1,), (0.5,)),
        wrap=on_a_filter,
    ),
    Exercise(
        name="6.forward",
        results=("what is returned", "self.x", "self.net", "self.out"),
        right=forward,
        wrong={
            "f is missing: out = f(net)": variant(forward, with_f=False),
            "net is before f: f comes in once, in out": activates_twice,
            "f of self.net: for one image, net is still a batch of one": activates_the_batch,
            "self.x is not kept: the way back needs it": forgets_x,
            "the bias is missing in net": variant(forward, with_bias=0),
            "the stride is forgotten": variant(forward, stride=1),
            "the padding is forgotten": variant(forward, padding=0),
            "true convolution where cross-correlation is meant: nothing is rotated": variant(
                forward, with_weights=rotated
            ),
        },
        hints=(
            "`ops.conv2d` is lesson 01 for a batch: "
            "it wants x, the weights, the bias, the stride and the padding.",
            "`net = ops.conv2d(as_batch(x), self.weights, self.bias, self.stride, "
            "self.zero_padding)`",
            "{solution}",
        ),
        cases=LAYERS,
        wrap=on_a_layer,
    ),
    Exercise(
        name="6.delta",
        right=delta_of,
        wrong={
            "no ReLU mask: f' is missing": lambda self, grad_out: grad_out,
            "that is grad_out times f, not times f'": lambda self, grad_out: grad_out * self.out,
            "f' is taken at out; it belongs at net": lambda self, grad_out: (
                grad_out * self.activator.derivative(self.out)
            ),
            "that is f' alone; times grad_out": lambda self, grad_out: self.activator.derivative(
                self.net
            ),
            "f' is taken at grad_out; it belongs at net": (
                lambda self, grad_out: grad_out * self.activator.derivative(grad_out)
            ),
            "that is grad_out times net; wanted is f'(net)": lambda self, grad_out: (
                grad_out * self.net
            ),
            "that is right for ReLU alone; self.activator knows its f'": lambda self, grad_out: (
                grad_out * (self.net > 0)
            ),
            "f is applied to what arrives; wanted is the slope at net": lambda self, grad_out: (
                self.activator.forward(grad_out)
            ),
        },
        hints=(
            "Equation (6.1), letter by letter.",
            "f' is `self.activator.derivative`, and it is taken at `self.net`.",
            "{solution}",
        ),
        cases=(
            (GRAD_OUT, NET, TANH),
            (GRAD_OUT, NET, RELU),
            (GRAD_OUT[0], NET[0], IdentityActivator()),
        ),
        wrap=on_a_net,
    ),
    Exercise(
        name="6.backward",
        results=("grad_x", "weights_grad", "bias_grad", "self.delta"),
        right=backward,
        wrong={
            "grad_out is used where delta belongs: f' is missing": variant(backward, with_f=False),
            "f' is missing: all three hang on delta, not on grad_out": (
                keeps_delta_and_uses_grad_out
            ),
            "mean instead of sum in the bias": variant(
                backward, with_bias=lambda delta: delta.mean((0, 2, 3))
            ),
            "each filter has a bias of its own: no sum over f": variant(
                backward, with_bias=lambda delta: delta.sum()
            ),
            "the kernel is rotated for ops.conv2d_grad_x; it does that itself": variant(
                backward, with_weights=rotated
            ),
            "1/N lives in the loss; the layer divides once more": variant(backward, mean=True),
            "1/N lives in the loss; here the bias is divided once more": variant(
                backward, with_bias=lambda delta: delta.sum((0, 2, 3)) / len(delta)
            ),
            "the gradient of the step before is still in it: = and not +=": adds_to_the_old,
            "self.delta is not kept": forgets_delta,
            "the filters do not see it: write into the old arrays with [...]": (
                replaces_its_gradients
            ),
        },
        hints=(
            "Three functions of ops: conv2d_grad_w (03), conv2d_grad_b (04), conv2d_grad_x (02). "
            "All three take delta first.",
            "`ops.conv2d_grad_w(delta, x, self.weights.shape[2:], *places)` and "
            "`ops.conv2d_grad_b(delta)`",
            "{solution}",
        ),
        cases=tuple(backward_case(*layer) for layer in LAYERS),
        wrap=on_the_way_back,
    ),
    Exercise(
        name="6.predict",
        right=16 * 4 * 4,
        wrong={
            "that is all of delta; each window of the pool pays one cell only": 16 * 8 * 8,
            "that is one map; there are 16": 4 * 4,
            "those are the cells of one map": 8 * 8,
            "the pool's windows do not overlap: 4x4 of them on a map of 8x8": 16 * 7 * 7,
        },
        hints=(
            "Lesson 05: how many cells of a window get an error from a max pool?",
            "One. How many windows has a map of 8x8, with 2x2 windows that move by 2?",
            "{solution}",
        ),
    ),
    Exercise(
        name="6.1",
        right=6 * rows(32, 5, 0, 1) ** 2,
        wrong={
            "the channels are added up, they do not appear in out": 6 * 3 * rows(32, 5, 0, 1) ** 2,
            "+1 is forgotten in the output size": 6 * (rows(32, 5, 0, 1) - 1) ** 2,
            "that is one filter": rows(32, 5, 0, 1) ** 2,
            "that is the number of weights": 6 * 5 * 5 * 3,
            "that is the number of parameters": 6 * (5 * 5 * 3 + 1),
            "without padding the window fits 28 times, not 32": 6 * rows(32, 5, 2, 1) ** 2,
        },
        hints=("The output size by (1.9).", "28 x 28 for each filter.", "{solution}"),
    ),
    Exercise(
        name="6.2",
        right=lambda w, g, rate, lam: w - rate * (g + lam * w),
        wrong={
            "the decay is missing": lambda w, g, rate, lam: w - rate * g,
            "the learning rate belongs to both terms": lambda w, g, rate, lam: (
                w - rate * g - lam * w
            ),
            "the 2 of the derivative and the 1/2 cancel: the decay is lam * w": (
                lambda w, g, rate, lam: w - rate * (g + lam / 2 * w)
            ),
            "the 1/2 is forgotten: the decay is lam * w": lambda w, g, rate, lam: (
                w - rate * (g + 2 * lam * w)
            ),
            "descent goes against the gradient: minus": lambda w, g, rate, lam: (
                w + rate * (g + lam * w)
            ),
            "that is the gradient; wanted are the new weights": lambda w, g, rate, lam: g + lam * w,
            "the weights grow: the sign of the decay": lambda w, g, rate, lam: (
                w - rate * (g - lam * w)
            ),
            "that is the step; wanted are the new weights": lambda w, g, rate, lam: (
                rate * (g + lam * w)
            ),
        },
        hints=(
            "First the gradient of E + (lam / 2) * sum of w².",
            "It is grad_w + lam * w.",
            "{solution}",
        ),
        cases=((W, GRAD_W, 0.1, 0.5), (W, GRAD_W, 0.3, 0.2)),
    ),
    Exercise(
        name="6.3",
        right=lambda g, net: g * np.where(net > 0, 1, 0.1),
        wrong={
            "no ReLU mask: f' is missing": lambda g, net: g,
            "that is plain ReLU: below 0 the slope is 0.1": lambda g, net: g * (net > 0),
            "that is grad_out times f, not times f'": lambda g, net: (
                g * np.where(net > 0, net, 0.1 * net)
            ),
            "that is f' alone; times grad_out": lambda g, net: np.where(net > 0, 1, 0.1),
            "the other way round: 1 above 0, 0.1 below": lambda g, net: (
                g * np.where(net > 0, 0.1, 1)
            ),
            "at net = 0 the slope 0.1 was wanted": lambda g, net: g * np.where(net >= 0, 1, 0.1),
            "the mask looks at grad_out; it must look at net": lambda g, net: (
                g * np.where(g > 0, 1, 0.1)
            ),
        },
        hints=(
            "f' is 1 or 0.1, by the sign of net.",
            "`np.where(net > 0, 1, 0.1)`",
            "grad_out times that, by (6.1): {solution}",
        ),
        cases=((GRAD_OUT, NET), (GRAD_OUT[:2], NET[:2])),
    ),
    Exercise(
        name="6.4",
        right=FIRST + SECOND,
        wrong={
            "the biases are missing: one a filter": FIRST - 16 + SECOND - 32,
            "that is the first layer alone": FIRST,
            "that is the second layer alone": SECOND,
            "the second layer has 16 channels, not 1": FIRST + (1 * 3 * 3 + 1) * 32,
            "the image does not matter: a filter is shared by all positions": (
                8 * 8 * FIRST + 4 * 4 * SECOND
            ),
        },
        hints=(
            "A filter has one kernel for each channel, and one bias.",
            "First layer: (1*3*3 + 1) * 16. The second one reads the 16 maps of the first.",
            "{solution}",
        ),
    ),
    Exercise(
        name="6.5",
        right=(1 / 4) / (1 / 8),
        wrong={
            "that is 1/factor: the sum is too large": (1 / 8) / (1 / 4),
            "right would be 1 if each half divided by 8; but each divides by its own 4": (
                (1 / 8) / (1 / 8)
            ),
            "that is the number of images in a half": 4,
            "that is the number of images": 8,
        },
        hints=(
            "The batch of 8: every image counts 1/8. What does each image count in a half of 4?",
            "1/4 in its half. Then the two halves are added.",
            "1/4 is twice 1/8: {solution}",
        ),
    ),
]
