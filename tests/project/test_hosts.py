"""The lessons elsewhere: what other hosts read says what the README says, and leads to what is
there."""

import json
import os
import re
import tomllib
from urllib.parse import unquote

import pytest

from tests.project.tree import NOTEBOOKS, ROOT, text_of

HOSTS = text_of(ROOT / "docs/hosts.md")
CONTAINER = json.loads(text_of(ROOT / ".devcontainer/devcontainer.json"))
PROJECT = tomllib.loads(text_of(ROOT / "pyproject.toml"))["project"]
FIRST = next(line for line in text_of(ROOT / "README.md").splitlines() if "jupyter lab" in line)
OPENED = "notebooks/00_start_here.ipynb"


def lines_of(path):
    return text_of(ROOT / ".binder" / path).splitlines()


def test_the_devcontainer_does_what_the_readme_does_and_opens_the_first_page():
    done, _, opens = FIRST.strip().rpartition(" && ")
    assert CONTAINER["postCreateCommand"] == done and OPENED in opens
    assert CONTAINER["customizations"]["codespaces"]["openFiles"] == [OPENED]


def test_the_devcontainer_has_a_python_that_the_project_names():
    python = CONTAINER["image"].removeprefix("mcr.microsoft.com/devcontainers/python:")
    assert f"Programming Language :: Python :: {python}" in PROJECT["classifiers"]


def test_binder_installs_and_trusts_as_the_readme_does():
    [asked] = lines_of("requirements.txt")
    assert (ROOT / ".binder" / asked.removeprefix("-r ")).samefile(ROOT / "requirements.txt")
    [python] = lines_of("runtime.txt")
    spoken = python.replace("python-", "Programming Language :: Python :: ")
    assert spoken in PROJECT["classifiers"]
    shell, *commands = lines_of("postBuild")
    assert shell == "#!/bin/bash" and os.access(ROOT / ".binder/postBuild", os.X_OK)
    assert commands and all(f".venv/bin/{command} &&" in FIRST for command in commands)


@pytest.mark.parametrize("link", re.findall(r"^ +(https://\S+)$", HOSTS, re.MULTILINE))
def test_a_link_opens_a_page_that_is_there_in_a_repository_that_is_not_known(link):
    link = unquote(link)
    assert "OWNER/REPOSITORY" in link
    page = re.search(r"[^/]*/[^/]*\.ipynb$", link)[0]
    assert ROOT / page in NOTEBOOKS
    assert "branch=main" in link or "/main" in link


def test_a_table_names_every_section_once():
    sections = re.findall(r"^## (.*)$", HOSTS, re.MULTILINE)
    named = re.findall(r"^\| \[.*?\]\(#(.*?)\)", HOSTS, re.MULTILINE)
    places = [re.sub(r"[^\w -]", "", section.lower()).replace(" ", "-") for section in sections]
    assert sorted(named) == sorted(places)


def test_notebook_has_the_version_that_is_tested():
    [version] = re.findall(r"pip install notebook==(\S+)", HOSTS)
    assert f"\nnotebook=={version}\n" in text_of(ROOT / "requirements-dev.txt")


def test_colab_installs_an_extra_that_there_is():
    [extra] = re.findall(r'"cnnlib\[(\w+)\] @', HOSTS)
    assert extra in PROJECT["optional-dependencies"]
