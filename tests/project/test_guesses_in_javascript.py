"""The answers of an explorer without Python: word for word what Python says, and shows."""

import json
import random
import shutil
import time
import unicodedata

import pytest

from cnnlib import clinic, typed, views
from cnnlib.views import scripts
from cnnlib.views.explorers import book
from cnnlib.views.explorers.book import as_text
from cnnlib.views.words import number
from tests.conftest import absent
from tests.project.node import Node

DRIVER = """
const models = new Map();
const told = ([name, state, wish]) => {
  const { book, kind } = models.get(name);
  return kind === "grids"
    ? knownOfGrids(book, readScene(state), wish)
    : knownOfMaps(book, state.values.predict, wish);
};
const does = {
  open: ([name, answers, kind, state]) => {
    models.set(name, { book: bookOf({ get: () => answers }), kind, state });
    return true;
  },
  ask: told,
  read: (text) => {
    const found = read(plain(text));
    return Number.isNaN(found) ? null : found;
  },
  hear: ([name, wishes]) => {
    const { state } = models.get(name);
    return wishes.map((wish) => told([name, state, wish])).map(({ ok, why }) => [ok, why]);
  },
};
const asText = (_, value) =>
  value instanceof Uint8Array ? { bytes64: Buffer.from(value).toString("base64") } : value;
require("readline").createInterface({ input: process.stdin }).on("line", (line) => {
  const [what, list] = JSON.parse(line);
  console.log(JSON.stringify(list.map(does[what]), asText));
});
"""
TEXTS = [
    "",
    "no idea",
    "1/0",
    "1e999",
    "--3",
    "2,5,1",
    "nan",
    "3;4",
    "3–5",
    "9" * 50,
    "“2”",
    "٣",
    "0x1",
    "1_0",
]
GRIDS = [name for name, make in views.examples().items() if make().kind == "grids"]
MAPS = {
    "kernel_lab": lambda: views.kernel_lab(predict=True),
    "walk_the_layers": lambda: views.walk_the_layers(predict=True),
    "gradient_check_lab": lambda: views.gradient_check_lab(predict=True),
    "closed box": lambda: views.bug_clinic(patient=clinic.patient("a word", 3), predict=True),
}


def node_of(kind):
    @pytest.fixture(scope="module")
    def node(tmp_path_factory):
        if shutil.which("node") is None:
            absent("browser", "no node, which runs the explorers' script here: install Node.js")
        script = scripts.classic(kind) + DRIVER
        node = Node(tmp_path_factory.mktemp("node") / f"{kind}.js", script, as_text)
        yield node
        node.close()

    return node


grids, maps = node_of("grids"), node_of("maps")


def told_here(explorer, wish):
    """What Python answers: (ok, words)."""
    heard = []
    explorer.send = heard.append
    explorer._hear({"id": "1", **wish})
    (answer,) = heard
    return answer["ok"], answer["why"]


def judged(question, guess):
    """The same, of a Question that is asked again and again."""
    told = book.judged(question, guess)
    return [told["ok"], told["why"]]


def scene_of(explorer):
    """The scene as the page shows it: texts of terms that it never reads aside."""
    scene = json.loads(explorer._drawn.text)
    return {part: scene[part] for part in ("html", "links", "hidden", "source", "target")}


def opened(node, name):
    """The example of a name, its results hidden, its book given to node."""
    explorer = views.examples()[name]()
    explorer.predict()
    explorer.write_answers()
    node.ask("open", [name, explorer.answers, "grids", json.loads(explorer._drawn.text)])
    return explorer


def cell_sets(explorer, key, draw):
    """Sets of cells that somebody marks: the right one, slips, and many others."""
    tale = explorer._drawn.tale
    right, sources = tale.taking_part(key), tale.keys(tale.source)
    yield right
    yield frozenset()
    yield frozenset(sources)
    for _, cells in tale.wrong_cells(key):
        yield cells
    for part in sorted(right):
        yield right - {part}
        yield right | {draw.choice(sources)}
    for _ in range(10):
        yield frozenset(draw.sample(sources, draw.randint(1, len(sources))))


def numbers(question, draw):
    """Texts that somebody types for a number: right, wrong with a name, near, far, unreadable."""
    known = question.known
    for value in (known["right"], *known["slips"].values()):
        yield from (number(value), repr(float(value)), f"{value:.3g}".replace(".", ","))
        yield from (f"{value * 3!r}/3", f" {value + 1e-10!r} ", f"{value:+.5g}", f"{value:.3e}")
        yield from (repr(float(value * 1.0001)), repr(float(value * 1.00004)), repr(-float(value)))
    for _ in range(5):
        yield repr(draw.uniform(-20, 20))
        yield f"{draw.randint(-9, 9)}/{draw.randint(0, 9)}"
        yield f"{draw.randint(-99_999, 99_999)}5e-{draw.randint(0, 9)}"
    yield from TEXTS


@pytest.mark.parametrize("name", GRIDS)
def test_every_guess_at_cells_and_numbers_is_answered_alike(grids, name):
    draw, explorer = random.Random(name), opened(grids, name)
    wishes, here = [], []
    for key in explorer._walk(explorer._scene.target):
        if explorer._drawn.tale.source:
            question = explorer._which_cells(key)
            for cells in map(sorted, cell_sets(explorer, key, draw)):
                wishes.append({"do": "guess_cells", "cell": key, "cells": cells})
                here.append(judged(question, cells))
        question = explorer._question(key)
        for text in numbers(question, draw):
            wishes.append({"do": "guess", "cell": key, "text": text})
            here.append(judged(question, text))
    [there] = grids.ask("hear", [name, wishes])
    assert [pair for pair in zip(wishes, here, there, strict=True) if pair[1] != pair[2]][:3] == []
    words = {why.partition(":")[0] for _, why in here}
    assert {"Right", "Not yet"} <= words and len(here) > 200


