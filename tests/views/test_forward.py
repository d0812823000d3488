"""The explorer of the forward pass shows code without a letter that its numbers do not need, and
that code gives its numbers."""

import numpy as np
import pytest

from cnnlib import reference, views
from cnnlib.views.explorers.forward import at_every_place, in_steps


def loops_of(*arguments, **options):
    return views.explore_forward(*arguments, **options)._drawn.tale.loops


IMAGE, KERNEL = np.ones((5, 5)), np.ones((2, 2))


@pytest.mark.parametrize(
    ("options", "loops"),
    [
        ({}, at_every_place),
        ({"stride": 2}, in_steps),
        ({"padding": (0, 1)}, in_steps),
        ({"stride": (1, 2)}, reference.conv2d),
        ({"b": 0.5}, reference.conv2d),
    ],
)
def test_one_channel_and_one_kernel_are_told_with_few_letters(options, loops):
    assert loops_of(IMAGE, KERNEL, **options) is loops
    assert loops_of(IMAGE[None], KERNEL[None, None], **options) is reference.conv2d


@pytest.mark.parametrize("seed", range(8))
def test_the_code_that_is_shown_gives_the_numbers(seed):
    rng = np.random.default_rng([seed, 5])
    x, w = rng.standard_normal(rng.integers(4, 8, 2)), rng.standard_normal(rng.integers(1, 4, 2))
    explorer = views.explore_forward(x, w)
    assert np.allclose(at_every_place(x, w, 0 * explorer.numbers["net"]), explorer.numbers["net"])
    s, p = int(rng.integers(1, 4)), rng.integers(0, 3, 2)
    explorer.set(stride=s, padding=tuple(p.tolist()))
    net = explorer.numbers["net"]
    xp = np.pad(x, [(p[0], p[0]), (p[1], p[1])])
    assert np.allclose(in_steps(xp, w, 0 * net, s), net)


def test_channels_need_the_loops_with_all_letters():
    plain = views.explore_forward(np.ones((3, 3)), np.ones((2, 2)))
    deep = views.explore_forward(np.ones((2, 3, 3)), np.ones((1, 2, 2, 2)))
    several = views.explore_forward(np.ones((1, 3, 3)), np.ones((2, 1, 2, 2)))
    channel = views.explore_forward(np.ones((1, 3, 3)), np.ones((2, 2)))
    assert plain._drawn.tale.loops is at_every_place
    assert channel._drawn.tale.loops is reference.conv2d
    assert deep._drawn.tale.loops is several._drawn.tale.loops is reference.conv2d


def test_a_padding_that_makes_too_many_cells_is_refused():
    with pytest.raises(ValueError, match="x with its padding has shape .*, wanted at most"):
        views.explore_forward(np.ones((3, 3)), np.ones((2, 2)), padding=40)
