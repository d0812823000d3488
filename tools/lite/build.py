"""build: JupyterLite with the course in it, in a folder that any static host can serve."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from html import escape
from pathlib import Path

from packaging.utils import canonicalize_name, parse_wheel_filename

from tools.builder import places
from tools.lite import lessons, wheels
from tools.lite.lock import merged
from tools.lite.pyodide import LOCK, chosen
from tools.website import npm

SETTINGS = places.ROOT / "jupyter" / "default_setting_overrides.json"
KERNEL = "@jupyterlite/pyodide-kernel-extension"
EXTENSIONS = (KERNEL, "@jupyter-widgets/jupyterlab-manager", "anywidget")
OPENED = ("micropip", "piplite", "ipykernel", "comm", "pyodide-kernel", "jedi", "ipython")
HERE = "lock"  # the folder in static/ with the lock and the site's own wheels
FRONT = Path(__file__).with_name("front.html")


def build(out, pyodide=None, cache=None):
    """Write the course as a JupyterLite into the folder `out`, which is made anew; what is in it.

    pyodide: a folder with Pyodide, which goes into the site, or the address of one that a page
    fetches; the usual one without. cache: where what is fetched is kept. Raises npm.Missing where
    something is wanted, FileExistsError for a folder that holds anything but a JupyterLite, and
    ValueError for what is no Pyodide.
    """
    out = Path(out)
    if out.exists() and any(out.iterdir()) and not (out / "jupyter-lite.json").exists():
        raise FileExistsError(f"{out} is not empty and holds no JupyterLite: choose another folder")
    cache = cache or npm.default_cache()
    with tempfile.TemporaryDirectory() as folder:
        folder = Path(folder)
        found = chosen(pyodide, cache, folder / "pyodide")
        python = ".".join(found.lock["info"]["python"].split(".")[:2])
        own = [wheels.built(folder), *wheels.fetched(wheels.pinned(), cache, python)]
        _write_source(folder / "source", found)
        _make(folder / "source", folder / "site")
        _add_lock(folder / "site", own, found)
        pages = _add_front(folder / "site", found)
        shutil.rmtree(out, ignore_errors=True)
        shutil.copytree(folder / "site", out)
    size = sum(path.stat().st_size for path in out.rglob("*") if path.is_file())
    return {"lessons": pages, "wheels": len(own), "bytes": size}


def _write_source(source, pyodide):
    """What JupyterLite is built of: the lessons, their settings, and where Pyodide is."""
    lessons.write(source / "files" / "notebooks")
    shutil.copy(SETTINGS, source / "overrides.json")
    options = {"lockFileURL": f"./static/{HERE}/{LOCK}", "packages": OPENED}
    kernel = {"pyodideUrl": pyodide.start, "loadPyodideOptions": options}
    config = {"appName": "cnnlib", "litePluginSettings": {f"{KERNEL}:kernel": kernel}}
    settings = {"jupyter-lite-schema-version": 0, "jupyter-config-data": config}
    (source / "jupyter-lite.json").write_text(json.dumps(settings), encoding="utf-8")


def _make(source, site):
    """Build JupyterLite, with the extensions that explorers need and no others."""
    installed = Path(sys.prefix, "share", "jupyter", "labextensions")
    missing = [name for name in EXTENSIONS if not (installed / name).is_dir()]
    if missing:
        wanted = "pip install -r requirements-site.txt -r requirements-lite.txt"
        raise npm.Missing(f"{', '.join(missing)} is not installed: {wanted}")
    (source / "jupyter_lite_config.json").write_text(
        json.dumps(
            {
                "LiteBuildConfig": {
                    "apps": ["lab"],
                    "federated_extensions": [str(installed / name) for name in EXTENSIONS],
                    "ignore_sys_prefix": ["federated_extensions"],
                    "no_sourcemaps": True,
                    "no_unused_shared_packages": True,
                    "output_dir": str(site),
                }
            }
        ),
        encoding="utf-8",
    )
    command = [sys.executable, "-m", "jupyterlite_core", "build", "--lite-dir", str(source)]
    done = subprocess.run(command, cwd=source, env=os.environ, capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(f"JupyterLite cannot be built: {(done.stdout + done.stderr)[-2000:]}")


def _add_lock(site, own, pyodide):
    """Put the lock, the site's own wheels and, where it comes along, Pyodide into static/."""
    folder = site / "static" / HERE
    folder.mkdir(parents=True)
    for wheel in own:
        shutil.copy(wheel, folder)
    carried = {wheel.name: wheel for wheel in own} | _kernels(site, folder)
    lock = merged(pyodide.lock, carried, lambda file: pyodide.where(file, HERE))
    (folder / LOCK).write_text(json.dumps(lock), encoding="utf-8")
    if pyodide.folder:
        pyodide.copy(site / "static" / "pyodide")


def _kernels(site, folder):
    """{address seen from the folder: path} of the newest wheel of each package of the kernel."""
    newest = {}
    found = (site / "extensions" / KERNEL / "static" / "pypi").glob("*.whl")
    for wheel in sorted(found, key=lambda wheel: parse_wheel_filename(wheel.name)[1]):
        newest[canonicalize_name(parse_wheel_filename(wheel.name)[0])] = wheel
    return {Path(os.path.relpath(wheel, folder)).as_posix(): wheel for wheel in newest.values()}


def _add_front(site, pyodide):
    """Write the front page, which names the lessons; how many they are."""
    titles = lessons.titles()
    links = "".join(
        f'<li><a href="lab/index.html?path=notebooks/{name}">{escape(title)}</a></li>\n'
        for name, title in titles.items()
    )
    host = "this site" if pyodide.folder else pyodide.address.split("/")[2]
    text = FRONT.read_text(encoding="utf-8")
    text = text.replace("{host}", escape(host)).replace("{lessons}", links)
    (site / "index.html").write_text(text, encoding="utf-8")
    return len(titles)