@pytest.mark.parametrize("start", [True, False])
@pytest.mark.parametrize("name", GRIDS)
def test_what_is_shown_after_each_step_is_what_python_shows(grids, name, start):
    draw, explorer = random.Random(name), views.examples()[name]()
    explorer.predict(start)
    explorer.write_answers()
    grids.ask("open", [name, explorer.answers, "grids", None])
    there = json.loads(explorer._drawn.text)
    seen = {there["hidden"]}

    def step(**wish):
        nonlocal there
        [answer] = grids.ask("ask", [name, there, wish])
        assert told_here(explorer, dict(wish)) == (answer["ok"], answer["why"])
        there |= answer["changes"].get("scene", {})
        here = scene_of(explorer)
        assert {part: there[part] for part in here} == here
        assert list(there["links"]["stories"]) == list(here["links"]["stories"])
        seen.add(here["hidden"])

    if not start:
        step(do="predict")
    walk = explorer._walk(explorer._scene.target)
    for key in draw.sample(walk, min(len(walk), 9)):
        way = draw.choice(["cells first", "number", "show"])
        if explorer._drawn.tale.source and way != "number":
            right = sorted(explorer._drawn.tale.taking_part(key))
            do = {"do": "guess_cells", "cells": right} if way == "cells first" else {}
            step(cell=key, **({"do": "show_cells"} | do))
        text = number(explorer._question(key).known["right"])
        step(cell=key, **({"do": "show"} if way == "show" else {"do": "guess", "text": text}))
    assert {len(walk), max(0, len(walk) - 9)} <= seen
    step(do="predict")
    step(do="reset")
    step(do="predict")


def read_here(text):
    try:
        return typed.read(text)
    except ValueError:
        return None


def test_every_character_before_in_and_behind_a_number_is_read_alike(grids):
    known = [chr(n) for n in range(0x10000) if not 0xD800 <= n < 0xE000]
    letters = [letter for letter in known if unicodedata.category(letter) != "Cc"]  # of no keyboard
    texts = [text for one in letters for text in (f"{one}9", f"9{one}5", f"{one}", f"9{one}")]
    there = grids.ask("read", *texts)
    pairs = zip(texts, map(read_here, texts), there, strict=True)
    assert [pair for pair in pairs if pair[1] != pair[2]] == []
    assert there.count(-9) == len(typed.DASHES) + 2  # a hyphen, and a wide one


def test_a_long_text_is_refused_at_once(grids):
    start = time.perf_counter()
    assert grids.ask("read", "9" * 100_000, "9" * 100_000 + "x") == [None, None]
    assert time.perf_counter() - start < 2


def test_after_an_edit_only_python_knows():
    explorer = views.examples()["explore_forward"]()
    explorer.write_answers()
    assert explorer.answers
    explorer.edit("x", 0, 0, 7)
    assert explorer.answers == ""
    explorer.write_answers()
    assert explorer._book()["lesson"] == ""  # what the lesson began with is not in the book


def test_a_book_that_takes_long_is_not_written():
    explorer = views.explore_forward([[1.0] * 30] * 30, [[1, 2], [3, 4]], predict=True)
    explorer.write_answers()
    assert explorer.answers == ""


@pytest.mark.parametrize("name", MAPS)
def test_an_explorer_of_maps_is_answered_and_shown_alike(maps, name):
    explorer = MAPS[name]()
    explorer.write_answers()
    state = {"values": explorer.state["values"]}
    maps.ask("open", [name, explorer.answers, "maps", state])
    question = explorer._question("question:0")
    typed = list(numbers(question, random.Random(name))) if question.known else []
    texts = [*typed, "", *question.options]
    [there] = maps.ask("hear", [name, [{"do": "guess", "value": text} for text in texts]])
    here = [judged(question, text) for text in texts]
    assert here == there and any(why.startswith("Right") for _, why in here)
    right = next(text for text, (_, why) in zip(texts, here, strict=True) if why[:5] == "Right")
    wishes = [{"do": "guess", "value": right}, {"do": "show"}, {"do": "predict", "value": False}]
    found = maps.ask("ask", *([name, state, wish] for wish in wishes))
    before = shown(explorer)
    assert told_here(explorer, dict(wishes[0])) == (found[0]["ok"], found[0]["why"])
    for answer in found:
        assert before | answer["changes"] == shown(explorer)
    shown_now = {"values": explorer.state["values"]}
    assert maps.ask("ask", [name, shown_now, {"do": "predict", "value": True}]) == [None]


def shown(explorer):
    """What the page gets of an explorer of maps."""
    names = ("page", "filled", "pixels", "floats", "state", "at")
    text = json.dumps({name: getattr(explorer, name) for name in names}, default=as_text)
    return json.loads(text)


def test_a_closed_box_stays_closed_while_its_book_is_written():
    explorer = MAPS["closed box"]()
    explorer.write_answers()
    assert explorer.answers and not explorer._patient.named
