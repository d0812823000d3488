"""progress: how far a long command is, on one line of a terminal that is written over."""

import sys
import time
from collections.abc import Callable


class Progress:
    """Tells on stderr how many of `total` are done, and about how long the others will take; says
    nothing where stderr is no terminal, but a file or a pipe."""

    def __init__(self, total: int, clock: Callable[[], float] = time.monotonic) -> None:
        self.total, self.clock = total, clock
        self.start, self.wide = clock(), 0

    def tell(self, done: int) -> None:
        """So many are done."""
        more = f", {self._more(done)} more" if 0 < done < self.total else ""
        self._write(f"{done} of {self.total}{more}")

    def end(self) -> None:
        """Leave an empty line."""
        self._write("")
        self._write("\r")

    def _more(self, done):
        minutes = round((self.clock() - self.start) / done * (self.total - done) / 60)
        counted = "a minute" if minutes == 1 else f"{minutes} minutes"
        return f"about {counted}" if minutes else "less than a minute"

    def _write(self, text):
        if sys.stderr.isatty():
            print(f"\r{text.ljust(self.wide)}", end="", file=sys.stderr, flush=True)
            self.wide = len(text)
