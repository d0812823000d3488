"""frames: what a grid looks like as HTML, live and still; maps in place of large grids; hostile
text."""

import base64
import io
import re
from html.parser import HTMLParser

import numpy as np
import pytest
from PIL import Image

from cnnlib import views
from cnnlib.views import frames, scripts, style
from cnnlib.views.frames import Grid, Scene
from tests.views.cases import every, make, number
from tests.views.hands import first_frame as still

HOSTILE = "<script>alert(1)</script> & \"double\" 'single'"


def scene(
    *grids,
    say="It is so.",
    formula="x[0,0] = 1",
    code=("for i:", "  x[i] += 1"),
    title="Title",
    **more,
):
    story = {"terms": [0], "formula": formula, "say": say, "line": 1, "seen": []}
    links = {"terms": [["x:0,0", "w:0,0", ""]], "stories": {"x:0,0": story}, "first": "x:0,0"}
    return Scene(title, [("", [list(grids)])], links, {}, list(code), **more)


class Reader(HTMLParser):
    """Tags with their attributes, and the text, of an HTML fragment; unbalanced tags are an
    error."""

    def __init__(self, html):
        super().__init__()
        self.tags, self.text, self.open = [], "", []
        self.feed(html)
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if tag not in ("img", "br", "col", "input"):
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.text += data


# ---- cells


@pytest.mark.parametrize("value", [1.0, -1.0, 0.5])
def test_the_tint_has_the_sign_and_grows_with_the_size(value):
    weak, strong = frames.shade(value / 2, 2), frames.shade(value, 2)
    assert weak[:7] == strong[:7] == ("#d6604d" if value > 0 else "#4393c3")
    assert int(weak[7:], 16) < int(strong[7:], 16) <= 80  # pale enough to read a number on it


def test_zero_and_an_empty_scale_have_no_sign():
    assert {frames.shade(v, 1) for v in (0.0, -0.0, np.nan)} | {frames.shade(3.0, 0)} == {"#8882"}


@every
def test_every_cell_shows_its_number_and_its_key(case):
    explorer = make(case)
    shown = dict(re.findall(r'<td data-cell="([^"]+)"[^>]*>([^<]*)</td>', explorer.scene["html"]))
    for name in {key.partition(":")[0] for key in explorer.scene["links"]["stories"]}:
        numbers = explorer.numbers[name]
        for place in np.ndindex(numbers.shape):
            assert shown[f"{name}:{','.join(map(str, place))}"] == number(numbers[place])


@every
def test_places_without_a_variable_are_told_apart_without_colour(case):
    html = make(case, 1).scene["html"]
    for kind, css, text in re.findall(r'data-cell="(pad|gap|cut):([^>]*)>([^<]*)<', html):
        assert "dashed" in css if kind == "cut" else text == "0"
    for kind, mark in frames.NO_CELL.items():
        assert all(mark in cell for cell in re.findall(rf'<td data-cell="{kind}:[^>]*>', html))


def test_captions_give_the_size_of_the_array_not_of_its_padding():
    explorer = views.explore_forward(np.ones((3, 4)), np.ones((2, 2)), padding=(1, 2))
    assert "<b>x</b> 3×4<br>the layer’s input, padding 1 and 2" in explorer.scene["html"]
    heads = re.findall(r'<th scope="col"[^>]*>([^<]*)</th>', explorer.scene["html"])
    assert heads[:8] == ["−2", "−1", "0", "1", "2", "3", "4", "5"]


# ---- the first frame: safe, small, the same every time, and readable without a script


@every
@pytest.mark.parametrize("seed", range(3))
def test_the_first_frame_survives_an_untrusted_notebook(case, seed):
    """Such a notebook drops data-*, id, role, aria-*, <style>, <script>, svg and var(): none may be
    needed."""
    read = Reader(still(make(case, seed)))
    tags = "div p b br span figure figcaption table colgroup col thead tbody tr th td".split()
    for tag, attributes in read.tags:
        of_img = {"src", "alt", "width", "height", "style"}
        kept = of_img if tag == "img" else {"style", "scope", "span"}
        assert tag in [*tags, "img"]
        assert {name for name in attributes if not name.startswith("data-")} <= kept
        lost = r"var\(|url\(|expression|outline-offset|position|@"
        assert not re.search(lost, attributes.get("style", ""))
    assert not any("data-cell" in attributes for _, attributes in read.tags)


