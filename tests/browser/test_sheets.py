"""Worksheets and the quiz in Chromium: what is printed fits its paper, and the page of the quiz
judges at the end, keeps, and saves what `gain` reads."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe

from teaching import people
from teaching.__main__ import main
from teaching.class_list import LETTERS, STATES, PageList
from teaching.class_pages import heat_map, listed
from teaching.forms import FORMS, NAMES, form
from teaching.gain_page import class_page as gain_page
from teaching.handins import UNREADABLE
from teaching.kinds import LESSONS, of_lesson
from teaching.marks import Mark, class_page
from teaching.own_paper import own_sheets
from teaching.paper import MARGIN, SIZES
from teaching.questions import as_exercise, written
from teaching.quiz import on_paper, on_screen
from teaching.typed import judged
from teaching.worksheets import sheets
from tests.project.tree import ROOT

CLASS = ["Ada", "Bartholomäus von und zu Hohenlohe-Waldenburg-Schillingsfürst", "W" * 60]
# a sheet must hold what is in it, and nothing in it may be wider than its place
SPILLED = """() => [...document.querySelectorAll(".sheet, header, .question, .grids")]
    .filter(e => e.scrollHeight > e.clientHeight + 1 || e.scrollWidth > e.clientWidth + 1)
    .map(e => e.textContent.slice(0, 60))"""
LEAST = "() => Math.min(...[...document.querySelectorAll('.squares')].map(e => e.clientHeight))"
# a title has one line, whatever the name beside it
TITLES = "() => Math.max(...[...document.querySelectorAll('header h1')].map(e => e.clientHeight))"
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
    return len(papers(page))


def papers(page):
    """(width, height) of each page on paper, in points."""
    page.emulate_media(media="print")
    pdf = page.pdf(prefer_css_page_size=True)
    sizes = re.findall(rb"/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]", pdf)
    assert len(sizes) == len(re.findall(rb"/Type /Page\b", pdf))
    return [(float(width), float(height)) for width, height in sizes]


@pytest.mark.parametrize("size", SIZES)
def test_a_sheet_fits_its_paper(size, opened):
    page = opened(sheets(CLASS, {n: of_lesson(n) for n in LESSONS}, WORD, size))
    assert printed(page) == len(CLASS) * len(LESSONS)
    assert page.evaluate(SPILLED) == []
    assert page.evaluate(LEAST) > 75  # 2 cm to reckon on
    assert page.evaluate(TITLES) < 40


@pytest.mark.parametrize("size", SIZES)
def test_strips_of_a_class_are_few_pages_and_hold_long_names(size, opened, tmp_path):
    names = [*CLASS, *(f"García-Márquez, José Luis {n}" for n in range(67))]
    (tmp_path / "c.txt").write_text("\n".join(names), encoding="utf-8")
    address = "http://192.168.10.20:8000"
    command = ["logins", str(tmp_path / "c.txt"), str(tmp_path), "--address", address]
    assert main(*command, "--paper", size) == 0
    page = opened((tmp_path / "logins.html").read_text(encoding="utf-8"))
    assert printed(page) <= 5
    width = round((SIZES[size][0] - 2 * MARGIN) / 25.4 * 96)
    page.set_viewport_size({"width": width, "height": 1000})
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    strips = "[...document.querySelectorAll('.strip')]"
    assert page.evaluate(f"{strips}.filter(e => e.scrollWidth > e.clientWidth).length") == 0
    assert page.evaluate(f"new Set({strips}.map(e => e.offsetLeft)).size") == 2
    lines = "new Set([...document.querySelectorAll('code')].map(e => e.getClientRects().length))"
    assert page.evaluate(f"[...{lines}]") == [1]  # no login is broken at a hyphen
    line = "Math.min(...[...document.querySelectorAll('.word span')].map(e => e.clientWidth))"
    assert page.evaluate(line) > 150  # 4 cm to write the word


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
    Exercise(name=name, text=TEXT + "W" * 215, right=[[1, 2], [3, 4]], hints=("Look.",))
    for name in ASKED
]
"""


def pages_of_whole_questions(heights, room, head, again):
    """How many pages blocks of these heights (px) need where none is cut; room: a page's height.
    head: what stands above them; again: on the later pages."""
    pages, used = 1, head
    for height in heights:
        if used + height > room:
            pages, used = pages + 1, again
        used += height
    return pages


@pytest.mark.parametrize("size", SIZES)
def test_own_exercises_are_a_page_and_more_are_cut_between_questions(size, opened, tmp_path):
    (tmp_path / "many.py").write_text(MANY, encoding="utf-8")
    few, many = own_sheets([ROOT / "teaching" / "example_exercises.py", tmp_path / "many.py"])
    page = opened(sheets(CLASS, {}, WORD, size, [few]))
    assert printed(page) == len(CLASS)
    assert page.evaluate(SPILLED) == []
    page = opened(sheets(["W " * 150], {}, WORD, size, [many]))
    assert page.evaluate(SPILLED) == []
    assert page.evaluate(LEAST) > 75
    heights = page.evaluate("[...document.querySelectorAll('.question')].map(e => e.offsetHeight)")
    head = page.evaluate("document.querySelector('.head').offsetHeight")
    room = (SIZES[size][1] - 2 * MARGIN) * 96 / 25.4
    wanted = pages_of_whole_questions(heights, room, head, head)
    assert printed(page) == wanted > sum(heights, head) / room + 1  # fewer, if questions were cut
    assert wanted > pages_of_whole_questions(heights, room, head, 0)  # a name on every page


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("letter", FORMS)
def test_the_quiz_fits_two_pages(letter, size, opened):
    page = opened(on_paper(letter, WORD, size))
    assert printed(page) == 2
    assert page.evaluate(SPILLED) == []
    assert page.evaluate(LEAST) > 68  # 18 mm


