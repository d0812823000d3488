"""Lesson 06's layer, built from the cells of the page: its right parts are the reader's, and it
equals the library's."""

import linecache
import re
from pathlib import Path

import numpy as np
import pytest

from cnnlib import (
    ConvLayer,
    IdentityActivator,
    ReluActivator,
    TanhActivator,
    bugs,
    clinic,
    datasets,
    digit_network,
    ops,
    train,
    use,
    views,
)
from cnnlib.course import verdict
from cnnlib.course.exercise import find
from tests.test_layers import DELTA, GRAD_W, GRAD_X, OUT, W1, W2, X
from tools.builder.answers import Solutions
from tools.builder.read import read

ROOT = Path(__file__).parents[2]
PARTS = {
    "6.forward": "forward",
    "6.delta": "delta_of",
    "6.backward": "backward",
}
EVERY_CHECK = ["(a)", "(b)", "(d)", "tanh, twice", "hands off", "update"]
POOLS = {"= for += in overlapping pools", "every tied cell gets the full delta"}

LINES = [  # what a reader may write in the blanks of section 3, from top to bottom
    "self.bias -= learning_rate * self.bias_grad",
    "net = ops.conv2d(as_batch(x), self.weights, self.bias, self.stride, self.zero_padding)",
    "self.out = self.activator.forward(self.net)",
    "return grad_out * self.activator.derivative(self.net)",
    "self.weights_grad[...] = ops.conv2d_grad_w(delta, x, self.weights.shape[2:], *places)",
    "self.bias_grad[...] = ops.conv2d_grad_b(delta)",
    "grad_x = ops.conv2d_grad_x(delta, self.weights, x.shape[2:], *places)",
]


def page(lines=None):
    """The names that lesson 06 has defined where its layer is complete: the blanks as they are, or
    filled with lines."""
    cells = read(ROOT / "lessons" / "06_build_the_layer.md").cells
    first, end = (
        next(n for n, cell in enumerate(cells) if cell.source.startswith(heading))
        for heading in ("## 3 ", "## 4 ")
    )
    before = [cell for cell in cells[:first] if re.match("import|x = ", cell.source)]
    blank = re.compile(r"^( +)\S.*# your line.*$" if lines else "(?!)", re.MULTILINE)
    names, left = {}, list(lines or [])
    for cell in [*before, *cells[first:end]]:
        if cell.cell_type == "code":
            source = blank.sub(lambda found: found[1] + left.pop(0), cell.source)
            exec(compile_kept(source), names)
    assert not left
    return names


def compile_kept(source):
    """Code whose text inspect finds, as that of a notebook's cell."""
    name = f"<cell {hash(source)}>"
    linecache.cache[name] = (len(source), None, source.splitlines(keepends=True), name)
    return compile(source, name, "exec")


def solutions():
    return {name: Solutions("06").value(name) for name in [*PARTS, "6.line"]}


def built(answers):
    """The page's layer after a reader has given these answers and has run the cells that build them
    in."""
    names = page()
    layer, one_filter = names["MyConvLayer"], names["MyFilter"]
    for exercise, answer in answers.items():
        part = use(exercise, answer)
        if exercise == "6.line":
            one_filter.update = part
        else:
            setattr(layer, PARTS[exercise], part)
    return layer


@pytest.fixture(scope="module", params=[None, LINES], ids=["as shipped", "filled in"])
def own(request):
    return page(request.param)["MyConvLayer"]


def near(a, b, apart=1e-12):
    return a.shape == b.shape and np.allclose(a, b, rtol=0, atol=apart)


def passed(layer_class):
    return [name for name, result in clinic.check_layer(layer_class).items() if result.passed]


def example(layer_class):
    layer = layer_class(
        input_width=5,
        input_height=5,
        channel_number=3,
        filter_width=3,
        filter_height=3,
        filter_number=2,
        zero_padding=1,
        stride=2,
        activator=IdentityActivator(),
        learning_rate=0.001,
        rng=np.random.default_rng(0),
    )
    layer.weights[...], layer.bias[...] = np.stack([W1, W2]), [1, 0]
    return layer


