"""The folder for a memory stick: no wheel is missing on the machine that it is for, and none is too
many; and with CNNLIB_OFFLINE=required: it is made, and installs and runs with no network."""

import os
import re
import shutil
import subprocess
import sys
import zipfile

import pytest

from tests.project.tree import ROOT, text_of
from tools import bundle
from tools.stick import instructions, wheelhouse
from tools.stick.wheelhouse import Refused, Target, targets

WINDOWS, LINUX = Target("win_amd64", "3.13"), Target("manylinux_2_28_x86_64", "3.11")
NEEDS = {  # a small world: package -> what it needs
    "top": ['win; sys_platform == "win32"', 'old; python_version < "3.12"', "rest[more]>=2"],
    "win": ['deep; os_name == "nt"'],
    "old": [],
    "rest": ['added; extra == "more"', 'never; extra == "less"'],
    "added": ['posix; platform_system != "Windows"'],
    **{name: [] for name in ("deep", "never", "posix", "stranger")},
}
EXPECTED = {
    WINDOWS: {"top", "rest", "added", "win", "deep"},
    LINUX: {"top", "rest", "added", "old", "posix"},
}


def write_wheel(folder, name, needs, tag="py3-none-any"):
    """A wheel with nothing in it but what it needs."""
    about = [f"Metadata-Version: 2.1\nName: {name}\nVersion: 2.0"]
    about += [f"Requires-Dist: {need}" for need in needs]
    about += [f"Provides-Extra: {extra}" for extra in ("more", "less")]
    with zipfile.ZipFile(folder / f"{name}-2.0-{tag}.whl", "w") as files:
        info = f"{name}-2.0.dist-info"
        files.writestr(f"{info}/METADATA", "\n".join(about) + "\n")
        files.writestr(f"{info}/WHEEL", f"Wheel-Version: 1.0\nTag: {tag}\n")
        files.writestr(f"{info}/RECORD", "")
        files.writestr(f"vendored/{info}/METADATA", "another package inside")


@pytest.fixture
def world(tmp_path, monkeypatch):
    """The folder that pip finds its wheels in, and nowhere else."""
    folder = tmp_path / "world"
    folder.mkdir()
    for name, needs in NEEDS.items():
        write_wheel(folder, name, needs)
    for name in [name for name in os.environ if name.startswith("PIP_")]:
        monkeypatch.delenv(name)
    for name, value in (("NO_INDEX", "1"), ("FIND_LINKS", folder), ("CONFIG_FILE", os.devnull)):
        monkeypatch.setenv(f"PIP_{name}", str(value))
    return folder


def names_in(folder):
    return {wheel.name for wheel in wheelhouse.wheels(folder)}


@pytest.mark.parametrize("target", EXPECTED, ids=str)
def test_what_is_fetched_is_what_the_other_machine_needs(world, tmp_path, target):
    (tmp_path / "out").mkdir()
    wheelhouse.fetch(["top==2.0"], target, tmp_path / "out")
    assert names_in(tmp_path / "out") == EXPECTED[target]
    assert wheelhouse.lacking(["top"], target, tmp_path / "out") == []
    (tmp_path / "out" / "added-2.0-py3-none-any.whl").unlink()
    assert wheelhouse.lacking(["top"], target, tmp_path / "out") == ["added"]


def test_a_wheel_for_another_machine_does_not_serve(world, tmp_path):
    (world / "deep-2.0-py3-none-any.whl").unlink()
    write_wheel(world, "deep", [], "py3-none-macosx_11_0_arm64")
    with pytest.raises(Refused, match="(?s)win_amd64, Python 3.13.*deep"):
        wheelhouse.fetch(["top"], WINDOWS, tmp_path)
    assert list(tmp_path.glob("*.whl")) == []


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ((["win_arm"], []), "no platform 'win_arm'.*win_amd64"),
        (([], ["3.9"]), "no Python '3.9'.*3.11, 3.12, 3.13"),
    ],
)
def test_an_unknown_machine_is_refused(asked, words):
    with pytest.raises(Refused, match=words):
        targets(*asked)


