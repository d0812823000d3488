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
        weights, bias = W.copy(), np.array([0.02, 7.0])  # a small bias: a small step shows
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
        layer.x = np.cos(net)  # of the same shape: whoever takes f' there does not just stop
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


def step_of(self, rate):
    return rate * self.bias_grad


def update_filter(self, learning_rate, step=step_of):
    self.weights -= learning_rate * self.weights_grad
    self.bias -= step(self, learning_rate)


def replaces_the_bias(self, learning_rate):
    self.weights -= learning_rate * self.weights_grad
    self.bias = self.bias - learning_rate * self.bias_grad


def loses_the_bias(self, learning_rate, into=False):
    self.weights -= learning_rate * self.weights_grad
    step = -step_of(self, learning_rate)
    if into:
        self.bias[...] = step
    else:
        self.bias = step


def moves_the_bias_alone(self, learning_rate):
    self.bias -= learning_rate * self.bias_grad


def out_of(self):
    return self.activator.forward(self.net)


def forward(
    self,
    x,
    read=lambda x: x,
    with_weights=lambda w: w,
    with_bias=1,
    places=lambda s, p: (s, p),
    batch=as_batch,
    back=like,
    out=out_of,
):
    self.x = x
    weights, bias = with_weights(self.weights), with_bias * self.bias
    net = ops.conv2d(read(batch(x)), weights, bias, *places(self.stride, self.zero_padding))
    self.net = back(net, x)
    self.out = out(self)
    return self.out


def forgets(name):
    """forward that does not keep one of its arrays."""

    def forgetting(self, x):
        out = forward(self, x)
        setattr(self, name, NOTHING)
        return out

    return forgetting


def activates_the_batch(self, x):
    out = forward(self, x)
    self.out = as_batch(out)
    return self.out


def activates_twice(self, x):
    keeps_out_as_net(self, x)
    self.out = out_of(self)
    return self.out


def keeps_out_as_net(self, x):
    self.net = forward(self, x)
    return self.out


def returns_net(self, x):
    forward(self, x)
    return self.net


def delta_of(self, grad_out):
    return grad_out * self.activator.derivative(self.net)


def grad_w_of(self, delta, x, places=None):
    places = places or (self.stride, self.zero_padding)
    return ops.conv2d_grad_w(delta, x, self.weights.shape[2:], *places)


def grad_b_of(self, delta, x):
    return ops.conv2d_grad_b(delta)


def grad_x_of(self, delta, x, weights=None, places=None):
    places = places or (self.stride, self.zero_padding)
    weights = self.weights if weights is None else weights
    return ops.conv2d_grad_x(delta, weights, x.shape[2:], *places)


def backward(
    self,
    grad_out,
    delta=lambda self, grad_out: self.delta_of(grad_out),
    grad_w=grad_w_of,
    grad_b=grad_b_of,
    grad_x=grad_x_of,
    back=like,
):
    """Each part is a function of the layer, of delta and of x, both as a batch."""
    self.delta = delta(self, grad_out)
    known = self, as_batch(self.delta), as_batch(self.x)
    self.weights_grad[...] = grad_w(*known)
    self.bias_grad[...] = grad_b(*known)
    return back(grad_x(*known), self.x)


def replaces_its_gradients(self, grad_out):
    self.weights_grad, self.bias_grad = self.weights_grad.copy(), self.bias_grad.copy()
    return backward(self, grad_out)


def keeps_delta_and_uses_grad_out(self, grad_out):
    kept = self.delta_of(grad_out)
    grad_x = backward(self, grad_out, delta=as_it_arrives)
    self.delta = kept
    return grad_x


def as_it_arrives(self, grad_out):
    return grad_out


def old_w(self, delta, x):
    return self.weights_grad


def old_b(self, delta, x):
    return self.bias_grad


def zero(self, delta, x):
    return 0


def with_old(part, old):
    """A part that is added to what stands there."""
    return lambda *known: old(*known) + part(*known)


