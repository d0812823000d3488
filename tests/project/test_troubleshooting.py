"""The page of troubles: it is found by the words that people search for, and what it says works."""

import re
import shutil
import subprocess

import nbformat
import pytest

import cnnlib
from tests.project.tree import ROOT, text_of

TEXT = (ROOT / "lessons/troubleshooting.md").read_text(encoding="utf-8")
BOLD = re.findall(r"^\*\*(.+?)\*\*", TEXT, re.MULTILINE)
BLOCKS = re.findall(r"```(bash|python)\n(.*?)```", TEXT, re.DOTALL)
SEARCHED = [
    "Failed to load model class 'AnyModel' from module 'anywidget'",
    "Error displaying widget: model not found",
    "missing from font(s) DejaVu Sans",
    "invalid character '，' (U+FF0C)",
    "No matching distribution found for numpy==2.4.6",
    "metadata-generation-failed",
    "The token '&&' is not a valid statement separator in this version.",
    "Windows Long Path support",
    "Running as root is not recommended. Use --allow-root to bypass.",
    "There is no tracking information for the current branch.",
    "Unreadable Notebook",
    "Your local changes to the following files would be overwritten by merge",
    "AssertionError",
    "The kernel appears to have died.",
    "No matching distribution found for hatchling",
    "No module named 'cnnlib'",
    "Google Colab",
    "VS Code",
    "Binder",
    "Jupyter Notebook 7",
    "HTML or PDF",
]


def blocks(language, word):
    """The one block of code that says a word."""
    (found,) = [code for name, code in BLOCKS if name == language and word in code]
    return found


@pytest.mark.parametrize("words", SEARCHED)
def test_what_people_search_for_stands_in_bold(words):
    listed = re.findall(r"^- \*\*(.+?)\*\*", TEXT, re.MULTILINE)
    assert any(words in bold for bold in BOLD + listed)


def test_the_explorers_own_words_are_found():
    script = "".join(path.read_text() for path in (ROOT / "cnnlib/views/scripts").rglob("*.js"))
    for words in (
        "The Python behind this explorer is gone, or its kernel was restarted",
        "Run this page to do this",
    ):
        assert words in script and any(words in bold for bold in BOLD)


def test_the_versions_that_it_names_are_those_that_are_installed():
    pinned = (ROOT / "requirements.txt").read_text(encoding="utf-8")
    (numpy,) = re.findall(r"No matching distribution found for (numpy==[\d.]+)", TEXT)
    (lab,) = re.findall(r"JupyterLab (\d+\.\d+) in Chromium", TEXT)
    assert f"\n{numpy}\n" in pinned and f"\njupyterlab=={lab}." in pinned


def test_wide_characters_are_refused_by_python_as_it_says():
    told = re.findall(r"'(.)' \((U\+[0-9A-F]+)\)", TEXT)
    assert len(told) == 4
    for character, number in told:
        with pytest.raises(
            SyntaxError, match=re.escape(f"invalid character '{character}' ({number})")
        ):
            compile(f"x = {character}", "cell", "exec")


def test_half_the_epochs_of_lesson_08():
    names, page = {"cnnlib": cnnlib}, text_of(ROOT / "lessons/08_train_a_network.md")
    exec(blocks("python", "epochs"), names)
    usual = cnnlib.MNIST_RECIPE
    assert names["recipe"] == usual | {"epochs": usual["epochs"] // 2}
    assert "```{code-cell} ipython3\nrecipe = cnnlib.MNIST_RECIPE\n" in page


# ---- git


def git(folder, command):
    """Run a command in a shell; (exit status, all that it said)."""
    done = subprocess.run(command, shell=True, cwd=folder, capture_output=True, text=True)
    return done.returncode, done.stdout + done.stderr


@pytest.fixture
def clone(tmp_path):
    """A clone whose page has answers on a branch of its own, while the project has gone on."""
    shipped, clone = tmp_path / "shipped", tmp_path / "clone"
    (shipped / "notebooks").mkdir(parents=True)
    page = "notebooks/03_weigh_the_kernel.ipynb"
    shutil.copy(ROOT / page, shipped / page)
    me = "git config user.name Me && git config user.email me@example.org"
    git(shipped, f"git init -q -b main && {me} && git add . && git commit -qm shipped")
    git(tmp_path, "git clone -q shipped clone")
    git(clone, f"{me} && git switch -qc my-answers")
    for folder, answer in ((clone, "[[1]]"), (shipped, "..., new")):
        text = (folder / page).read_text(encoding="utf-8")
        assert '\\"3.1\\", ...' in text
        (folder / page).write_text(text.replace('\\"3.1\\", ...', f'\\"3.1\\", {answer}'))
        git(folder, "git commit -qam more")
    return clone


def test_a_branch_of_ones_own_is_updated_and_keeps_its_answers(clone):
    page = clone / "notebooks/03_weigh_the_kernel.ipynb"
    status, said = git(clone, "git pull")
    assert status and "There is no tracking information for the current branch." in said
    status, said = git(clone, blocks("bash", "--no-rebase"))
    assert status and "CONFLICT (content): Merge conflict in notebooks/" in said
    with pytest.raises(nbformat.reader.NotJSONError, match="Notebook does not appear to be JSON"):
        nbformat.read(page, 4)
    status, said = git(clone, blocks("bash", "--ours"))
    assert not status, said
    assert '"3.1\\", [[1]]' in page.read_text() and nbformat.read(page, 4)
    assert not git(clone, "git status --porcelain")[1]
    (fresh,) = re.findall(r"`(git show origin/HEAD:.*?)`", TEXT)
    assert not git(clone, fresh)[0]
    assert "..., new" in (clone / "notebooks/03_new.ipynb").read_text()
    assert not git(clone, blocks("bash", "--no-rebase"))[0]
