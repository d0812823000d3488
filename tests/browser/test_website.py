"""The site in Chromium, from a folder as a reader gets it, and from a server: alive, quiet, by
touch, by keys, on paper, and for a screen reader."""

import base64
import functools
import http.server
import json
import threading

import numpy as np
import pytest

from cnnlib.course import exercise
from tests.browser.lab import SETTLED, soon, violations
from tests.project.tree import NOTEBOOKS

LESSON = "03_weigh_the_kernel"
PAGES = ["index", *(path.stem for path in NOTEBOOKS)]
PHONE = {
    "viewport": {"width": 390, "height": 844},
    "has_touch": True,
    "is_mobile": True,
    "device_scale_factor": 2,
}
WATCH = """
window.shifts = 0;
new PerformanceObserver(list => {
    for (const entry of list.getEntries()) {
        window.shifts += entry.value;
        window.moved = entry.sources.map(s => s.node?.outerHTML?.slice(0, 90) ?? "text");
    }
}).observe({ type: "layout-shift", buffered: true });
new MutationObserver((_, watch) => {
    if (!document.querySelector(".explorer .ex table")) return;
    window.aliveAfter = performance.now();
    watch.disconnect();
}).observe(document, { childList: true, subtree: true });
"""
WIDTH = "document.documentElement.scrollWidth"  # innerWidth of a phone grows with what is too wide
# two frames: after the first one the page knows what is near the screen, however busy the machine
SCROLL = """y => {
    scrollTo(0, y);
    return new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)));
}"""
OPEN_ALL = "() => document.querySelectorAll('details').forEach(e => { e.open = true; })"


class Reader:
    """A page of the site as a reader opens it: what it asked for, and what went wrong in it."""

    def __init__(self, browser, address, **options):
        self.context = browser.new_context(**{"viewport": {"width": 1280, "height": 900}} | options)
        self.address = address
        self.page = self.context.new_page()
        self.page.add_init_script(WATCH)
        self.wrong = []
        self.page.on("pageerror", lambda error: self.wrong.append(str(error)))
        self.page.on("console", lambda message: self.wrong.append(message.text))
        self.page.on("request", self.hear)

    def hear(self, request):
        if not request.url.startswith((self.address, "data:")):
            self.wrong.append(request.url[:90])

    def open(self, name):
        self.page.goto(f"{self.address}/{name}.html")
        return self.page

    def walk(self):
        """Open all that is folded, and scroll from the top to the end."""
        self.page.evaluate(OPEN_ALL)
        place, end = 0, 1
        while place < end:
            self.page.evaluate(SCROLL, place)
            end = self.page.evaluate("document.documentElement.scrollHeight")
            place += 700
        self.page.locator("body").evaluate(SETTLED)

    def count(self, selector):
        return self.page.locator(selector).count()


@pytest.fixture
def reader(browser, site):
    """reader(address=None, **options) -> a Reader of the folder, or of what an address serves."""
    opened = []

    def open_one(address=None, **options):
        opened.append(Reader(browser, address or site.as_uri(), **options))
        return opened[-1]

    yield open_one
    for one in opened:
        one.context.close()
        assert one.wrong == []


@pytest.fixture(scope="module")
def address(site):
    """The address of a plain server of the site."""

    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *_):
            pass

    server = http.server.ThreadingHTTPServer(
        ("127.0.0.1", 0), functools.partial(Quiet, directory=site)
    )
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("options", [{}, PHONE], ids=["desktop", "phone"])
def test_every_page_is_alive_and_fits_and_asks_nobody(reader, name, options):
    one = reader(**options)
    one.open(name)
    one.walk()
    alive = ".explorer.alive .live > .ex"
    soon(lambda: one.count(".explorer") == one.count(alive), one.page)
    assert one.page.evaluate(WIDTH) == one.page.viewport_size["width"]
    assert one.page.evaluate("[...document.images].every(e => e.complete && e.naturalWidth)")


@pytest.mark.parametrize("name", [LESSON, "gallery", "index"])
def test_from_a_server_it_is_the_same(reader, address, name):
    one = reader(address)
    page = one.open(name)
    one.walk()
    assert one.count(".explorer") == one.count(".explorer.alive .live > .ex") > 0
    page.keyboard.press("/")
    page.keyboard.type("stride")
    page.locator(".search [role=option]").first.wait_for()


