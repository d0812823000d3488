"""The JupyterLite without a browser: all that a lesson imports is in its lock, what the lock names
is there, and cnnlib is imported in its Python."""

import ast
import hashlib
import json
import subprocess
import sys
import zipfile
from importlib.metadata import distribution
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.project.tree import NOTEBOOKS, PACKAGE, ROOT, text_of
from tools.lite import build, lessons, pyodide, wheels
from tools.lite.lock import merged
from tools.website import npm

SCRIPT = Path(__file__).parents[1] / "lite_core.mjs"
LATER = {"pooch"}  # the full MNIST, which no page asks for, is fetched with it
PURE = """
import importlib, importlib.util, micropip, pkgutil, sys, types
from unittest.mock import MagicMock

await micropip.install(f"file://{PLACE}/lock/WHEEL", deps=False)
[root] = importlib.util.find_spec("cnnlib").submodule_search_locations
for name in ("cnnlib", "cnnlib.course", "cnnlib.views", "cnnlib.views.explorers"):
    package = sys.modules[name] = types.ModuleType(name)  # without its __init__, which wants NumPy
    package.__path__ = [root + name.removeprefix("cnnlib").replace(".", "/")]
from cnnlib.course import blanks, copies, saving, source
from cnnlib.views.explorers.turns import Turns, Whole
from cnnlib import threads, typed
with threads.one_blas_thread(), Whole() as whole:
    print(sys.platform, blanks.is_blank(...), whole.asked, Turns(print, print).running)
"""
ALL = """
for name in [name for name in sys.modules if name.partition(".")[0] == "cnnlib"]:
    del sys.modules[name]
absent = "numpy numpy.typing numpy.lib numpy.lib.stride_tricks PIL"
for name in f"{absent} matplotlib matplotlib.figure matplotlib.pyplot".split():
    sys.modules[name] = MagicMock()  # they cannot be had here
import cnnlib
for module in pkgutil.walk_packages(cnnlib.__path__, "cnnlib."):
    if not module.name.startswith("cnnlib.course.keys."):  # they compute
        importlib.import_module(module.name)
from cnnlib.course.calling import limited
with limited(0.1):
    print(sum(name.startswith("cnnlib.") for name in sys.modules) > 60)
"""


def packages(site):
    return json.loads(text_of(site / "static" / "lock" / pyodide.LOCK))["packages"]


def imported(code):
    """The packages beyond the standard library that some code imports, wherever it does."""
    found = set()
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.Import):
            found |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and not node.level:
            found.add(node.module.partition(".")[0])
    return found - set(sys.stdlib_module_names)


def code_of(notebook):
    cells = json.loads(text_of(notebook))["cells"]
    return "\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "code")


def test_all_that_lessons_and_cnnlib_import_is_in_the_lock(lite):
    lock = packages(lite)
    served = {name: entry for entry in lock.values() for name in entry["imports"]}
    wanted = set().union(*(imported(code_of(path)) for path in NOTEBOOKS))
    wanted |= set().union(*(imported(text_of(path)) for path in PACKAGE.rglob("*.py")))
    assert {"numpy", "cnnlib", "matplotlib", "anywidget"} <= wanted
    assert wanted - LATER <= set(served)
    names = [canonicalize_name(served[name]["name"]) for name in sorted(wanted - LATER)]
    for name in names:  # grows
        depends = map(canonicalize_name, lock[name]["depends"])
        names += [other for other in depends if other not in names]
    assert set(names) <= set(lock)
    assert {"ipywidgets", "pillow", "threadpoolctl"} <= set(names)


def test_the_versions_are_those_that_cnnlib_asks_for(lite):
    lock = packages(lite)
    needs = [Requirement(text) for text in distribution("cnnlib").requires]
    asked = {need.name: need.specifier for need in needs if need.name not in LATER}
    assert {"numpy", "threadpoolctl", "matplotlib", "ipywidgets", "anywidget"} == set(asked)
    assert all(specifier.contains(lock[name]["version"]) for name, specifier in asked.items())


