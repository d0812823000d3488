"""cnnlib without threads, processes and connections: a browser's Python has none of them."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
ALL_MODULES = """
import importlib, pkgutil
import cnnlib
for module in pkgutil.walk_packages(cnnlib.__path__, "cnnlib."):
    importlib.import_module(module.name)
print(len([name for name in sys.modules if name.startswith("cnnlib")]), "modules")
"""
ALL_ANSWERS = """
from cnnlib.course.check import verdict
from cnnlib.course.exercise import exercises_of, lessons
every = [one for lesson in lessons() for one in exercises_of(lesson).values()]
bad = [one.name for one in every if verdict(one.name, one.right).status != "right"]
print(len(every) > 100, bad)
"""
SETUP = "import cnnlib; cnnlib.check_setup()"
TRAINING = """
import numpy as np
from cnnlib import datasets, digit_network, train
data, network = datasets.digits(), digit_network(np.random.default_rng(0))
rng = np.random.default_rng(0)
train(network, data.train_x[:64], data.train_y[:64], epochs=1, batch_size=32, rng=rng)
print(network.predict(data.test_x[:8]).shape)
"""


def confined(code):
    """What code prints in a Python of its own that starts no thread, process or connection."""
    code = f"import sys\nfrom tests.confined import confine\nconfine()\n{code}"
    settings = {"PYTHONPATH": str(ROOT), "MPLBACKEND": "agg"}
    done = subprocess.run(
        [sys.executable, "-c", code], env=os.environ | settings, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize(
    "code",
    [
        "import threading; threading.Thread(target=print).start()",
        "import subprocess; subprocess.run(['true'])",
        "import socket; socket.create_connection(('127.0.0.1', 9))",
        "import multiprocessing; multiprocessing.Process(target=print).start()",
    ],
)
def test_nothing_is_started_there(code):
    with pytest.raises(AssertionError, match="start new thread|OSError|Error: 138|Errno 138"):
        confined(code)


def test_every_module_is_imported():
    assert int(confined(ALL_MODULES).split()[0]) > 60


def test_every_exercise_is_checked():
    assert confined(ALL_ANSWERS) == "True []\n"


def test_the_setup_is_good():
    assert "Everything works" in confined(SETUP)


def test_a_network_trains():
    assert confined(TRAINING).endswith("(8,)\n")
