"""Exercises on a page without Python, opened from a folder: typed, judged, hinted, kept, wiped."""

import json

import pytest
from axe_playwright_python.sync_playwright import Axe

from cnnlib.course import verdict
from cnnlib.course.exercise import find
from tools.website import exercises

PAGE = """<!doctype html><html lang="en"><meta charset="utf-8"><title>Exercises</title>
<meta name="viewport" content="width=device-width">
<style>:root { color-scheme: light dark; background: Canvas; color: CanvasText; }</style>
<link rel="stylesheet" href="exercises.css"><main><h1>Exercises</h1>
<div class="exercise" data-exercise="1.size"><pre>blank</pre></div>
<div class="exercise" data-exercise="1.1"><pre>blank</pre></div>
<div class="exercise" data-exercise="1.line"><pre>needs code</pre></div>
<div data-progress></div></main>
<script src="keys.js"></script><script src="exercises.js"></script></html>"""
RIGHT = str(find("1.size").right)
WIDE = f"（{RIGHT}）".translate({n: n + 0xFEE0 for n in range(0x30, 0x3A)})
FORBIDDEN = "Object.defineProperty(window, 'localStorage', { get() { throw new Error('no'); } })"


@pytest.fixture
def opened(browser, tmp_path):
    """opened(**context options): the page, from file://, in a context of its own."""
    exercises.write(tmp_path)
    (tmp_path / "index.html").write_text(PAGE, encoding="utf-8")
    contexts, errors = [], []

    def open_one(before="", **options):
        contexts.append(browser.new_context(**options))
        page = contexts[-1].new_page()
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.add_init_script(before)
        page.goto((tmp_path / "index.html").as_uri())
        return page

    yield open_one
    for context in contexts:
        context.close()
    assert errors == []


def said(page, name="1.size"):
    return page.locator(f'[data-exercise="{name}"] output').text_content()


def hinted(page, name="1.size"):
    return page.locator(f'[data-exercise="{name}"] .hint').text_content()


def answer(page, text, name="1.size"):
    page.get_by_label(f"Your answer to {name}").fill(text)
    page.keyboard.press("Enter")


def counted(page):
    return page.locator(".progress p").first.text_content()


def test_an_answer_is_judged_hinted_and_kept(opened):
    page = opened()
    assert (
        page.get_by_text("blank").first.is_hidden() and page.get_by_text("needs code").is_visible()
    )
    wrong = next(iter(find("1.size").wrong.values()))
    answer(page, "")
    assert said(page) == "1.size is not answered yet." and "0 right, 0 tried" in counted(page)
    answer(page, "four")  # no number: told, and no try
    assert "wanted numbers" in said(page) and "0 right, 0 tried" in counted(page)
    answer(page, str(wrong))
    assert said(page) == verdict("1.size", wrong).text
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    first = f"Hint 1 of {len(find('1.size').hints)}: {find('1.size').hint(0)}"
    assert hinted(page) == f"{first}\nThe next one: after another try."
    page.keyboard.press("Enter")
    assert hinted(page).startswith(first)
    assert page.locator(".how").count() == 1
    told = page.get_by_label("Your answer to 1.1").get_attribute("aria-describedby")
    assert page.locator(f"#{told}").inner_text().startswith("A number")
    answer(page, str(find("1.1").right), "1.1")
    answer(page, WIDE)
    assert said(page) == "1.size: Right." and "2 right, 2 tried" in counted(page)
    page.reload()
    assert said(page) == "1.size: Right." and hinted(page) == first
    assert page.get_by_label("Your answer to 1.size").input_value() == WIDE
    page.get_by_role("button", name="Hint for 1.size").click()
    assert hinted(page) == "1.size: you have it, no hint is needed."


def test_progress_goes_into_a_file_and_back_and_is_wiped(opened, tmp_path):
    page = opened()
    answer(page, RIGHT)
    with page.expect_download() as download:
        page.get_by_role("button", name="Export").click()
    path = tmp_path / download.value.suggested_filename
    download.value.save_as(path)
    assert json.loads(path.read_text())["exercises"]["1.size"]["status"] == "right"
    page.once("dialog", lambda dialog: dialog.dismiss())
    page.get_by_role("button", name="Wipe").click()
    assert "1 right" in counted(page)
    page.once("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="Wipe").click()
    assert "0 right, 0 tried" in counted(page) and said(page) == ""
    page.locator("input[type=file]").set_input_files(path)
    page.get_by_text("Taken from the file: 1 exercises.").wait_for()
    assert "1 right, 1 tried" in counted(page) and said(page) == "1.size: Right."
    path.write_text('{"schema": 1, "exercises": {"1.size": {"answer": 3}}}')
    page.locator("input[type=file]").set_input_files(path)
    page.get_by_text("There is no progress in this file.").wait_for()
    assert "1 right" in counted(page)


def test_without_storage_it_goes_on_and_says_so(opened):
    page = opened(FORBIDDEN)
    answer(page, RIGHT)
    assert said(page) == "1.size: Right." and "1 right" in counted(page)
    assert "keeps nothing here" in counted(page)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_phone_shows_all_of_it_and_axe_finds_nothing(opened, scheme):
    page = opened(viewport={"width": 390, "height": 844}, color_scheme=scheme)
    answer(page, "7, 7", "1.1")
    answer(page, RIGHT)
    page.get_by_role("button", name="Hint for 1.1").click()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    found = Axe().run(page).response["violations"]
    assert [one["id"] for one in found] == []
