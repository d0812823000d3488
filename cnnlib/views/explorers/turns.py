"""turns: small pieces of work on the kernel's own event loop, which answers between (level 6)."""

import asyncio
import signal
import threading
from collections.abc import Callable
from types import TracebackType
from typing import Any, Self

_at_work: list["Turns"] = []  # at most one


class Turns:
    """Calls piece() again and again until it returns False, or until stop().

    No thread is started: between two pieces the event loop, on which this was made, hears the page
    and runs cells; while a cell runs, the pieces wait. Who starts stops whoever else was at work,
    and tells him by calling his `ousted`.
    """

    def __init__(self, piece: Callable[[], bool], ousted: Callable[[], object]) -> None:
        self._piece, self._ousted = piece, ousted
        self._turn: object | None = None  # of the task that may go on
        self._thread = threading.get_ident()
        self._task: asyncio.Task[None] | None = None  # a loop keeps no task alive
        try:
            self._loop: asyncio.AbstractEventLoop | None = asyncio.get_running_loop()
        except RuntimeError:
            self._loop = None

    @property
    def running(self) -> bool:
        """Does it go on?"""
        return self._turn is not None

    @property
    def able(self) -> bool:
        """Is there an event loop to run on?"""
        return self._loop is not None and self._loop.is_running()

    def start(self) -> None:
        """Begin, as soon as the loop is free; whoever else is at work stops."""
        alone(self)
        turn = self._turn = object()
        _at_work[:] = [self]
        self.call(self._begin, turn)

    def stop(self) -> None:
        """End after the piece that is being done."""
        self._turn = None
        if self in _at_work:
            _at_work.remove(self)

    def call(self, act: Callable[..., object], *arguments: Any) -> None:
        """Let act(*arguments) be called on the loop, from whatever thread."""
        if self._loop is not None:
            self._loop.call_soon_threadsafe(act, *arguments)

    def elsewhere(self) -> bool:
        """Is this another thread than the loop's? JupyterLab has widgets' messages heard in one."""
        return self.able and threading.get_ident() != self._thread

    def _begin(self, turn):
        if self._turn is turn:
            self._task = asyncio.get_running_loop().create_task(self._go(turn))

    async def _go(self, turn):
        while self._turn is turn:
            if not self._piece() and self._turn is turn:
                self.stop()
            await asyncio.sleep(0)


def alone(one: Turns | None = None) -> None:
    """Stop whoever is at work, but for `one`."""
    for other in [turns for turns in _at_work if turns is not one]:
        other.stop()
        other._ousted()


class Whole:
    """In this block an interrupt waits for its end, where `asked` tells of it; a second one does
    not."""

    def __enter__(self) -> Self:
        self.asked = False
        main = threading.current_thread() is threading.main_thread()  # no other hears signals
        self._before = signal.signal(signal.SIGINT, self._hear) if main else None
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if self._before is not None:
            signal.signal(signal.SIGINT, self._before)

    def _hear(self, *_):
        if self.asked:
            raise KeyboardInterrupt
        self.asked = True