def test_the_5x5x3_example_to_the_last_digit(own):
    layer = example(own)
    assert layer.forward(X).tolist() == OUT
    assert layer.backward(DELTA).tolist() == GRAD_X
    assert layer.weights_grad.tolist() == GRAD_W and layer.bias_grad.tolist() == [9, 7]
    second = layer.filters[1]
    assert second.weights_grad.tolist() == GRAD_W[1] and second.bias_grad.tolist() == [7]
    layer.update()
    assert np.array_equal(layer.weights, np.stack([W1, W2]) - 0.001 * np.array(GRAD_W))
    assert layer.bias.tolist() == [0.991, -0.007]


def test_it_passes_the_tests_of_the_library_s_layer(own):
    for layer_class in (own, ConvLayer):
        assert passed(layer_class) == EVERY_CHECK


@pytest.mark.parametrize("activator", [IdentityActivator, ReluActivator, TanhActivator])
@pytest.mark.parametrize(
    ("size", "kernel", "padding", "stride"),
    [((5, 4), (3, 2), 0, 1), ((7, 6), (2, 3), 2, 2), ((6, 8), (1, 1), 1, 3)],
)
def test_it_gives_the_library_s_numbers_for_every_geometry(
    own, size, kernel, padding, stride, activator
):
    rng = np.random.default_rng(1)
    x = rng.standard_normal((3, 2, *size[::-1]))
    ten = (*size, 2, *kernel, 4, padding, stride, activator(), 0.1)
    mine, theirs = (made(*ten, rng=np.random.default_rng(2)) for made in (own, ConvLayer))
    assert (mine.output_height, mine.output_width) == (theirs.output_height, theirs.output_width)
    for images in (x, x[0]):
        out = mine.forward(images)
        errors = rng.standard_normal(out.shape)
        assert near(out, theirs.forward(images))
        assert near(mine.backward(errors), theirs.backward(errors))
        for layer in (mine, theirs):
            layer.update()
        for name in ("weights", "bias", "weights_grad", "bias_grad", "delta", "net", "out"):
            assert near(getattr(mine, name), getattr(theirs, name)), name


def test_it_trains_in_the_digit_network_to_the_same_weights(own):
    digits = datasets.digits()
    networks = []
    for extra in ({}, {"conv_layer": own}):
        rng = np.random.default_rng(0)
        networks.append(digit_network(rng, **extra))
        recipe = {"epochs": 2, "batch_size": 32, "momentum": 0.9}
        train(networks[-1], digits.train_x[:256], digits.train_y[:256], rng=rng, **recipe)
    theirs, mine = networks
    assert type(mine.layers[0]) is own and type(theirs.layers[0]) is ConvLayer
    for n in (0, 2, 5):
        assert near(mine.layers[n].weights, theirs.layers[n].weights, 1e-9)
    untrained = digit_network(np.random.default_rng(0))
    assert not near(mine.layers[0].weights, untrained.layers[0].weights, 1e-3)


@pytest.mark.parametrize(
    ("lines", "told"), [(None, "The library's stands in for it."), (LINES, "Yours is built in.")]
)
def test_the_page_says_whose_part_is_at_work(lines, told, capsys):
    names = page(lines)
    out = capsys.readouterr().out
    assert out.count(told) == 4 and out.count("Right.") == (8 if lines else 0)
    whose = "yours" if lines else "not yours yet"
    assert len(re.findall(rf"part \d, \w+: {whose}\n", out)) == 4
    for exercise, method in PARTS.items():
        wanted = names[method] if lines else find(exercise).right
        assert getattr(names["MyConvLayer"], method) is wanted
    assert names["MyFilter"].update is (names["update_filter"] if lines else find("6.line").right)


def test_right_parts_stay_the_reader_s_own():
    answers = solutions()
    layer = built(answers)
    assert all(getattr(layer, method) is answers[name] for name, method in PARTS.items())


def test_a_part_may_use_all_that_the_layer_holds_and_no_number_of_the_page():
    sizes = {
        "x.shape[2:]": "(self.input_height, self.input_width)",
        "self.weights.shape[2:]": "(self.filter_height, self.filter_width)",
    }
    fixed = {"self.stride, self.zero_padding": "2, 1", "*places": "2, 1"}
    for words, told in ((sizes, "right"), (fixed, "wrong")):
        names = page([other_words(line, words) for line in LINES])
        for name in ("6.forward", "6.backward"):
            assert verdict(name, names[PARTS[name]]).status == told


