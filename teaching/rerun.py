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
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path
from typing import Any

from cnnlib.course.calling import Refused as NotComparable
from cnnlib.course.check import Verdict, verdict, verdict_on
from cnnlib.course.own import PLACES, find
from teaching.answers import OUT_OF_TIME, unpacked, unpacked_outcome
from teaching.files import Refused
from teaching.handins import NOT_RUN, RIGHT, UNANSWERED, HandIn, Told, verdicts

ROOT = Path(__file__).resolve().parents[1]
APART = ("unshare", "--map-root-user", "--net", "--pid", "--fork", "--kill-child")
PATIENCE = 3  # by the clock a run may take so many times its processor time: others work here, too
STOPPED = "stopped after {} seconds: answers further down are not judged"
MOST_BYTES = 100_000_000  # of what one notebook may send


def rerun(
    handins: Sequence[HandIn], jobs: int, seconds: int, megabytes: int
) -> list[tuple[str, str]]:
    """Run each hand-in and put its fresh verdicts in place of the stored ones; returns what is to
    be said: (student and exercise, where they differ), and what has not come to its end.

    Raises Refused on a system without what keeps processes apart.
    """
    if os.name != "posix":
        raise Refused("--rerun needs Linux or macOS: this system has no limits for a process")
    said = []
    with tempfile.TemporaryDirectory() as shared, ThreadPoolExecutor(jobs) as pool:
        _warm(shared)
        runs = pool.map(lambda one: _run(one, seconds, megabytes, shared), handins)
        for one, (records, note) in zip(handins, runs):
            if note:
                said.append((f"{one.student}, {one.page.name}", note))
            fresh = dict.fromkeys(one.told, Told(NOT_RUN)) | judged(records)
            said += _differing(one, fresh)
            one.told = fresh
    return said


def network() -> str:
    """How the network is kept away here, in words."""
    if _apart():
        return "without network: each notebook has a network of its own with nothing in it"
    return "without network: calls from Python are refused; this system allows nothing stronger"


def judged(records: Sequence[dict[str, Any]]) -> dict[str, Told]:
    """What the checks say of what was sent, the last answer of each exercise."""
    found: dict[str, Told] = {}
    for record in records:
        for name, told in verdicts(_verdict(record).text):
            if told.status != UNANSWERED or name not in found:
                found[name] = told
    return found


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


def _differing(one, fresh):
    """(student and exercise, what was stored and what is found) of each that differs; where nothing
    was stored nothing can."""
    for name, stored in one.told.items():
        differs = (stored.status == RIGHT) != (fresh[name].status == RIGHT)
        if differs and stored.status != NOT_RUN:
            words = f"{fresh[name].status}, {fresh[name].why}".removesuffix(", ")
            yield f"{one.student}, {name}", f"stored: {stored.status}; fresh: {words}"


# ---- a process


def _run(one, seconds, megabytes, shared):
    """(what a hand-in has sent, what is to be said of its run)."""
    code = [cell.source for cell in one.cells if cell.kind == "code"]
    cells = [source for source in code if source.strip() not in one.page.shown]
    known = [name for name in one.told if _is_known(name)]
    job = json.dumps({"cells": cells, "exercises": known})
    with tempfile.TemporaryDirectory() as folder:
        reading, writing = os.pipe()
        command = [*_apart(), sys.executable, "-m", "teaching.runner"]
        process = subprocess.Popen(
            [*command, str(writing), str(seconds), str(megabytes)],
            cwd=folder,
            env=_environment(folder, shared),
            pass_fds=(writing,),
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        os.close(writing)
        lines: list[bytes] = []
        reader = threading.Thread(target=_read, args=(reading, lines), daemon=True)
        reader.start()
        note = _wait(process, job.encode(), seconds)
        reader.join(5)
    return _records(lines), note


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
        try:
            os.killpg(process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
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
