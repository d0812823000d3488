"""A process of Node.js that answers what tests ask: a line of JSON goes in, one comes out."""

import json
import shutil
import subprocess


class Node:
    """Runs a script, which is written to `path`; as_text writes what JSON does not know."""

    def __init__(self, path, script, as_text=None):
        path.write_text(script, encoding="utf-8")
        self.as_text = as_text
        pipe = subprocess.PIPE
        command = [shutil.which("node"), path]
        self.process = subprocess.Popen(command, stdin=pipe, stdout=pipe, encoding="utf-8")

    def ask(self, what, *cases):
        """What the script answers to each of the cases."""
        line = json.dumps([what, cases], allow_nan=False, default=self.as_text)
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()
        return json.loads(self.process.stdout.readline())

    def close(self):
        """End the process, which must not have failed."""
        self.process.stdin.close()
        assert self.process.wait(10) == 0
        self.process.stdout.close()
