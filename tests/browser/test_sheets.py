"""Worksheets and the quiz in Chromium: what is printed fits its paper, and the page of the quiz
judges at the end, keeps, and saves what `gain` reads."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe

from teaching import people
from teaching.forms import FORMS, NAMES, form
from teaching.kinds import LESSONS, of_lesson
from teaching.own_paper import own_sheets
from teaching.paper import MARGIN, SIZES
from teaching.questions import as_exercise, written
from teaching.quiz import on_paper, on_screen
from teaching.typed import judged
from teaching.worksheets import sheets
from tests.project.tree import ROOT

CLASS = ["Ada", "Bartholomäus von und zu Hohenlohe-Waldenburg-Schillingsfürst"]
# a sheet must hold what is in it, and nothing in it may be wider than its place
SPILLED = """() => [...document.querySelectorAll(".sheet, .question, .grids")]
    .filter(e => e.scrollHeight > e.clientHeight + 1 || e.scrollWidth > e.clientWidth + 1)
    .map(e => e.textContent.slice(0, 60))"""
LEAST = "() => Math.min(...[...document.querySelectorAll('.squares')].map(e => e.clientHeight))"
WORD = "spring"


@pytest.fixture
def opened(browser, tmp_path):
    """opened(html): a page from a file, without errors and without a request to anywhere."""
    context, wrong = browser.new_context(accept_downloads=True), []

    def open_one(html):
        path = tmp_path / "page.html"
        path.write_text(html, encoding="utf-8")
        page = context.new_page()
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("request", lambda r: r.url.startswith(("file:", "blob:")) or wrong.append(r.url))
        page.goto(path.as_uri())
        return page

    yield open_one
    context.close()
    assert wrong == []


def printed(page):
    """How many pages it has on paper."""
    page.emulate_media(media="print")
    pdf = page.pdf(prefer_css_page_size=True)
    return len(re.findall(rb"/Type /Page\b", pdf))


@pytest.mark.parametrize("size", SIZES)
def test_a_sheet_fits_its_paper(size, opened):
    page = opened(sheets(CLASS, {n: of_lesson(n) for n in LESSONS}, WORD, size))
    assert printed(page) == len(CLASS) * len(LESSONS)
    assert page.evaluate(SPILLED) == []
    assert page.evaluate(LEAST) > 75  # 2 cm to reckon on


MANY = """'Many questions'
from cnnlib.course.exercise import Exercise

TEXT = '''What is `x`?

| a | b |
|---|---|
| 1 | 2 |

    x = [[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24]]
'''
ASKED = [f"many.{n}" for n in range(4)]
EXERCISES = [
    Exercise(name=name, text=TEXT + "W" * 600, right=[[1, 2], [3, 4]], hints=("Look.",))
    for name in ASKED
]
"""


def pages_of_whole_questions(heights, room):
    """How many pages blocks of these heights (px) need where none is cut; room: a page's height."""
    pages, used = 1, 0
    for height in heights:
        if used + height > room:
            pages, used = pages + 1, 0
        used += height
    return pages


@pytest.mark.parametrize("size", SIZES)
def test_own_exercises_are_a_page_and_more_are_cut_between_questions(size, opened, tmp_path):
    (tmp_path / "many.py").write_text(MANY, encoding="utf-8")
    few, many = own_sheets([ROOT / "teaching" / "example_exercises.py", tmp_path / "many.py"])
    page = opened(sheets(CLASS, {}, WORD, size, [few]))
    assert printed(page) == len(CLASS)
    assert page.evaluate(SPILLED) == []
    page = opened(sheets(CLASS[:1], {}, WORD, size, [many]))
    assert page.evaluate(SPILLED) == []
    assert page.evaluate(LEAST) > 75
    heights = page.evaluate("[...document.querySelector('.own').children].map(e => e.offsetHeight)")
    room = (SIZES[size][1] - 2 * MARGIN) * 96 / 25.4
    wanted = pages_of_whole_questions(heights, room)
    assert printed(page) == wanted > sum(heights) / room + 1  # fewer, if questions were cut


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("letter", FORMS)
def test_the_quiz_fits_two_pages(letter, size, opened):
    page = opened(on_paper(letter, WORD, size))
    assert printed(page) == 2
    assert page.evaluate(SPILLED) == []
    assert page.evaluate(LEAST) > 20


def said(page):
    return page.locator(".said").all_text_contents()


def test_the_page_judges_at_the_end_and_saves_what_gain_reads(opened, tmp_path):
    questions = form("A", WORD)
    typed = [written(q.right) for q in questions.values()]
    typed[1] = written(next(iter(questions["2"].wrong.values())))
    typed[2:4] = "", "-1-1"
    page = opened(on_screen("A", WORD))
    assert Axe().run(page).response["violations"] == []
    page.get_by_label("Your name").fill('=Łucja "Lu", -Żółć')
    for name, answer in zip(NAMES, typed):
        page.get_by_label(f"Your answer to {name}", exact=True).fill(answer)
    assert said(page) == [""] * len(NAMES)
    page.reload()  # nothing is lost
    page.on("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="Finish").click()
    told = [judged(as_exercise(name, q), a) for (name, q), a in zip(questions.items(), typed)]
    assert said(page) == [verdict.text for verdict in told]
    assert [verdict.status for verdict in told].count("right") == 7
    assert page.locator("[data-finish] p").text_content().startswith("7 of 10 right.")
    assert not page.get_by_label("Your answer to 1", exact=True).is_editable()
    with page.expect_download() as download:
        page.get_by_role("button", name="Save as CSV").click()
    assert download.value.suggested_filename == "quiz-A--Łucja-Lu-Żółć.csv"
    download.value.save_as(tmp_path / "saved.csv")
    text = (tmp_path / "saved.csv").read_text(encoding="utf-8-sig")
    for cell in ('=Łucja ""Lu"", \'-Żółć', "-1-1"):
        assert f'"\'{cell}"' in text
    read, notes = people.answers(tmp_path / "saved.csv", NAMES, WORD, ("form",))
    assert notes == [] and read == {'=Łucja "Lu", -Żółć': {**dict(zip(NAMES, typed)), "form": "A"}}
    page.get_by_role("button", name="Wipe").click()
    page.reload()
    assert page.get_by_label("Your name").input_value() == ""


def test_finishing_with_empty_boxes_is_asked_for(opened):
    page = opened(on_screen("B", WORD))
    asked = []
    page.on("dialog", lambda dialog: (asked.append(dialog.message), dialog.dismiss()))
    page.get_by_role("button", name="Finish").click()
    assert asked == ["Answers that are empty: 10. Finish all the same?"]
    assert page.get_by_label("Your answer to 1", exact=True).is_editable()
