"""Explorers come and go: close() frees all of one."""

import gc
import tracemalloc
import weakref

import numpy as np
from ipywidgets.widgets.widget import _instances

from cnnlib import views


def megabytes():
    gc.collect()
    return tracemalloc.get_traced_memory()[0] / 1e6


def test_two_hundred_explorers_are_freed_when_they_are_closed():
    x, w = np.eye(5), np.ones((2, 2))
    views.explore_forward(x, w).close()  # what is kept once for all of them is there now
    known = len(_instances)
    tracemalloc.start()
    try:
        before = megabytes()
        explorers = [views.explore_forward(x + n, w) for n in range(200)]
        full = megabytes() - before
        alive = [weakref.ref(explorer) for explorer in explorers]
        for explorer in explorers:
            explorer.close()
        del explorer, explorers
        left = megabytes() - before
    finally:
        tracemalloc.stop()
    print(f"200 explorers: {full:.1f} MB, {left:.1f} MB after close()")
    assert not any(ref() for ref in alive) and len(_instances) == known
    assert left < 0.1 * full
