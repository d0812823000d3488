"""rerun: hand-ins run again, each in a clean process; what their answers give is judged here."""

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Sequence
from concurrent.futures import CancelledError, ThreadPoolExecutor, as_completed
from functools import cache
from pathlib import Path
from typing import Any

from cnnlib.course.calling import Refused as NotComparable
from cnnlib.course.check import Verdict, verdict, verdict_on
from cnnlib.course.own import PLACES, find
from teaching.answers import OUT_OF_TIME, unpacked, unpacked_outcome
from teaching.class_list import MISTAKE, state_of
from teaching.files import Refused
from teaching.handins import (
    LONGEST,
    NOT_RUN,
    RIGHT,
    UNANSWERED,
    WRONG,
    HandIn,
    Told,
    legible,
    verdicts,
)
from teaching.progress import Progress

ROOT = Path(__file__).resolve().parents[1]
APART = ("unshare", "--map-root-user", "--net", "--pid", "--fork", "--kill-child")
PATIENCE = 3  # by the clock a run may take so many times its processor time: others work here, too
STOPPED = "stopped after {} seconds: answers further down are not judged"
NOT_AGAIN = "not run again: its stored verdicts stand in the lists"
MOST_BYTES = 100_000_000  # of what one notebook may send


def rerun(
    handins: Sequence[HandIn], jobs: int, seconds: int, megabytes: int
) -> tuple[list[tuple[str, str]], bool]:
    """Run each hand-in and put its fresh verdicts in place of the stored ones; returns (what is to
    be said, whether all were run): (student and exercise, where they differ), what has not come to
    its end, and what was not run again since Ctrl-C was pressed; that keeps its stored verdicts.

    Raises Refused on a system without what keeps processes apart.
    """
    if os.name != "posix":
        raise Refused("--rerun needs Linux or macOS: this system has no limits for a process")
    said = []
    found = _fresh(handins, jobs, seconds, megabytes)
    for n, one in enumerate(handins):
        what = f"{one.student}, {one.page.name}"
        told, note, broken = found.get(n, (None, NOT_AGAIN, ""))
        said += [(what, note)] if note else []
        if told is None:
            continue
        fresh = dict.fromkeys(one.told, Told(NOT_RUN)) | told
        differing = [*_differing(one, fresh, bool(note))]
        said += [(what, broken)] if broken and differing else []
        said += differing
        one.told = fresh
    return said, len(found) == len(handins)


def _fresh(handins, jobs, seconds, megabytes):
    """{number of a hand-in: (its fresh verdicts, what is to be said of its run, and of its cells)},
    until Ctrl-C."""
    found, progress, runs = {}, Progress(len(handins)), Runs(seconds, megabytes)
    progress.tell(0)
    with tempfile.TemporaryDirectory() as shared, ThreadPoolExecutor(jobs) as pool:
        try:
            _warm(shared)
            started = {pool.submit(runs.run, one, shared): n for n, one in enumerate(handins)}
            for future in as_completed(started):
                found[started[future]] = _told(future)
                progress.tell(len(found))
        except KeyboardInterrupt:
            runs.stop()
            pool.shutdown(cancel_futures=True)
    progress.end()
    return found


def _told(run):
    """(the fresh verdicts of a run, what is to be said of it, what of its cells); None for what
    could not be run."""
    try:
        records, note = run.result()
    except OSError as error:  # no room on the disk, or for a process
        return None, f"{NOT_AGAIN} ({error.strerror})", ""
    return judged(records), note, _broken(records)


def _broken(records):
    """What has stopped the first cell that asks nothing, and perhaps should have made names that
    answers want; "" where all came to their end."""
    found = [_words(one) for one in records if one.get("name") == "" and "stopped" in one]
    return f"run again, {found[0]}: what it makes is missing below" if found else ""


def network() -> str:
    """How the network is kept away here, in words."""
    if _apart():
        return "without network: each notebook has a network of its own with nothing in it"
    return "without network: calls from Python are refused; this system allows nothing stronger"


def judged(records: Sequence[dict[str, Any]]) -> dict[str, Told]:
    """What the checks say of what was sent, the last answer of each exercise; why there is none is
    told where nothing else is known of it."""
    found: dict[str, Told] = {}
    for record in records:
        for name, told in _all_told(record):
            if name not in found or _weight(told) >= _weight(found[name]):
                found[name] = told
    return found


def _weight(told):
    return {UNANSWERED: 0, NOT_RUN: 1}.get(told.status, 2)


def _all_told(record):
    """(exercise, what is told of it) of a record; the text of a cell's error is a student's."""
    name = str(record.get("name"))
    if "stopped" in record and _is_known(name):
        return [(name, Told(NOT_RUN, _words(record)))]
    return [*verdicts(_verdict(record).text)]


def _words(record):
    """What has stopped a cell, as a run tells it, in one line."""
    return legible(" ".join(str(record["stopped"])[:LONGEST].split()))


def _verdict(record) -> Verdict:
    """The verdict on one record; what the runner does not write is an answer that cannot be looked
    at."""
    name = str(record.get("name"))
    if not _is_known(name):
        return Verdict("unanswered", "")
    exercise = find(name)
    try:
        if "blank" in record:
            return verdict(name, ...)
        if "value" in record and not exercise.cases:
            return verdict(name, unpacked(record["value"]))
    except Exception:  # whatever a process that is not trusted may have written
        record = {}

    def given(right, changed):
        if "cases" not in record:
            raise NotComparable(str(record.get("refused", "that cannot be looked at")))
        changed += map(str, record.get("changed", ()))
        return unpacked_outcome(record["cases"], len(exercise.cases))

    return verdict_on(exercise, given)


