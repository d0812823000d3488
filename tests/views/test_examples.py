"""examples: every explorer has an example() with good small numbers, and the gallery shows it."""

import ast
import re
from html import escape
from pathlib import Path

import pytest

from cnnlib import views
from cnnlib.views.explorers.base import Explorer
from tests.views.hands import first_frame, synced

ROOT = Path(__file__).parents[2]
FOLDER = Path(views.__file__).parent / "explorers"
GALLERY = (ROOT / "lessons" / "gallery.md").read_text(encoding="utf-8")
CELL = re.compile(r"^```\{code-cell\}[^\n]*\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def is_explorer(thing):
    """Whether a public thing of views makes an explorer: plots, and what is recorded, do not."""
    of_explorers = getattr(thing, "__module__", "").startswith("cnnlib.views.explorers.")
    return of_explorers and (not isinstance(thing, type) or issubclass(thing, Explorer))


EXPLORERS = [name for name in views.__all__ if is_explorer(getattr(views, name))]


def shown():
    """{explorer: its code cell} of the gallery's numbered sections."""
    found = {}
    for section in re.split(r"^## \d+ ", GALLERY, flags=re.MULTILINE)[1:]:
        code = CELL.search(section.partition("\n## ")[0])[1]
        made = [name for name in re.findall(r"views\.(\w+)\(", code) if name in EXPLORERS]
        found |= {name: code for name in made if name not in found}
    return found


def run(code):
    """What a cell shows: the value of its last line, in a page that has run its first cell."""
    scope = {}
    exec(CELL.search(GALLERY)[1], scope)
    *lines, last = ast.parse(code).body
    exec(compile(ast.Module(lines, []), "cell", "exec"), scope)
    return eval(compile(ast.Expression(last.value), "cell", "eval"), scope)


def test_every_explorer_has_an_example():
    assert len(EXPLORERS) > 10 and set(views.examples()) == set(EXPLORERS)


def test_every_file_with_an_example_is_an_explorer_of_views():
    files = {path.stem for path in FOLDER.glob("*.py") if "def example(" in path.read_text("utf-8")}
    assert files == {example.__module__.rpartition(".")[2] for example in views.examples().values()}


def test_an_example_is_an_explorer_and_says_what_it_shows(made):
    for name, example in views.examples().items():
        assert isinstance(made[name], Explorer) and example.__doc__.endswith(".")


@pytest.mark.parametrize("name", EXPLORERS)
def test_the_gallery_shows_the_example(name, made):
    explorer = run(shown()[name])
    assert repr(explorer) == repr(made[name]) and first_frame(explorer) == first_frame(made[name])
    assert synced(explorer) == synced(made[name])


@pytest.mark.parametrize("value", [3, "explore_forward", views.kernel_lab])
def test_only_an_explorer_becomes_a_page(value, tmp_path):
    with pytest.raises(TypeError, match="cannot be exported, wanted an explorer"):
        views.export_page(value, tmp_path / "page.html")
    assert not any(tmp_path.iterdir())


def test_an_exported_page_holds_the_explorer(made, tmp_path):
    explorer = made["explore_bias_gradient"]
    views.export_page(explorer, tmp_path / "page.html")
    text = (tmp_path / "page.html").read_text(encoding="utf-8")
    assert f"<title>{escape(repr(explorer))}</title>" in text and explorer.pick in text
