"""Judged by others: figures that others have published, retyped as facts, and PyTorch itself.

Nothing here is computed by this library and then believed: each number stood in a course, a book or
an article before, or comes from another library in the same moment.
"""

import numpy as np
import pytest

from cnnlib import (
    ConvLayer,
    FlattenLayer,
    FullyConnectedLayer,
    IdentityActivator,
    MaxPoolingLayer,
    MeanPoolingLayer,
    Network,
    ReluActivator,
    SigmoidActivator,
    TanhActivator,
    ops,
    reference,
    relative_error,
    softmax_cross_entropy,
    train,
)


def line(start, stop, *shape):
    """Numbers at equal distances, in reading order."""
    return np.linspace(start, stop, int(np.prod(shape))).reshape(shape)


def both(name, x, *arguments, **options):
    """What ops gives for a batch, after reference has given the same, image by image."""
    found = getattr(ops, name)(x, *arguments, **options)
    loops = [getattr(reference, name)(image, *arguments, **options) for image in x]
    if isinstance(found, tuple):
        found, loops = found[0], [one for one, _ in loops]
    np.testing.assert_allclose(found, np.stack(loops), rtol=0, atol=1e-13)
    return found


# ---- CS231n (Stanford), assignment 2: its printed results and differences


def test_cs231n_convolution_forward():
    x, w = line(-0.1, 0.5, 2, 3, 4, 4), line(-0.2, 0.3, 3, 3, 4, 4)
    net = both("conv2d", x, w, line(-0.1, 0.2, 3), stride=2, padding=1)
    printed = [
        [[[-0.08759809, -0.10987781], [-0.18387192, -0.2109216]],
         [[0.21027089, 0.21661097], [0.22847626, 0.23004637]],
         [[0.50813986, 0.54309974], [0.64082444, 0.67101435]]],
        [[[-0.98053589, -1.03143541], [-1.19128892, -1.24695841]],
         [[0.69108355, 0.66880383], [0.59480972, 0.56776003]],
         [[2.36270298, 2.36904306], [2.38090835, 2.38247847]]],
    ]  # fmt: skip
    assert relative_error(net, printed) == pytest.approx(2.212147649671884e-08, rel=1e-6)


def test_cs231n_max_pool_forward():
    out = both("max_pool2d", line(-0.3, 0.4, 2, 3, 4, 4), 2, 2)
    printed = [
        [[[-0.26315789, -0.24842105], [-0.20421053, -0.18947368]],
         [[-0.14526316, -0.13052632], [-0.08631579, -0.07157895]],
         [[-0.02736842, -0.01263158], [0.03157895, 0.04631579]]],
        [[[0.09052632, 0.10526316], [0.14947368, 0.16421053]],
         [[0.20842105, 0.22315789], [0.26736842, 0.28210526]],
         [[0.32631579, 0.34105263], [0.38526316, 0.4]]],
    ]  # fmt: skip
    assert relative_error(out, printed) == pytest.approx(4.1666665157267834e-08, rel=1e-6)


def test_cs231n_affine_and_relu_forward():
    w = line(-0.2, 0.3, 120, 3).T  # its weights are (in, out)
    net = both("dense", line(-0.1, 0.5, 2, 120), w, line(-0.3, 0.1, 3))
    printed = [[1.49834967, 1.70660132, 1.91485297], [3.25553199, 3.5141327, 3.77273342]]
    assert relative_error(net, printed) == pytest.approx(9.7698e-10, rel=1e-3)
    out = ReluActivator().forward(line(-0.5, 0.5, 3, 4))
    printed = [
        [0, 0, 0, 0], [0, 0, 0.04545455, 0.13636364], [0.22727273, 0.31818182, 0.40909091, 0.5]
    ]  # fmt: skip
    assert relative_error(out, printed) == pytest.approx(4.999999798022158e-08, rel=1e-6)


