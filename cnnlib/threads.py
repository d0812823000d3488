"""threads: how many of them BLAS takes for one product (level 0)."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any


@cache
def _libraries() -> Any:
    from threadpoolctl import ThreadpoolController  # not before it is needed: import stays quick

    return ThreadpoolController()


@contextmanager
def one_blas_thread() -> Iterator[None]:
    """In this block NumPy's matrix products run on one thread; afterwards on as many as before.

    The products of a small network are over before a second thread has begun. On a busy machine,
    such as a classroom's, each of them would wait for that thread: training takes many times as
    long. A browser's Python has one thread and is left alone.
    """
    if sys.platform == "emscripten":
        yield
        return
    with _libraries().limit(limits=1, user_api="blas"):
        yield