def of_mean(part):
    """A part that is divided by N."""
    return lambda self, delta, x: part(self, delta, x) / len(x)


def of_first(part):
    """A part of the first image alone."""
    return lambda self, delta, x: part(self, delta[:1], x[:1])


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


def net_map(w=W_2, b=0, x=EXAMPLE):
    """A filter's net in the example."""
    return reference.conv2d(x, w[None], [b], 2, 1)[0]


def unmasked(net, grad_out):
    """What is told in place of delta = grad_out * f'(net) behind ReLU."""
    return {
        "no ReLU mask: f' is 0 where net is negative, and at 0": grad_out,
        "that is grad_out times f(net); wanted is f'": grad_out * RELU.forward(net),
        "at net = 0 we take f' = 0": grad_out * (net >= 0),
        "that is f' alone; times what arrives": RELU.derivative(net),
        "that is f(net), what the layer gives out": RELU.forward(net),
        "the sign of net is -1 below 0; f' is 0 there": grad_out * np.sign(net),
        "at net = 0 we take f' = 0, not one half": grad_out * np.heaviside(net, 0.5),
        "added up: each net has a delta of its own": (grad_out * (net > 0)).sum(),
        "the other way round: f' is 1 where net is above 0": grad_out * (net <= 0),
        "that is grad_out times net; wanted is f'(net)": grad_out * net,
    }


def first_row(w=W_2, b=0, x=EXAMPLE):
    """The first row of a filter's net in the example."""
    return net_map(w, b, x)[0]


