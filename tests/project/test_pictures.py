"""The pictures in README.md: they are there, small, and told to those who cannot see them."""

import re

from tests.project.tree import ROOT, text_of
from tools import pictures


def test_readme_shows_every_picture_with_words_for_it():
    shown = re.findall(r"!\[(.*?)\]\((docs/.*?\.png)\)", text_of(ROOT / "README.md"), re.DOTALL)
    assert {path for _, path in shown} == {f"docs/images/{name}.png" for name in pictures.PICTURES}
    assert all(len(words) > 80 for words, _ in shown)


def test_pictures_are_small_and_no_other_lies_beside_them():
    files = {path.stem: path.stat().st_size for path in pictures.FOLDER.iterdir()}
    assert files.keys() == pictures.PICTURES.keys()
    assert max(files.values()) <= pictures.MOST
