"""lock: what a page's Python may import, in which version and from where.

Pyodide's lock, and beside its packages those that the site serves. The kernel looks here for each
import of a cell, and fetches what stands here before it runs the cell.
"""

import hashlib
import zipfile
from email.parser import Parser

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

EXTRAS = {"cnnlib": ("views",)}  # what a lesson imports


def merged(lock, wheels, where):
    """A lock with its own packages and with wheels {address: path of a wheel}.

    where: a function, (file name of one of its packages) -> address. Raises ValueError where one
    of the wheels wants what is not in the lock, or not in a version that will do.
    """
    packages = {
        name: entry | {"file_name": where(entry["file_name"])}
        for name, entry in lock["packages"].items()
    }
    needs = {}
    for address, wheel in wheels.items():
        entry, needs[entry["name"]] = _about(wheel)
        packages[entry["name"]] = entry | {"file_name": address}
    python = lock["info"]["python"]
    for name, wanted in needs.items():
        held = [need for need in wanted if _holds(need, EXTRAS.get(name, ()), python)]
        packages[name]["depends"] = sorted({_served(need, name, packages) for need in held})
    return lock | {"packages": packages}


def _about(wheel):
    """(the entry of a wheel but for its address and what it depends on, its requirements)."""
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
        [metadata] = [name for name in names if name.endswith(".dist-info/METADATA")]
        about = Parser().parsestr(archive.read(metadata).decode())
    name = canonicalize_name(about["Name"])
    tops = {name.partition("/")[0].removesuffix(".py") for name in names}
    entry = {
        "name": name,
        "version": about["Version"],
        "install_dir": "site",
        "sha256": hashlib.sha256(wheel.read_bytes()).hexdigest(),
        "package_type": "package",
        "imports": sorted(top for top in tops if top.isidentifier()),
        "unvendored_tests": False,
    }
    return entry, [Requirement(text) for text in about.get_all("Requires-Dist", [])]


def _holds(need, extras, python):
    """Is a requirement meant for a page's Python, and for one of these extras or for none?"""
    page = {"sys_platform": "emscripten", "platform_system": "Emscripten", "os_name": "posix"}
    page |= {"python_version": ".".join(python.split(".")[:2]), "python_full_version": python}
    return need.marker is None or any(
        need.marker.evaluate(page | {"extra": extra}) for extra in ("", *extras)
    )


def _served(need, asking, packages):
    """The name of the package that a requirement asks for."""
    name = canonicalize_name(need.name)
    found = packages.get(name, {}).get("version", "no such package")
    if name not in packages or not need.specifier.contains(found, prereleases=True):
        raise ValueError(f"{asking} wants {need}; the lock has {found}")
    return name
