"""loops: event loops in a process whose browser tests have left Playwright's own loop waiting."""

import asyncio
import contextlib


@contextlib.contextmanager
def no_loop():
    """In this block no event loop counts as running, whoever else's waits in this thread."""
    waiting = asyncio._get_running_loop()
    asyncio._set_running_loop(None)
    try:
        yield
    finally:
        asyncio._set_running_loop(waiting)


def run(coroutine):
    """asyncio.run, whoever else's loop waits."""
    with no_loop():
        return asyncio.run(coroutine)
