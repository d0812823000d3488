"""my_copy: a reader's own copies, of which none is ever written over."""

import pytest

from cnnlib import my_copy

NAMES = ["00_start_here", "03_weigh_the_kernel", "gallery"]


@pytest.fixture
def project(tmp_path, monkeypatch):
    (tmp_path / "notebooks").mkdir()
    for name in NAMES:
        (tmp_path / f"notebooks/{name}.ipynb").write_text(f"{name} as shipped")
    monkeypatch.chdir(tmp_path / "notebooks")
    return tmp_path


def pages(project):
    return {path.stem: path.read_text() for path in (project / "mine").iterdir()}


def test_all_pages_once_and_answers_stay_through_an_update(project, monkeypatch):
    told = my_copy()
    assert repr(told) == (
        "3 pages are new in the folder mine. Go on in your own copy: 00_start_here.ipynb"
    )
    assert told._repr_markdown_().endswith("[00_start_here.ipynb](../mine/00_start_here.ipynb)")
    shipped = {name: f"{name} as shipped" for name in NAMES}
    assert pages(project) == shipped
    (project / "mine/03_weigh_the_kernel.ipynb").write_text("my answers")
    (project / "notebooks/03_weigh_the_kernel.ipynb").write_text("a new version")
    (project / "notebooks/04_new.ipynb").write_text("new")
    monkeypatch.chdir(project / "mine")  # where a reader works by now
    assert repr(my_copy()) == "New in the folder mine: 04_new.ipynb"
    kept = shipped | {"03_weigh_the_kernel": "my answers", "04_new": "new"}
    assert pages(project) == kept
    assert "nothing was written" in repr(my_copy())
    assert repr(my_copy("03")) == "New in the folder mine: 03_weigh_the_kernel_2.ipynb"
    monkeypatch.chdir(project)
    my_copy("03")
    kept |= dict.fromkeys(["03_weigh_the_kernel_2", "03_weigh_the_kernel_3"], "a new version")
    assert pages(project) == kept


def test_what_is_not_there_is_said_and_nothing_made(project, tmp_path_factory, monkeypatch):
    for lesson in ("0", "12", "*", "3"):
        with pytest.raises(FileNotFoundError, match="no page is called '.*': wanted such as"):
            my_copy(lesson)
    assert not (project / "mine").exists()
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    monkeypatch.chdir(elsewhere)
    with pytest.raises(
        FileNotFoundError, match="the folder notebooks is not found from .*elsewhere"
    ):
        my_copy()
    assert not list(elsewhere.iterdir())
