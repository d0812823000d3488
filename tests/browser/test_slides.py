"""The slides in Chromium, from a folder: all of them fit into 1280x720, explorers are alive, keys
turn slides or walk in an explorer, and nothing is asked of a network."""

import pytest

from tests.project.test_slides import NAMES

SIZE = {"width": 1280, "height": 720}
READY = "window.Reveal?.isReady()"
DECK, TIES = "03_weigh_the_kernel", "05_route_the_maximum"
# each slide in turn, all that it hides shown: what of it lies outside or is cut off, whether its
# explorer is asleep or grows out of it, and whether its words are too small
WALK = """async () => {
    const soon = () => new Promise(requestAnimationFrame);
    const wrong = [];
    for (let n = 0; n < Reveal.getTotalSlides(); n += 1) {
        Reveal.slide(n, 0, 99);
        const slide = Reveal.getCurrentSlide();
        const place = slide.querySelector(".explorer");
        const awake = () => place.querySelector(".live > .ex") && "fitted" in place.dataset;
        for (let frame = 0; place && !awake() && frame < 300; frame += 1) await soon();
        for (let frame = 0; frame < 2; frame += 1) await soon();
        const tell = (what, e) => wrong.push(`${n + 1}: ${what} ${e.outerHTML.slice(0, 80)}`);
        if (place && !awake()) tell("asleep", place);
        if (parseFloat(getComputedStyle(slide).fontSize) < 24) tell("small", slide);
        for (const name of place ? ["…", "Show"] : []) {
            const buttons = [...place.querySelectorAll(".ex button")];
            buttons.find(e => e.checkVisibility() && e.textContent.includes(name))?.click();
            for (let frame = 0; frame < 3; frame += 1) await soon();
            if (place.getBoundingClientRect().bottom > 720) tell(`too high after ${name}`, place);
        }
        const low = place ? 720 : 680; // an explorer has its own room, words keep the margin
        for (const e of slide.querySelectorAll(":scope > :not(.notes)")) {
            if (e.getBoundingClientRect().bottom > low) tell("too low", e);
        }
        const parts = slide.querySelectorAll(":scope *:not(.notes *, .katex *, .still, .still *)");
        for (const e of parts) {
            const { left, top, right, bottom } = e.getBoundingClientRect();
            if (left < 0 || top < 0 || right > 1280 || bottom > 720) tell("outside", e);
            const held = e.matches(".formula, pre, .table, .explorer");
            if (held && e.scrollWidth > e.clientWidth) tell("cut off", e);
        }
    }
    return wrong;
}"""
AWAKE = "Reveal.getCurrentSlide().querySelector('.live > .ex') !== null"
PLACE = "Reveal.getIndices().h"
# does the frame in x stand around the cell that is read there, on each side by the same?
FRAMED = """() => {
    const grid = Reveal.getCurrentSlide().querySelector('.live [data-grid="x"]');
    const frame = grid.querySelector(".lk-window").getBoundingClientRect();
    const cell = grid.querySelector("[data-cell].lk-seen, [data-cell].lk-1");
    const { left, right, top, bottom } = cell.getBoundingClientRect();
    const apart = [left - frame.left, frame.right - right, top - frame.top, frame.bottom - bottom];
    return apart.every((gap) => gap > 0 && gap < 9);
}"""
# keys that come before the next frame
AT_ONCE = """keys => {
    for (const key of keys) {
        const event = new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true });
        document.activeElement.dispatchEvent(event);
    }
}"""


@pytest.fixture
def deck(browser, decks):
    """deck(name, **options) -> the page of a deck, ready; it may ask for nothing."""
    opened, wrong = [], []

    def hear(request):
        if not request.url.startswith((decks.as_uri(), "data:", "about:")):
            wrong.append(request.url[:90])

    def open_one(name, **options):
        context = browser.new_context(**{"viewport": SIZE} | options)
        opened.append(context)
        context.on("request", hear)
        page = context.new_page()
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("console", lambda message: wrong.append(message.text))
        page.goto(f"{decks.as_uri()}/{name}.html")
        page.wait_for_function(READY)
        return page

    yield open_one
    for context in opened:
        context.close()
    assert wrong == []


@pytest.mark.parametrize("name", NAMES)
def test_every_slide_fits_and_every_explorer_is_alive(deck, name):
    assert deck(name).evaluate(WALK) == []


def test_arrow_keys_turn_slides_but_inside_an_explorer_they_walk(deck):
    page = deck(DECK)
    page.keyboard.press("ArrowRight")
    page.wait_for_function(AWAKE)
    assert page.evaluate(PLACE) == 1
    page.locator('.present [data-cell="grad_w:0,0"]').last.click()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowDown")
    page.locator('.present .lk-pick[data-cell="grad_w:1,1"]').first.wait_for()
    assert page.evaluate(PLACE) == 1
    page.keyboard.press("Escape")
    page.keyboard.press("ArrowRight")
    assert page.evaluate(PLACE) == 2
    assert not page.evaluate("Reveal.isOverview()")