@every
def test_the_first_frame_is_small_and_the_same_on_every_call(case):
    explorer = make(case)
    html = still(explorer)
    assert len(html.encode()) < 60_000
    assert html == still(explorer) == still(make(case))


@every
def test_the_first_frame_says_and_marks_what_is_selected(case):
    explorer = make(case, 2)
    html = still(explorer)
    assert frames.escape(explorer.sentence) in html
    story = explorer.scene["links"]["stories"][explorer.pick]
    told = frames.OF.sub("", story["formula"])
    assert told in re.sub('style="border-bottom:2px solid #\\w+"', "", html)
    assert html.count('<span data-line="') == len(explorer._scene.code)
    bold = re.findall(r'<span data-line="(\d+)" style="font-weight:700"', html)
    assert bold == ([str(story["line"])] if story["line"] >= 0 else [])
    marked = re.findall(r"outline:3px (?:solid|dashed) #\w+", html)
    terms = [explorer.scene["links"]["terms"][t] for t in story["terms"]]
    printed = re.sub("<table data-map.*?</table>", "", explorer.scene["html"])
    lit = {key for key in sum(terms, []) if key} | {explorer.pick, *story["seen"]}
    places = sum(printed.count(f'data-cell="{key}"') for key in lit)
    assert len(marked) + html.count("outline:2px dotted") == places > 0


def test_lit_cells_differ_in_their_lines_not_only_in_colour():
    lines = [re.search("outline:([^#]+)", css)[1] for css in frames.LIT]
    assert "font-weight" in frames.LIT[0] and "font-weight" not in "".join(frames.LIT[1:])
    assert len(set(lines[1:])) == 3


@pytest.mark.parametrize("numbers", [8, 19])
def test_the_largest_frames_stay_small(numbers):
    rng = np.random.default_rng(0)
    for explorer in (
        views.explore_forward(
            rng.normal(size=(3, numbers, numbers)), rng.normal(size=(1, 3, 3, 3)), b=0.123456
        ),
        views.explore_input_gradient(rng.normal(size=(numbers, numbers)), rng.normal(size=(3, 3))),
        views.explore_mean_pooling(rng.normal(size=(numbers, numbers))),
    ):
        assert len(still(explorer).encode()) < 60_000


# ---- contrast: text 4.5 to 1, lines 3 to 1, in the light and in the dark theme


def luminance(rgb):
    linear = [
        v / 12.92 if v <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4 for v in np.array(rgb) / 255
    ]
    return float(np.dot(linear, [0.2126, 0.7152, 0.0722]))


def contrast(one, other):
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def rgb(text):
    text = text.removeprefix("#")
    return [int(text[k] * 2 if len(text) == 3 else text[2 * k : 2 * k + 2], 16) for k in range(3)]


PAPER = {"light": (255, 255, 255), "dark": (17, 17, 17)}
INK = {"light": (0, 0, 0), "dark": (255, 255, 255)}


@pytest.mark.parametrize("theme", PAPER)
def test_the_colours_of_the_stylesheet_can_be_read(theme):
    both = re.findall(r"--(\w+): light-dark\((#\w+), (#\w+)\);", scripts.style("grids"))
    colours = {name: rgb(value[theme == "dark"]) for name, *value in both}
    for name in style.QUANTITIES:  # the factors of a formula, as text and behind text
        for behind in (PAPER[theme], colours["onfactor"]):
            assert contrast(colours[name], behind) >= 4.5
    for name in ("edge", "focus"):
        assert contrast(colours[name], PAPER[theme]) >= 3
    assert contrast(rgb("#ffc933"), (0, 0, 0)) >= 4.5


@pytest.mark.parametrize("theme", PAPER)
def test_what_is_stored_can_be_read_in_both_themes(theme):
    for line in [style.PLAIN, *(colour.still for colour in style.QUANTITIES.values())]:
        assert contrast(rgb(line), PAPER[theme]) >= 3
    for value in (1, -1, 0):
        tint = frames.shade(value, 1)
        tint = tint if len(tint) == 9 else "#" + "".join(2 * c for c in tint[1:])
        share = int(tint[7:], 16) / 255
        behind = [share * c + (1 - share) * p for c, p in zip(rgb(tint), PAPER[theme], strict=True)]
        assert contrast(behind, INK[theme]) >= 4.5


