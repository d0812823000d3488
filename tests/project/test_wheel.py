"""What is shipped: a wheel with everything in it, which works in an empty environment elsewhere."""

import json
import os
import re
import subprocess
import sys
import sysconfig
import tarfile
import tomllib
import venv
import zipfile
from email.parser import Parser
from importlib import metadata
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

import cnnlib
from tests.project.tree import ROOT, text_of

PROJECT = tomllib.loads(text_of(ROOT / "pyproject.toml"))["project"]
SETTINGS = "etc/jupyter/labconfig/default_setting_overrides.json"
EXPORT = "etc/jupyter/jupyter_nbconvert_config.json"
SITE = "tools.website.build, tools.website.decks, tools.lessons, tools.bundle"
SERVER = "etc/jupyter/jupyter_server_config.json"
USE = """
import sys
from pathlib import Path

import numpy as np

import cnnlib
from cnnlib import bugs, clinic, datasets, views

assert Path(sys.prefix) in Path(cnnlib.__file__).parents, cnnlib.__file__
assert datasets.digits().train_x.shape == (1437, 1, 8, 8)
assert cnnlib.trained_network().predict(datasets.mnist_small().test_x).shape == (1000,)
cnnlib.check("0.net", "a wrong answer")
cnnlib.check_setup()
assert clinic.CHECKS and len(bugs.BUGS) > 10
explorer = views.explore_forward(np.arange(16.0).reshape(4, 4), np.ones((2, 2)))
assert "<table" in explorer._repr_mimebundle_()[0]["text/html"]
views.export_page(explorer, "page.html")
assert views.scripts.style("grids") in Path("page.html").read_text(encoding="utf-8")
"""


def run(*command, cwd):
    """What a command prints; it sees nothing of this project but what is installed."""
    free = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    done = subprocess.run(command, cwd=cwd, env=free, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def build(source, target, folder):
    """Build the "wheel" or "sdist" of a source tree; needs no network."""
    run(sys.executable, "-m", "hatchling", "build", "-t", target, "-d", str(folder), cwd=source)
    return next(iter(folder.glob("*.whl" if target == "wheel" else "*.tar.gz")))


@pytest.fixture(scope="module")
def sdist(tmp_path_factory):
    return build(ROOT, "sdist", tmp_path_factory.mktemp("sdist"))


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    return build(ROOT, "wheel", tmp_path_factory.mktemp("wheel"))


@pytest.fixture
def python(wheel, tmp_path):
    """Python of a new environment: the wheel, and the packages it needs lent from this one."""
    folder = tmp_path / "environment"
    venv.create(folder, symlinks=os.name != "nt")
    places = {"base": str(folder), "platbase": str(folder)}
    scripts, packages = (
        sysconfig.get_path(name, "venv", places) for name in ("scripts", "purelib")
    )
    inside = str(Path(scripts) / Path(sys.executable).name)
    install = ("pip", "--python", inside, "install", "--no-deps", "--no-index", str(wheel))
    run(sys.executable, "-m", *install, cwd=tmp_path)
    # one folder, and not what its own path files add: the cnnlib that is developed here stays away
    (Path(packages) / "lent.pth").write_text(sysconfig.get_path("purelib"))
    return inside


def test_the_wheel_works_in_an_empty_environment(python, tmp_path):
    (tmp_path / "elsewhere").mkdir()
    told = run(python, "-c", USE, cwd=tmp_path / "elsewhere")
    assert "Not yet" in told and "Everything works" in told


def test_the_wheel_brings_the_settings_that_jupyterlab_starts_with(python, tmp_path):
    place = run(python, "-c", "import sys; print(sys.prefix)", cwd=tmp_path).strip()
    settings = json.loads((Path(place) / SETTINGS).read_text(encoding="utf-8"))
    assert settings["@jupyter-widgets/jupyterlab-manager:plugin"] == {"saveState": True}
    notices = settings["@jupyterlab/apputils-extension:notification"]
    assert notices == {"fetchNews": "false", "checkForUpdates": False}


def test_the_wheel_holds_every_file_of_the_package(wheel):
    here = {
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / "cnnlib").rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    names = zipfile.ZipFile(wheel).namelist()
    packed = {name for name in names if name.startswith("cnnlib/")}
    assert packed == here and "cnnlib/py.typed" in packed
    assert wheel.stat().st_size < 2_000_000  # data and all
    besides = {name for name in names if ".dist-info/" not in name} - packed
    assert {name.partition(".data/data/")[2] for name in besides} == {SETTINGS, EXPORT, SERVER}


def test_the_wheel_says_what_it_is(wheel):
    with zipfile.ZipFile(wheel) as files:
        name = next(name for name in files.namelist() if name.endswith(".dist-info/METADATA"))
        about = Parser().parsestr(files.read(name).decode())
    latest = re.search(r"^## (\d\S*)", text_of(ROOT / "CHANGELOG.md"), re.M)[1]
    assert about["Name"] == "cnnlib" and about["License-Expression"] == "MIT"
    assert about["Version"] == cnnlib.__version__ == latest
    spoken = "Programming Language :: Python :: {}.{}".format(*sys.version_info)
    assert spoken in about.get_all("Classifier")


def test_the_source_distribution_makes_the_same_wheel(sdist, wheel, tmp_path):
    with tarfile.open(sdist) as files:
        files.extractall(tmp_path, filter="data")
    (source,) = tmp_path.iterdir()
    packed = {path.name for path in source.iterdir()} - {"PKG-INFO", ".gitignore"}
    texts = {"CHANGELOG.md", "LICENSE", "README.md", "pyproject.toml"}
    assert packed == {"cnnlib", "jupyter"} | texts
    again = build(source, "wheel", tmp_path / "again")
    assert again.read_bytes() == wheel.read_bytes()


# ---- the oldest releases


def pins(file):
    """{package: version} of the exact requirements in a file, and in those that it names."""
    text = text_of(ROOT / file)
    own = dict(re.findall(r"^([\w-]+)==(\S+)$", text, re.M))
    return own | {
        name: v for one in re.findall(r"^-r (\S+)$", text, re.M) for name, v in pins(one).items()
    }


def test_the_lowest_releases_are_those_that_the_project_allows():
    extras = PROJECT["optional-dependencies"].values()
    needs = [*PROJECT["dependencies"], *(need for extra in extras for need in extra)]
    least = dict(need.split(">=") for need in needs)
    lowest = pins("requirements-lowest.txt")
    for package, version in least.items():
        assert re.fullmatch(rf"{re.escape(version)}(\.0)*", lowest.pop(package))
    assert lowest.items() <= pins("requirements-dev.txt").items()


# ---- what making the site takes


def brought_by(names):
    """Distributions with these names, and all that they need here, in the letters of an index."""
    found, left = set(), [canonicalize_name(name) for name in names]
    while left:
        name = left.pop()
        if name not in found:
            found.add(name)
            needs = [Requirement(need) for need in metadata.requires(name) or ()]
            now = [need for need in needs if not need.marker or need.marker.evaluate({"extra": ""})]
            left += [canonicalize_name(need.name) for need in now]
    return found


def test_site_slides_and_memory_stick_need_no_more_than_their_requirements():
    known = brought_by([*pins("requirements-site.txt"), "pip", "setuptools"])
    absent = [
        module
        for module, owners in metadata.packages_distributions().items()
        if not {canonicalize_name(owner) for owner in owners} & {*known, "cnnlib"}
    ]
    assert {"sklearn", "playwright", "pytest"} <= {*absent}
    code = f"import sys; sys.modules.update(dict.fromkeys({absent})); import {SITE}"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
