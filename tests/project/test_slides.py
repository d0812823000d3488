"""The slides of all lessons: their number, what stands on them and in their notes, and that each
file needs nothing beside it."""

import html
import re

import nbformat
import pytest

from tests.project.tree import LESSONS
from tools.builder import places
from tools.builder.check import NO_LESSON
from tools.builder.deck import groups, slide_problems
from tools.website import decks as making
from tools.website.formulas import Formulas
from tools.website.notes import ITEM
from tools.website.plans import plan_of
from tools.website.slides import Slide

NAMES = [path.stem for path in LESSONS if path.stem not in NO_LESSON]
SLIDE = re.compile(r"<section.*?</section>", re.DOTALL)
NOTES = re.compile(r'<aside class="notes">.*?</aside>', re.DOTALL)
SCRIPT = re.compile(r"<script\b.*?</script>", re.DOTALL)
TAG = re.compile(r"\\tag\{([^}]*)\}")
LARGEST = 1_500_000


def stored(name):
    return nbformat.read(places.NOTEBOOKS / f"{name}.ipynb", 4)


def slides_in(decks, name):
    return SLIDE.findall((decks / f"{name}.html").read_text(encoding="utf-8"))


def words(markup):
    """A text without tags, as one line."""
    return " ".join(re.sub(r"<[^>]+>", "", markup).split())


def test_all_lessons_have_a_deck_and_stand_in_the_list(decks):
    listed = (decks / "index.html").read_text(encoding="utf-8")
    assert re.findall(r'href="(\w+)\.html"', listed) == NAMES
    assert sorted(path.stem for path in decks.glob("*.html")) == sorted([*NAMES, "index"])


@pytest.mark.parametrize("name", NAMES)
def test_a_deck_has_12_to_18_slides_from_its_question_to_its_exit_question(decks, name):
    slides = slides_in(decks, name)
    assert len(slides) == len(groups(stored(name))) + 1
    assert 12 <= len(slides) <= 18
    assert "<h1" in slides[0] and "Question." in slides[0]
    assert 'class="explorer"' in slides[1]
    for slide in slides:
        seen = words(NOTES.sub("", slide))
        assert seen and "not answered yet" not in seen and "cnnlib.hint" not in seen
        assert 'class="notes"' in slide


@pytest.mark.parametrize("name", NAMES)
def test_the_notes_hold_the_plan_and_the_key_waits(decks, name):
    slides, plan = slides_in(decks, name), plan_of(name.partition("_")[0])
    notes = words(" ".join(NOTES.findall("".join(slides))))
    for row in plan.rows:
        said = f"{words(row.part.replace('`', ''))}, {row.short} minutes of 45, {row.long} of 90"
        assert notes.count(said) == 1, row
    for part in ("Open with", "Stop", "On the board.", "Key:"):
        assert len(re.findall(rf"(?<![*\w]){part} ", notes)) == 1, part
    assert notes.count("Most get wrong:") == len(ITEM.split(plan.wrong)) - 1
    [last] = [slide for slide in slides if '<section class="exit">' in slide]
    seen, hidden = NOTES.sub("", last).split('<div class="fragment">')
    assert "Exit question" in seen and "Key:" in hidden and "Key:" not in seen


@pytest.mark.parametrize("name", NAMES)
def test_what_the_plan_has_no_minutes_for_stands_behind_the_exit_question(decks, name):
    slides = slides_in(decks, name)
    at = next(n for n, slide in enumerate(slides) if '<section class="exit">' in slide)
    for n, slide in enumerate(slides):
        seen, notes = words(NOTES.sub("", slide)), words(NOTES.search(slide)[0])
        assert (
            (n > at)
            == seen.startswith("At home, or if there is time")
            == ("the plan has no minutes for it" in notes)
        )


def test_the_deck_of_05_goes_through_its_plan_and_leaves_section_4_for_home(decks):
    slides = [words(NOTES.sub("", one)) for one in slides_in(decks, "05_route_the_maximum")]
    order = ["3 In code", "5 Check it", "Exit question", *["At home, or if there is time"] * 3]
    assert [one.startswith(begins) for one, begins in zip(slides[-6:], order)] == [True] * 6
    assert "Try it in the notebook" in slides[-1] and "Try it in" not in "".join(slides[:-1])


def test_a_vote_stands_in_the_notes_of_its_slide(decks):
    [slide] = [s for s in slides_in(decks, "05_route_the_maximum") if "<strong>Vote.</strong>" in s]
    seen = words(NOTES.sub("", slide))
    assert "And in a tie?" in seen and "6 and 6" in words(slide) and "6 and 6" not in seen