def test_escape_leaves_an_explorer_though_the_focus_is_on_its_way(deck):
    page = deck(DECK)
    page.keyboard.press("ArrowRight")
    page.wait_for_function(AWAKE)
    page.locator('.present [data-cell="grad_w:0,0"]').last.click()
    page.evaluate(AT_ONCE, ["ArrowDown", "Escape"])
    page.locator('.present .lk-pick[data-cell="grad_w:1,0"]').first.wait_for()
    page.evaluate("() => new Promise(requestAnimationFrame)")
    page.keyboard.press("ArrowRight")
    assert page.evaluate(PLACE) == 2


def test_the_key_comes_by_a_press_or_a_click(deck):
    for show in (
        lambda page: page.keyboard.press("ArrowRight"),
        lambda page: page.locator(".present .bar").click(),
    ):
        page = deck(DECK)
        page.evaluate("Reveal.slide(Reveal.getTotalSlides() - 1)")
        key = page.locator(".present", has_text="Key:").locator(".fragment")
        assert not key.is_visible()
        show(page)
        key.wait_for(state="visible")
        assert not page.locator(".present .bar").is_visible()


def test_x_leads_to_the_exit_question_from_any_slide(deck):
    page = deck(TIES)
    for key in ("x", "End", "x"):
        page.keyboard.press(key)
        there = page.locator("section.present").inner_text().startswith("Exit question")
        assert there == (key == "x")


def show_all(page):
    """The explorer of a deck's second slide, its answer shown and its further controls open."""
    page.keyboard.press("ArrowRight")
    page.wait_for_function(AWAKE)
    for name in ("Show", "Show"):
        page.locator(".present .ex button:visible", has_text=name).first.click()
    page.locator(".present .lk-window:visible").first.wait_for()


def width(page):
    return page.locator(".present .live [data-cell]").first.bounding_box()["width"]


def test_more_controls_keep_an_explorer_as_large_as_it_is(deck):
    page = deck(TIES)
    show_all(page)
    before = width(page)
    page.locator(".present .ex button:visible", has_text="…").click()
    for _ in range(5):
        page.evaluate("() => new Promise(requestAnimationFrame)")
    assert page.locator(".present .ex-more:visible").count()
    assert width(page) == before


def test_frames_stand_around_their_cells_when_the_type_changes(deck):
    page = deck(TIES)
    show_all(page)
    place = page.locator(".present .explorer")
    place.evaluate("e => e.style.setProperty('--jp-content-font-size1', '20px')")
    page.wait_for_function(FRAMED)


def test_escape_leads_out_of_a_list_of_choices(deck):
    page = deck(TIES)
    show_all(page)
    page.locator(".present select:visible").first.focus()
    page.keyboard.press("ArrowDown")
    page.locator(".present select:visible").first.focus()
    page.keyboard.press("Escape")
    page.keyboard.press("ArrowRight")
    assert page.evaluate(PLACE) == 2


def test_the_speaker_sees_the_notes(deck):
    page = deck(DECK)
    with page.expect_popup() as opened:
        page.keyboard.press("s")
    opened.value.get_by_text("What has stood beside this weight?").first.wait_for()


def test_a_smaller_window_lays_no_sentence_over_the_numbers(deck):
    page = deck(DECK, viewport={"width": 760, "height": 800})
    page.keyboard.press("ArrowRight")
    page.wait_for_function(AWAKE)
    row, said = (
        page.locator(f".present .live {part}") for part in ("[data-row]", "[data-part=say]")
    )
    assert row.bounding_box()["y"] + row.bounding_box()["height"] < said.bounding_box()["y"]


@pytest.mark.parametrize(("theme", "dark"), [("light", False), ("dark", True)])
def test_a_deck_wears_the_theme_of_the_screen(deck, theme, dark):
    page = deck(DECK, color_scheme=theme)
    lightness = page.evaluate(
        "() => [getComputedStyle(document.body).backgroundColor,"
        " getComputedStyle(Reveal.getCurrentSlide()).color]"
        ".map(colour => Number(colour.match(/[0-9]+/)[0]))"
    )
    assert (lightness[0] < lightness[1]) == dark


def test_the_list_leads_to_a_deck(deck, decks, browser):
    page = browser.new_page(viewport=SIZE)
    page.goto((decks / "index.html").as_uri())
    page.get_by_role("link", name="03 · Weigh the kernel").click()
    page.wait_for_function(READY)
    page.close()
