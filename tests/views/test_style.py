"""The colours of the quantities: the same everywhere, and apart for every kind of eye."""

import re
from itertools import combinations

import numpy as np
import pytest

from cnnlib import views
from cnnlib.views import scripts, style

# how eyes without one kind of cone see linear red, green and blue (Machado and others, 2009)
EYES = {
    "all cones": np.eye(3),
    "protanopia": [
        [0.152286, 1.052583, -0.204868],
        [0.114503, 0.786281, 0.099216],
        [-0.003882, -0.048116, 1.051998],
    ],
    "deuteranopia": [
        [0.367322, 0.860646, -0.227968],
        [0.280085, 0.672501, 0.047413],
        [-0.011820, 0.042940, 0.968881],
    ],
    "tritanopia": [
        [1.255528, -0.076749, -0.178779],
        [-0.078411, 0.930809, 0.147602],
        [0.004733, 0.691367, 0.303900],
    ],
}
# linear light -> cones -> OKLab (Ottosson, 2020), where distances are as large as they look
CONES = np.array(
    [
        [0.4122214708, 0.5363325363, 0.0514459929],
        [0.2119034982, 0.6806995451, 0.1073969566],
        [0.0883024619, 0.2817188376, 0.6299787005],
    ]
)
OKLAB = np.array(
    [
        [0.2104542553, 0.7936177850, -0.0040720468],
        [1.9779984951, -2.4285922050, 0.4505937099],
        [0.0259040371, 0.7827717662, -0.8086757660],
    ]
)
APART = 0.08  # black and white are 1 apart; 0.02 is just seen


def seen(colour, eye):
    """A colour "#rrggbb" in OKLab, as that eye sees it."""
    light = np.frombuffer(bytes.fromhex(colour[1:]), np.uint8) / 255
    linear = np.where(light <= 0.04045, light / 12.92, ((light + 0.055) / 1.055) ** 2.4)
    return OKLAB @ np.cbrt(CONES @ np.clip(np.array(EYES[eye]) @ linear, 0, 1))


def nearest(colours, eye):
    """(distance, the two) of the two colours that this eye sees nearest to each other."""
    pairs = combinations(colours.items(), 2)
    return min(
        (float(np.linalg.norm(seen(a, eye) - seen(b, eye))), name, other)
        for (name, a), (other, b) in pairs
    )


@pytest.mark.parametrize("eye", EYES)
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_quantities_are_apart_for_every_kind_of_eye(theme, eye):
    colours = {name: getattr(colour, theme) for name, colour in style.QUANTITIES.items()}
    assert nearest(colours, eye) > (APART, "", "")


def test_red_and_green_alike_would_be_noticed():
    assert nearest({"red": "#b03030", "green": "#5e5e18"}, "all cones") > (APART, "", "")
    assert nearest({"red": "#b03030", "green": "#5e5e18"}, "deuteranopia") < (APART, "", "")


@pytest.mark.parametrize("kind", ["grids", "maps"])
def test_the_style_sheet_has_the_same_colours(kind):
    found = re.findall(r"--(\w+): light-dark\((#\w+), (#\w+)\);", scripts.style(kind))
    told = {name: colours for name, *colours in found}
    for name, colour in style.QUANTITIES.items():
        assert told[name] == [colour.light, colour.dark]
        rule = f'[data-of="{name}"],\n.ex .q-{name} {{\n--q: var(--{name});'
        assert rule in scripts.style(kind)


def test_every_grid_of_an_explorer_belongs_to_a_quantity():
    for name, make in views.examples().items():
        if name.startswith("explore_"):
            kinds = re.findall(
                r'data-grid="(\w+)" data-role="\d" data-of="(\w*)"', make().scene["html"]
            )
            assert kinds
            assert {grid for grid, kind in kinds if not kind} <= {"winners", "onehot", "E"}, name


@pytest.mark.parametrize("name", style.QUANTITIES)
def test_tints_go_from_pale_to_strong_and_carry_black_text(name):
    tints = style.tints(name, 3)
    assert [len(tint) for tint in tints] == [7, 7, 7] and len(set(tints)) == 3
    shades = [sum(bytes.fromhex(tint[1:])) for tint in tints]
    assert shades == sorted(shades, reverse=True) and shades[-1] > 300
    own = np.array(list(bytes.fromhex(style.hue(name)[1:])), float)
    for tint, part in zip(tints, (0.25, 0.5, 0.75), strict=True):
        rgb = np.array(list(bytes.fromhex(tint[1:])), float)
        assert np.abs((255 - rgb) - part * (255 - own)).max() <= 0.5


def test_what_a_name_stands_for():
    asked = ("x", "w_rot:1,0", "b:0", "out:2", "grad_x:0,0", "delta_wide", "winners:0", "")
    assert [style.quantity(a) for a in asked] == ["x", "w", "w", "net", "grad", "delta", "", ""]


def test_what_is_no_quantity_has_the_plain_colour():
    assert style.hue("nothing") == style.hue("nothing:0") == style.PLAIN != style.hue("delta")
