"""Real JupyterLab in a real Chromium: one server and one browser for all browser tests, one page a
notebook.

Without Chromium these tests skip, with the reason in words; with CNNLIB_BROWSER=required (as
.ci/run sets it) they fail.

A browser, a server and a kernel share a busy machine with other tests: what fails is run once
more, and pytest counts it as "rerun". CONTRIBUTING.md says what to do with one that comes often.
"""

import os
import shutil
from pathlib import Path

import pytest

from tests.browser.lab import Lab, serve
from tests.browser.stage import Stage
from tests.conftest import absent

ROOT = Path(__file__).parents[2]
FLAGS = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync"
).split()


def pytest_collection_modifyitems(items):
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.flaky(reruns=1))


def chromium():
    """The path of a Chromium that is installed, or None."""
    names = ("chromium", "chromium-browser", "google-chrome")
    return os.environ.get("CHROMIUM") or next(
        (path for path in map(shutil.which, names) if path), None
    )


@pytest.fixture(scope="session")
def browser():
    path = chromium()
    if path is None:
        absent("browser", "no Chromium: install the system package, or set CHROMIUM to its path")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def server(browser, tmp_path_factory):
    """JupyterLab on a copy of the notebooks; (address, folder)."""
    folder = tmp_path_factory.mktemp("lab")
    shutil.copytree(
        ROOT / "notebooks",
        folder / "notebooks",
        ignore=shutil.ignore_patterns(".ipynb_checkpoints"),
    )
    with serve(folder) as address:
        yield address, folder


@pytest.fixture
def open_lab(browser, server):
    """open_lab("03_weigh_the_kernel", dark=False, zoom=1.0, size=(1280, 900)) -> a Lab page with
    that notebook as cloned."""
    opened = []

    def open_one(name, **options):
        opened.append(Lab(browser, *server, name, **options))
        return opened[-1]

    yield open_one
    for lab in opened:
        lab.close()


@pytest.fixture
def stage(browser):
    """stage(explorer) -> that explorer on a bare page of its own; it had no error."""
    opened = []

    def open_one(explorer, **options):
        opened.append(Stage(browser, explorer, **options))
        return opened[-1]

    yield open_one
    for one in opened:
        one.close()
        assert one.errors == []
