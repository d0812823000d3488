"""lite_core: a Pyodide of this disk that starts a kernel, of what npm and PyPI have.

npm's package is the core alone. What the kernel imports is pure Python, and PyPI has it in the
versions of the lock, in other bytes: so their sums are written anew. NumPy and Matplotlib are not
to be had as WebAssembly there.
"""

import hashlib
import json
import shutil

from packaging.utils import canonicalize_name

from tools.lite import wheels
from tools.lite.build import OPENED
from tools.lite.pyodide import LOCK, PACKAGE
from tools.website import npm

MORE = ("threadpoolctl", "typing-extensions")


def make(folder):
    """Put the core, the wheels of a kernel, and a lock that fits them into a new folder."""
    cache = npm.default_cache()
    package = npm.unpack(npm.archive(PACKAGE, cache), folder / "npm")
    lock = json.loads((package / LOCK).read_text("utf-8"))
    known = lock["packages"]
    names = needed([name for name in (*OPENED, *MORE) if name in known], known)
    pins = [f"{name}=={known[name]['version']}" for name in names]
    for name, wheel in zip(names, wheels.fetched(pins, cache, "3.14"), strict=True):
        shutil.copy(wheel, package)
        known[name]["file_name"] = wheel.name
        known[name]["sha256"] = hashlib.sha256(wheel.read_bytes()).hexdigest()
    (package / LOCK).write_text(json.dumps(lock), "utf-8")
    return package


def needed(names, known):
    """These packages and all that they depend on."""
    found = list(names)
    for name in found:  # grows
        depends = map(canonicalize_name, known[name]["depends"])
        found += [other for other in depends if other not in found]
    return sorted(found)
