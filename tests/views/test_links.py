"""links: terms grouped by receiver or by source, their formulas, and what is hidden from a reader
who predicts."""

import re

import numpy as np
import pytest

from cnnlib.views import links

TERMS = [
    ["y:0,0", "x:0,0", "w:0"],
    ["y:0,0", "x:0,1", "w:1"],
    ["y:0,1", "x:0,1", "w:0"],
    ["y:0,1", "b:0", ""],
]
NUMBERS = {
    "x": np.array([[2.0, -3.0]]),
    "w": np.array([5.0, -0.5]),
    "b": np.array([7.0]),
    "y": np.array([[11.5, -8.0]]),
}
VALUES = links.values_of(NUMBERS)


def plain(html):
    return re.sub("<[^>]+>", "", html)


def test_group_keeps_the_order_of_the_loops_and_leaves_out_what_is_no_cell():
    assert links.group(TERMS, 0) == {"y:0,0": [0, 1], "y:0,1": [2, 3]}
    assert links.group(TERMS, 1) == {"x:0,0": [0], "x:0,1": [1, 2], "b:0": [3]}
    assert links.group(TERMS, 2) == {"w:0": [0, 2], "w:1": [1]}


def test_gather_adds_up_what_flows_into_a_cell():
    told = links.gather(
        TERMS, VALUES, lambda k, ids: f"{len(ids)} of them.", 3, ["y:0,0", "y:0,1"], badge=(1, 2)
    )
    assert list(told) == ["y:0,0", "y:0,1"]
    assert plain(told["y:0,0"]["formula"]) == (
        "y[0,0] =         2·5\n       + (−3)·(−0.5)\n       = 11.5"
    )
    assert told["y:0,0"]["say"] == "y[0,0] is 11.5: 2 of them." and told["y:0,0"]["line"] == 3
    assert told["y:0,0"]["badge"] == [1, ["×5", "×−0.5"]] and told["y:0,1"]["badge"] == [
        1,
        ["×5", ""],
    ]
    assert told["y:0,1"]["terms"] == [2, 3] and told["y:0,0"]["seen"] == []
    assert plain(told["y:0,1"]["formula"]) == "y[0,1] = (−3)·5\n       +      7\n       = −8"


def test_a_cell_that_gets_nothing_is_told_too():
    values, how = VALUES | {"y:0,2": 0.0}, {"badge": (1, 2), "seen": lambda k: ["pad:0,0"]}
    told = links.gather(TERMS, values, lambda k, ids: "none.", 0, ["y:0,2"], **how)
    formula, say = "y[0,2] = 0\n       = <b>0</b>", "y[0,2] is 0: none."
    story = {"terms": [], "formula": formula, "say": say, "line": 0, "seen": ["pad:0,0"]}
    assert told == {"y:0,2": story}


def test_scatter_sends_out_what_a_cell_holds():
    told = links.scatter(TERMS, VALUES, lambda k, ids: "goes.", 1, ["x:0,1"])
    text = re.sub(" +", " ", plain(told["x:0,1"]["formula"]))
    assert text == "x[0,1] = −3 goes to y\n [0,0] += (−3)·(−0.5)\n [0,1] += (−3)·5"
    assert told["x:0,1"]["badge"] == [0, ["+1.5", "−15"]] and told["x:0,1"]["terms"] == [1, 2]
    nothing = links.scatter([], VALUES, lambda k, ids: "stays.", 1, ["x:0,0"])["x:0,0"]
    assert plain(nothing["formula"]) == "x[0,0] = 2 goes to nothing" and nothing["terms"] == []


def test_terms_stand_in_lines_by_row_and_as_many_abreast_as_fit():
    texts = [f"{n:3}" for n in range(20)]
    rows = ["a"] * 10 + ["b"] * 10
    terms = [["y:0,0", "x:0,0", ""]] * 20
    for room, split in {
        39: [10, 10],
        38: [5, 5, 5, 5],
        15: [4, 4, 2, 4, 4, 2],
        2: [1] * 20,
    }.items():
        found = links.lines(range(20), texts, rows, " ", terms, room=room)
        assert [len(plain(line).split()) for line in found] == split
        assert " ".join(map(plain, found)).split() == " ".join(texts).split()
    of_four = links.lines(range(4), ["1", "22", "333", "4"], list("aabb"), "+", terms)
    assert len({len(plain(line)) for line in of_four}) == 1


def test_a_plain_text_breaks_between_its_words():
    text = "x[0,0] = max(1, 2, 3, 4, 5, 6, 7, 8, 9)"
    assert links.wrapped(text) == "x[0,0] = max(1, 2, 3, 4, 5,\n  6, 7, 8, 9)"
    assert links.wrapped("x[0,0] = max(1, 2)") == "x[0,0] = max(1, 2)"


def test_of_many_terms_the_first_are_written_and_the_rest_counted():
    n = links.WRITTEN + 5
    terms = [["y:0,0", "x:0,0", ""]] * n
    *found, more = links.lines(range(n), ["1"] * n, ["a"] * n, " ", terms)
    assert more == "… 5 more" and sum(line.count("data-term") for line in found) == links.WRITTEN
    assert "more" not in links.lines(range(64), ["1"] * 64, ["a"] * 64, " ", terms)[-1]


def test_a_factor_has_the_colour_of_its_quantity():
    terms = [["grad_w:0,0", "delta:0,0", "x:0,0"], ["net:0,0", "winners:0,0", "b:0"]]
    one, two = links.lines([0, 1], ["2·(−1)", "3·4"], ["a", "b"], " + ", terms)
    assert "<span class=q-delta>2</span>·<span class=q-x>(−1)</span>" in one
    assert "<span class=q->3</span>·<span class=q-w>4</span>" in two


def test_factors_are_written_in_the_order_of_the_equation():
    told = links.gather(TERMS, VALUES, lambda *_: "", 0, ["y:0,0"], written=(2, 1))
    assert plain(told["y:0,0"]["formula"]).startswith("y[0,0] =         5·2\n       + (−0.5)·(−3)")
    assert "<span class=q-w>5</span>·<span class=q-x>2</span>" in told["y:0,0"]["formula"]
    sent = links.scatter(TERMS, VALUES, lambda *_: "", 0, ["x:0,1"], (2, 1))["x:0,1"]
    assert plain(sent["formula"]).split()[-4:] == ["(−0.5)·(−3)", "[0,1]", "+=", "5·(−3)"]
    assert sent["badge"] == [0, ["+1.5", "−15"]]


def test_too_many_terms_are_refused_with_both_numbers():
    words = "12,001 products are too many to point at, wanted at most 12,000"
    with pytest.raises(ValueError, match=words):
        links.gather([TERMS[0]] * 12_001, VALUES, str, 0, [])


def test_what_is_asked_tells_nothing():
    story = links.asking("y[0,1]", "number", "How much?")
    assert story["formula"] == "y[0,1] = <b>?</b>" and story["say"] == "How much?"
    assert not story["terms"] and not story["seen"] and story["line"] == -1
    assert story["asks"] == "number" and story["marked"] == []