@pytest.mark.parametrize("name", ["index", LESSON, "gallery"])
def test_the_first_explorer_is_alive_within_a_second_and_nothing_jumps(reader, name):
    one = reader()
    page = one.open(name)
    page.wait_for_timeout(500)
    assert 0 < page.evaluate("window.aliveAfter ?? Infinity") < 1000
    assert (page.evaluate("window.shifts"), page.evaluate("window.moved")) == (0, None)


INVITED = """root => [...root.querySelectorAll("[data-edit] b")]
    .map(e => getComputedStyle(e, "::after").content)"""


def test_an_explorer_obeys_the_hand_and_says_what_needs_python(reader):
    page = reader().open(LESSON)
    root = page.locator(".explorer .ex").first
    assert root.evaluate(INVITED) == ["none", "none"]
    root.get_by_role("button", name="more controls").click()
    hint = root.locator(".lk-hint")
    assert "arrow keys" in hint.inner_text() and "type into" not in hint.inner_text()
    root.locator('[data-cell="grad_w:1,1"]').last.click()
    root.locator('.lk-pick[data-cell="grad_w:1,1"]').first.wait_for()
    root.get_by_role("button", name="Show").click()
    root.get_by_role("button", name="Show").click()
    root.locator('[data-cell="grad_w:1,0"]').last.click()
    root.get_by_role("button", name="Show").click()
    root.get_by_role("button", name="Predict").click()
    assert root.locator("[data-guess]").count() == 0
    root.locator('[data-cell="x:1,1"]').first.click()
    page.keyboard.press("7")
    root.get_by_text("needs a running notebook").first.wait_for()


def answer_of(page, key):
    """(the cells that take part, the number) of a cell of the first explorer, from its book."""
    state = json.loads(page.locator(".explorer > script").first.text_content())
    book = json.loads(base64.b64decode(state["answers"]))
    cells = [book["sources"][n] for n in book["sets"][book["cells"][key][0]]]
    return cells, f"{book['numbers'][key][0]:g}"


def tab_to(page, grid):
    """Go by Tab to the cell of a grid of the first explorer; its key."""
    for _ in range(120):
        page.keyboard.press("Tab")
        key = page.evaluate("document.activeElement.dataset.cell ?? ''")
        if key.startswith(f"{grid}:"):
            return key
    raise AssertionError(f"Tab does not lead to {grid}")


def go(page, start, end):
    """Go by arrow keys from a cell to another one of its grid."""
    (i, j), (m, n) = (map(int, key.partition(":")[2].split(",")) for key in (start, end))
    for key, steps in (("Down", m - i), ("Up", i - m), ("Right", n - j), ("Left", j - n)):
        for _ in range(steps):
            page.keyboard.press(f"Arrow{key}")
    page.wait_for_function("key => document.activeElement.dataset.cell === key", arg=end)


def test_the_first_question_is_answered_by_keyboard_alone(reader):
    page = reader().open(LESSON)
    root = page.locator(".explorer .ex").first
    say = root.locator("[data-part=say]")
    tab_to(page, "x")
    picked = root.locator("[aria-selected=true]").first.get_attribute("data-cell")
    cells, number = answer_of(page, picked)
    here = page.evaluate("document.activeElement.dataset.cell")
    for cell in cells:
        go(page, here, cell)
        page.keyboard.press("Space")
        here = cell
    assert root.locator("td.lk-marked").count() == len(cells)
    page.keyboard.press("Enter")
    say.filter(has_text=f"Right: these {len(cells)} cells take part.").wait_for()
    page.keyboard.type(f"{number}1")
    page.keyboard.press("Enter")
    say.filter(has_text="Not yet: ").wait_for()
    page.keyboard.type(number)
    page.keyboard.press("Enter")
    say.filter(has_text=f"is {number}.").wait_for()
    shown = root.locator(f'[data-cell="{picked}"]').last
    assert shown.inner_text() == number and shown.get_attribute("data-guess") is None
    assert root.locator("[data-guess]").count() > 0


# where the parts of an explorer stand, and those of its buttons that keep their places
STANDS = """root => [
    ...root.querySelectorAll("[data-grid], [data-part]:not([data-part=say]), .lk-bar, .lk-bar > *"),
].filter(e => e.checkVisibility())
    .filter(e => !["count", "check", "show", "more"].includes(e.dataset.play ?? e.dataset.do))
    .map(e => e.getBoundingClientRect().top - root.getBoundingClientRect().top)"""


