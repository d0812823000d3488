"""copies: a reader's own copies of the pages, made from a page, never written over (level 4)."""

import shutil
from pathlib import Path

START = "00_start_here.ipynb"


def my_copy(lesson: str = "") -> "Copies":
    """Copy the pages into a folder `mine` beside `notebooks`; what is there already stays.

    lesson: such as "03": copy that page alone, under a new name where there is one: a page as it
    was shipped, beside the reader's own. What is returned tells what was done, with links.
    Raises FileNotFoundError, in words, where the pages are not found, and for an unknown lesson.
    """
    shipped = _shipped(Path.cwd())
    pages = [page for page in sorted(shipped.glob("*.ipynb")) if _is_of(lesson, page)]
    if not pages:
        raise FileNotFoundError(f'no page is called {lesson!r}: wanted such as "03"')
    mine = shipped.parent / "mine"
    mine.mkdir(exist_ok=True)
    if lesson:
        return Copies([_copied(page, _unused(mine / page.name)) for page in pages])
    missing = [page for page in pages if not (mine / page.name).exists()]
    return Copies([_copied(page, mine / page.name) for page in missing])


class Copies:
    """What my_copy has done, in words; a notebook shows it with links."""

    def __init__(self, made: list[Path]) -> None:
        self.made = made

    def __repr__(self) -> str:
        return self._told("{0}")

    def _repr_markdown_(self) -> str:
        return self._told("[{0}](../mine/{0})")

    def _told(self, link):
        count, start = len(self.made), link.format(START)
        if count == 1:
            return f"New in the folder mine: {link.format(self.made[0].name)}"
        if self.made:
            return f"{count} pages are new in the folder mine. Go on in your own copy: {start}"
        return f"Your folder mine has all pages, and nothing was written. Go on there: {start}"


def _shipped(here):
    """The folder of the pages as shipped, seen from a page's own folder or from the project's."""
    for folder in (here, here / "notebooks", here.parent / "notebooks"):
        if folder.name == "notebooks" and (folder / START).exists():
            return folder
    raise FileNotFoundError(f"the folder notebooks is not found from {here}: run this in a lesson")


def _is_of(lesson, page):
    """Is a page of this lesson, such as "03" or "gallery"? Every page is of ""."""
    return lesson in ("", page.stem, page.stem.partition("_")[0])


def _unused(path):
    """The path, or the first with a number that is not there yet."""
    n, found = 1, path
    while found.exists():
        n += 1
        found = path.with_stem(f"{path.stem}_{n}")
    return found


def _copied(page, target):
    """Copy a page to where nothing is: a file that is there is never opened for writing."""
    with page.open("rb") as source, target.open("xb") as copy:
        shutil.copyfileobj(source, copy)
    return target
