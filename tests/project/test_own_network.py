"""Lesson 08 trains with the reader's code: what is pasted and filled into the cells of the page is
what learns, and the page says whose code it is."""

import re

import numpy as np
import pytest

from cnnlib import ConvLayer
from tests.project.test_own_layer import BODIES, ROOT, compile_kept, from_the_blank_page
from tools.builder.answers import Solutions
from tools.builder.read import read

SOME = 64  # images to train with
YOURS = Solutions("08")
FUNCTIONS = {"grad_of_scores": "8.line", "dense_backward": "8.dense"}


def page(own_layer=..., functions=()):
    """The names that the page has defined when its networks are trained and have read; on few
    images, with the reader's layer and functions in place of the blanks."""
    cells = read(ROOT / "lessons/08_train_a_network.md").cells
    first, last = (
        next(n for n, cell in enumerate(cells) if begins in cell.source)
        for begins in ("## 3 ", "Whose code is it?")
    )
    names = {}
    opening = next(cell.source for cell in cells if cell.source.startswith("import time"))
    exec(re.sub(r"^room.*$", "", opening, flags=re.MULTILINE), names)
    whole = names["digits"]
    names["digits"] = whole._replace(train_x=whole.train_x[:SOME], train_y=whole.train_y[:SOME])
    for cell in cells[first : last + 2]:
        if cell.cell_type == "code":
            exec(compile_kept(cell.source), names)
            names |= {name: functions[name] for name in functions if name in cell.source}
            if cell.source == "OwnLayer = ...":
                names["OwnLayer"] = own_layer
    return names


def learned(names):
    """Has the loss fallen, from the first four steps to the last four?"""
    losses = names["history"].loss
    return np.mean(losses[-4:]) < 0.95 * np.mean(losses[:4])


def answers():
    return {name: YOURS.value(exercise) for name, exercise in FUNCTIONS.items()}


def test_as_shipped_the_library_stands_in_for_all_of_it(capsys):
    names = page()
    told = capsys.readouterr().out
    assert "yours: nothing\n" in told
    assert "stands in for: ConvLayer, dense_backward, grad_of_scores\n" in told
    assert "learns from 5,000 of 5,000 images\n" in told
    assert learned(names)
    both = [names[name].layers[0].weights for name in ("library", "network")]
    assert np.allclose(*both, rtol=0, atol=1e-4), "the same formulas, rounded in another order"


def test_the_reader_s_three_pieces_train_the_network(capsys):
    layer = from_the_blank_page(*BODIES)
    names = page(layer, answers())
    told = capsys.readouterr().out
    assert "yours: ConvLayer, dense_backward, grad_of_scores\n" in told
    assert "stands in for: nothing\n" in told
    network, twin = names["network"], names["twin"]
    assert [type(network.layers[n]) for n in (0, 2)] == [layer, layer]
    assert learned(names)
    assert np.allclose(twin.layers[2].weights, network.layers[2].weights, atol=1e-6)
    assert names["recording"].steps[-1] > 8


def test_the_functions_are_called_and_not_only_checked():
    called, steps = [], 4 * SOME // 16

    def counting(name, function):
        def answer(*given):
            if len(given[0]) == 16:  # a batch of the training; the checks have smaller ones
                called.append(name)
            return function(*given)

        return answer

    page(functions={name: counting(name, answer) for name, answer in answers().items()})
    assert [called.count(name) for name in FUNCTIONS] == [steps, steps]


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_wrong_function_is_named_and_does_not_train(capsys, name):
    wrong = {"grad_of_scores": lambda s, y: s, "dense_backward": lambda d, x, w: (d, x, w)}
    names = page(functions={name: wrong[name]})
    told = capsys.readouterr().out
    assert f"{FUNCTIONS[name]}: Not yet" in told and "yours: nothing\n" in told
    assert learned(names)


class Slow(ConvLayer):
    """A layer that takes its time."""

    def forward(self, x):
        sum(range(160_000 * (1 if np.ndim(x) == 3 else len(x))))
        return super().forward(x)


def test_slow_code_learns_from_fewer_images_and_the_library_reads(capsys, monkeypatch):
    names = page(Slow)
    told = capsys.readouterr().out
    assert re.search(r"learns from [\d,]+ of 5,000 images \(slow code", told)
    assert names["many"] < 5000 and "yours: ConvLayer\n" in told
    assert np.array_equal(names["predicted"], names["twin"].predict(names["digits"].test_x))


def test_a_class_that_takes_no_rng_gets_words(capsys):
    class NoRng:
        def __init__(self, *ten):
            pass

    names = page(NoRng)
    told = capsys.readouterr().out
    assert "your layer stops with TypeError" in told and "'rng'" in told
    assert names["Layer"] is ConvLayer and "yours: nothing\n" in told