def _differing(one, fresh, stopped):
    """(student and exercise, what was stored and what is found) of each that differs."""
    for name, stored in one.told.items():
        before, now = state_of(name, stored), state_of(name, fresh[name])
        if _tells(before, now, stopped):
            words = (", ".join(filter(None, state)) for state in (before, now))
            yield f"{one.student}, {name}", "stored: {}; fresh: {}".format(*words)


def _tells(before, now, stopped):
    """Whether a teacher learns something from two (state, why) that differ. Where nothing was
    stored nothing can; a wrong answer without a name may get one, and other words; a run that was
    stopped has not come to the answers further down."""
    was, is_ = before[0], now[0]
    if was == NOT_RUN:
        return False
    if is_ == NOT_RUN:
        return was == RIGHT or (was != UNANSWERED and not stopped)
    if was == WRONG:
        return is_ not in (WRONG, MISTAKE)
    return was != is_ or (was == MISTAKE and before != now)


# ---- a process


class Runs:
    """Runs of hand-ins that can all be ended at once, each in a process of its own."""

    def __init__(self, seconds: int, megabytes: int) -> None:
        self.seconds, self.megabytes = seconds, megabytes
        self.processes: set[subprocess.Popen[bytes]] = set()
        self.lock, self.stopped = threading.Lock(), False

    def stop(self) -> None:
        """End all that run; no more are started."""
        with self.lock:
            self.stopped = True
            for process in self.processes:
                _kill(process)

    def run(self, one: HandIn, shared: str) -> tuple[list[dict[str, Any]], str]:
        """(what a hand-in has sent, what is to be said of its run)."""
        with tempfile.TemporaryDirectory() as folder:
            environment = _environment(folder, shared)
            with self.lock:
                if self.stopped:
                    raise CancelledError
                reading, writing = os.pipe()
                process = self._start(writing, environment)
                self.processes.add(process)
            os.close(writing)
            lines: list[bytes] = []
            reader = threading.Thread(target=_read, args=(reading, lines), daemon=True)
            reader.start()
            note = _wait(process, _job(one), self.seconds)
            with self.lock:
                self.processes.remove(process)
            reader.join(5)
        return _records(lines), note

    def _start(self, writing, environment):
        command = [*_apart(), sys.executable, "-m", "teaching.runner"]
        return subprocess.Popen(
            [*command, str(writing), str(self.seconds), str(self.megabytes)],
            cwd=environment["HOME"],
            env=environment,
            pass_fds=(writing,),
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )


def _job(one):
    """What the runner reads: the cells, and which exercises are looked at."""
    code = [cell.source for cell in one.cells if cell.kind == "code"]
    cells = [source for source in code if source.strip() not in one.page.shown]
    known = [name for name in one.told if _is_known(name)]
    return json.dumps({"cells": cells, "exercises": known}).encode()


def _kill(process):
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        pass


def _is_known(name):
    try:
        return bool(find(name))
    except KeyError:
        return False


def _wait(process, job, seconds):
    """Wait until it has ended, or end it; what is to be said of that."""
    try:
        process.communicate(job, timeout=PATIENCE * seconds)
    except subprocess.TimeoutExpired:
        return STOPPED.format(PATIENCE * seconds)
    finally:
        _kill(process)
        process.wait()
    code = process.returncode
    if code == OUT_OF_TIME:
        return STOPPED.format(seconds)
    return f"ended early, with status {code}: a limit, or its own wish" if code else ""


def _read(reading, lines):
    with open(reading, "rb") as file:
        left = MOST_BYTES
        while left > 0 and (line := file.readline(left)):
            lines.append(line)
            left -= len(line)


def _records(lines):
    """The records among the lines; what is none is left out."""
    found = []
    for line in lines:
        try:
            record = json.loads(line)
        except (ValueError, RecursionError):
            continue
        found += [record] if isinstance(record, dict) else []
    return found


def _environment(folder, shared):
    """What a run knows of this machine: nothing but where Python and the course are."""
    kept = {name: os.environ[name] for name in ("PATH", "LANG", PLACES) if name in os.environ}
    fonts = Path(folder, "matplotlib")
    shutil.copytree(Path(shared), fonts)
    return kept | {
        "PYTHONPATH": str(ROOT),
        "HOME": folder,
        "IPYTHONDIR": folder,
        "MPLCONFIGDIR": str(fonts),
        "MPLBACKEND": "agg",
        "OMP_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
    }


def _warm(shared):
    """Let matplotlib list the fonts once, for all runs."""
    subprocess.run(
        [sys.executable, "-c", "import matplotlib.font_manager"],
        env=os.environ | {"MPLCONFIGDIR": shared},
        check=False,
    )


@cache
def _apart() -> tuple[str, ...]:
    """The command that gives a process a network and a tree of processes of its own, where that is
    allowed here; else nothing."""
    if not shutil.which(APART[0]):
        return ()
    tried = subprocess.run([*APART, "true"], capture_output=True)
    return APART if tried.returncode == 0 else ()
