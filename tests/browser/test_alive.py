"""Alive at once: what a page shows when it is opened, before a cell is run; when it was run, saved
and opened again; when its kernel has ended."""

import json
import shutil
import sys
from pathlib import Path

import nbformat
import pytest
from playwright.sync_api import expect

from tests.browser.conftest import ROOT
from tests.browser.lab import RESTART, Lab, serve, soon, trust
from tests.browser.stage import opened
from tests.project.tree import NOTEBOOKS
from tools.builder.widgets import views_in

INSTALLED = Path(sys.prefix) / "etc/jupyter/labconfig/default_setting_overrides.json"
STORED = {path.stem: len(views_in(nbformat.read(path, 4))) for path in NOTEBOOKS}
GRIDS, MAPS = "03_weigh_the_kernel", "06_build_the_layer"
PLACE = '.lk-pick[tabindex="0"], canvas[tabindex="0"]'  # where the keys begin
RUN = "Run this page to do this"
SHUT_DOWN = "jupyterapp.shell.currentWidget.sessionContext.shutdown()"
STANDS = """() => ({
    kernel: document.querySelector(".jp-Notebook-ExecutionIndicator")?.dataset.status,
    cells: document.querySelectorAll(".jp-Cell").length,
    outputs: [...document.querySelectorAll(".jp-OutputArea-output")].map(e => e.dataset.mimeType),
    broken: document.body.innerText.match(/Error displaying widget.*/g),
    dialog: document.querySelector(".jp-Dialog")?.innerText,
})"""
GONE = "is gone, or its kernel was restarted: run all cells"


@pytest.fixture(scope="module", autouse=True)
def settings():
    """The settings that the package brings lie where JupyterLab looks for them."""
    brought = json.loads((ROOT / "jupyter" / INSTALLED.name).read_text(encoding="utf-8"))
    again = "install this project again: .venv/bin/pip install -r requirements-dev.txt"
    assert INSTALLED.exists(), f"JupyterLab's default settings are missing; {again}"
    assert json.loads(INSTALLED.read_text(encoding="utf-8")) == brought, f"other settings; {again}"


def copied(folder, *names):
    """The notebooks of these names, all without any, in a folder of their own, and trusted."""
    (folder / "notebooks").mkdir()
    for path in NOTEBOOKS:
        if not names or path.stem in names:
            shutil.copy(path, folder / "notebooks")
    trust(folder)
    return folder


@pytest.fixture(scope="module")
def trusted(browser, tmp_path_factory):
    """JupyterLab on trusted notebooks; (address, folder)."""
    folder = copied(tmp_path_factory.mktemp("trusted"))
    with serve(folder) as address:
        yield address, folder


@pytest.fixture
def open_trusted(browser, trusted):
    """open_trusted(name, **options) -> a Lab page with that trusted notebook, no cell run."""
    opened = []

    def open_one(name, **options):
        opened.append(Lab(browser, *trusted, name, **options))
        return opened[-1]

    yield open_one
    for lab in opened:
        assert lab.errors == []
        lab.close()


@pytest.fixture(scope="module")
def grids(browser, trusted):
    """The trusted page of GRIDS as it was opened, no cell run: its explorers, and what each said
    at first. Several tests look at it; each leaves a page on which the next one can begin."""
    lab = Lab(browser, *trusted, GRIDS)
    lab.there = explorers(lab, STORED[GRIDS])
    lab.said = [part(explorer, "say").text_content() for explorer in lab.there]
    yield lab
    assert lab.errors == []
    lab.close()


def explorers(lab, count):
    """The explorers of a page, once all of them are alive."""
    alive = lab.page.locator(".ex")
    try:
        expect(alive).to_have_count(count, timeout=90_000)
    except AssertionError as reason:
        stands = lab.page.evaluate(STANDS)
        raise AssertionError(f"{reason}\n{stands}\n{lab.logged[-20:]}") from None
    return alive.all()


def telling(all_of_them):
    """Those that ask nothing, and so tell of every cell."""
    found = [one for one in all_of_them if "lk-asks" not in one.get_attribute("class")]
    assert found
    return found


