"""desk: what a student's server does before it begins, as that student and in their folder."""

import hashlib
import json
import os
import resource
import sys
from collections.abc import Callable
from pathlib import Path

from nbformat import v4
from nbformat.sign import NotebookNotary

from cnnlib.course.copies import my_copy

SHIPPED = Path(__file__).resolve().parents[2] / "notebooks"
MEMORY = 2 << 30  # bytes of data a process: who asks for more gets a MemoryError, and nobody else
NEW = "{0} is new."
RENEWED = "{0}: a newer one has come in its place; you had changed nothing in yours."
STAYS = (
    '{0}: there is a newer one. Yours stays as it is; cnnlib.my_copy("{1}") in a cell of any page '
    "puts the newer one beside it."
)


def lay_out(home: Path) -> list[str]:
    """A student's own copies of the pages in home/mine, trusted. What a newer release of the course
    brings comes too, but a page with a student's work stays; returns what is told of it.
    """
    link, mine, record = home / "notebooks", home / "mine", home / ".pages.json"
    put_aside(link, unless=Path.is_symlink)
    put_aside(mine, unless=Path.is_dir)
    link.unlink(missing_ok=True)
    link.symlink_to(SHIPPED)
    told = renew(mine, known(record))
    os.chdir(home)
    my_copy()
    put_aside(record, unless=Path.is_file)
    record.write_text(json.dumps({page.name: digest(page) for page in SHIPPED.glob("*.ipynb")}))
    trust(SHIPPED)
    return told


def put_aside(path: Path, unless: Callable[[Path], bool]) -> None:
    """Rename what a student has put where something else must be."""
    if os.path.lexists(path) and not unless(path):
        path.rename(path.with_name(f"{path.name}_{path.lstat().st_mtime_ns}"))


def renew(mine: Path, before: dict[str, str]) -> list[str]:
    """Remove the pages that are older than the course and without a student's work: my_copy brings
    the newer ones. before: {page: what it was when it was copied last}. Returns what is told."""
    told = []
    for page in sorted(SHIPPED.glob("*.ipynb")):
        own, was, lesson = mine / page.name, before.get(page.name), page.stem.partition("_")[0]
        if was is None or was == digest(page):
            told += [NEW.format(page.name)] if before and was is None else []
        elif digest(own) == was:
            own.unlink()
            told.append(RENEWED.format(page.name))
        elif own.exists() and digest(own) != digest(page):
            told.append(STAYS.format(page.name, lesson))
    return told


def known(record: Path) -> dict[str, str]:
    """What was written of the pages at the last start; nothing where that cannot be read."""
    try:
        found = json.loads(record.read_bytes())
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def digest(page: Path) -> str:
    """What stands for a page's bytes; "" where it cannot be read."""
    try:
        return hashlib.sha256(page.read_bytes()).hexdigest()
    except OSError:
        return ""


def tell(home: Path, told: list[str]) -> None:
    """Write the news into mine/news.md, which JupyterLab opens at this start. It is a link: so it
    is not taken for something that is handed in."""
    news, link = home / ".news.md", home / "mine" / "news.md"
    for path in (news, link):
        put_aside(path, unless=lambda path: path.is_symlink() or path.is_file())
        path.unlink(missing_ok=True)
    lines = ["# A new release of the course", *(f"- {line}" for line in told)]
    news.write_text("\n\n".join(lines) + "\n", encoding="utf-8")
    link.symlink_to(Path("..", news.name))
    os.environ["JUPYTERHUB_DEFAULT_URL"] = "/lab/tree/mine/news.md"


def trust(pages: Path) -> None:
    """Trust is given to contents: so all copies of these pages are trusted, wherever they are."""
    notary = NotebookNotary()
    for page in pages.glob("*.ipynb"):
        notary.sign(v4.reads(page.read_text(encoding="utf-8")))  # not validated: that takes longer
    notary.store.close()


if __name__ == "__main__":
    os.umask(0o077)
    resource.setrlimit(resource.RLIMIT_DATA, (MEMORY, MEMORY))
    if news := lay_out(Path.cwd()):
        tell(Path.cwd(), news)
    server = Path(sys.executable).with_name("jupyterhub-singleuser")
    os.execv(server, [str(server), *sys.argv[1:]])
