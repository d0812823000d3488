"""check_setup: good news when all is well, and plain words with a remedy where something is
missing."""

import importlib.metadata as metadata
import json

import numpy as np
import pytest

from cnnlib import check_setup, datasets, ops
from cnnlib.course import ready

NAMES = ["Python", "numpy", "threadpoolctl", "matplotlib", "ipywidgets", "anywidget"]
NAMES += ["real digits", "gradients", "explorers"]


def told(capsys):
    check_setup()
    return capsys.readouterr().out


def lines(text):
    """{what: verdict}: a line for each trouble, and one for all that is good."""
    *troubles, good = text.partition("\nEverything")[0].partition("\nNot yet.")[0].splitlines()
    verdicts = {line[:14].strip(): line[14:].strip() for line in troubles}
    assert good.startswith("Good: ")
    return verdicts | dict.fromkeys(good.removeprefix("Good: ").split(", "), "good")


def test_here_everything_works(capsys):
    text = told(capsys)
    assert lines(text) == dict.fromkeys(NAMES, "good")
    assert text.splitlines()[1:] == ["Everything works. Go on with the next cell."]


@pytest.mark.parametrize("package", NAMES[1:5])
def test_a_missing_package_is_named_with_the_remedy(package, capsys, monkeypatch):
    right = metadata.version

    def version(name):
        if name == package:
            raise metadata.PackageNotFoundError(name)
        return right(name)

    monkeypatch.setattr(metadata, "version", version)
    text = told(capsys)
    assert lines(text) == dict.fromkeys(NAMES, "good") | {package: "is missing"}
    assert "pip install -r requirements.txt" in text and "Everything works" not in text


@pytest.mark.parametrize(
    ("found", "wanted"),
    [
        ("1.26.4", "version 1.26.4 is too old, wanted >=2.0"),
        ("2.0", "good"),
        ("2.0.0rc1", "good"),
        ("10.1", "good"),
    ],
)
def test_versions_are_compared_as_numbers(found, wanted, capsys, monkeypatch):
    right = metadata.version
    monkeypatch.setattr(metadata, "version", lambda name: found if name == "numpy" else right(name))
    assert lines(told(capsys))["numpy"] == wanted


def test_an_old_python_is_told(capsys, monkeypatch):
    monkeypatch.setattr(ready.sys, "version", "3.9.2 (default)")
    assert lines(told(capsys))["Python"] == "version 3.9.2 is too old, wanted >=3.11"


def test_a_folder_that_is_not_installed(capsys, monkeypatch):
    def unknown(name):
        raise metadata.PackageNotFoundError(name)

    monkeypatch.setattr(metadata, "metadata", unknown)
    text = told(capsys)
    assert text.startswith("cnnlib         is not installed")
    assert "pip install -r requirements.txt" in text


def test_digits_that_are_missing_or_of_another_shape(capsys, monkeypatch):
    def absent():
        raise FileNotFoundError("digits.npz")

    monkeypatch.setattr(datasets, "digits", absent)
    text = told(capsys)
    assert lines(text)["real digits"] == "does not work: FileNotFoundError: digits.npz"
    assert text.endswith("Do what stands beside real digits, and run this cell again.\n")
    assert "pip" not in text and "Everything works" not in text
    empty = datasets.Dataset(*[np.zeros((3, 1, 8, 8))] * 4)
    monkeypatch.setattr(datasets, "digits", lambda: empty)
    assert lines(told(capsys))["real digits"] == "have shape (3, 1, 8, 8), wanted (1437, 1, 8, 8)"


def test_wrong_mathematics_is_found(capsys, monkeypatch):
    right = ops.conv2d_grad_x
    monkeypatch.setattr(ops, "conv2d_grad_x", lambda *a, **k: 1.01 * right(*a, **k))
    assert lines(told(capsys))["gradients"].startswith("are wrong: relative error")


@pytest.mark.parametrize("where", ["JUPYTER_CONFIG_DIR", "JUPYTER_CONFIG_PATH"])
@pytest.mark.parametrize("extension", ["anywidget", "@jupyter-widgets/jupyterlab-manager"])
@pytest.mark.parametrize("form", [lambda name: {name: True, "other": False}, lambda name: [name]])
def test_explorers_that_are_switched_off(where, extension, form, tmp_path, capsys, monkeypatch):
    page = tmp_path / "labconfig" / "page_config.json"
    page.parent.mkdir()
    page.write_text(json.dumps({"disabledExtensions": form(extension)}))
    assert lines(told(capsys))["explorers"] == "good"
    monkeypatch.setenv(where, str(tmp_path))
    text = told(capsys)
    assert f"jupyter labextension enable {extension}\n" in text
    assert text.endswith("Do what stands beside explorers, and run this cell again.\n")
    page.write_text(json.dumps({"disabledExtensions": {extension: False}}))
    assert lines(told(capsys))["explorers"] == "good"
    page.write_text("{")
    assert "does not work: JSONDecodeError" in lines(told(capsys))["explorers"]


def test_explorers_that_are_switched_off_for_this_environment(tmp_path, capsys, monkeypatch):
    page = tmp_path / "etc" / "jupyter" / "labconfig" / "page_config.json"
    page.parent.mkdir(parents=True)
    page.write_text(json.dumps({"disabledExtensions": ["anywidget"]}))
    monkeypatch.setattr("sys.prefix", str(tmp_path))
    assert "jupyter labextension enable anywidget\n" in told(capsys)