SMALLEST = """() => Math.min(...[...document.querySelectorAll("h1, h2, p, th, td")]
    .map(e => parseFloat(getComputedStyle(e).fontSize)))"""
# heads and numbers in more lines than words, and what is wider than the page
BROKEN = """() => [...document.querySelectorAll("th, .count"), document.documentElement]
    .filter(e => {
      const range = document.createRange();
      range.selectNodeContents(e);
      const words = e.textContent.trim().split(/\\s+/).length;
      return e.scrollWidth > e.clientWidth + 1
        || e.matches("th, td") && range.getClientRects().length > words;
    }).map(e => e.textContent.slice(0, 60))"""
LONG = "that is the first image; the images share the bias, so their deltas are added, too"
GAINED = [[n, "a mean, overlapping windows", 70, 10, "-0.17", LONG, LONG] for n in NAMES]
MARKED = [Mark(str(n), "5a", "", LONG if n else "right") for n in range(70)]


@pytest.mark.parametrize(
    ("html", "points"),
    [
        (gain_page(LONG, -1 / 6, (3, 4), GAINED), 12),
        (class_page("Worksheets of the class", MARKED, {"5a": LONG}), 11),
    ],
    ids=["gain", "class"],
)
def test_a_page_of_the_class_is_read_from_afar_and_on_paper(html, points, opened):
    page = opened(html)
    page.set_viewport_size({"width": 1280, "height": 720})
    assert page.evaluate(SMALLEST) >= 20 and page.evaluate(BROKEN) == []
    page.emulate_media(media="print")
    page.set_viewport_size({"width": 688, "height": 1000})  # A4 without its margins
    assert page.evaluate(SMALLEST) * 72 / 96 >= points and page.evaluate(BROKEN) == []


def two_in_each_state(why):
    """A page of a class where two students are in each state of each of six exercises."""
    rows = {
        f"{'W' * 60} {s} {n}": {f"3.{e}": (s, why) for e in range(6)} for s in STATES for n in "12"
    }
    return PageList("Weigh", [f"3.{e}" for e in range(6)], rows)


@pytest.mark.parametrize(
    "html",
    [
        listed([two_in_each_state("")], [("x.ipynb", "overwritten " * 290)] * 6),
        heat_map([two_in_each_state("overwritten " * 50)]),
    ],
    ids=["students", "heat map"],
)
def test_lists_of_a_class_print_landscape_and_no_row_is_cut(html, opened):
    page = opened(html)
    told = {*page.locator("td.state, th.count").all_text_contents()}
    shown = {*STATES} - {UNREADABLE}  # of those a heat map tells one number, below it
    assert told in (shown, {*LETTERS.values()})  # not by colour alone
    sizes = papers(page)
    assert all(width > height for width, height in sizes)
    width, height = (side / 72 * 96 - 24 / 25.4 * 96 for side in sizes[0])
    page.set_viewport_size({"width": round(width), "height": round(height)})
    assert page.evaluate("document.documentElement.scrollWidth") <= width + 1
    page.add_style_tag(content="tr { break-inside: auto !important }")
    assert len(papers(page)) < len(sizes)  # rows as high as half a page, some were to be cut


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
    read, _, notes, _ = people.answers(tmp_path / "saved.csv", NAMES, WORD, ("form",))
    assert notes == [] and read == {'=Łucja "Lu", -Żółć': {**dict(zip(NAMES, typed)), "form": "A"}}
    page.get_by_role("button", name="Wipe").click()
    page.reload()
    assert page.get_by_label("Your name").input_value() == ""


@pytest.mark.parametrize(("width", "columns"), [(1280, 2), (390, 1)])
def test_the_page_of_the_quiz_uses_its_width(width, columns, opened):
    page = opened(on_screen("A", WORD))
    page.set_viewport_size({"width": width, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth") == width
    assert page.evaluate(SPILLED) == []
    lefts = "new Set([...document.querySelectorAll('[data-question]')].map(e => e.offsetLeft)).size"
    assert page.evaluate(lefts) == columns
    assert page.evaluate("innerWidth - document.querySelector('main').offsetWidth") < 60


def test_the_quiz_is_answered_by_keys_alone_and_tells_where_it_was_saved(opened):
    page = opened(on_screen("B", WORD))
    page.on("dialog", lambda dialog: dialog.accept())
    keys, told = page.keyboard, page.locator("[data-finish] p")
    keys.press("Tab")  # past the name
    for name, question in form("B", WORD).items():
        keys.press("Tab")
        keys.type(written(question.right))
        assert page.get_by_label(f"Your answer to {name}", exact=True).input_value()
    keys.press("Tab")
    keys.press("Enter")
    assert told.text_content() == "10 of 10 right. Save your answers, and hand the file in."
    keys.press("Enter")  # the focus went on to Save, and Save sends it to the name
    assert told.text_content() == "Nothing is saved yet: write your name first."
    keys.type("Ada")
    page.get_by_role("button", name="Save as CSV").focus()
    with page.expect_download() as download:
        keys.press("Enter")
    file = download.value.suggested_filename
    assert told.text_content().startswith(f"Saved as {file}, where this browser puts downloads.")
    assert "press Wipe, if another student follows" in told.text_content()


def test_finishing_with_empty_boxes_is_asked_for(opened):
    page = opened(on_screen("B", WORD))
    asked = []
    page.on("dialog", lambda dialog: (asked.append(dialog.message), dialog.dismiss()))
    page.get_by_role("button", name="Finish").click()
    assert asked == ["Answers that are empty: 10. Finish all the same?"]
    assert page.get_by_label("Your answer to 1", exact=True).is_editable()
