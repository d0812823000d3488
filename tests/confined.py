"""confined: a Python that can start no thread and no process and open no connection, as in a page.

What a browser's Python (Emscripten) refuses is refused here in its words, so that tests of what
works there run anywhere. It lasts as long as the interpreter: for subprocesses of tests only.
"""

import _thread
import os
import socket
import subprocess
import threading


def confine():
    """From now on nothing in this interpreter starts a thread or a process, or opens a socket."""
    import matplotlib.font_manager  # its first list of fonts takes a thread; a browser's does not

    assert matplotlib.font_manager.fontManager
    for module, name in (
        (_thread, "start_new_thread"),
        (_thread, "start_joinable_thread"),
        (threading, "_start_new_thread"),
        (threading, "_start_joinable_thread"),
    ):
        if hasattr(module, name):  # which of them there are depends on the version of Python
            setattr(module, name, _no_thread)
    subprocess.Popen.__init__ = _no_process
    os.fork = os.posix_spawn = os.system = _no_process
    socket.socket.__init__ = _no_connection


def _no_thread(*_, **__):
    raise RuntimeError("can't start new thread")


def _no_process(*_, **__):
    raise OSError(138, "emscripten does not support processes.")


def _no_connection(*_, **__):
    raise OSError(138, "Function not implemented")
