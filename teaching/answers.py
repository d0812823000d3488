"""answers: answers and what functions give, as plain text on their way out of a process that is not
trusted. What comes back is numbers, words and lists of them, and never code: nothing is unpickled.
"""

import base64
from fractions import Fraction
from typing import Any

import numpy as np

from cnnlib.course.calling import Refused
from cnnlib.course.compare import Outcome, Stop

OUT_OF_TIME = 137  # the status of a process that has used up its processor time
MOST = 200_000  # numbers in one array that is looked at
DEEPEST = 8  # lists in lists
KINDS = "biuf"
PLAIN = (bool, int, float, str, type(None))


def packed(value: Any, depth: int = 0) -> dict[str, Any]:
    """A value as JSON can hold it; of what is neither numbers nor words only its type."""
    if value is ...:
        return {"blank": True}
    if type(value) in PLAIN:
        return {"plain": value}
    if isinstance(value, Fraction):
        return {"fraction": str(value)}
    if isinstance(value, (np.ndarray, np.generic)):
        return _packed_array(np.asarray(value))
    if depth < DEEPEST:
        for kind in (list, tuple, set, frozenset):
            if isinstance(value, kind) and len(value) <= MOST:
                return {kind.__name__: [packed(part, depth + 1) for part in value]}
    return {"function": True} if callable(value) else {"other": type(value).__name__}


def _packed_array(array):
    if array.dtype.kind not in KINDS or array.size > MOST:
        return {"other": "ndarray"}
    data = base64.b64encode(np.ascontiguousarray(array).tobytes()).decode("ascii")
    return {"array": data, "dtype": array.dtype.str, "shape": list(array.shape)}


def unpacked(data: dict[str, Any]) -> Any:
    """The value again; what had no plain form becomes an object of a type of that name.

    Raises an error of any kind for what `packed` has not made.
    """
    ((kind, inside), *_) = data.items()
    if kind == "blank":
        return ...
    if kind == "plain" and type(inside) in PLAIN:
        return inside
    if kind == "fraction":
        return Fraction(inside)
    if kind == "array":
        return _unpacked_array(inside, np.dtype(data["dtype"]), data["shape"])
    if kind in ("list", "tuple", "set", "frozenset"):
        makers = {"list": list, "tuple": tuple, "set": set, "frozenset": frozenset}
        return makers[kind](unpacked(part) for part in inside)
    if kind == "function":
        return unpacked
    return type(str(inside), (), {})()


def _unpacked_array(data, dtype, shape):
    if dtype.kind not in KINDS:
        raise ValueError("an array of something else than numbers")
    return np.frombuffer(base64.b64decode(data), dtype).reshape(shape).copy()


def packed_outcome(found: Outcome) -> list[dict[str, Any]]:
    """What a function gives for each case, as JSON can hold it."""
    return [
        {"stop": case.why} if isinstance(case, Stop) else {"results": [packed(a) for a in case]}
        for case in found
    ]


def unpacked_outcome(cases: list[dict[str, Any]], wanted: int) -> Outcome:
    """The outcome again; raises Refused where it is not one of `wanted` cases."""
    try:
        found = [
            Stop(str(case["stop"]))
            if "stop" in case
            else [_result(unpacked(a)) for a in case["results"]]
            for case in cases
        ]
    except Exception as error:  # whatever a process that is not trusted may have written
        raise Refused("that cannot be looked at") from error
    if len(found) != wanted:
        raise Refused("that cannot be looked at")
    return found


def _result(value):
    if isinstance(value, (np.ndarray, str)):
        return value
    raise ValueError("neither an array nor a word")
