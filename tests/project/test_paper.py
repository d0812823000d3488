"""A lesson as HTML, for paper or for who has no JupyterLab: the tables stand in, and nothing of an
explorer asks for the network."""

import os
import re
import shutil
import subprocess
import sys

import pytest

from tests.project.tree import ROOT


@pytest.mark.parametrize("name", ["04_sum_the_bias", "07_trust_but_check"])
def test_a_lesson_saved_as_html_shows_the_tables(name, tmp_path):
    source = ROOT / "notebooks" / f"{name}.ipynb"
    command = [sys.executable, "-m", "nbconvert", "--to", "html", source, "--output-dir", tmp_path]
    config = tmp_path / "config"  # Jupyter writes into it, too
    shutil.copytree(ROOT / "jupyter", config)
    settings = os.environ | {"JUPYTER_CONFIG_DIR": str(config)}
    subprocess.run(command, env=settings, check=True, capture_output=True)
    html = (tmp_path / f"{name}.html").read_text(encoding="utf-8")
    outputs = html[html.index("<main") :]
    assert "<table" in outputs and re.search("data-(frame|row)", outputs)
    assert "widget-view" not in outputs