def other_words(line, words):
    for word, other in words.items():
        line = line.replace(word, other)
    return line


def test_an_open_or_wrong_part_is_the_library_s_and_all_others_stay():
    answers = solutions()
    answers["6.delta"] = lambda self, grad_out: grad_out
    layer = built(answers)
    assert layer.delta_of is find("6.delta").right and layer.backward is answers["6.backward"]
    assert passed(layer) == EVERY_CHECK
    assert all(getattr(built({}), method) is find(name).right for name, method in PARTS.items())


@pytest.mark.parametrize("name", sorted(set(bugs.BUGS) - POOLS))
def test_check_layer_finds_every_bug_of_a_convolution(name):
    with bugs.planted(name):
        assert passed(ConvLayer) != EVERY_CHECK


def test_check_layer_finds_a_slip_in_any_part_of_a_reader_s_class(own):
    class Forgetful(own):
        def delta_of(self, grad_out):
            return grad_out

    class BatchOnly(own):
        def forward(self, x):
            return super().forward(x if x.ndim == 4 else x[None])

    class NoBias(own):
        def backward(self, grad_out):
            grad_x = super().backward(grad_out)
            self.bias_grad[...] = 0
            return grad_x

    assert passed(Forgetful) == ["hands off", "update"]
    assert passed(NoBias) == ["hands off", "update"]
    assert passed(BatchOnly) == [name for name in EVERY_CHECK if name != "(d)"]


# ---- the blank page

SKELETON = re.compile(r"^( +)\.\.\.$", re.MULTILINE)
BODIES = [  # what a reader may write on the blank page, with names of his own
    """self.p, self.s, self.f, self.learning_rate = zero_padding, stride, activator, learning_rate
        self.weights = 0.1 * rng.standard_normal(
            (filter_number, channel_number, filter_height, filter_width)
        )
        self.weights_grad, self.bias = np.zeros_like(self.weights), np.zeros(filter_number)
        self.bias_grad = np.zeros(filter_number)""",
    "return (input_size + 2 * zero_padding - filter_size) // stride + 1",
    """self.image, self.kept = x.shape, x.reshape(-1, *x.shape[-3:])
        self.before = ops.conv2d(self.kept, self.weights, self.bias, self.s, self.p)
        out = self.f.forward(self.before)
        return out if x.ndim == 4 else out[0]""",
    """d = grad_out.reshape(self.before.shape) * self.f.derivative(self.before)
        size = self.weights.shape[2:]
        self.weights_grad[...] = ops.conv2d_grad_w(d, self.kept, size, self.s, self.p)
        self.bias_grad[...] = d.sum((0, 2, 3))
        sent = ops.conv2d_grad_x(d, self.weights, self.image[-2:], self.s, self.p)
        return sent.reshape(self.image)""",
    """self.weights -= self.learning_rate * self.weights_grad
        self.bias -= self.learning_rate * self.bias_grad""",
]


def from_the_blank_page(*bodies):
    """OwnLayer of the page, its five blanks filled."""
    cells = read(ROOT / "lessons" / "06_build_the_layer.md").cells
    [source] = [cell.source for cell in cells if cell.source.startswith("class OwnLayer")]
    left = list(bodies)
    filled = SKELETON.sub(lambda found: found[1] + left.pop(0), source) if bodies else source
    names = {"np": np, "ops": ops}
    exec(compile_kept(filled), names)
    assert not left
    return names["OwnLayer"]


def with_slip(n, old, new):
    """OwnLayer with a slip in its n-th body."""
    assert old in BODIES[n]
    return from_the_blank_page(*BODIES[:n], BODIES[n].replace(old, new), *BODIES[n + 1 :])


def test_an_empty_page_says_so_and_the_other_layer_stands_in(capsys):
    assert clinic.use_layer(from_the_blank_page(), instead=ConvLayer) is ConvLayer
    told = capsys.readouterr().out
    assert told == "Your layer is not complete yet. ConvLayer stands in for it.\n"
    assert clinic.wrong_gradient(from_the_blank_page()) is None


