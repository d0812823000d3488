"""own: exercises that a teacher writes in a file outside of the course, and how they are found
(level 4). docs/own_exercises.md tells how such a file is written.
"""

import ast
import os
import re
import traceback
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from cnnlib.course import exercise as course
from cnnlib.course.calling import Refused
from cnnlib.course.compare import Outcome, Stop, outcome, same
from cnnlib.course.exercise import SOLUTION, Exercise, lesson_of
from cnnlib.course.own_fields import misfits

PLACES = "CNNLIB_EXERCISES"  # the environment variable: files and folders, separated as in PATH
FOLDER = "cnnlib_exercises"  # beside the notebook
NAME = re.compile(r"[A-Za-z]\w*\.\w[\w.]*")
OF_THE_COURSE = re.compile("[0-9]{1,2}|A[0-9]")  # lessons, as their exercises name them
FIELDS = ", ".join(Exercise.__dataclass_fields__)
CODING = "utf-8-sig"  # an editor of Windows may write a mark before the first line

_added: list[Path] = []
_known: dict[Path, tuple[Any, list[Exercise] | str]] = {}  # a file -> its state, what it gave then


class Unusable(Exception):
    """A file of exercises cannot be used; the message has one line a reason: file, line, reason."""


# ---- where they are found


def find(name: str) -> Exercise:
    """The Exercise of that name, of the course or of the teacher's files.

    Raises KeyError, in words for a reader, where there is none or where such a file is unusable.
    """
    if OF_THE_COURSE.fullmatch(lesson_of(str(name))):
        return course.find(name)
    try:
        own = exercises()
    except Unusable as error:
        told = "The exercises of your class cannot be used. Show this to your teacher:"
        raise KeyError(f"{told}\n{error}") from None
    if str(name) in own:
        return own[str(name)]
    try:
        return course.find(name)
    except KeyError as error:
        more = f" Your class has {', '.join(own)}." if own else ""
        raise KeyError(error.args[0] + more) from None


def exercises() -> dict[str, Exercise]:
    """The exercises of all files that are found, by name; raises Unusable."""
    found: dict[str, Exercise] = {}
    homes: dict[str, Path] = {}
    for path in files():
        for one in read(path):
            if one.name in found:
                raise Unusable(f"{path.name}: {one.name} also stands in {homes[one.name].name}")
            found[one.name], homes[one.name] = one, path
    return found


def add(path: str | os.PathLike[str]) -> None:
    """Look for exercises in this file, or in the files of this folder, too."""
    _added.append(Path(path))


def files() -> list[Path]:
    """The files that are read: those that were added, those of the environment variable
    CNNLIB_EXERCISES, those of the folder cnnlib_exercises beside the notebook; each once."""
    named = [Path(place) for place in os.environ.get(PLACES, "").split(os.pathsep) if place]
    places = [*_added, *named, Path(FOLDER)]
    found = [
        path
        for place in places
        for path in (sorted(place.glob("*.py")) if place.is_dir() else [place])
    ]
    there = [path.resolve() for path in found if path.exists() or path in named]
    return list(dict.fromkeys(there))


# ---- a file


def read(path: str | os.PathLike[str]) -> list[Exercise]:
    """The exercises of a file in its order; it is run once, and again when it has changed.

    Raises Unusable with every reason that is found: what is no Python, what stops, a name that is
    taken, what is missing, wrong answers that are right or that would never be told.
    """
    path = Path(path).resolve()
    try:
        state = path.stat().st_mtime_ns, path.stat().st_size
    except OSError as error:
        raise Unusable(f"{path.name} cannot be read: {error.strerror}") from None
    if path not in _known or _known[path][0] != state:
        _known[path] = state, _checked(path)
    found = _known[path][1]
    if isinstance(found, str):
        raise Unusable(found)
    return found


def title_of(path: str | os.PathLike[str]) -> str:
    """What a file calls its exercises: the first line of its docstring, else the file's name."""
    docstring = ast.get_docstring(ast.parse(Path(path).read_text(encoding=CODING)))
    return (docstring or Path(path).stem).splitlines()[0].rstrip(".")


def _checked(path):
    """The exercises of a file, or all that is wrong with it as text."""
    try:
        tree = ast.parse(path.read_text(encoding=CODING), str(path))
        found = _made(tree, path)
    except OSError as error:
        return f"{path.name} cannot be read: {error.strerror}"
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        return f"{path.name}, line {line}: this is not in UTF-8: save the file anew as UTF-8"
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        line = getattr(error, "lineno", None) or 1
        return f"{path.name}, line {line}: this is no Python: {getattr(error, 'msg', error)}"
    except Unusable as error:
        return str(error)
    lines = _Lines(tree)
    problems = list(_problems(found, lines))
    return "\n".join(f"{path.name}, line {line}: {why}" for line, why in problems) or found


def _made(tree, path):
    """The list EXERCISES that the file makes; raises Unusable."""
    names = {"__name__": path.stem, "__file__": str(path)}
    code = compile(tree, str(path), "exec")
    try:
        exec(code, names)
    except (Exception, SystemExit) as error:
        frames = traceback.extract_tb(error.__traceback__)
        line = [frame.lineno for frame in frames if frame.filename == str(path)][-1]
        raise Unusable(f"{path.name}, line {line}: {_said(error)}") from None
    found = names.get("EXERCISES")
    if not isinstance(found, (list, tuple)) or not all(isinstance(e, Exercise) for e in found):
        raise Unusable(f"{path.name}, line 1: wanted EXERCISES = [Exercise(...), ...]")
    return list(found)


