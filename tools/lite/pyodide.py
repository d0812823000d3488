"""pyodide: which Pyodide a page runs, and where it fetches it."""

import json
import shutil
from dataclasses import dataclass
from pathlib import Path

from tools.website import npm

VERSION = "314.0.6"  # the one that requirements-lite.txt's kernel is made for
PACKAGE = npm.Package(
    f"pyodide@{VERSION}", "d78ac549b28a2a58600cd06f44e017024151775f8c6b2d73fab1475400d38ea2"
)
CDN = f"https://cdn.jsdelivr.net/pyodide/v{VERSION}/full/"
START, LOCK = "pyodide.mjs", "pyodide-lock.json"
CORE = (START, "pyodide.asm.mjs", "pyodide.asm.wasm", "python_stdlib.zip")


@dataclass(frozen=True)
class Pyodide:
    """A distribution of Pyodide: its lock, and where its core and its wheels are.

    folder: on this disk, what lies in it goes into the site; None for one that stays elsewhere.
    address: where a page finds what is not in the folder.
    """

    lock: dict
    address: str
    folder: Path | None = None

    @property
    def start(self):
        """The address of the script that a page starts it with."""
        return f"./static/pyodide/{START}" if self.folder else self.address + START

    def where(self, file, here):
        """The address of one of its wheels, seen from the lock, which lies in static/`here`."""
        if self.folder and (self.folder / file).exists():
            return f"{'../' * len(Path(here).parts)}pyodide/{file}"
        return self.address + file

    def copy(self, out):
        """Put its core, and the wheels that lie beside it, into the folder `out`."""
        out.mkdir(parents=True)
        wheels = {lock["file_name"] for lock in self.lock["packages"].values()}
        for name in sorted({*CORE, LOCK, *wheels}):
            if (self.folder / name).exists():
                shutil.copy(self.folder / name, out)


def chosen(place, cache, folder):
    """The Pyodide at `place`: a folder of this disk, an address, or None for the usual one.

    The lock of one that is not here is taken from npm's package of the same version, which is kept
    in `cache` and unpacked in `folder`. Raises ValueError for a folder without a core, and for
    another version; npm.Missing where the package cannot be had.
    """
    if place is None or "://" in str(place):
        package = npm.unpack(npm.archive(PACKAGE, cache), folder)
        address = CDN if place is None else f"{str(place).rstrip('/')}/"
        return Pyodide(_read(package), address)
    place = Path(place)
    missing = [name for name in (*CORE, LOCK) if not (place / name).is_file()]
    if missing:
        raise ValueError(f"{place} is no folder of Pyodide: {', '.join(missing)} missing")
    return Pyodide(_read(place), CDN, place)


def _read(folder):
    return json.loads((folder / LOCK).read_text(encoding="utf-8"))
