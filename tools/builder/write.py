"""write: a lesson's notebook in its file, and the answers that its last hints show."""

import json

import nbformat

from cnnlib.course.exercise import SOLUTION, exercises_of
from tools.builder import places
from tools.builder.answers import solutions_of
from tools.builder.read import read
from tools.builder.run import canonical, execute, untimed


def write_notebook(text):
    """Run a lesson and write its notebook; where only pictures of times differ, the old one stays.

    Raises SystemExit, and writes nothing, when a cell writes to stderr.
    """
    notebook = canonical(execute(read(text)))
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            if output.get("name") == "stderr":
                raise SystemExit(f"{text.name}: {cell.id} writes to stderr: {output['text']}")
    path = places.notebook_path(text)
    if not path.exists() or untimed(nbformat.read(path, 4)) != untimed(notebook):
        path.write_text(nbformat.writes(notebook, indent=1) + "\n", encoding="utf-8")


# ---- the answers that hints show lie beside the key: an installed cnnlib has no solutions/


def write_hints(text):
    """Write the code that a lesson's hints show, beside its key; no file where none shows any."""
    code = code_in_hints(text)
    if code:
        hints_path(text).write_text(code, encoding="utf-8")
    else:
        hints_path(text).unlink(missing_ok=True)


def code_in_hints(text):
    """The file of code that a lesson's hints show: {exercise: code}; empty where none shows any."""
    exercises = exercises_of(places.lesson(text).removeprefix("0")).values()
    asking = [e.name for e in exercises if any(SOLUTION in hint for hint in e.hints)]
    code = {name: solutions_of(name).code(name) for name in asking}
    return json.dumps(code, indent=1, ensure_ascii=False) + "\n" if code else ""


def hints_path(text):
    """Where the code that a lesson's hints show lies."""
    return places.KEYS / f"lesson_{places.lesson(text)}.json"