@pytest.mark.parametrize("name", NAMES)
def test_what_a_slide_asks_is_answered_behind_it_and_not_before(decks, name):
    asked = 0
    for slide in slides_in(decks, name):
        seen, notes = NOTES.sub("", slide), NOTES.search(slide)[0]
        before, *answers = seen.split('<div class="covered answer">')
        assert ("A press: the answer." in notes) == bool(answers)
        for answer in answers:
            bar, told = answer.split('<div class="fragment">')
            assert words(bar) == "Click to see"
            assert re.match(r"Answer[:.] .{3}", words(told))
            assert not re.search(r"Answer[:.] ", words(before))
        asked += len(answers)
    assert asked >= 2


@pytest.mark.parametrize(
    ("asks", "told"),
    [
        ("The last two are yours.", "[1, 0]. x0 is read by window 0 alone"),
        ("divmod turns the winner's", "grad_x[i * s + u, j * s + v] += grad_out[i, j]"),
        ("The 9 in cell (1,1) is larger", "10 (1 + 2 + 3 + 4)."),
    ],
)
def test_an_answer_is_a_value_or_a_line_of_code(decks, asks, told):
    slides = [NOTES.sub("", one) for one in slides_in(decks, "05_route_the_maximum")]
    [slide] = [one for one in slides if asks in html.unescape(words(one))]
    assert told in html.unescape(words(slide.split("covered answer")[1]))


@pytest.mark.parametrize("name", NAMES)
def test_equations_have_the_numbers_of_the_lesson(decks, name):
    text = "\n".join(cell.source for cell in stored(name).cells)
    seen = re.sub(
        r'<span class="again equation">.*?</span>\n',
        "",
        "".join(slides_in(decks, name)),
        flags=re.DOTALL,
    )
    seen = re.findall(r'<span class="number">\((.+?)\)</span>', NOTES.sub("", seen))
    assert len(seen) == len(set(seen)) and set(seen) <= set(TAG.findall(text))


@pytest.mark.parametrize(
    ("name", "asks", "again"),
    [
        ("00_start_here", "How many maps does the first", '<figure class="again picture">'),
        ("02_send_delta_back", "Take a pencil.", '<span class="number">(2.13)</span>'),
        ("05_route_the_maximum", "The last two are yours.", "Figure 5.1 · four windows"),
        ("03_weigh_the_kernel", "Predict first.", '<div class="again numbers">.*dE/dnet'),
        ("08b_when_it_does_not_learn", "Which of them pass", "8 kernel not rotated"),
    ],
)
def test_what_a_slide_asks_about_stands_on_it_again(decks, name, asks, again):
    [slide] = [NOTES.sub("", one) for one in slides_in(decks, name) if asks in NOTES.sub("", one)]
    assert re.search(re.escape(again).replace(r"\.\*", ".*"), slide, re.DOTALL)


def test_numbers_that_an_explorer_hides_stay_hidden_when_they_stand_there_again(decks):
    slides = [slide for name in NAMES for slide in slides_in(decks, name)]
    again = [slide.partition('<div class="again numbers">')[2] for slide in slides]
    asked = [">?</td>" in text for text in again if text]
    assert asked.count(False) == 1 and asked.count(True) > 8  # one explorer of 00 hides nothing


@pytest.mark.parametrize("name", NAMES)
def test_indices_stand_below_the_line(decks, name):
    seen = NOTES.sub("", "".join(slides_in(decks, name)))
    told = re.sub(
        r'<script.*?</script>|<div class="still">.*?</script>|<pre.*?</pre>', "", seen, flags=re.S
    )
    told = re.sub(r"<code>.*?</code>|<annotation.*?</annotation>", "", told, flags=re.S)
    assert re.findall(r"\b(?!grad_)[^\W\d_]+_\w+", re.sub(r"<[^>]+>", " ", told)) == []


@pytest.mark.parametrize("name", [*NAMES, "index"])
def test_a_file_is_small_and_needs_nothing_beside_it(decks, name):
    text = (decks / f"{name}.html").read_text(encoding="utf-8")
    assert len(text.encode()) < LARGEST
    markup = SCRIPT.sub("", text)
    assert not re.search(r'(?:src|href)="(?!data:|\w+\.html")', markup)
    assert set(re.findall(r"url\((.{5})", markup)) <= {"data:"}
    assert "\ue000" not in text and "katex-error" not in text