# ---- hostile text is text


@pytest.mark.parametrize("pick", [None, "x:0,0"])
def test_text_is_shown_as_text(pick):
    grid = Grid("x", np.ones((1, 1)), HOSTILE, HOSTILE)
    told = scene(grid, say=HOSTILE, code=[HOSTILE, HOSTILE], title=HOSTILE)
    told.panes.append((HOSTILE, [[grid]]))
    html = frames.frame(told, pick)
    assert "<script" not in html and Reader(html).text.count(HOSTILE) == (9 if pick else 8)


def test_text_is_shown_as_text_in_a_map():
    grid = Grid("x", np.ones((21, 21)), HOSTILE, HOSTILE)
    for pick in (None, "x:0,0"):
        read = Reader(frames.frame(scene(grid), pick))
        assert read.text.count(HOSTILE) == 2 and not any(tag == "script" for tag, _ in read.tags)
    (alt,) = [attributes["alt"] for tag, attributes in read.tags if tag == "img"]
    assert alt.startswith(HOSTILE)


# ---- large grids become maps


def drawn(html):
    """The colours of the picture in a still frame, one for each number."""
    code = re.search(r'src="data:image/png;base64,([^"]+)"', html)[1]
    image = np.asarray(Image.open(io.BytesIO(base64.b64decode(code))).convert("RGB"))
    return image[4::9, 4::9]


@pytest.mark.parametrize(
    "shape, printed",
    [((14, 14), True), ((12, 12), True), ((15, 14), False), ((9, 16), True), ((2, 21), False)],
)
def test_large_grids_are_maps(shape, printed):
    html = frames.frame(scene(Grid("x", np.ones(shape))))
    assert ("data-map" not in html) == printed == ("<th" in html)


def test_many_grids_are_maps_where_all_their_numbers_are_too_many():
    grids = [Grid(f"g{n}", np.ones((10 + n % 2, 12))) for n in range(6)]
    assert len(frames.too_large(scene(*grids))) == 3
    assert frames.too_large(scene(*grids[:3])) == set()


def test_a_live_map_keeps_keys_and_numbers_for_the_script():
    explorer = views.explore_forward(np.random.default_rng(0).random((28, 28)), -np.ones((3, 3)))
    html = explorer.scene["html"]
    assert html.count("data-map") == 2
    assert html.count('data-cell="x:') == 784 and html.count('data-cell="w:') == 9
    css = r"text-align:center;background:#[0-9a-f]{6}"
    assert re.search(rf'data-cell="x:0,0" style="{css}">0.637<', html)
    assert "blue −" in html and ", white 0, red " in html
    explorer.select("net", 25, 25)
    assert explorer.sentence.startswith("net[25,25] is −") and len(still(explorer)) < 20_000


def test_a_still_map_shows_sign_size_and_what_is_lit():
    x = np.zeros((15, 15))
    x[0, 1], x[0, 2], x[0, 3], x[5, 5] = 4, 2, -4, 1
    told = scene(Grid("x", x))
    told.links["stories"]["x:0,0"] |= {"terms": [], "seen": []}
    colours = drawn(frames.frame(told, "x:0,0")).astype(int)
    assert colours.shape == (15, 15, 3)
    assert colours[0, 0].tolist() == [255, 201, 51] and (colours[9, 9] > 240).all()
    assert colours[0, 1, 0] > colours[0, 1, 2] and colours[0, 3, 2] > colours[0, 3, 0]
    assert colours[0, 2].sum() > colours[0, 1].sum()
    other = scene(Grid("w", x))
    own = rgb(style.QUANTITIES["w"].still)
    assert drawn(frames.frame(other, "x:0,0"))[0, 0].tolist() == own


def test_a_hidden_cell_of_a_map_shows_nothing():
    x = np.full((15, 15), 3.0)
    hidden = frozenset({"x:1,1"})
    html = frames.frame(scene(Grid("x", x), hidden=hidden), "x:0,0")
    assert (drawn(html)[1, 1] > 240).all() and not (drawn(html)[1, 2] > 240).all()
    live = frames.frame(scene(Grid("x", x), hidden=hidden))
    css = "text-align:center;background:#8882"
    assert f'<td data-cell="x:1,1" data-guess style="{css}">?</td>' in live
