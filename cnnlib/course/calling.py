"""calling: a reader's function is called on copies, for a limited time; whatever happens is told in
words (level 4)."""

import contextlib
import copy
import ctypes
import re
import threading
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from cnnlib.course.blanks import Blank, is_blank, stopped_at_a_blank

SECONDS = 10.0  # for all cases of one answer
AGAIN = 0.2  # seconds, until a function that catches everything is stopped again
SHAPES = re.compile(r"\([\d, ]*\)")


class Refused(Exception):
    """An answer that cannot be compared; the message says why."""


class TimeUp(BaseException):
    """Raised in the midst of a function that takes too long."""


@contextlib.contextmanager
def limited(seconds: float) -> Iterator[None]:
    """What runs inside is stopped after so many seconds: Refused is raised in words.

    One call into C, such as a single product of huge matrices, ends before it can be stopped. Where
    no thread can be started, as in a browser, there is no limit.
    """
    thread = ctypes.c_ulong(threading.get_ident())
    done, late = threading.Event(), threading.Event()

    def raised(error):
        ctypes.pythonapi.PyThreadState_SetAsyncExc(thread, error)

    def watch():
        wait = seconds
        while not done.wait(wait):
            late.set()
            raised(ctypes.py_object(TimeUp))
            wait = AGAIN

    try:
        watcher = _started(watch)
        try:
            yield
        finally:
            _surely(done.set)
            if watcher is not None:
                _surely(watcher.join)
                raised(None)  # one that is on its way comes too late
    except TimeUp:
        pass
    if late.is_set():  # also when it has caught what should have stopped it
        words = f"your function had not come to an end after {seconds:g} seconds"
        raise Refused(f"{words}: does a loop go on for ever?")


def _started(act):
    """A thread that does it; None where no thread can be started."""
    thread = threading.Thread(target=act, daemon=True)
    try:
        thread.start()
    except RuntimeError:
        return None
    return thread


def _surely(act):
    """Do it, though it may be stopped in the midst of it."""
    while True:
        try:
            return act()
        except TimeUp:
            continue


def called(
    function: Callable[..., Any], comparable: Callable[..., Any], case: tuple[Any, ...]
) -> tuple[Any, list[str]]:
    """(what a function returns for copies of the arguments in `case`, the names of those that it
    writes over).

    comparable: what is called, the function or what wraps it; what a wrapped answer does to its
    layer is looked at there. Raises Blank for a `...`, Refused, in words, where it stops.
    """
    given = copy.deepcopy(case)
    try:
        result = comparable(*given)
    except (Refused, Blank):  # a key that wraps the answer has something to say
        raise
    except (Exception, SystemExit) as error:
        if stopped_at_a_blank(function, error):
            raise Blank from None
        raise Refused(_why_it_stops(error)) from None
    if result is ... or (isinstance(result, (list, tuple)) and is_blank(result)):
        raise Blank
    if result is None:
        raise Refused("your function returns None; is the return missing?")
    return result, written_over(function, given, case)


def _why_it_stops(error):
    what = told(error)
    if "setting an array element with a sequence" in what:
        return "a whole array stands where one number belongs: are indices missing?"
    return f"your function stops with {what}"


def told(error: BaseException) -> str:
    """An error in one line: its kind and what it says, without addresses."""
    kind = type(error).__name__
    try:
        text = re.sub(" at 0x[0-9a-fA-F]+", "", " ".join(str(error).split()))[:200].rstrip(".")
    except Exception:  # its text stops, too
        return kind
    shapes = SHAPES.findall(text)
    if "broadcast together" in text and len(shapes) >= 2:
        text = f"arrays of shapes {shapes[0]} and {shapes[1]} do not fit together"
    elif "could not broadcast" in text and len(shapes) == 2:
        text = f"an array of shape {shapes[0]} does not fit into a place of shape {shapes[1]}"
    return f"{kind}: {text}" if text else kind


def written_over(function: object, given: tuple[Any, ...], case: tuple[Any, ...]) -> list[str]:
    """The names of the arguments that are not what they were."""
    pairs = enumerate(zip(given, case))
    return [argument(function, n) for n, (after, before) in pairs if not _alike(after, before)]


def _alike(after, before):
    """Whether an argument is what it was: arrays and numbers, also within lists and tuples."""
    if isinstance(before, (list, tuple)):
        return len(after) == len(before) and all(map(_alike, after, before))
    if isinstance(before, np.ndarray):
        return np.array_equal(after, before, equal_nan=before.dtype.kind == "f")
    return True


def argument(function: object, n: int) -> str:
    """The name of argument `n`; its number, counted from 1, where it has none."""
    code = getattr(function, "__code__", None)
    return code.co_varnames[n] if code and n < code.co_argcount else str(n + 1)
