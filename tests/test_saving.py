"""keep_stored: what the browser does not send back of a page is taken from the file."""

import copy
import json
from pathlib import Path
from types import SimpleNamespace

import pytest

from cnnlib.course.saving import WIDGET_STATE, WIDGET_VIEW, keep_stored

SETTINGS = Path(__file__).parents[1] / "jupyter" / "jupyter_server_config.json"
LANGUAGE = {"name": "python", "version": "3.11.7"}


def cell(*names):
    views = [{"data": {WIDGET_VIEW: {"model_id": name}}} for name in names]
    return {"cell_type": "code", "outputs": [*views, {"name": "stdout", "text": "1"}]}


def page(states, *cells, **more):
    widgets = {WIDGET_STATE: {"state": states, "version_major": 2}}
    metadata = {"language_info": LANGUAGE, "widgets": widgets, **more}
    return {"cells": [{"cell_type": "markdown"}, *cells], "metadata": metadata}


STORED = {
    "a": {"state": {"layout": "IPY_MODEL_b"}},
    "b": {"state": {"behaviour": "IPY_MODEL_c"}},
    "c": {"state": {}},
    "gone": {"state": {}},
}


@pytest.fixture
def save(tmp_path):
    """save(before, sent) -> what is written; before: the text of the file, a notebook or None."""
    manager = SimpleNamespace(root_dir=str(tmp_path))

    def one(before, sent, kind="notebook"):
        path = tmp_path / "page.ipynb"
        if before is not None:
            path.write_text(before if isinstance(before, str) else json.dumps(before))
        model = {"type": kind, "content": copy.deepcopy(sent)}
        keep_stored(model=model, path="/page.ipynb", contents_manager=manager)
        return model["content"]

    return one


def test_states_that_the_page_shows_and_nothing_else_are_kept(save):
    before = page(STORED, cell("a"), cell("gone"))
    live = {"new": {"state": {"behaviour": "IPY_MODEL_d"}}, "d": {"state": {}}}
    sent = page(live, cell("a"), cell("new"))
    kept = {name: STORED[name] for name in "abc"}
    assert save(before, sent) == page(live | kept, cell("a"), cell("new"))
    nothing = page(live, cell("a"))
    del nothing["metadata"]["widgets"]
    assert save(before, nothing) == page(kept, cell("a"))
    assert save(before, page({}, cell("a"))) == page(kept, cell("a"))


def test_a_page_without_explorers_gets_no_room_for_them(save):
    plain = page({}, cell())
    del plain["metadata"]["widgets"]
    assert save(plain, page({}, cell())) == plain


def test_another_version_of_python_is_no_change_and_another_language_is(save):
    newer, other = LANGUAGE | {"version": "3.13.1"}, {"name": "julia", "version": "1.11"}
    before = page({}, cell())
    assert save(before, page({}, cell(), language_info=newer)) == before
    assert save(before, page({}, cell(), language_info=other))["metadata"]["language_info"] == other
    del before["metadata"]["language_info"]
    assert save(before, page({}, cell()))["metadata"]["language_info"] == LANGUAGE


@pytest.mark.parametrize("before", [None, "", "<<<<<<< HEAD", "[]", '{"cells": []}'])
def test_a_new_file_or_one_that_cannot_be_read(save, before):
    sent = page({}, cell("a"))
    assert save(before, sent) == sent


def test_a_text_stays(save):
    assert save(page(STORED, cell("a")), "words", kind="file") == "words"


def test_the_server_is_told_to_call_it():
    settings = json.loads(SETTINGS.read_text(encoding="utf-8"))
    named = f"{keep_stored.__module__}.{keep_stored.__qualname__}"
    assert settings == {"ContentsManager": {"pre_save_hook": named}}


def test_an_explorer_that_is_the_last_output_of_a_page_is_kept(save):
    last = {"cell_type": "code", "outputs": [{"data": {WIDGET_VIEW: {"model_id": "a"}}}]}
    kept = {name: STORED[name] for name in "abc"}
    assert save(page(STORED, last), page({}, last)) == page(kept, last)