def test_cs231n_losses_of_drawn_scores_and_of_a_drawn_network():
    """Its generator, seeded with 231, gives the same numbers to everybody."""
    draw = np.random.RandomState(231)
    scores, labels = 0.001 * draw.randn(50, 10), draw.randint(10, size=50)
    assert softmax_cross_entropy(scores, labels)[0] == pytest.approx(2.3025458445007376, rel=1e-14)
    draw = np.random.RandomState(231)
    x, labels = draw.randn(2, 15), draw.randint(10, size=2)
    layers = []
    for n, (inputs, outputs) in enumerate([(15, 20), (20, 30), (30, 10)]):
        f = IdentityActivator() if n == 2 else ReluActivator()
        layers.append(FullyConnectedLayer(inputs, outputs, f, 0.1))
        layers[-1].weights = (5e-2 * draw.randn(inputs, outputs)).T
    loss, _ = softmax_cross_entropy(Network(layers).forward(x), labels)
    assert loss == pytest.approx(2.3004790897684924, rel=1e-14)


# ---- Dive into Deep Learning, the chapters on convolution, channels and pooling


def test_d2l_correlation_channels_and_pools():
    x, k = np.arange(9.0).reshape(1, 1, 3, 3), np.arange(4.0).reshape(1, 1, 2, 2)
    assert both("conv2d", x, k, [0]).tolist() == [[[[19, 25], [37, 43]]]]
    padded = both("conv2d", x, k, [0], padding=1)
    assert padded[0, 0].tolist() == [[0, 3, 8, 4], [9, 19, 25, 10], [21, 37, 43, 16], [6, 7, 8, 0]]
    assert both("conv2d", x, k, [0], (3, 2), 1).tolist() == [[[[0, 8], [6, 8]]]]
    x2, k2 = np.concatenate([x, x + 1], 1), np.concatenate([k, k + 1], 1)
    k3 = np.concatenate([k2, k2 + 1, k2 + 2])
    assert both("conv2d", x2, k3, [0, 0, 0]).tolist() == [
        [[[56, 72], [104, 120]], [[76, 100], [148, 172]], [[96, 128], [192, 224]]]
    ]
    assert both("max_pool2d", x, 2, 1).tolist() == [[[[4, 5], [7, 8]]]]
    assert both("mean_pool2d", x, 2, 1).tolist() == [[[[2, 3], [5, 6]]]]
    x = np.arange(16.0).reshape(1, 1, 4, 4)
    assert both("max_pool2d", x, 3, 3).tolist() == [[[[10]]]]


# ---- the source article's example of 5x5 pixels in three channels

X = [
    [[0, 1, 1, 0, 2], [2, 2, 2, 2, 1], [1, 0, 0, 2, 0], [0, 1, 1, 0, 0], [1, 2, 0, 0, 2]],
    [[1, 0, 2, 2, 0], [0, 0, 0, 2, 0], [1, 2, 1, 2, 1], [1, 0, 0, 0, 0], [1, 2, 1, 1, 1]],
    [[2, 1, 2, 0, 0], [1, 0, 0, 1, 0], [0, 2, 1, 0, 1], [0, 1, 2, 2, 2], [2, 1, 0, 0, 1]],
]
W = [
    [[[-1, 1, 0], [0, 1, 0], [0, 1, 1]], [[-1, -1, 0], [0, 0, 0], [0, -1, 0]],
     [[0, 0, -1], [0, 1, 0], [1, -1, -1]]],
    [[[1, 1, -1], [-1, -1, 1], [0, -1, 1]], [[0, 1, 0], [-1, 0, -1], [-1, 1, 0]],
     [[-1, 0, 0], [-1, 0, 1], [-1, 0, 0]]],
]  # fmt: skip


def test_the_article_s_5x5x3_example():
    net = both("conv2d", np.array([X]), np.array(W), [1, 0], 2, 1)[0]
    assert net.tolist() == [
        [[6, 7, 5], [3, -1, -1], [2, -1, 4]],
        [[2, -5, -8], [1, -4, -4], [0, -5, -5]],
    ]
    delta = np.array([[[0, 1, 1], [2, 2, 2], [1, 0, 0]], [[1, 0, 2], [0, 0, 0], [1, 2, 1]]])
    for grad_w, grad_b in (
        (reference.conv2d_grad_w(delta, X, 3, 2, 1), reference.conv2d_grad_b(delta)),
        (ops.conv2d_grad_w(delta[None], [X], 3, 2, 1), ops.conv2d_grad_b(delta[None])),
    ):
        assert grad_w[0, 0].tolist() == [[8, 10, 9], [5, 6, 6], [6, 5, 4]]
        assert grad_b.tolist() == [9, 7]


# ---- PyTorch


