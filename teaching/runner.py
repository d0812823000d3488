"""runner: the cells of one notebook, run in this process from top to bottom; what the answers give
goes out as text. Whether that is right is found out elsewhere: nothing that is sent from here says
"right".

    python -m teaching.runner FD SECONDS MEGABYTES < job.json

The course is loaded twice. The copy that looks at answers is out of reach of `import cnnlib`, so
whatever a notebook does to the library, the checks or print, the answers are taken as they are.
"""

import ast
import builtins
import io
import json
import os
import sys
import uuid

import numpy as np

from cnnlib.course.blanks import Blank, is_blank
from cnnlib.course.calling import SECONDS, Refused, limited
from cnnlib.course.check import verdict_on
from cnnlib.course.compare import outcome
from cnnlib.course.own import find
from teaching.answers import OUT_OF_TIME, packed, packed_outcome
from teaching.lesson_pages import ASKED

CELL_SECONDS = 30.0  # a cell that takes longer is stopped, and the next ones are run
LARGEST_FILE = 50_000_000  # bytes
GRACE = 5  # seconds
CLOSED = ("socket.", "subprocess.", "webbrowser.", "ftplib.", "smtplib.", "urllib.", "pty.")
CLOSED_CALLS = ("os.system", "os.exec", "os.fork", "os.forkpty", "os.posix_spawn", "os.spawn")
QUIET = ("socket.__new__", "socket.gethostname")


class Taker:
    """Takes the answers of a notebook: called in place of cnnlib.check and cnnlib.use."""

    def __init__(self, sink, names):
        self.sink = sink
        self.known = {name: find(name) for name in names}
        self.met = set()  # whose answers have come since the cell began

    def check(self, name="", *answers):
        """Send what an answer gives."""
        answer = answers[0] if len(answers) == 1 else answers or ...
        if name in self.known:
            self._send(name, answer)

    def use(self, name, answer):
        """Send what an answer gives; returns it, or the key's own where it is not right."""
        self.check(name, answer)
        exercise = self.known[name]

        def given(right, changed):
            return self._outcome(exercise, answer, right, changed)

        return answer if verdict_on(exercise, given).status == "right" else exercise.right

    def _send(self, name, answer):
        try:
            record = self._record(self.known[name], answer)
        except Blank:
            record = {"blank": True}
        except Refused as refused:
            record = {"refused": str(refused)}
        except Exception as error:  # an answer whose every face raises
            record = {"refused": f"that cannot be looked at: {type(error).__name__}"}
        self.met.add(name)
        self._write(name, record)

    def stopped(self, names, why):
        """Send why no answer has come to those of these exercises that a cell asks."""
        for name in names:
            if name in self.known and name not in self.met:
                self._write(name, {"stopped": why})

    def tell(self, why):
        """Send what has stopped a cell that asks nothing."""
        self._write("", {"stopped": why})

    def _write(self, name, record):
        self.sink.write(json.dumps({"name": name} | record) + "\n")
        self.sink.flush()

    def _record(self, exercise, answer):
        """What is sent: a value itself, of a function what it gives in each case."""
        if not exercise.cases:
            if is_blank(answer):
                raise Blank
            return {"value": packed(answer)}
        changed = []
        with np.errstate(all="ignore"):
            right = outcome(exercise, exercise.right)
            found = self._outcome(exercise, answer, right, changed)
        return {"cases": packed_outcome(found), "changed": changed}

    def _outcome(self, exercise, answer, right, changed):
        if is_blank(answer):
            raise Blank
        with limited(SECONDS):
            return outcome(exercise, answer, right, changed)


class Redirected(ast.NodeTransformer):
    """Calls of cnnlib.check("3.1", ...) go to the taker, also where the notebook has made another
    function of that name."""

    def __init__(self, taker_name, known):
        self.taker_name, self.known = taker_name, known

    def visit_Call(self, node):
        self.generic_visit(node)
        called = ast.unparse(node.func).rpartition(".")
        first = node.args[0] if node.args else None
        asks = called[0] in ("", "cnnlib") and called[2] in ("check", "use")
        if asks and isinstance(first, ast.Constant) and first.value in self.known:
            taker = ast.Name(self.taker_name, ast.Load())
            node.func = ast.Attribute(taker, called[2], ast.Load())
            ast.fix_missing_locations(node)
        return node


def closed(event, _):
    """An audit hook, which nothing in Python takes away: no network and no other program."""
    if event in CLOSED_CALLS or (event.startswith(CLOSED) and event not in QUIET):
        raise PermissionError(f"closed while notebooks are looked at: {event}")


def limit(seconds, megabytes):
    """Set the limits of this process: processor time, memory, the size of a file.

    At its processor time it ends itself, and says so by its status; a while later it is killed.
    """
    import resource
    import signal

    signal.signal(signal.SIGXCPU, lambda *_: os._exit(OUT_OF_TIME))
    wanted = {
        resource.RLIMIT_CPU: (seconds, seconds + GRACE),
        resource.RLIMIT_AS: (megabytes * 2**20,) * 2,
        resource.RLIMIT_FSIZE: (LARGEST_FILE,) * 2,
        resource.RLIMIT_CORE: (0, 0),
    }
    for which, most in wanted.items():
        resource.setrlimit(which, most)


def shell_for(taker):
    """An IPython without history, whose calls of the checks go to the taker."""
    from traitlets.config import Config

    from teaching.shell import Shell

    config = Config()
    config.HistoryManager.enabled = False
    shell = Shell.instance(config=config)
    name = f"_{uuid.uuid4().hex}"
    setattr(builtins, name, taker)
    shell.ast_transformers.append(Redirected(name, taker.known))
    return shell


def run(cells, taker):
    """Run all cells, whatever one of them does."""
    shell = shell_for(taker)
    import cnnlib  # the notebook's own copy

    cnnlib.check, cnnlib.use = taker.check, taker.use
    for source in cells:
        taker.met.clear()
        why, asked = why_stopped(shell, source), dict.fromkeys(ASKED.findall(source))
        if asked:
            taker.stopped(asked, f"the cell {why or 'does not come to its check'}")
        elif why:
            taker.tell(f"a cell {why}")


def why_stopped(shell, source):
    """Run a cell; in words what has stopped it, "" where it came to its end."""
    try:
        with limited(CELL_SECONDS):
            done = shell.run_cell(source)
        error = done.error_before_exec or done.error_in_exec
    except Refused:
        return f"is stopped after {CELL_SECONDS:g} seconds"
    except BaseException as met:  # also SystemExit: the next cell is run as in a notebook
        error = met
    return f"stops with {_in_words(error)}" if error is not None else ""


def _in_words(error):
    kind = type(error).__name__
    try:
        return f"{kind}: {error}".removesuffix(": ")
    except Exception:  # a notebook's own error, whose every face raises
        return kind


def main(channel, seconds, megabytes):
    """Read the job from stdin, run it, write a line an answer into the file number `channel`."""
    job = json.load(sys.stdin)
    sys.stdin = io.StringIO()
    limit(seconds, megabytes)
    taker = Taker(os.fdopen(channel, "w", encoding="utf-8"), job["exercises"])
    for name in [name for name in sys.modules if name.partition(".")[0] == "cnnlib"]:
        del sys.modules[name]
    sys.addaudithook(closed)
    run(job["cells"], taker)
    os._exit(0)  # threads and what is registered for the end are not waited for


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
