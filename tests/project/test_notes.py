"""The notes of slides: each slide has some, an answer in them is the key's, a wrong one is known by
the name that stands beside it, and parts of the plan stand where their sections are."""

import ast
import html
import re

import pytest

import cnnlib
from cnnlib import views
from cnnlib.course.check import verdict
from cnnlib.course.exercise import find, worked_code
from tests.project.test_slides import NAMES, NOTES, cell, slides_in, words
from tools.builder.deck import Group
from tools.website.answers import asked_by, typed
from tools.website.parts import parts_of, sections_in
from tools.website.plans import Row
from tools.website.slides import Slide

VALUE = re.compile(r"<strong>([\w.]+):</strong> <code>(.*?)</code>(.*?)(?=<strong>|</aside>)", re.S)
WRONG = re.compile(r"<li><code>(.*?)</code>: (.*?)</li>", re.S)
CODE = re.compile(r'<strong>([\w.]+):</strong></p>\s*<div class="code">(.*?)</div>', re.S)
PLACE = re.compile(r"Slide \d+ of \d+ of [^.]*\.|[^.]*until minute \d+ or \d+\.")


def notes_of(decks, name):
    return [NOTES.search(slide)[0] for slide in slides_in(decks, name)]


def plain(markup):
    return html.unescape(words(markup))


@pytest.mark.parametrize("name", NAMES)
def test_every_slide_has_notes_and_none_has_those_of_another(decks, name):
    notes = [plain(note) for note in notes_of(decks, name)]
    assert all(len(note) > 40 and PLACE.search(note) for note in notes)
    assert len({*notes}) == len(notes)


@pytest.mark.parametrize("name", NAMES)
def test_a_value_in_the_notes_is_right_and_a_wrong_one_has_the_name_beside_it(decks, name):
    for exercise, right, rest in VALUE.findall("".join(notes_of(decks, name))):
        assert verdict(exercise, read(right)).status == "right", exercise
        wrong = WRONG.findall(rest)
        assert wrong
        for value, why in wrong:
            judged = verdict(exercise, read(value))
            assert judged.status == "wrong" and plain(why.replace("<sub>", "_")) in plain(
                html.escape(judged.text)
            )


@pytest.mark.parametrize("name", NAMES)
def test_code_in_the_notes_is_that_of_the_last_hint(decks, name):
    for exercise, code in CODE.findall("".join(notes_of(decks, name))):
        assert html.unescape(re.sub(r"<[^>]+>", "", code)).strip() == worked_code(exercise)


def test_every_exercise_on_a_slide_is_answered(decks):
    notes = "".join(note for name in NAMES for note in notes_of(decks, name))
    answered = {name for name, *_ in VALUE.findall(notes) + CODE.findall(notes)}
    assert {"3.hand", "3.line", "3.derive", "5.derive", "8.fit", "A1.live"} <= answered
    assert all(find(name) for name in answered) and len(answered) > 60


def read(text):
    return ast.literal_eval(html.unescape(text))


def test_formulas_in_notes_need_no_style_sheet(decks):
    notes = "".join(note for name in NAMES for note in notes_of(decks, name))
    assert "<math" in notes and "katex-html" not in notes


@pytest.mark.parametrize(
    ("between", "asks"), [("Stuck? Ask for a hint.", ["3.1"]), ("**Another one.** " * 9, [])]
)
def test_a_slide_asks_what_is_checked_behind_a_short_line(between, asks):
    check = cell("code", 'cnnlib.check("3.1", ...)', tagged=False)
    words = cell("markdown", between, tagged=False)
    assert Slide("", "", Group("", [cell("markdown", "How much?")], [words, check])).asks == asks


# ---- what an explorer asks


def displayed(explorer):
    """The cell of an explorer and the states that its notebook keeps."""
    explorer.write_answers()
    shown = cell("code", "explorer", explorer=True)
    return shown, {"a": {"state": {"answers": explorer.answers, "pick": explorer.pick}}}


def test_the_notes_of_an_explorer_say_what_it_calls_right():
    asking = views.explore_forward(
        [[1, 2, 0], [0, 3, 1], [4, 0, 2]], [[1, 2], [3, 1]], predict=True
    )
    asking.select("net", 0, 1)
    cells, number = asked_by(*displayed(asking))
    marked = [tuple(map(int, place)) for place in re.findall(r"x\[(\d),(\d)\]", cells)]
    assert asking.guess_cells("net", 0, 1, marked).startswith("Right")
    right = re.search(r"is \*\*(.+?)\*\*", number)[1]
    assert asking.guess("net", 0, 1, right).startswith("Right")


def test_the_notes_of_a_closed_box_name_its_bug():
    box = views.bug_clinic(patient=cnnlib.clinic.patient("our class", 2), predict=True)
    [told] = asked_by(*displayed(box))
    assert box.guess(told.removeprefix("**Right:** ")).startswith("Right")


def test_an_explorer_that_trains_keeps_no_answer():
    assert asked_by(cell("code", "x", explorer=True), {"a": {"state": {"answers": ""}}}) == []


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.1 + 0.2, "0.3"), ((1, 2.50), "(1, 2.5)"), ([[1, 0]], "[[1, 0]]"), ("a word", "'a word'")],
)
def test_an_answer_is_written_as_it_is_typed(value, text):
    assert typed(value) == text


# ---- parts of a meeting


@pytest.mark.parametrize(
    ("part", "sections"),
    [
        ("1 Derive: one window, 2 steps", ["1"]),
        ("2 By hand, on paper", ["2"]),
        ("2 By hand and 3 In code", ["2", "3"]),
        ("4 and 5: the prediction", ["4", "5"]),
        ("2 to 4", ["2", "3", "4"]),
        ("1, 3 and 10: all", ["1", "3", "10"]),
        ("A and B: the errata", ["A", "B"]),
        ("A ward of the class", []),
        ("three patients", []),
        ("3 patients in pairs", []),
    ],
)
def test_a_part_names_its_sections_at_its_beginning(part, sections):
    assert sections_in(part) == sections


def deck_of(*places):
    """Slides in sections; a * marks one that begins a part."""
    made = []
    for place in places:
        text = cell("markdown", "x")
        text.metadata["tags"] += ["part"] if "*" in place else []
        section = place.removesuffix("*")
        made.append(Slide(section, "", Group(section, [text], [])))
    return made


def test_parts_stand_where_their_sections_or_tags_are():
    slides = deck_of("", "", "1 Derive", "1 Derive*", "2 By hand", "10 Far", "Exit question")
    names = ["ask", "1 Derive: x", "ties", "the blank page", "10 Far", "exit"]
    parts = parts_of(slides, [Row(name, 5, 10) for name in names])
    assert [(part.row.part, part.slides, part.ends) for part in parts] == [
        ("ask", [0, 1], (5, 10)),
        ("1 Derive: x", [2], (10, 20)),
        ("ties", [3], (15, 30)),
        ("10 Far", [5], (25, 50)),
        ("exit", [6], (30, 60)),
    ]
    assert [row.part for row in parts[2].then] == ["the blank page"]


def test_a_part_without_its_section_is_refused():
    with pytest.raises(ValueError, match="no slide is left for the part '4 See it'"):
        parts_of(
            deck_of("", "1 Derive", "Exit question"), [Row("a", 1, 1), Row("4 See it", 1, 1)] * 2
        )
