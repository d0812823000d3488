"""What some tests need and not every machine has: without it they skip and say why.

CNNLIB_TORCH, CNNLIB_BROWSER, CNNLIB_HUB and CNNLIB_LITE, which .ci/run sets to required, make them
fail instead.
"""

import os

import pytest


def absent(what, reason):
    """Skip the test that needs `what`, such as "torch"; fail where CNNLIB_TORCH is "required"."""
    if os.environ.get(f"CNNLIB_{what.upper()}") == "required":
        pytest.fail(reason)
    pytest.skip(reason)


@pytest.fixture(scope="session")
def torch():
    """PyTorch; a test that asks for it carries the mark `torch`."""
    try:
        import torch
    except ImportError:
        absent("torch", "PyTorch is not installed: pip install -r requirements-torch.txt")
    return torch


@pytest.fixture
def alone(monkeypatch, tmp_path):
    """Of a teacher's own exercises none are found but those that the test writes, in its folder."""
    from cnnlib.course import own

    monkeypatch.setattr(own, "_added", [])
    monkeypatch.setattr(own, "_known", {})
    monkeypatch.delenv(own.PLACES, raising=False)
    monkeypatch.chdir(tmp_path)
    (tmp_path / own.FOLDER).mkdir()


def built(build, folder):
    """What build(folder) has written; without Node.js the tests that look at it are skipped."""
    from tools.website import npm

    try:
        build(folder)
    except npm.Missing as reason:
        absent("browser", str(reason))
    return folder


@pytest.fixture(scope="session")
def site(tmp_path_factory):
    """The folder with the whole course as static pages, built once."""
    from tools.website.build import build

    return built(build, tmp_path_factory.mktemp("site"))


@pytest.fixture(scope="session")
def decks(tmp_path_factory):
    """The folder with the slides of all lessons, built once."""
    from tools.website.decks import build

    return built(build, tmp_path_factory.mktemp("decks"))


@pytest.fixture(scope="session")
def lite(tmp_path_factory):
    """The folder with a JupyterLite whose Pyodide starts a kernel without a network, built once."""
    from tests import lite_core
    from tools.website import npm

    folder = tmp_path_factory.mktemp("lite")
    try:
        from tools.lite.build import build

        build(folder / "site", lite_core.make(folder))
    except npm.Missing as reason:
        absent("lite", str(reason))
    return folder / "site"


@pytest.hookimpl(tryfirst=True)  # before -m chooses
def pytest_collection_modifyitems(items):
    for item in items:
        if "torch" in getattr(item, "fixturenames", ()):
            item.add_marker("torch")