def test_each_platform_with_each_python():
    made = targets(["win_amd64", "macosx_11_0_arm64"], ["3.12", "3.13"])
    assert len(set(made)) == 4
    assert targets([], ["3.13"]) == [Target(wheelhouse._own_platform(), "3.13")]


def test_a_folder_with_other_things_is_left_alone(tmp_path, capsys):
    (tmp_path / "mine.txt").write_text("mine")
    assert bundle.main(str(tmp_path)) == 1
    assert "not an empty folder" in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]
    assert bundle.main(str(tmp_path / "mine.txt")) == 1


def test_the_texts_name_the_wheel_and_each_system(tmp_path):
    (tmp_path / "wheelhouse").mkdir()
    own = bundle.build_wheel(tmp_path / "wheelhouse")
    bundle.write_texts(tmp_path, [WINDOWS, Target("win_amd64", "3.12"), LINUX])
    wanted = (tmp_path / "requirements.txt").read_text(encoding="utf-8").split()
    version = own.name.split("-")[1]
    asked = [line for line in text_of(ROOT / "requirements.txt").split("\n") if line[:1] != "#"]
    assert [word.replace(f"cnnlib=={version}", "-e .") for word in wanted] == [
        line for line in asked if line
    ]
    for name in ("START_HERE.txt", "index.html"):
        told = (tmp_path / name).read_text(encoding="utf-8")
        assert "3.11 or 3.12 or 3.13" in told and "py -3.13 -m venv" in told
        assert "no packages for macOS" in told and "site/index.html" in told
        assert told.count("--no-index --find-links wheelhouse -r requirements.txt") == 2


@pytest.mark.parametrize("system", instructions.SYSTEMS)
def test_the_four_lines_are_those_of_the_readme(system):
    """But for pip, which looks into the folder only, and for root."""
    readme = text_of(ROOT / "README.md").replace("python3 -m", "python3.13 -m")
    lines = instructions.commands(system, "3.13").split("\n")
    assert len(lines) == 4
    for line in lines:
        known = line.replace("--no-index --find-links wheelhouse ", "")
        assert known in readme.replace("--allow-root ", "")


# ---- the whole of it, which takes minutes


OFFLINE = "made, installed and run with no network: takes minutes; CNNLIB_OFFLINE=required does it"
USE = """
import socket, cnnlib, nbformat, nbclient
try:
    socket.create_connection(("pypi.org", 443), 5)
except OSError:
    print("no network")
cnnlib.check_setup()
page = nbformat.read("notebooks/03_weigh_the_kernel.ipynb", 4)
nbclient.NotebookClient(page, resources={"metadata": {"path": "notebooks"}}).execute()
print("ran", cnnlib.__file__)
"""


@pytest.mark.skipif(os.environ.get("CNNLIB_OFFLINE") != "required", reason=OFFLINE)
def test_it_installs_and_runs_with_no_network(tmp_path):
    folder = tmp_path / "stick"
    assert bundle.main(str(folder)) == 0
    make, install, trust, opens = instructions.commands(
        "Linux", "{}.{}".format(*sys.version_info)
    ).split("\n")
    assert "jupyter lab" in opens
    make = make.replace(make.split()[0], sys.executable)
    script = "\n".join(["set -e", make, install, trust, '.venv/bin/python -c "$USE"'])
    alone = [shutil.which("unshare"), "-rn"]
    free = {k: v for k, v in os.environ.items() if not re.match("PIP_|PYTHONPATH", k)}
    free |= {"PIP_CONFIG_FILE": os.devnull, "USE": f"{USE}", "HOME": str(tmp_path)}
    # a kernel is reached through the machine's own address, which is down at first
    command = [*alone, "bash", "-c", "ip link set lo up\n" + script]
    done = subprocess.run(command, cwd=folder, env=free, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "no network" in done.stdout and "Everything works" in done.stdout
    assert f"ran {folder}" in done.stdout