def test_the_first_question_is_answered_by_touch(reader):
    page = reader(**PHONE).open(LESSON)
    root = page.locator(".explorer .ex").first
    stands = root.evaluate(STANDS)
    say = root.locator("[data-part=say]")
    asked = root.locator('[data-cell="grad_w:1,0"]').last
    asked.tap()
    root.locator('.lk-pick[data-cell="grad_w:1,0"]').first.wait_for()
    cells, number = answer_of(page, "grad_w:1,0")
    for cell in cells[1:]:
        root.locator(f'[data-cell="{cell}"]').last.tap()
    root.get_by_role("button", name="Check").tap()
    say.filter(has_text="take part, but others are missing.").wait_for()
    root.locator(f'[data-cell="{cells[0]}"]').last.tap()
    root.get_by_role("button", name="Check").tap()
    say.filter(has_text="Right: these").wait_for()
    asked.tap()
    root.locator("input.lk-edit").fill(number)
    page.keyboard.press("Enter")
    say.filter(has_text=f"Right: grad_w[1,0] is {number}.").wait_for()
    assert asked.inner_text() == number
    while root.locator("[data-guess]").count():
        root.locator("[data-guess]").first.tap()
        root.get_by_role("button", name="Show").tap()
        page.wait_for_timeout(50)
    assert root.get_by_role("button", name="Show").is_hidden()
    assert root.evaluate(STANDS) == pytest.approx(stands, abs=2)
    assert page.evaluate(WIDTH) == page.viewport_size["width"]


def test_an_explorer_in_a_closed_part_wakes_when_it_is_opened(reader, site):
    """No lesson folds an explorer today; a page may."""
    html = (site / "index.html").read_text(encoding="utf-8")
    for old, new in {
        '<div class="explorer"': '<details><summary>Open me</summary><div class="explorer"',
        "previousElementSibling)</script>": "previousElementSibling)</script></details>",
    }.items():
        html = html.replace(old, new, 1)
    (site / "folded.html").write_text(html, encoding="utf-8")
    one = reader()
    page = one.open("folded")
    (site / "folded.html").unlink()
    page.wait_for_timeout(100)
    assert one.count(".explorer.alive") == 0
    page.get_by_text("Open me").click()
    page.locator(".explorer.alive .ex").wait_for()


def look_with_axe(one, name, *but):
    """axe on a page, all of it open; from a server, since axe reads style sheets, which file://
    forbids."""
    page = one.open(name)
    one.walk()
    page.evaluate("scrollTo(0, 0)")
    assert violations(page, "html", *but) == []


@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_nothing_on_a_light_screen(reader, address, name):
    """Explorers have tests of their own, and what KaTeX draws is hidden from a screen reader: both
    are seen on a few whole pages, below."""
    look_with_axe(reader(address, color_scheme="light"), name, ".explorer", ".katex-html")


@pytest.mark.parametrize("name", ["index", LESSON, "gallery", "A1_errata_of_the_source"])
def test_axe_finds_nothing_on_a_dark_phone(reader, address, name):
    look_with_axe(reader(address, color_scheme="dark", **PHONE), name)


def test_an_exercise_is_judged_on_its_page_and_counted_on_the_front_page(reader):
    page = reader().open(LESSON)
    place = page.locator('[data-exercise="3.1"]')
    place.get_by_label("Your answer to 3.1").fill("[[7, 4], [6, 5]]")
    place.get_by_role("button", name="Check").click()
    right = exercise.find("3.1").right
    place.get_by_label("Your answer to 3.1").fill(str(np.array(right).tolist()))
    page.keyboard.press("Enter")
    soon(lambda: "right" in place.locator("output").text_content().lower(), page)
    page.get_by_role("link", name="How a convolutional network").click()
    page.locator(".progress", has_text="1 right").wait_for()


# ---- search


def test_search_by_keys_alone(reader, address):
    one = reader(address)
    page = one.open(LESSON)
    page.keyboard.press("/")
    box = page.get_by_role("combobox", name="Search all pages")
    soon(lambda: box.evaluate("e => e === document.activeElement"), page)
    page.keyboard.type("spread del")
    page.get_by_role("option").first.wait_for()
    assert "found" in page.locator(".search [role=status]").text_content()
    first = page.locator(".search [aria-selected=true]")
    assert first.get_attribute("id") == "result-0" == box.get_attribute("aria-activedescendant")
    page.keyboard.press("ArrowDown")
    assert box.get_attribute("aria-activedescendant") == "result-1"
    page.keyboard.press("ArrowUp")
    assert violations(page, ".search") == []
    assert "02b" in first.text_content()
    page.keyboard.press("Enter")
    page.wait_for_url("**/02b_spread_delta_out.html*")


