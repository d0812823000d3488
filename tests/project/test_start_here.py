"""Lesson 00 promises: answers are kept, a lesson can be put back, all equations and pages are
listed."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

import cnnlib
from tools.builder.maps import map_problems, mapped

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "lessons/00_start_here.md").read_text(encoding="utf-8")
KEEP = TEXT[TEXT.index("## 6 Keep your answers") : TEXT.index("## 7 Notation")]
BLOCKS = [
    re.sub(r".*jupyter lab.*\n", "", block)
    for block in re.findall(r"```bash\n(.*?)```", KEEP, re.DOTALL)
]
LINES = re.findall(r"^# (cnnlib\.my_copy.*)$", KEEP, re.MULTILINE)
PAGE = "03_weigh_the_kernel.ipynb"


def run(folder, *commands):
    for command in commands:
        subprocess.run(command, shell=True, cwd=folder, check=True, capture_output=True, text=True)


@pytest.fixture
def project(tmp_path):
    """A clone of a small project with one page as shipped."""
    shipped, clone = tmp_path / "shipped", tmp_path / "clone"
    (shipped / "notebooks").mkdir(parents=True)
    shutil.copy(ROOT / "notebooks" / PAGE, shipped / "notebooks" / PAGE)
    shutil.copy(ROOT / ".gitignore", shipped)
    me = "-c user.name=Reader -c user.email=reader@example.org"
    run(shipped, "git init -q", "git add .", f"git {me} commit -qm shipped")
    run(tmp_path, "git clone -q shipped clone")
    run(clone, "git config user.name Reader", "git config user.email reader@example.org")
    return clone


def answered(path):
    text = path.read_text(encoding="utf-8")
    blank = '\\"3.1\\", ...'
    assert blank in text
    path.write_text(text.replace(blank, blank.replace("...", "[[7, 4], [6, 4]]")), encoding="utf-8")
    return path.read_bytes()


def test_a_copy_keeps_answers_and_git_does_not_see_it(project, monkeypatch):
    page, mine = project / "notebooks" / PAGE, project / "mine" / PAGE
    (project / "notebooks/00_start_here.ipynb").touch()
    run(project, "git add .", "git commit -qm more")
    shipped = page.read_bytes()
    monkeypatch.chdir(project / "notebooks")
    for line in LINES[:1] * 2:
        exec(line, {"cnnlib": cnnlib})
    assert mine.read_bytes() == shipped
    answers = answered(mine)
    for line in LINES:
        exec(line, {"cnnlib": cnnlib})
    assert mine.read_bytes() == answers != shipped == page.read_bytes()
    assert mine.with_stem(f"{mine.stem}_2").read_bytes() == shipped
    assert not subprocess.check_output(["git", "status", "--porcelain"], cwd=project)
    assert LINES == ["cnnlib.my_copy()", 'cnnlib.my_copy("03")']


def test_a_terminal_makes_the_same_copy(project):
    run(project, BLOCKS[0])
    assert (project / "mine" / PAGE).read_bytes() == (project / "notebooks" / PAGE).read_bytes()
    assert not subprocess.check_output(["git", "status", "--porcelain"], cwd=project)


def test_git_puts_a_page_back(project):
    page = project / "notebooks" / PAGE
    shipped = page.read_bytes()
    assert answered(page) != shipped
    run(project, BLOCKS[1])
    assert page.read_bytes() == shipped


def test_a_branch_keeps_answers_and_the_shipped_page_is_one_line_away(project):
    page = project / "notebooks" / PAGE
    shipped = page.read_bytes()
    answers = answered(page)
    run(project, BLOCKS[2])
    kept = ["git", "show", f"my-answers:notebooks/{PAGE}"]
    assert subprocess.check_output(kept, cwd=project) == answers
    run(project, BLOCKS[3])
    assert page.read_bytes() == shipped
    assert len(BLOCKS) == 4


def test_every_goal_equation_stands_in_the_table_as_in_its_lesson():
    listed = dict(re.findall(r"\$\$([^$]*)\\tag\{(\d\.\d+)\}\$\$", TEXT.replace("\n", " ")))
    assert list(listed.values()) == ["1.1", "2.1", "3.1", "4.1", "5.1", "5.2", "6.1", "8.1", "8.2"]
    letters = {number: re.sub(r"\\[;,]|\s", "", formula) for formula, number in listed.items()}
    for number in ("1.1", "2.1", "3.1", "4.1", "5.1", "5.2", "6.1"):
        lesson = next((ROOT / "lessons").glob(f"0{number[0]}_*.md")).read_text(encoding="utf-8")
        goal = re.search(rf"\$\$([^$]*)\\tag\{{{re.escape(number)}\}}\$\$", lesson)[1]
        assert re.sub(r"\\[;,]|\s", "", goal) == letters[number]


def test_every_page_is_linked_from_the_start():
    linked = set(re.findall(r"\]\((\w+)\.ipynb\)", TEXT))
    assert linked == {text.stem for text in (ROOT / "lessons").glob("*.md")}


def test_the_glossary_is_in_order_and_every_term_is_used_in_its_lesson():
    rows = re.findall(
        r"^\| ([^|]+) \| ([^|]+) \| [^|]+ \| \[\d\db?\]\((\w+)\.ipynb\) \|$", TEXT, re.MULTILINE
    )
    terms = [term for term, _, _ in rows]
    assert len(rows) > 40 and terms == sorted(terms, key=str.casefold)
    for term, chinese, lesson in rows:
        words = (ROOT / f"lessons/{lesson}.md").read_text(encoding="utf-8").casefold()
        names = [name.strip() for name in term.casefold().split(",")]
        assert all(name in words for name in names), f"{term} is not named in {lesson}"
        assert re.search("[\u4e00-\u9fff]", chinese), term


def test_a_wrong_map_is_told_and_mended(tmp_path):
    page = tmp_path / "page.md"
    for wrong in (
        re.sub(r"(\[03 · .*?\| )(\d+) \| ", lambda m: f"{m[1]}{int(m[2]) + 1} | ", TEXT),
        re.sub(r"(\[03 · .*\| )[\d, to]+ \|", r"\g<1>01 |", TEXT),
        re.sub(r"(\*\*together\*\* \| \| )\d+", r"\g<1>1", TEXT),
    ):
        assert wrong != TEXT and mapped(wrong) == TEXT
        page.write_text(wrong, encoding="utf-8")
        assert len(map_problems(page)) == 1
    page.write_text(re.sub(r"^\| \[03 · .*\n", "", TEXT, flags=re.MULTILINE), encoding="utf-8")
    assert map_problems(page) == ["page.md: the map has no row for lesson 03"]
    page.write_text(TEXT, encoding="utf-8")
    assert map_problems(page) == []
