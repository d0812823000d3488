"""Nothing of a reader's is lost: a page that is only opened stays as it was shipped; copies are
made from a page while JupyterLab runs, and an answer in them outlives everything."""

import json
import shutil

import pytest

from tests.browser.conftest import ROOT
from tests.browser.lab import READY, serve, soon, trust
from tests.browser.lab import Lab as Page
from tools.builder.read import KERNEL

START, GRIDS = "00_start_here", "03_weigh_the_kernel"
BUILT = f'"version": "{KERNEL["language_info"]["version"]}"'
TYPED = """([start, text]) => {
    const cells = jupyterapp.shell.currentWidget.content.model.cells;
    for (let n = 0; n < cells.length; n++) {
        const source = cells.get(n).sharedModel;
        if (source.getSource().startsWith(start)) { source.setSource(text); return n; }
    }
}"""
RUN_CELL = """async n => {
    const notebook = jupyterapp.shell.currentWidget.content;
    notebook.activeCellIndex = n;
    await jupyterapp.commands.execute("notebook:run-cell");
}"""


def copied(folder, version=None):
    """The notebooks in a folder, as if a Python of another version had built them."""
    shutil.copytree(ROOT / "notebooks", folder / "notebooks")
    for path in (folder / "notebooks").glob("*.ipynb"):
        if version:
            text = path.read_text(encoding="utf-8")
            path.write_text(text.replace(BUILT, f'"version": "{version}"'))
    return folder


@pytest.mark.parametrize(("trusted", "version"), [(True, None), (True, "3.10.9"), (False, "3.9.1")])
def test_opened_and_saved_a_page_is_the_same_byte_for_byte(browser, tmp_path, trusted, version):
    folder = copied(tmp_path, version)
    if trusted:
        trust(folder)
    with serve(folder) as address:
        for name in (GRIDS, "troubleshooting"):
            path = folder / "notebooks" / f"{name}.ipynb"
            before, written = path.read_bytes(), path.stat().st_mtime_ns
            assert version is None or f'"version": "{version}"'.encode() in before
            lab = Page(browser, address, folder, name)
            lab.page.evaluate(READY)
            lab.saved()
            assert path.stat().st_mtime_ns > written
            assert path.read_bytes() == before
            lab.close()


def run_line(lab, start, text):
    """Type over the cell that begins so, run it, save; all that it has put out."""
    place = lab.page.evaluate(TYPED, [start, text])
    lab.page.evaluate(RUN_CELL, place)
    lab.command("docmanager:save")
    cell = json.loads(lab.path.read_text(encoding="utf-8"))["cells"][place]
    assert "".join(cell["source"]) == text
    return json.dumps(cell["outputs"])


class Lab(Page):
    """A page of the folder notebooks or mine."""

    def __init__(self, browser, address, folder, place):
        super().__init__(browser, address, folder, f"../{place}")
        self.path = folder / f"{place}.ipynb"
        self.page.evaluate(READY)


def test_a_copy_is_made_from_the_page_and_an_answer_in_it_outlives_all(browser, tmp_path):
    folder = copied(tmp_path)
    with serve(folder) as address:
        lab = Lab(browser, address, folder, f"notebooks/{START}")
        run_line(lab, "try:\n    import cnnlib", "import cnnlib")
        told = run_line(lab, "# cnnlib.my_copy()", "cnnlib.my_copy()")
        assert "pages are new in the folder mine" in told
        link = lab.page.locator(".jp-OutputArea a", has_text=f"{START}.ipynb")
        soon(lambda: f"/mine/{START}.ipynb" in link.get_attribute("href"), lab.page)
        lab.close()
        mine = Lab(browser, address, folder, f"mine/{START}")
        run_line(mine, "import cnnlib", "import cnnlib")  # it was saved before it was copied
        run_line(mine, 'cnnlib.check("0.maps", ...)', 'cnnlib.check("0.maps", 8)')
        answered = mine.path.read_bytes()
        assert b'check(\\"0.maps\\", 8)' in answered
        shipped = folder / f"notebooks/{START}.ipynb"
        shipped.write_bytes(shipped.read_bytes() + b"\n")  # an update
        assert "nothing was written" in run_line(mine, "# cnnlib.my_copy()", "cnnlib.my_copy()")
        assert b'check(\\"0.maps\\", 8)' in mine.path.read_bytes()
        told = run_line(mine, "# cnnlib.my_copy(", 'cnnlib.my_copy("00")')
        assert f"{START}_2.ipynb" in told
        assert (folder / f"mine/{START}_2.ipynb").read_bytes() == shipped.read_bytes()
        mine.close()