def test_the_lock_names_what_is_in_the_site_and_else_the_same_pyodide(lite):
    here = lite / "static" / "lock"
    for entry in packages(lite).values():
        file = entry["file_name"]
        if "://" in file:
            assert file.startswith(pyodide.CDN)
        else:
            assert hashlib.sha256((here / file).read_bytes()).hexdigest() == entry["sha256"]
    assert packages(lite)["numpy"]["file_name"].startswith(pyodide.CDN + "numpy-")


def test_the_pyodide_is_the_one_that_the_kernel_is_made_for(lite):
    from jupyterlite_pyodide_kernel.constants import PYODIDE_CDN_URL, PYODIDE_VERSION

    assert pyodide.VERSION == PYODIDE_VERSION
    assert f"{PYODIDE_CDN_URL}/" == pyodide.CDN


def test_pins_are_those_of_an_installation():
    installed = {name: distribution(name).version for name in ("anywidget", "ipywidgets")}
    assert {f"{name}=={version}" for name, version in installed.items()} <= set(wheels.pinned())


def test_lessons_and_settings_are_the_same(lite):
    for path in NOTEBOOKS:
        there = json.loads(text_of(lite / "files" / "notebooks" / path.name))
        assert there["cells"] == json.loads(text_of(path))["cells"]
        assert there["metadata"]["kernelspec"] == lessons.KERNEL
        assert f'href="lab/index.html?path=notebooks/{path.name}"' in text_of(lite / "index.html")
    overrides = json.loads(text_of(lite / "overrides.json"))
    assert overrides == json.loads(text_of(ROOT / "jupyter" / "default_setting_overrides.json"))
    config = json.loads(text_of(lite / "jupyter-lite.json"))["jupyter-config-data"]
    assert {one["name"] for one in config["federated_extensions"]} == set(build.EXTENSIONS)


def test_cnnlib_is_imported_in_its_python(lite):
    [wheel] = (lite / "static" / "lock").glob("cnnlib-*.whl")
    code = PURE.replace("WHEEL", wheel.name) + ALL
    command = [npm.command("node"), str(SCRIPT), str(lite)]
    done = subprocess.run(command, input=code, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr[-3000:]
    assert done.stdout.splitlines()[-2:] == ["emscripten True False False", "True"]


def test_without_a_folder_a_page_asks_the_usual_host_or_another(tmp_path):
    try:
        usual = pyodide.chosen(None, npm.default_cache(), tmp_path / "a")
    except npm.Missing as reason:
        pytest.skip(str(reason))
    assert usual.start == "https://cdn.jsdelivr.net/pyodide/v314.0.6/full/pyodide.mjs"
    other = pyodide.chosen("https://school.example/py", npm.default_cache(), tmp_path / "b")
    assert other.start == "https://school.example/py/pyodide.mjs"
    assert other.where("x.whl", "lock") == "https://school.example/py/x.whl"
    assert other.lock == usual.lock


def test_what_is_no_pyodide_and_what_is_no_site_is_refused(tmp_path):
    (tmp_path / "pyodide.mjs").touch()
    with pytest.raises(ValueError, match="no folder of Pyodide: pyodide.asm.mjs.* missing"):
        pyodide.chosen(tmp_path, tmp_path, tmp_path)
    with pytest.raises(FileExistsError, match="holds no JupyterLite"):
        build.build(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["pyodide.mjs"]


@pytest.mark.parametrize(("version", "told"), [("1.9", "1.9"), (None, "no such package")])
def test_a_wheel_that_wants_more_than_the_lock_has_is_refused(tmp_path, version, told):
    about = "Metadata-Version: 2.4\nName: one\nVersion: 1\nRequires-Dist: numpy>=2.0\n"
    wheel = tmp_path / "one-1-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        archive.writestr("one-1.dist-info/METADATA", about)
        archive.writestr("one/__init__.py", "")
    known = {"numpy": {"name": "numpy", "version": version, "file_name": "n.whl"}}
    lock = {"info": {"python": "3.14.2"}, "packages": known if version else {}}
    with pytest.raises(ValueError, match=f"one wants numpy>=2.0; the lock has {told}"):
        merged(lock, {"one.whl": wheel}, str)