def same(found, theirs, tolerance=1e-12):
    """The same numbers as a tensor's."""
    np.testing.assert_allclose(found, theirs.detach().numpy(), rtol=0, atol=tolerance)


@pytest.mark.parametrize(
    ("size", "kernel", "stride", "padding", "dilation"),
    [
        ((9, 7), (3, 2), (2, 1), (1, 0), (1, 1)),
        ((8, 6), (3, 2), (2, 2), (0, 0), (1, 1)),
        ((9, 11), (3, 2), (2, 3), (2, 1), (2, 3)),
        ((12, 7), (2, 3), (3, 2), (0, 4), (4, 2)),
        ((5, 5), (3, 3), (1, 1), (6, 6), (3, 2)),
        ((10, 9), (1, 4), (4, 2), (0, 3), (5, 2)),
    ],
)
def test_convolutions_and_all_three_gradients(torch, size, kernel, stride, padding, dilation):
    rng, how = np.random.default_rng(0), (stride, padding, dilation)
    x, w, b = (rng.standard_normal(shape) for shape in ((2, 3, *size), (4, 3, *kernel), 4))
    leaves = [torch.tensor(a, requires_grad=True) for a in (x, w, b)]
    theirs = torch.nn.functional.conv2d(*leaves, *how)
    net = both("conv2d", x, w, b, *how)
    same(net, theirs)
    delta = rng.standard_normal(net.shape)
    theirs.backward(torch.tensor(delta))
    grad_x, grad_w, grad_b = (leaf.grad for leaf in leaves)
    same(both("conv2d_grad_x", delta, w, size, *how), grad_x)
    same(ops.conv2d_grad_w(delta, x, kernel, *how), grad_w)
    loops = [reference.conv2d_grad_w(d, image, kernel, *how) for d, image in zip(delta, x)]
    same(np.sum(loops, 0), grad_w)
    same(ops.conv2d_grad_b(delta), grad_b)
    same(np.sum([reference.conv2d_grad_b(d) for d in delta], 0), grad_b)


@pytest.mark.parametrize("labels", [[0, 3, 1], [2, 2, 2]])
@pytest.mark.parametrize("scale", [1e-3, 1.0, 30.0, 1e3])
def test_softmax_cross_entropy(torch, labels, scale):
    scores = scale * np.random.default_rng(1).standard_normal((3, 5))
    leaf = torch.tensor(scores, requires_grad=True)
    theirs = torch.nn.functional.cross_entropy(leaf, torch.tensor(labels))
    theirs.backward()
    loss, grad = softmax_cross_entropy(scores, labels)
    assert loss == pytest.approx(theirs.item(), rel=1e-14)
    same(grad, leaf.grad, 1e-15)


ACTIVATIONS = {
    ReluActivator: "relu",
    SigmoidActivator: "sigmoid",
    TanhActivator: "tanh",
}


@pytest.mark.parametrize("kind", ACTIVATIONS, ids=lambda kind: kind.__name__)
def test_activations(torch, kind):
    net = np.concatenate([np.linspace(-40, 40, 161), [np.nan, np.inf, -np.inf]])
    leaf = torch.tensor(net, requires_grad=True)
    theirs = getattr(torch, ACTIVATIONS[kind])(leaf)
    same(kind().forward(net), theirs, 1e-15)
    theirs.sum().backward()
    told = ~np.isnan(net)  # PyTorch lets the slope of a ReLU be 1 at NaN
    np.testing.assert_allclose(
        kind().derivative(net)[told], leaf.grad.numpy()[told], rtol=0, atol=1e-15
    )


def makers():
    """One layer of each kind, and the shape of a batch for it, by name."""
    rng, f = np.random.default_rng(4), TanhActivator()
    ten = {
        "input_width": 5,
        "input_height": 7,
        "channel_number": 2,
        "filter_width": 2,
        "filter_height": 3,
        "filter_number": 3,
        "zero_padding": (1, 0),
        "stride": (2, 1),
        "activator": f,
        "learning_rate": 0.1,
    }
    images = (2, 2, 7, 5)
    return {
        "convolution": (ConvLayer(**ten, rng=rng), images),
        "max pool": (MaxPoolingLayer(5, 7, 2, 2, 3, 2), images),
        "overlapping max pool": (MaxPoolingLayer(5, 7, 2, 3, 3, 1), images),
        "mean pool": (MeanPoolingLayer(5, 7, 2, 2, 3, (2, 1)), images),
        "flatten": (FlattenLayer(), images),
        "dense": (FullyConnectedLayer(6, 4, f, 0.1, rng=rng), (3, 6)),
    }