def test_the_licences_are_kept(decks):
    licences = {path.name: path.read_text(encoding="utf-8") for path in decks.glob("licences/*")}
    assert set(licences) == {"KaTeX.txt", "reveal.js.txt"}
    assert "Khan Academy" in licences["KaTeX.txt"] and "Hakim" in licences["reveal.js.txt"]


def test_a_folder_with_other_things_is_left_alone(decks, tmp_path):
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(FileExistsError, match="choose another folder"):
        making.build(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


# ---- which cell stands on which slide


def cell(kind, source, tagged=True, explorer=False):
    made = getattr(nbformat.v4, f"new_{kind}_cell")(source)
    made.metadata = nbformat.from_dict({"tags": ["slide"]} if tagged else {})
    if explorer:
        data = {"application/vnd.jupyter.widget-view+json": {"model_id": "a"}}
        made.outputs = [nbformat.v4.new_output("display_data", data)]
    return made


def test_a_text_begins_a_slide_and_an_explorer_has_one_of_its_own():
    cells = [
        cell("markdown", "## 1 Derive"),
        cell("code", "picture"),
        cell("code", "explorer", explorer=True),
        cell("code", "code"),
        cell("markdown", "## 2 By hand", tagged=False),
        cell("code", "unseen", tagged=False),
        cell("markdown", "ask"),
        cell("code", "check", tagged=False),
        cell("code", "answer"),
    ]
    found = groups(nbformat.v4.new_notebook(cells=cells))
    assert [(group.section, [one.source for one in group.cells]) for group in found] == [
        ("1 Derive", ["## 1 Derive", "picture"]),
        ("1 Derive", ["explorer"]),
        ("1 Derive", ["code"]),
        ("2 By hand", ["ask", "check", "answer"]),
    ]


def test_what_stands_behind_a_slide_is_beside_it_to_the_end_of_its_section():
    cells = [
        cell("markdown", "## 1 Derive"),
        cell("markdown", "read", tagged=False),
        cell("code", "run", tagged=False),
        cell("markdown", "last\n## 2 By hand", tagged=False),
        cell("markdown", "far", tagged=False),
        cell("markdown", "ask"),
    ]
    one, two = groups(nbformat.v4.new_notebook(cells=cells))
    assert [beside.source for beside in one.beside] == ["read", "run", "last\n## 2 By hand"]
    assert two.beside == []


def planned(cells):
    """Slides, one of which has the board, and one of which is the last for a short meeting."""
    cells = list(cells)
    for made, tag in zip(cells, ("board", "stop")):
        made.metadata["tags"].append(tag)
    return cells


@pytest.mark.parametrize("tag", ["board", "stop"])
def test_the_check_of_lessons_wants_one_slide_of_the_board_and_one_to_stop_at(tag):
    cells = planned(cell("markdown", str(n)) for n in range(12))
    cells[5].metadata["tags"].append(tag)
    [problem] = slide_problems(nbformat.v4.new_notebook(cells=cells))
    assert problem == f"2 of its slides have the tag `{tag}`, not one"
    for made in cells:
        made.metadata["tags"] = [one for one in made.metadata["tags"] if one != tag]
    [problem] = slide_problems(nbformat.v4.new_notebook(cells=cells))
    assert problem == f"0 of its slides have the tag `{tag}`, not one"


@pytest.mark.parametrize(("cells", "wrong"), [(10, True), (11, False), (17, False), (18, True)])
def test_the_check_of_lessons_counts_slides(cells, wrong):
    book = nbformat.v4.new_notebook(cells=planned(cell("markdown", str(n)) for n in range(cells)))
    assert bool(slide_problems(book)) == wrong


def test_the_check_of_lessons_sees_a_slide_without_words():
    cells = planned(cell("markdown", str(n)) for n in range(12))
    cells += [cell("markdown", "told", tagged=False), cell("code", "alone")]
    [problem] = slide_problems(nbformat.v4.new_notebook(cells=cells))
    assert "no words" in problem
    cells[-1] = cell("code", "explorer", explorer=True)
    assert slide_problems(nbformat.v4.new_notebook(cells=cells)) == []


def test_a_slide_without_heading_tells_its_section():
    written = making.Decks.__new__(making.Decks)
    written.formulas = Formulas()
    assert "1 Derive" in written.written(Slide("1 Derive", "<p>x</p>"))
    assert "1 Derive" not in written.written(Slide("1 Derive", "<h2>x</h2>"))
