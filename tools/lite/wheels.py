"""wheels: cnnlib's own, built from the tree, and those that Pyodide does not serve."""

import re
import subprocess
import sys
from pathlib import Path

from tools.builder.places import ROOT
from tools.website.npm import Missing

PINS = Path(__file__).with_name("wheels.txt")
PURE = ["--platform", "any", "--implementation", "py", "--abi", "none", "--only-binary", ":all:"]


def built(folder):
    """The wheel of cnnlib, built in a folder."""
    _run(sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder))
    [wheel] = Path(folder).glob("cnnlib-*.whl")
    return wheel


def fetched(pins, cache, python):
    """The wheels "name==version" of pins, from the folder `cache`, or fetched with pip and kept.

    python: such as "3.14", which they must work with, in pure Python. Raises Missing where pip
    cannot fetch them.
    """
    cache = Path(cache) / "wheels"
    wanted = [pin for pin in pins if not _kept(pin, cache)]
    if wanted:
        where = ["-d", str(cache), "--python-version", python]
        pip = [sys.executable, "-m", "pip", "download", "-q", "--no-deps"]
        _run(*pip, *where, *PURE, *wanted)
    return [_kept(pin, cache) for pin in pins]


def pinned(file=PINS):
    """What stands in a file of pins, without its comments."""
    lines = [line.partition("#")[0].strip() for line in file.read_text("utf-8").splitlines()]
    return [line for line in lines if line]


def _kept(pin, cache):
    name, _, version = pin.partition("==")
    return next(cache.glob(f"{re.sub('[-.]', '_', name)}-{version}-*.whl"), None)


def _run(*command):
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    if done.returncode:
        raise Missing(f"{' '.join(command[1:4])} does not work: {done.stderr.strip()[-300:]}")
