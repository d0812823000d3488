"""What the hub needs no JupyterHub for: a class's settings, and a student's folder."""

import os
from pathlib import Path

import nbformat
import pytest
from nbformat.sign import NotebookNotary

from teaching.hub import classroom, desk

PAGE = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("1")])


@pytest.fixture
def shipped(tmp_path, monkeypatch):
    """The pages of a course, a student's home beside them; signatures are kept in there, too."""
    pages, home = tmp_path / "course" / "notebooks", tmp_path / "anna"
    pages.mkdir(parents=True)
    home.mkdir()
    nbformat.write(PAGE, pages / "00_start_here.ipynb")
    monkeypatch.setattr(desk, "SHIPPED", pages)
    monkeypatch.setenv("JUPYTER_DATA_DIR", str(home / "data"))
    monkeypatch.chdir(home)
    return pages


def trusted(page):
    return NotebookNotary().check_signature(nbformat.read(page, as_version=4))


def test_an_update_brings_new_pages_and_leaves_a_students_own(shipped):
    home = Path.cwd()
    desk.lay_out(home)
    own = home / "mine" / "00_start_here.ipynb"
    assert own.read_bytes() == (shipped / own.name).read_bytes()
    assert trusted(own)
    own.write_text("my work")
    newer = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("2")])
    nbformat.write(newer, shipped / own.name)
    nbformat.write(newer, shipped / "01_new.ipynb")
    desk.lay_out(home)
    assert own.read_text() == "my work"
    assert trusted(home / "mine" / "01_new.ipynb")
    assert (home / "notebooks" / own.name).read_bytes() == (shipped / own.name).read_bytes()


def test_what_a_student_put_in_the_way_is_kept_aside(shipped):
    home = Path.cwd()
    (home / "notebooks").mkdir()
    (home / "notebooks" / "work.txt").write_text("my work")
    desk.lay_out(home)
    assert [path.read_text() for path in home.glob("notebooks_*/work.txt")] == ["my work"]
    assert (home / "mine" / "00_start_here.ipynb").exists()


def test_a_page_of_another_source_is_not_trusted(shipped):
    desk.lay_out(Path.cwd())
    stranger = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("3")])
    nbformat.write(stranger, Path("mine", "stranger.ipynb"))
    assert not trusted(Path("mine", "stranger.ipynb"))


def test_settings_are_read(tmp_path):
    path = tmp_path / "class.toml"
    path.write_text('word = "grad_w = x * delta"\nnames = ["anna"]\nserver_minutes = 30\n')
    given = classroom.read(path)
    assert (given.word, given.names, given.server_minutes) == ("grad_w = x * delta", ["anna"], 30)
    assert "as the teacher wrote it" in given.greeting
    assert path.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    "text, told",
    [
        (None, "is not there"),
        ("word = delta", "line 1"),
        ('word = "short"', "at least 8 characters"),
        ("", "at least 8 characters"),
        ('word = "long enough"\nname = ["a"]', "name is not known; known are word, teacher_word"),
        ('word = "long enough"\nnames = "a"', "names = 'a' is no list"),
        ('word = "long enough"\nnames = ["a", "Żoë"]', "names: 'Żoë' is not made of small letters"),
        ('word = "long enough"\nservers = true', "servers = True is no int"),
        ("word = 12345678", "word = 12345678 is no str"),
        ('word = "long enough"\nteacher_word = "short"', "at least 32 characters"),
    ],
)
def test_settings_that_cannot_be_used_are_told(text, told, tmp_path):
    path = tmp_path / "class.toml"
    if text is not None:
        path.write_text(text)
    with pytest.raises(SystemExit, match=told):
        classroom.read(path)


def test_numbers_are_given_in_order_and_stay(tmp_path, monkeypatch):
    seat = pytest.importorskip("teaching.hub.seat", reason="JupyterHub is not installed")
    if not seat.apart():
        pytest.skip("only root can give away folders")
    for name in ("anna", "ben", "anna"):
        seat.take(tmp_path / name)
    assert [seat.owner(tmp_path / name) for name in ("anna", "ben")] == [50_000, 50_001]
    assert (tmp_path / "ben").stat().st_mode & 0o777 == 0o700
    (tmp_path / "chi").mkdir()
    with pytest.raises(PermissionError, match="belongs to 0, which is no student's number"):
        seat.owner(tmp_path / "chi")
    os.symlink("/etc", tmp_path / "dan")
    with pytest.raises(PermissionError, match="belongs to 0"):
        seat.owner(tmp_path / "dan")


def test_a_closed_folder_on_the_way_is_named(tmp_path):
    seat = pytest.importorskip("teaching.hub.seat", reason="JupyterHub is not installed")
    assert seat.closed(Path("/usr/bin/env")) is None
    shut, link = tmp_path / "shut", tmp_path / "link"
    shut.mkdir(mode=0o700)
    link.symlink_to(shut)
    already = seat.closed(shut)  # pytest's own folder is closed where root runs it
    assert seat.closed(link / "python").resolve() == (already or shut)