@pytest.mark.parametrize("name", makers())
def test_every_layer_passes_pytorch_s_own_gradient_check(torch, name):
    layer, shape = makers()[name]
    names = [name for name in ("weights", "bias") if hasattr(layer, name)]

    class Ours(torch.autograd.Function):
        """The layer as a function of x and of its numbers, as PyTorch wants it."""

        @staticmethod
        def forward(context, x, *numbers):
            for name, number in zip(names, numbers):
                setattr(layer, name, number.numpy())
            context.given = x, numbers
            return torch.tensor(layer.forward(x.numpy()))

        @staticmethod
        def backward(context, grad_out):
            Ours.forward(context, *(a.detach() for a in (context.given[0], *context.given[1])))
            grads = [layer.backward(grad_out.numpy())]
            grads += [getattr(layer, f"{name}_grad").copy() for name in names]
            return tuple(map(torch.tensor, grads))

    rng = np.random.default_rng(5)
    x = rng.permutation(int(np.prod(shape))).reshape(shape) / 20 - 1  # distinct: no window ties
    numbers = [rng.standard_normal(getattr(layer, name).shape) for name in names]
    leaves = [torch.tensor(a, requires_grad=True) for a in (x, *numbers)]
    assert torch.autograd.gradcheck(Ours.apply, leaves, eps=1e-6, atol=1e-7, rtol=1e-6)


def our_layers(rng):
    """A convolution, a max pool and a dense layer over images (1, 6, 5), three scores."""
    conv = ConvLayer(
        input_width=5,
        input_height=6,
        channel_number=1,
        filter_width=3,
        filter_height=2,
        filter_number=4,
        zero_padding=1,
        stride=1,
        activator=TanhActivator(),
        learning_rate=0.05,
        rng=rng,
    )
    dense = FullyConnectedLayer(4 * 3 * 2, 3, IdentityActivator(), 0.05, rng=rng)
    return conv, MaxPoolingLayer(5, 7, 4, 2, 2, 2), FlattenLayer(), dense


def their_layers(torch, conv, dense):
    """The same in PyTorch, with the same weights."""
    theirs = torch.nn.Sequential(
        torch.nn.Conv2d(1, 4, (2, 3), padding=1),
        torch.nn.Tanh(),
        torch.nn.MaxPool2d(2),
        torch.nn.Flatten(),
        torch.nn.Linear(24, 3),
    ).double()
    with torch.no_grad():
        for module, layer in ((theirs[0], conv), (theirs[4], dense)):
            module.weight.copy_(torch.tensor(layer.weights))
            module.bias.copy_(torch.tensor(layer.bias))
    return theirs


def their_descent(torch, theirs, x, labels, rng):
    """The loss of each step: ten times over 24 images, four at a time."""
    descent = torch.optim.SGD(theirs.parameters(), 0.05, momentum=0.9)
    for _ in range(10):
        for batch in rng.permutation(24).reshape(-1, 4):
            scores = theirs(torch.tensor(x[batch]))
            loss = torch.nn.functional.cross_entropy(scores, torch.tensor(labels[batch]))
            descent.zero_grad()
            loss.backward()
            descent.step()
            yield loss.item()


def test_60_steps_of_descent_with_momentum(torch):
    rng = np.random.default_rng(7)
    x = rng.standard_normal((24, 1, 6, 5))
    labels = rng.integers(0, 3, 24)
    layers = our_layers(rng)
    conv, *_, dense = layers
    theirs = their_layers(torch, conv, dense)
    losses = list(their_descent(torch, theirs, x, labels, np.random.default_rng(8)))
    how = {"epochs": 10, "batch_size": 4, "momentum": 0.9}
    history = train(Network(layers), x, labels, rng=np.random.default_rng(8), **how)
    assert len(losses) == 60 and losses[-1] < losses[0] / 2
    np.testing.assert_allclose(history.loss, losses, rtol=0, atol=1e-12)
    for module, layer in ((theirs[0], conv), (theirs[4], dense)):
        same(layer.weights, module.weight)
        same(layer.bias, module.bias)