def test_a_layer_from_the_blank_page_is_built_in(capsys):
    layer = from_the_blank_page(*BODIES)
    assert clinic.use_layer(layer, instead=ConvLayer) is layer
    told = capsys.readouterr().out
    assert told.count("passes") == 7 and "Your layer is built in." in told
    assert clinic.wrong_gradient(layer) is None
    made = example(layer)
    assert made.forward(X).tolist() == OUT and made.backward(DELTA).tolist() == GRAD_X
    made.update()
    assert np.allclose(made.bias, [0.991, -0.007], rtol=0, atol=1e-15)


HURT = {  # what is written in the n-th body in place of what: the words, the gradient that hurts
    (3, " * self.f.derivative(self.before)", ""): ("ReLU mask missing", "grad_x"),
    (3, "self.weights, self.image", "self.weights[:, :, ::-1, ::-1], self.image"): (
        "kernel not rotated",
        "grad_x",
    ),
    (3, "d.sum((0, 2, 3))", "d.mean((0, 2, 3))"): ("grad_b[0] is ", "grad_b"),
    (3, "derivative(self.before)", "derivative(self.f.forward(self.before))"): (
        "f′ is taken at out, not at net",
        "grad_x",
    ),
    (4, "self.bias -=", "self.bias +="): ("bias: the step goes uphill", None),
    (1, " + 1", ""): ("6.size: Not yet: ", None),
    (0, "= zero_padding, stride", "= stride, zero_padding"): ("(a)", None),
}


@pytest.mark.parametrize("slip", HURT, ids=str)
def test_a_slip_on_the_blank_page_is_named_and_shown_where_it_hurts(slip, capsys):
    layer, (words, gradient) = with_slip(*slip), HURT[slip]
    assert clinic.use_layer(layer, instead=ConvLayer) is ConvLayer
    told = capsys.readouterr().out
    assert words in told and told.endswith("ConvLayer stands in for it.\n")
    found = clinic.wrong_gradient(layer)
    assert (found and found[0]) == gradient
    if gradient:
        name, analytic, numeric = found
        assert analytic.shape == numeric.shape and not near(analytic, numeric, 1e-3)
        figure = views.plot_difference(name, analytic, numeric)
        heats = [a for a in figure.axes if a.images and a.images[0].get_cmap().name == "Reds"]
        shown = np.concatenate([a.images[0].get_array().data.ravel() for a in heats])
        assert near(shown, np.abs(analytic - numeric).ravel())


@pytest.mark.parametrize("momentum", [0, 0.9])
def test_training_takes_the_step_of_the_reader_s_own_layer(momentum):
    """A planted update is felt: the loss falls by the layer's own step, or not at all."""
    taken = []

    class Planted(from_the_blank_page(*BODIES)):
        def update(self):
            taken.append(self)
            super().update()

    class Still(Planted):
        def update(self):
            taken.append(self)

    digits = datasets.digits()
    for made, moves in ((Planted, True), (Still, bool(momentum))):
        taken.clear()
        rng = np.random.default_rng(0)
        network = digit_network(rng, made)
        before = network.layers[0].weights.copy()
        recipe = {"epochs": 1, "batch_size": 16, "momentum": momentum}
        train(network, digits.train_x[:64], digits.train_y[:64], rng=rng, **recipe)
        assert len(taken) == (0 if momentum else 8)  # two convolutions, four steps
        assert near(network.layers[0].weights, before) == (not moves)


def test_training_takes_the_step_of_the_reader_s_filter():
    names = page(LINES)
    names["MyFilter"].update = lambda self, learning_rate: None
    digits, rng = datasets.digits(), np.random.default_rng(0)
    network = digit_network(rng, names["MyConvLayer"])
    before = [layer.weights.copy() for layer in (network.layers[0], network.layers[5])]
    train(network, digits.train_x[:64], digits.train_y[:64], epochs=1, batch_size=16, rng=rng)
    still, dense = (near(network.layers[n].weights, w) for n, w in zip((0, 5), before))
    assert still and not dense


@pytest.mark.parametrize("made", [None, object, print, lambda *ten, rng: None])
def test_whatever_is_put_on_the_blank_page_is_answered(made, capsys):
    assert clinic.use_layer(made, instead=ConvLayer) is ConvLayer
    assert capsys.readouterr().out.endswith("ConvLayer stands in for it.\n")
    assert clinic.wrong_gradient(made) is None