def part(explorer, name):
    return explorer.locator(f'[data-part="{name}"]')


def picked(explorer):
    """The cell that is picked or stood on, in words."""
    cells = explorer.locator(".lk-pick").evaluate_all("e => e.map(td => td.dataset.cell)")
    return cells[0] if cells else part(explorer, "cell").text_content()


def answers_a_key(explorer):
    """An arrow key goes to another cell, and the explorer shows it."""
    place = explorer.locator(PLACE).first
    place.scroll_into_view_if_needed()
    explorer.page.mouse.move(2, 2)  # what is pointed at is told before what the keys stand on
    place.focus()
    met = {picked(explorer)}
    for key in ("ArrowRight", "ArrowDown", "ArrowLeft", "ArrowUp"):  # some have somewhere to go
        explorer.page.keyboard.press(key)
        met.add(picked(explorer))
    return len(met) > 1


def edit(explorer, text="7"):
    """Type a number into the first cell that can be edited; it, and what it said before."""
    cell = explorer.locator("[data-edit] [data-cell]:not([data-cell^=pad])").first
    cell.scroll_into_view_if_needed()
    cell.focus()
    before = cell.evaluate("td => td.plain")
    explorer.page.keyboard.press(text[0])
    explorer.page.keyboard.insert_text(text[1:])
    explorer.page.keyboard.press("Enter")
    return cell, before


# ---- trusted, no cell run


@pytest.mark.parametrize(
    "name", [name for name, count in STORED.items() if count and name not in (GRIDS, MAPS)]
)
def test_every_stored_explorer_is_alive_and_answers_a_key(open_trusted, name):
    lab = open_trusted(name)
    alive = explorers(lab, STORED[name])
    # an explorer that asks about its only number has nowhere to go
    assert any(answers_a_key(one) for one in alive if one.locator(PLACE).count())
    assert "Error displaying widget" not in lab.page.locator(".jp-Notebook").inner_text()


def test_the_lessons_store_their_explorers():
    assert STORED["gallery"] >= 12 and min(STORED[path.stem] for path in NOTEBOOKS[1:9]) >= 1


@pytest.mark.parametrize("kernel", [True, False], ids=["not run", "no kernel"])
def test_what_needs_python_is_answered_at_once(grids, kernel):
    if not kernel:
        grids.page.evaluate(SHUT_DOWN)
    for explorer in telling(grids.there):
        cell, before = edit(explorer)
        assert part(explorer, "say").text_content().startswith(RUN)
        assert "ex-busy" not in explorer.get_attribute("class")
        assert cell.evaluate("td => td.plain") == before
        explorer.page.keyboard.press("Escape")
        assert RUN not in part(explorer, "say").text_content()
        predict = explorer.get_by_role("button", name="Predict")
        predict.click()
        assert explorer.locator("[data-guess]").count()
        explorer.get_by_role("button", name="Check").click()
        assert part(explorer, "say").text_content().startswith("Not yet: you marked none")
        predict.click()
        assert not explorer.locator("[data-guess]").count()


def test_stored_grids_are_pointed_at_walked_and_played_with_no_kernel(grids):
    lab = grids
    lab.page.evaluate(SHUT_DOWN)
    for explorer in telling(lab.there):
        target = opened(explorer).locator('[data-play="range"]')
        target.scroll_into_view_if_needed()
        told = set()
        for cell in explorer.locator("[data-grid=grad_w] [data-cell]").all()[:3]:
            cell.hover()
            told.add((part(explorer, "say").text_content(), picked(explorer)))
        assert len(told) == 3 and part(explorer, "formula").text_content()
        lab.page.mouse.move(2, 2)
        target.press("Home")
        explorer.locator('[data-play="play"]').click()
        explorer.locator('[data-play="count"]').filter(has_text="3 of").wait_for()
        explorer.locator('[data-play="play"]').click()
        assert answers_a_key(explorer)