def test_search_leads_to_a_section_and_escape_ends_it(reader):
    page = reader().open("index")
    page.get_by_role("button", name="Search").click()
    page.keyboard.type("ONE DIMENSION fir")
    page.get_by_role("option", name="03 · Weigh the kernel · 1 Derive").first.wait_for()
    page.keyboard.press("Escape")
    assert not page.locator(".search").is_visible()
    page.keyboard.press("/")
    page.keyboard.type("xyzzy")
    page.get_by_text("0 places found").wait_for()
    page.keyboard.press("Enter")
    assert page.url.endswith("index.html")


def test_a_word_is_found_by_its_beginning_and_chinese_anywhere(reader):
    page = reader().open("index")
    page.keyboard.press("/")
    box = page.get_by_role("combobox", name="Search all pages")
    counts = {}
    for typed in ("convolution", "convol", "nvolution", "差项"):
        box.fill(typed)
        page.wait_for_function("document.querySelector('.search p').textContent")
        page.wait_for_timeout(50)
        counts[typed] = int(page.locator(".search [role=status]").text_content().split()[0])
    assert counts["convol"] >= counts["convolution"] > 0 == counts["nvolution"]
    assert counts["差项"] > 0


# ---- equations


def test_a_mention_shows_its_equation(reader):
    page = reader().open(LESSON)
    peek = page.locator(".peek")
    page.locator('.mention[href="#eq-3-1"]').first.hover()
    peek.locator(".katex").wait_for()
    page.mouse.move(0, 0)
    peek.wait_for(state="hidden")
    other = page.locator('.mention[href="01_slide_a_kernel.html#eq-1-1"]').first
    other.focus()
    peek.locator(".katex").wait_for()
    assert other.get_attribute("aria-describedby") == "peek"
    page.keyboard.press("Escape")
    peek.wait_for(state="hidden")
    other.click()
    page.wait_for_url("**/01_slide_a_kernel.html#eq-1-1")
    assert page.locator("#eq-1-1:target").is_visible()


# ---- code, sections, paper


def test_code_is_copied(reader):
    page = reader(permissions=["clipboard-read", "clipboard-write"]).open(LESSON)
    code = page.locator(".code:visible").first
    code.hover()
    code.get_by_role("button", name="Copy").click()
    code.get_by_role("button", name="Copied").wait_for()
    text = page.evaluate("navigator.clipboard.readText()")
    assert text == code.locator("code").text_content()


def test_the_sections_stand_at_the_side_or_are_folded(reader):
    wide, phone = reader().open(LESSON), reader(**PHONE).open(LESSON)
    link = "nav.contents a[href='#1-Derive']"
    assert wide.locator(link).is_visible() and not phone.locator(link).is_visible()
    phone.get_by_text("On this page", exact=True).tap()
    phone.locator(link).tap()
    assert phone.url.endswith("#1-Derive")


def test_on_paper_answers_stay_folded_and_explorers_are_tables(reader):
    one = reader()
    page = one.open(LESSON)
    page.emulate_media(media="print")

    def on_paper(selector):
        seen = "e => e.checkVisibility({ contentVisibilityAuto: true })"
        first = page.locator(selector).first
        return first.evaluate(seen) and first.bounding_box()["height"] > 0

    folded = {"details.folded pre": False, ".of-code": False, "details .equation": False}
    always = {".top": False, ".live": False, ".copy": False, ".explorer .still table": True}
    for selector, visible in (always | folded).items():
        assert on_paper(selector) == visible, selector
    page.emulate_media(media="screen")
    button = page.get_by_role("button", name="Open all answers")
    button.click()
    page.emulate_media(media="print")
    for selector in folded:
        assert on_paper(selector), selector
    cut = "e => e.scrollWidth > e.clientWidth"
    assert not any(part.evaluate(cut) for part in page.locator(".still [data-part]").all())
    page.set_viewport_size({"width": 718, "height": 1000})  # A4 between its margins
    assert page.evaluate(WIDTH) == 718
    page.emulate_media(media="screen")
    page.set_viewport_size({"width": 1280, "height": 900})
    page.get_by_role("button", name="Close all answers").click()
    assert button.is_visible() and not page.locator("main details[open]").count()