def _said(error):
    """An error in words; what is said of arguments is said of an Exercise's parts."""
    missing = re.search(r"Exercise.*missing .*arguments?: (.*)", str(error))
    if missing:
        return f"an Exercise lacks {missing[1]}"
    unknown = re.search(r"Exercise.*unexpected keyword argument ('\w+')", str(error))
    if unknown:
        return f"an Exercise has no {unknown[1]}; it has {FIELDS}"
    return f"{type(error).__name__}: {error}"


class _Lines:
    """In which line of its file an exercise stands, and each of its parts and wrong answers."""

    def __init__(self, tree):
        self.of = {}
        for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call)):
            parts = {part.arg: part.value for part in call.keywords}
            if getattr(call.func, "id", getattr(call.func, "attr", "")) == Exercise.__name__:
                parts |= dict(zip(Exercise.__dataclass_fields__, call.args))
            if "name" in parts:
                self._add(call, parts)

    def _add(self, call, parts):
        name = getattr(parts["name"], "value", None)
        name = name if isinstance(name, str) else None  # it is computed, or of another kind
        self.of.setdefault((name, None, None), []).append(call.lineno)
        for part, value in parts.items():
            self.of[name, part, None] = [value.lineno]
        for key in filter(None, getattr(parts.get("wrong"), "keys", ())):
            if isinstance(key, ast.Constant):
                self.of[name, "wrong", key.value] = [key.lineno]

    def __call__(self, name, mistake=None, again=0, part=None):
        name = name if isinstance(name, str) else None
        keys = [(name, "wrong", mistake), (name, part, None), (name, None, None), (None,) * 3]
        lines = next((self.of[key] for key in keys[not mistake :] if key in self.of), [1])
        return lines[min(again, len(lines) - 1)]


# ---- what is wrong with it


def _problems(found: list[Exercise], line: _Lines) -> Iterator[tuple[int, str]]:
    """(line, what is wrong) of everything in a file that cannot be used."""
    seen = set()
    for one in found:
        name = one.name
        other = dict(misfits(one))
        label = name if isinstance(name, str) else "an exercise"
        yield from ((line(name, part=part), f"{label}: {why}") for part, why in other.items())
        if other:
            continue
        if OF_THE_COURSE.fullmatch(lesson_of(name)):
            yield line(name), f"the name {name} is taken: such names belong to the course's lessons"
        elif not NAME.fullmatch(name):
            yield line(name), f"the name {name!r}: wanted a word, a dot and a number, as class.1"
        elif name in seen:
            yield line(name, again=1), f"the name {name} stands here for the second time"
        seen.add(name)
        if not one.text.strip():
            yield line(name), f"{name} has no text: what is asked?"
        if not one.hints or isinstance(one.hints, str):
            yield line(name), f'{name} has no hints: hints=("...",), one at least'
        elif any(SOLUTION in hint for hint in one.hints):
            yield line(name), f"{name}: {SOLUTION} is for the course's own; write the answer out"
        yield from ((line(name, mistake), why) for mistake, why in _of_answers(one))


def _of_answers(one: Exercise) -> Iterator[tuple[str | None, str]]:
    """(a wrong answer's name or None, what is wrong) of the right answer and the wrong ones."""
    if callable(one.right) and not one.cases:
        yield None, f"{one.name}: right is a function, and there are no cases to call it with"
        return
    right, why = _outcome(one, one.right)
    if right is None:
        yield None, f"{one.name}: the right answer cannot be compared: {why}"
        return
    yield from ((None, f"{one.name}: {why}") for why in _of_results(one, right))
    told: dict[str, Outcome] = {}
    for mistake, value in one.wrong.items():
        wrong, why = _outcome(one, value, right)
        twin = wrong and next((k for k, v in told.items() if same(wrong, v, one.tolerance)), None)
        if wrong is None:
            yield mistake, f"{one.name}: {mistake!r} cannot be compared: {why}"
        elif same(wrong, right, one.tolerance):
            yield mistake, f"{one.name}: {mistake!r} gives the right answer"
        elif twin:
            yield mistake, f"{one.name}: {mistake!r} gives the same as {twin!r}, which is told"
        else:
            told[mistake] = wrong


def _of_results(one, right):
    """What is wrong with the results of the right answer."""
    if not one.cases and not all(np.size(result) for result in right[0]):
        yield "the right answer holds nothing"
    most = max(len(case) for case in right if not isinstance(case, Stop))
    if one.results and len(one.results) != most:
        yield f"results names {len(one.results)}, and the right answer has {most}"


def _outcome(one, answer, right=None):
    """(what an answer gives, "") or (None, why it gives nothing)."""
    try:
        found = outcome(one, answer, right)
    except Refused as refused:
        return None, str(refused)
    except Exception as error:  # the teacher's own code
        return None, f"{type(error).__name__}: {error}"
    stops = [case.why for case in found if isinstance(case, Stop)]
    if stops and (right is None or len(stops) == len(found)):
        return None, stops[0]
    return found, ""