EXERCISES = [
    Exercise(
        name="6.derive",
        right=ARRIVED * RELU.derivative(THREE_NETS),
        wrong=unmasked(THREE_NETS, ARRIVED),
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
            "that is the middle of the first row, or true convolution: "
            "the place is (0, 2), and the kernels are not rotated": first_row()[1],
            "the kernels are transposed: the first index is the row": first_row(
                W_2.transpose(0, 2, 1)
            )[2],
            "the channels are in the wrong order, or the window is; "
            "it begins above the image": first_row(W_2[::-1])[2],
            "the sign is turned round": -first_row()[2],
            "that is net[1,1,2], one row too low": net_map()[1, 2],
            "that is out, after ReLU; wanted is net, before it": RELU.forward(first_row()[2]),
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
            "the second bias is 0 before the step, not 1": 1 - RATE * GRAD_B,
            "each filter has a gradient of its own: 9 and 7, not their sum": (
                OLD - RATE * GRAD_B.sum()
            ),
            "the rate times the old bias was taken off; the step is the rate times the gradient": (
                OLD - RATE * OLD
            ),
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
            "the kernel is forgotten: the window must fit as a whole": lambda n, k, p, s: (
                (n + 2 * p) // s + 1
            ),
            "the stride and the padding are exchanged": lambda n, k, p, s: (n + 2 * s - k) // p + 1,
            "brackets are missing: // is done before - and +": lambda n, k, p, s: (
                n + 2 * p - k // s + 1
            ),
            "rounded up in place of + 1: "
            "a window that does not fit is dropped, the first place counts": lambda n, k, p, s: (
                -(-(n + 2 * p - k) // s)
            ),
            "the padding is taken off; it is added, on both sides": lambda n, k, p, s: (
                (n - 2 * p - k) // s + 1
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
            "the bias has not moved": variant(update_filter, step=lambda self, rate: 0),
            "descent goes against the gradient: minus": variant(
                update_filter, step=lambda self, rate: -step_of(self, rate)
            ),
            "the learning rate is forgotten": variant(
                update_filter, step=lambda self, rate: self.bias_grad
            ),
            "the layer does not see it: "
            "self.bias = ... makes a new array, write with -=": replaces_the_bias,
            "the old bias is lost: -= takes the step off it": loses_the_bias,
            "that is a rate of your own; the one to take is the argument, learning_rate": variant(
                update_filter, step=lambda self, rate: RATE * self.bias_grad
            ),
            "that is the gradient of the weights; the bias has its own, self.bias_grad": variant(
                update_filter, step=lambda self, rate: rate * self.weights_grad.sum()
            ),
            "the old bias is lost: [...] = writes over it, -= takes the step off it": variant(
                loses_the_bias, into=True
            ),
            "the gradient is forgotten: the step is learning_rate * self.bias_grad": variant(
                update_filter, step=lambda self, rate: rate
            ),
            "mean instead of sum: nothing is divided in a step": variant(
                update_filter, step=lambda self, rate: step_of(self, rate) / self.weights.size
            ),
            "the weights have not moved: their line belongs here, too": moves_the_bias_alone,
            "divided by the learning rate: the step is the rate times the gradient": variant(
                update_filter, step=lambda self, rate: self.bias_grad / rate
            ),
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
            "f is missing: out = f(net)": variant(forward, out=lambda self: self.net),
            "net is before f: f comes in once, in out": activates_twice,
            "f of self.net: for one image, net is still a batch of one": activates_the_batch,
            "self.x is not kept: the way back needs it": forgets("x"),
            "the bias is missing in net": variant(forward, with_bias=0),
            "the stride is forgotten": variant(forward, places=lambda s, p: (1, p)),
            "the padding is forgotten": variant(forward, places=lambda s, p: (s, 0)),
            "true convolution where cross-correlation is meant: nothing is rotated": variant(
                forward, with_weights=rotated
            ),
            "that is f'(net), the slope; out is f(net)": variant(
                forward, out=lambda self: self.activator.derivative(self.net)
            ),
            "that is right for ReLU alone; self.activator knows its f": variant(
                forward, out=lambda self: np.maximum(self.net, 0)
            ),
            "the stride and the padding are forgotten": variant(
                forward, places=lambda s, p: (1, 0)
            ),
            "the stride and the padding are exchanged: the stride comes first": variant(
                forward, places=lambda s, p: (p, s)
            ),
            "the bias comes after f; it belongs in net": variant(
                forward, with_bias=0, out=lambda self: out_of(self) + self.bias[:, None, None]
            ),
            "the channels are read from the last to the first": variant(
                forward, read=lambda x: x[:, ::-1]
            ),
            "self.net is out here; keep what comes before f, the way back needs it": (
                keeps_out_as_net
            ),
            "self.net is not kept: delta needs it on the way back": forgets("net"),
            "self.out is not kept": forgets("out"),
            "that is net; what comes out of the layer is out": returns_net,
            "as_batch is forgotten: ops.conv2d wants a batch, also for one image": variant(
                forward, batch=lambda x: x
            ),
            "only the first image is left: [0] is for one image, a batch stays a batch": variant(
                forward, back=lambda net, x: net[0]
            ),
            "one image gives a batch of one: take its [0] where x has three axes": variant(
                forward, back=lambda net, x: net
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
            "f' is taken at x; it belongs at net": lambda self, grad_out: (
                grad_out * self.activator.derivative(self.x)
            ),
            "the mask looks at out, and at >=; "
            "f' at net is what self.activator.derivative gives": lambda self, grad_out: (
                grad_out * (self.out >= 0)
            ),
            "f' comes in twice": lambda self, grad_out: (
                delta_of(self, grad_out) * self.activator.derivative(self.net)
            ),
            "divided by the batch: 1/N lives in the loss": lambda self, grad_out: (
                delta_of(self, grad_out) / len(grad_out)
            ),
            "@ is a matrix product: delta is grad_out * f', number by number": (
                lambda self, grad_out: grad_out @ self.activator.derivative(self.net)
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
            "grad_out is used where delta belongs: f' is missing": variant(
                backward, delta=as_it_arrives
            ),
            "f' is missing: all three hang on delta, not on grad_out": (
                keeps_delta_and_uses_grad_out
            ),
            "mean instead of sum in the bias": variant(
                backward, grad_b=lambda self, delta, x: delta.mean((0, 2, 3))
            ),
            "each filter has a bias of its own: no sum over f": variant(
                backward, grad_b=lambda self, delta, x: delta.sum()
            ),
            "the kernel is rotated for ops.conv2d_grad_x; it does that itself": variant(
                backward,
                grad_x=lambda self, delta, x: grad_x_of(self, delta, x, rotated(self.weights)),
            ),
            "1/N lives in the loss; the layer divides once more": variant(
                backward, grad_w=of_mean(grad_w_of), grad_b=of_mean(grad_b_of)
            ),
            "1/N lives in the loss; here the bias is divided once more": variant(
                backward, grad_b=of_mean(grad_b_of)
            ),
            "the gradient of the step before is still in it: = and not +=": variant(
                backward, grad_w=with_old(grad_w_of, old_w), grad_b=with_old(grad_b_of, old_b)
            ),
            "self.delta is not kept": forgets_delta,
            "the filters do not see it: write into the old arrays with [...]": (
                replaces_its_gradients
            ),
            "the gradient of the step before is still in weights_grad: = and not +=": variant(
                backward, grad_w=with_old(grad_w_of, old_w)
            ),
            "the gradient of the step before is still in bias_grad: = and not +=": variant(
                backward, grad_b=with_old(grad_b_of, old_b)
            ),
            "weights_grad is still that of the step before: write grad_w into it": variant(
                backward, grad_w=old_w
            ),
            "bias_grad is still that of the step before: write grad_b into it": variant(
                backward, grad_b=old_b
            ),
            "weights_grad is 0: grad_w is ops.conv2d_grad_w of delta and x": variant(
                backward, grad_w=zero
            ),
            "bias_grad is 0: grad_b is ops.conv2d_grad_b of delta": variant(backward, grad_b=zero),
            "1/N lives in the loss; here the weights are divided once more": variant(
                backward, grad_w=of_mean(grad_w_of)
            ),
            "1/N lives in the loss; here grad_x is divided once more": variant(
                backward, grad_x=of_mean(grad_x_of)
            ),
            "grad_w of the first image alone: all images of a batch add up": variant(
                backward, grad_w=of_first(grad_w_of)
            ),
            "grad_b of the first image alone: all images of a batch add up": variant(
                backward, grad_b=of_first(grad_b_of)
            ),
            "only the first filter has a grad_w": variant(
                backward,
                grad_w=lambda self, delta, x: (
                    grad_w_of(self, delta, x)
                    * (np.arange(delta.shape[1]) == 0)[:, None, None, None]
                ),
            ),
            "delta is rotated for grad_w; nothing is rotated in (3.1)": variant(
                backward, grad_w=lambda self, delta, x: grad_w_of(self, rotated(delta), x)
            ),
            "grad_w is rotated; nothing is rotated in (3.1)": variant(
                backward, grad_w=lambda *known: rotated(grad_w_of(*known))
            ),
            "grad_w has its channels in reverse order": variant(
                backward, grad_w=lambda *known: grad_w_of(*known)[:, ::-1]
            ),
            "grad_x has its channels in reverse order": variant(
                backward, grad_x=lambda *known: grad_x_of(*known)[:, ::-1]
            ),
            "grad_x of the last filter alone: all filters have used x": variant(
                backward,
                grad_x=lambda self, delta, x: grad_x_of(self, delta[:, -1:], x, self.weights[-1:]),
            ),
            "f' comes into grad_x once more; it is in delta, "
            "and the layer below has its own": variant(
                backward,
                grad_x=lambda self, delta, x: (
                    grad_x_of(self, delta, x) * self.activator.derivative(x)
                ),
            ),
            "that is delta; grad_x has the shape of x": variant(
                backward, grad_x=lambda self, delta, x: delta
            ),
            "grad_x is made with the weights after the step; it comes before any update": variant(
                backward,
                grad_x=lambda self, delta, x: grad_x_of(
                    self, delta, x, self.weights - self.learning_rate * self.weights_grad
                ),
            ),
            "f' comes in twice: delta is computed once, of grad_out": variant(
                backward, delta=lambda self, grad_out: self.delta_of(self.delta_of(grad_out))
            ),
            "the stride and the padding are forgotten": variant(
                backward,
                grad_w=lambda *known: grad_w_of(*known, places=(1, 0)),
                grad_x=lambda *known: grad_x_of(*known, places=(1, 0)),
            ),
            "one image gets a batch of one back: take its [0] where x has three axes": variant(
                backward, back=lambda grad_x, x: grad_x
            ),
            "the learning rate is in weights_grad already; it comes in with the update": variant(
                backward,
                grad_w=lambda self, delta, x: self.learning_rate * grad_w_of(self, delta, x),
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
            "that is half of delta; of each window with its four cells one gets a gradient": (
                16 * 8 * 8 / 2
            ),
            "those are the cells that stay 0": 16 * 8 * 8 - 16 * 4 * 4,
            "that is one side of a map behind the pool, or the cells of one window": 8 / 2,
        },
        hints=(
            "Lesson 05: how many cells of a window get a gradient from a max pool?",
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
            "one too many: the window fits 28 times": 6 * (rows(32, 5, 0, 1) + 1) ** 2,
            "those are 3 maps, as many as channels; there is one for each of the 6 filters": (
                3 * rows(32, 5, 0, 1) ** 2
            ),
            "that is one side of a map": rows(32, 5, 0, 1),
            "that is one row of each map": 6 * rows(32, 5, 0, 1),
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
            "the derivative is missing: the slope of w²/2 is w": lambda w, g, rate, lam: (
                w - rate * (g + lam / 2 * w**2)
            ),
            "the sum is over all weights, but each weight stands in one square only": (
                lambda w, g, rate, lam: w - rate * (g + lam * w.sum())
            ),
            "w is forgotten: the decay is lam * w": lambda w, g, rate, lam: w - rate * (g + lam),
            "the learning rate is forgotten": lambda w, g, rate, lam: w - (g + lam * w),
            "the decay is taken off the new weights; both terms belong to the old ones": (
                lambda w, g, rate, lam: (w - rate * g) * (1 - rate * lam)
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
            "a hundredth is a usual slope, too; here 0.1 was wanted": lambda g, net: (
                g * np.where(net > 0, 1, 0.01)
            ),
            "0.1 is the slope below 0 only; above it is 1": lambda g, net: 0.1 * g,
            "the slope below 0 is 0.1, not -0.1: the line still rises": lambda g, net: (
                g * np.where(net > 0, 1, -0.1)
            ),
            "at net = 0 the slope 0.1 was wanted, not 0": lambda g, net: (
                g * np.where(net > 0, 1, np.where(net < 0, 0.1, 0))
            ),
            "at net = 0 the slope 0.1 was wanted, not the mean of both": lambda g, net: (
                g * np.where(net > 0, 1, np.where(net < 0, 0.1, (1 + 0.1) / 2))
            ),
            "below 0 that is f(net); wanted is grad_out times the slope": lambda g, net: np.where(
                net > 0, g, 0.1 * net
            ),
            "grad_out is missing below 0": lambda g, net: np.where(net > 0, g, 0.1),
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
            "a bias for each channel; there is one a filter": FIRST + 16 * (3 * 3 + 1) * 32,
            "one bias a layer; there is one a filter": FIRST - 16 + 1 + SECOND - 32 + 1,
            "the second layer has 16 channels, not 1, and the biases are missing": (
                3 * 3 * 16 + 3 * 3 * 32
            ),
            "the biases of the first layer are missing": FIRST - 16 + SECOND,
            "the biases of the second layer are missing": FIRST + SECOND - 32,
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
            "that is what an image counts in a half of 4; how many times 1/8 is it?": 1 / 4,
            "that is what an image counts in the batch of 8; in a half it counts 1/4": 1 / 8,
        },
        hints=(
            "The batch of 8: every image counts 1/8. What does each image count in a half of 4?",
            "1/4 in its half. Then the two halves are added.",
            "1/4 is twice 1/8: {solution}",
        ),
    ),
]