def test_stored_maps_are_pointed_at_walked_and_played(open_trusted):
    lab = open_trusted(MAPS)
    explorers(lab, STORED[MAPS])
    assert "Error displaying widget" not in lab.page.locator(".jp-Notebook").inner_text()
    walk = lab.page.locator(".mp", has=lab.page.locator('[data-play="range"]:visible')).last
    walk.locator('[data-play="range"]').scroll_into_view_if_needed()
    walk.locator('[data-play="range"]').press("Home")
    first = part(walk, "say").text_content()
    walk.locator('[data-play="step"]').click()
    assert part(walk, "say").text_content() != first
    walk.locator('[data-play="play"]').click()
    walk.locator('[data-play="count"]').filter(has_text="4 of").wait_for()
    walk.locator('[data-play="play"]').click()
    canvas = walk.locator("canvas").first
    canvas.scroll_into_view_if_needed()
    canvas.hover(position={"x": 3, "y": 3})
    assert " = " in walk.locator(".mp-tip").inner_text() == part(walk, "cell").inner_text()
    assert answers_a_key(walk)
    predict = walk.locator('[data-do="predict"]')
    predict.click()
    soon(lambda: part(walk, "say").text_content().startswith(RUN), lab.page)
    assert not predict.is_checked()


def test_what_is_stored_agrees_with_the_table_beside_it(grids):
    """Picked cell and sentence of each live explorer are those of its first frame."""
    frames = [
        "".join(output["data"]["text/html"])
        for cell in nbformat.read(ROOT / "notebooks" / f"{GRIDS}.ipynb", 4).cells
        for output in cell.get("outputs", [])
        if "application/vnd.jupyter.widget-view+json" in output.get("data", {})
    ]
    script = """html => Object.assign(document.createElement("p"), { innerHTML: html })
        .querySelector("[data-part=say]").textContent"""
    assert grids.said == [grids.page.evaluate(script, frame) for frame in frames]


# ---- not trusted


def test_an_untrusted_page_has_the_tables(open_lab):
    lab = open_lab(GRIDS)
    lab.wait_idle()
    tables = lab.page.locator(".jp-OutputArea-output", has=lab.page.locator("td"))
    soon(lambda: tables.count() >= STORED[GRIDS], lab.page, 30)
    assert lab.page.locator(".ex").count() == 0
    assert "Error displaying widget" not in lab.page.locator(".jp-Notebook").inner_text()


# ---- run, saved, opened again


def test_run_saved_and_opened_by_another_server_it_is_alive(browser, tmp_path):
    folder = copied(tmp_path, GRIDS)
    with serve(folder) as address:
        lab = Lab(browser, address, folder, GRIDS)
        lab.run_all()
        first, *_ = telling(explorers(lab, STORED[GRIDS]))
        cell, _ = edit(first, "1/8")
        key = cell.get_attribute("data-cell")
        soon(lambda: cell.evaluate("td => td.plain") == "0.125", lab.page)
        lab.saved()
        lab.close()
    with serve(folder) as address:
        lab = Lab(browser, address, folder, GRIDS)
        again = explorers(lab, STORED[GRIDS])
        assert all(map(answers_a_key, again))
        first, *_ = telling(again)
        cell = first.locator(f'[data-cell="{key}"]').first
        assert cell.evaluate("td => td.plain") == "0.125"
        edit(first)
        assert part(first, "say").text_content().startswith(RUN) and lab.errors == []
        lab.close()


def test_loaded_again_it_is_live_and_restarted_it_says_what_to_do(open_trusted):
    lab = open_trusted(GRIDS)
    lab.run_all()
    lab.saved()
    lab.page.reload()
    first, *_ = telling(explorers(lab, STORED[GRIDS]))
    cell, _ = edit(first, "1/8")
    soon(lambda: cell.evaluate("td => td.plain") == "0.125", lab.page)
    lab.page.evaluate(RESTART)
    there = explorers(lab, STORED[GRIDS])
    for explorer in there:
        part(explorer, "say").filter(has_text=GONE).wait_for()
    assert all(map(answers_a_key, there))
    for explorer in telling(there):
        cell, before = edit(explorer)
        assert GONE in part(explorer, "say").text_content()
        assert cell.evaluate("td => td.plain") == before
