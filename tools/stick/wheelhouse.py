"""wheelhouse: every wheel that an installation without a network needs, for the machines named.

pip chooses the versions; but it reads the conditions of dependencies, such as `sys_platform ==
"win32"`, for the machine that it runs on. So what is there is walked through once more for the
machine it is meant for: what is missing is fetched, what nobody asks for is left behind.
"""

import platform
import re
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from email.parser import Parser
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

PYTHONS = ("3.11", "3.12", "3.13")
SYSTEMS = {  # what a platform is to the conditions of dependencies
    "manylinux_2_28_x86_64": ("linux", "Linux", "x86_64"),
    "manylinux_2_28_aarch64": ("linux", "Linux", "aarch64"),
    "win_amd64": ("win32", "Windows", "AMD64"),
    "macosx_11_0_arm64": ("darwin", "Darwin", "arm64"),
    "macosx_11_0_x86_64": ("darwin", "Darwin", "x86_64"),
}
OLDER = ("manylinux2014", "manylinux2010", "manylinux1")  # names of 2_17, 2_12 and 2_5


class Refused(Exception):
    """What was asked for cannot be done; the message says why."""


@dataclass(frozen=True)
class Target:
    """A kind of machine: one of SYSTEMS, and one of PYTHONS."""

    platform: str
    python: str

    @property
    def environment(self) -> dict[str, str]:
        """What the conditions of dependencies are compared with."""
        system, name, machine = SYSTEMS[self.platform]
        return {
            "sys_platform": system,
            "platform_system": name,
            "platform_machine": machine,
            "os_name": "nt" if system == "win32" else "posix",
            "python_version": self.python,
            "python_full_version": f"{self.python}.0",
            "implementation_name": "cpython",
            "platform_python_implementation": "CPython",
        }

    @property
    def options(self) -> list[str]:
        """What tells pip to fetch for this machine."""
        names = [self.platform]
        if self.platform.startswith("manylinux"):  # pip asks for these very names
            machine = SYSTEMS[self.platform][2]
            names = [f"manylinux_2_{minor}_{machine}" for minor in range(28, 4, -1)]
            names += [f"{old}_{machine}" for old in OLDER]
        named = [word for name in names for word in ("--platform", name)]
        return [*named, "--python-version", self.python, "--implementation", "cp"]


def targets(platforms: list[str], pythons: list[str]) -> list[Target]:
    """Each platform with each Python; this machine's where none is named. Refused: an unknown."""
    platforms, pythons = platforms or [_own_platform()], pythons or [_own_python()]
    for kind, names, known in (
        ("platform", platforms, tuple(SYSTEMS)),
        ("Python", pythons, PYTHONS),
    ):
        for name in names:
            if name not in known:
                raise Refused(f"there is no {kind} {name!r} here; known are {', '.join(known)}")
    return [Target(name, python) for name in platforms for python in pythons]


def _own_platform():
    own = (sys.platform, platform.system(), platform.machine())
    return next((name for name, system in SYSTEMS.items() if system == own), " ".join(own))


def _own_python():
    return "{}.{}".format(*sys.version_info)


def fetch(requirements: list[str], target: Target, folder: Path) -> None:
    """Put the wheels of `requirements`, and of all that they need on `target`, into `folder`.

    requirements: as pip takes them, or paths of wheels. Refused where pip finds one nowhere.
    """
    with tempfile.TemporaryDirectory() as place:
        there = Path(place)
        _download(requirements, target, there, [])
        asked = [_asked(requirement) for requirement in requirements]
        while missing := lacking(asked, target, there):
            _download(missing, target, there, [f"{w.name}=={w.version}" for w in wheels(there)])
        for name in needed(asked, target, there):
            for wheel in wheels(there):
                if wheel.name == name:
                    shutil.copy(wheel.path, folder)


def _asked(requirement):
    """What a requirement asks for, also where it is the path of a wheel."""
    return Wheel(Path(requirement)).name if requirement.endswith(".whl") else requirement


def _download(requirements, target, folder, pinned):
    """pip download; what is pinned keeps its version."""
    with tempfile.TemporaryDirectory() as place:
        constraints = Path(place, "constraints.txt")
        constraints.write_text("\n".join(pinned), encoding="utf-8")
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--only-binary=:all:"]
        command += ["--constraint", str(constraints), "--dest", str(folder), *target.options]
        done = subprocess.run([*command, *requirements], capture_output=True, text=True)
    if done.returncode:
        why = [line for line in done.stderr.splitlines() if line.startswith("ERROR")]
        where = f"{target.platform}, Python {target.python}"
        raise Refused(f"pip finds no wheels for {where}:\n" + "\n".join(why or [done.stderr]))


class Wheel:
    """A wheel in a folder, and what it says that it needs."""

    def __init__(self, path: Path) -> None:
        self.path = path
        name, self.version, *_ = path.name.split("-")
        self.name = canonicalize_name(name)

    def needs(self) -> Iterator[Requirement]:
        """What it needs under any condition."""
        with zipfile.ZipFile(self.path) as files:
            names = files.namelist()  # some carry other packages inside
            [about] = [name for name in names if re.fullmatch(r"[^/]+\.dist-info/METADATA", name)]
            text = files.read(about).decode()
        yield from map(Requirement, Parser().parsestr(text).get_all("Requires-Dist", []))


def wheels(folder: Path) -> list[Wheel]:
    """The wheels in a folder."""
    return [Wheel(path) for path in sorted(folder.glob("*.whl"))]


def needed(requirements: list[str], target: Target, folder: Path) -> dict[str, list[str]]:
    """{package: the requirements that ask for it} of all that is wanted on `target`, as the wheels
    in `folder` tell."""
    there = {wheel.name: wheel for wheel in wheels(folder)}
    todo = [Requirement(requirement) for requirement in requirements]
    found, met = {}, set()
    for want in todo:  # grows
        name = canonicalize_name(want.name)
        found.setdefault(name, []).append(str(want).partition(";")[0].strip())
        extras = {"", *want.extras}
        for need in there[name].needs() if name in there else ():
            wanted = any(_holds(need, target, extra) for extra in extras)
            if wanted and (name, str(need)) not in met:
                met.add((name, str(need)))
                todo.append(need)
    return found


def _holds(requirement, target, extra):
    """Is it wanted on `target`, by who asks for this extra?"""
    marker = requirement.marker
    return marker is None or marker.evaluate(target.environment | {"extra": extra})


def lacking(requirements: list[str], target: Target, folder: Path) -> list[str]:
    """What is wanted on `target`, and is not in `folder`."""
    there = {wheel.name for wheel in wheels(folder)}
    wanted = needed(requirements, target, folder)
    return [want for name, wants in wanted.items() if name not in there for want in wants]
