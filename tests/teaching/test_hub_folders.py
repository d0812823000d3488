"""What the hub needs no JupyterHub for: a class's settings, and a student's folder."""

import os
import re
import textwrap
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


def write(code, *pages):
    """Write a page with this code under these names."""
    for page in pages:
        nbformat.write(nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(code)]), page)


def test_an_update_brings_new_pages_and_leaves_a_students_own(shipped):
    home = Path.cwd()
    write("1", shipped / "01_edited.ipynb", shipped / "02_opened.ipynb", shipped / "03_same.ipynb")
    assert desk.lay_out(home) == []
    own = {page.name: page for page in (home / "mine").iterdir()}
    assert own["00_start_here.ipynb"].read_bytes() == (shipped / "00_start_here.ipynb").read_bytes()
    assert all(trusted(page) for page in own.values())
    assert desk.lay_out(home) == []
    own["01_edited.ipynb"].write_text("my work")
    own["00_start_here.ipynb"].unlink()
    write("2", *(shipped / name for name in own if "same" not in name), shipped / "04_new.ipynb")
    told = desk.lay_out(home)
    starts = ["01_edited.ipynb: there is", "02_opened.ipynb: a newer", "04_new.ipynb is new."]
    assert [line[: len(start)] for line, start in zip(told, starts, strict=True)] == starts
    assert 'my_copy("01")' in told[0]
    assert own["01_edited.ipynb"].read_text() == "my work"
    for name in ("00_start_here.ipynb", "02_opened.ipynb", "03_same.ipynb", "04_new.ipynb"):
        assert (home / "mine" / name).read_bytes() == (shipped / name).read_bytes(), name
    assert trusted(home / "mine" / "04_new.ipynb")
    assert (home / "notebooks" / "04_new.ipynb").exists()
    assert desk.lay_out(home) == []


@pytest.mark.parametrize("record", ["", "[]", "{", None])
def test_without_a_record_no_page_is_taken_for_unchanged(record, shipped):
    home = Path.cwd()
    desk.lay_out(home)
    (home / ".pages.json").unlink()
    if record is not None:
        (home / ".pages.json").write_text(record)
    own = home / "mine" / "00_start_here.ipynb"
    before = own.read_bytes()
    write("2", shipped / own.name)
    assert desk.lay_out(home) == []
    assert own.read_bytes() == before


def test_news_are_opened_once_and_are_no_hand_in(shipped, monkeypatch):
    monkeypatch.setenv("JUPYTERHUB_DEFAULT_URL", "/lab")
    home = Path.cwd()
    desk.lay_out(home)
    for line in ("01 is new.", "02 is new."):
        desk.tell(home, [line])
    link = home / "mine" / "news.md"
    assert link.read_text() == "# A new release of the course\n\n- 02 is new.\n"
    assert link.is_symlink()
    assert os.environ["JUPYTERHUB_DEFAULT_URL"] == "/lab/tree/mine/news.md"


def test_what_a_student_put_in_the_way_is_kept_aside(shipped):
    home = Path.cwd()
    for name in ("notebooks", ".pages.json", ".news.md"):
        (home / name).mkdir()
        (home / name / "work.txt").write_text("my work")
    (home / "mine").write_text("my work")
    desk.lay_out(home)
    desk.tell(home, ["02 is new."])
    for name in ("notebooks", ".pages.json", ".news.md"):
        assert [path.read_text() for path in home.glob(f"{name}_*/work.txt")] == ["my work"]
    assert [path.read_text() for path in home.glob("mine_*")] == ["my work"]
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
    assert "on your strip" in given.greeting
    assert path.stat().st_mode & 0o777 == 0o600


def test_the_settings_in_the_instructions_can_be_used(tmp_path):
    """As they stand, and with the lines for https in place of the address."""
    told = (Path(classroom.__file__).parent / "README.md").read_text(encoding="utf-8")
    given = re.search(r"^    word = .*\n(    .*\n)+", told, re.MULTILINE)[0]
    path, key = tmp_path / "class.toml", tmp_path / "key.pem"
    path.write_text(textwrap.dedent(given))
    for word in ("the word of the class", "the word of the teacher"):  # none that all can read
        with pytest.raises(SystemExit, match=word):
            classroom.read(path)
        given = given.replace('"..."', f'"{word} is this one"', 1)
        path.write_text(textwrap.dedent(given))
    assert classroom.read(path).port == 8000
    key.touch(0o600)
    (tmp_path / "cert.pem").touch()
    lines = [line for line in given.splitlines() if "http://:8000" not in line]
    https = "\n".join(line.strip().removeprefix("# ") for line in lines)
    path.write_text(https.replace("/srv/class", str(tmp_path)))
    found = classroom.read(path)
    assert (found.port, found.redirect_port, found.key) == (443, 80, str(key))


def test_the_instructions_make_the_logins_before_the_settings_and_keep_names_from_students():
    told = (Path(classroom.__file__).parent / "README.md").read_text(encoding="utf-8")
    steps = ("apt-get install", "git clone", "mkdir -m 711 /srv/class", "openssl req")
    steps += ("mkdir -m 700 /root/class", "scp class.csv", "-m teaching logins ")
    steps += ("    names = [", "bin/jupyterhub -f ")
    places = [told.index(step) for step in steps]
    assert places == sorted(places)
    assert {*re.findall(r"(\S*/)class\.csv", told)} == {"/root/class/"}
    assert re.findall(r"scp class\.csv \S*:(\S*)", told) == ["/root/class/"]
    assert all(path == "/root/class/logins" for path in re.findall(r"`?(\S*)/logins\.csv", told))


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
        ('word = "long enough"\naddress = "our-hub:8000"', "is not such as"),
        ('word = "long enough"\naddress = "https://:443"', "certificate and key are wanted"),
        ('word = "long enough"\ncertificate = "/etc/passwd"', "and only there"),
        ('word = "long enough"\nredirect_port = 80', "redirect_port is wanted with https only"),
        (
            'word = "long enough"\naddress = "https://:443"\ncertificate = "no/such"\nkey = "b"',
            "certificate: there is no file no/such",
        ),
        (
            'word = "long enough"\naddress = "https://:443"\ncertificate = "/etc/passwd"\n'
            'key = "/etc/passwd"',
            "key: every student can read it",
        ),
    ],
)
def test_settings_that_cannot_be_used_are_told(text, told, tmp_path):
    path = tmp_path / "class.toml"
    if text is not None:
        path.write_text(text)
    with pytest.raises(SystemExit, match=told):
        classroom.read(path)


@pytest.mark.parametrize(
    "address, port", [("https://:8443", 8443), ("https://hub.school/", 443), ("http://:80", 80)]
)
def test_the_port_is_that_of_the_address(address, port):
    assert classroom.Classroom(word="grad_w = x * delta", address=address).port == port


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
