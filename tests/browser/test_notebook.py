"""Jupyter Notebook 7 in place of JupyterLab: the same pages, alive at once, and they run."""

import pytest

from tests.browser.lab import READY, Lab, serve, soon
from tests.browser.test_alive import (
    GRIDS,
    STORED,
    answers_a_key,
    copied,
    edit,
    explorers,
    telling,
)
from tests.browser.test_course import look

APP = "notebook"
# on a busy machine Notebook asks for the settings of its shortcuts before they have come
THEIRS = {"Cannot read properties of undefined (reading 'schema')"}


@pytest.fixture(scope="module")
def notebook(browser, tmp_path_factory):
    """Notebook 7 on a trusted page; (address, folder)."""
    pytest.importorskip(APP, reason="Notebook 7 is not installed: requirements-dev.txt")
    folder = copied(tmp_path_factory.mktemp("notebook"), GRIDS)
    with serve(folder, app=APP) as address:
        yield address, folder


@pytest.fixture
def open_notebook(browser, notebook):
    """open_notebook(name) -> that page in Notebook 7, no cell run; it had no error."""
    opened = []

    def open_one(name):
        opened.append(Lab(browser, *notebook, name, notebook=True))
        return opened[-1]

    yield open_one
    for lab in opened:
        assert set(lab.errors) <= THEIRS
        lab.close()


def seen(lab):
    """What is wrong with what a reader sees."""
    return look(lab) - {f"error in the page: {error}" for error in THEIRS}


def test_every_explorer_is_alive_before_a_cell_is_run(open_notebook):
    lab = open_notebook(GRIDS)
    lab.page.evaluate(READY)  # until then Notebook takes the focus
    assert any(map(answers_a_key, explorers(lab, STORED[GRIDS])))
    assert seen(lab) == set()


def test_a_page_is_run_and_an_explorer_answers_python(open_notebook):
    lab = open_notebook(GRIDS)
    lab.run_all()
    first, *_ = telling(explorers(lab, STORED[GRIDS]))
    assert answers_a_key(first)
    cell, _ = edit(first, "1/8")
    soon(lambda: cell.evaluate("td => td.plain") == "0.125", lab.page)
    lab.page.keyboard.press("9")  # Escape forgets what is being typed
    lab.page.keyboard.press("Escape")
    assert first.locator(".lk-edit").count() == 0 and cell.evaluate("td => td.plain") == "0.125"
    assert seen(lab) == set()
    cells = [cell for cell in lab.saved()["cells"] if cell["cell_type"] == "code"]
    assert [cell["execution_count"] for cell in cells] == list(range(1, len(cells) + 1))
