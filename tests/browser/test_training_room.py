"""The training room in JupyterLab: it trains between the cells, and the page answers meanwhile."""

import contextlib
import itertools
import json
import re

import pytest
from nbformat.v4 import new_code_cell

from tests.browser.lab import RESTART, SHUT_DOWN, Lab, soon
from tests.browser.test_maps import View, write

SETUP = "import json\nimport pathlib\nimport numpy as np\nimport cnnlib\nfrom cnnlib import views"
ROOM = "room = views.training_room(recipe=cnnlib.MNIST_RECIPE | {'epochs': 50})\nroom"
TOLD = "pathlib.Path('told.json').write_text(json.dumps({}))"
INTERRUPT = """async () => {
    await jupyterapp.shell.currentWidget.sessionContext.session.kernel.interrupt();
}"""
BUSY = 20  # seconds that a busy machine may take
NUMBERS = itertools.count()


class Room(View):
    """The training room of the page, and its kernel."""

    def __init__(self, lab):
        super().__init__(lab, "Watch it learn")
        self.lab = lab

    def began(self, start, seconds=BUSY):
        """Does what is told begin so, now or soon?"""
        with contextlib.suppress(AssertionError):
            return soon(lambda: self.told().startswith(start), self.page, seconds)
        return False

    def tells(self, start):
        """Wait until what is told begins so; the failure says what is told in its place."""
        assert self.began(start) or self.told() == start

    def steps(self):
        """How many steps the sentence tells of."""
        found = re.search(r"step ([\d,]+)", self.told())
        return int(found[1].replace(",", "")) if found else 0

    def press(self, name):
        """Click a button, found and clicked at once: the page may be drawn anew in between."""
        click = f"root => root.querySelector('[data-do={name}]')?.click()"
        self.root.evaluate(click)

    def start(self):
        """Start, and wait until some steps are told."""
        self.press("start")
        before = self.steps()
        soon(lambda: self.steps() > before + 3, self.page, BUSY)

    def pause(self):
        self.press("pause")
        soon(lambda: self.control("start").count(), self.page, BUSY)

    def asked(self, code):
        """What an expression is in the kernel, which runs it as a cell."""
        path = self.lab.folder / "notebooks" / "told.json"
        path.unlink(missing_ok=True)
        self.lab.execute(TOLD.format(code))
        return json.loads(path.read_text())


@pytest.fixture
def room(browser, server):
    """A room in a kernel of its own: what one test does to its kernel no other one meets."""
    address, folder = server
    name = f"room_{next(NUMBERS)}"
    write(folder, name, [new_code_cell(code) for code in (SETUP, ROOM)])
    lab = Lab(browser, address, folder, name, size=(1280, 900))
    lab.run_all()
    yield Room(lab)
    assert lab.errors == []
    lab.page.evaluate(SHUT_DOWN)
    lab.close()


def test_it_trains_while_cells_run_and_knobs_turn_and_waits_when_told(room):
    assert room.told().startswith("Nothing is trained yet")
    room.start()
    assert room.control("pause").inner_text() == "Pause"
    assert room.asked("6 * 7") == 42  # a cell beside the training
    before = room.asked("len(room.history.loss)")
    room.control("learning_rate").select_option("0.05")
    soon(lambda: room.asked("room.network.layers[0].learning_rate") == 0.05, room.page, BUSY)
    soon(lambda: room.asked("len(room.history.loss)") > before, room.page, BUSY)
    room.pause()
    assert room.told().startswith("Paused.") and room.control("start").inner_text() == "Go on"
    stands = room.asked("len(room.history.loss)")
    room.page.wait_for_timeout(500)
    assert room.asked("len(room.history.loss)") == stands == room.steps()


def test_what_was_recorded_is_gone_through_by_keys_and_it_goes_on(room):
    room.start()
    room.pause()
    steps = room.asked("room.recording.steps")
    assert steps[:4] == [0, 1, 2, 3] and steps[-1] == room.steps()
    room.play("range").focus()
    room.page.keyboard.press("Home")
    room.tells("After step 0 ")
    room.page.keyboard.press("ArrowRight")
    room.tells("After step 1 ")
    room.start()
    soon(lambda: room.steps() > steps[-1], room.page, BUSY)


def test_start_anew_is_untrained_and_keeps_the_knobs(room):
    room.start()
    room.control("batch_size").select_option("64")
    soon(lambda: room.asked("room._run.settings['batch_size']") == 64, room.page, BUSY)
    room.pause()
    many = room.steps()
    room.press("anew")
    soon(lambda: 0 < room.steps() < many or room.steps() > many, room.page, BUSY)
    assert room.control("batch_size").input_value() == "64"
    room.pause()


def test_an_interrupt_leaves_a_page_that_goes_on(room):
    room.start()

    def interrupted():  # between two steps the kernel does not hear it
        room.page.evaluate(INTERRUPT)
        room.page.wait_for_timeout(300)
        return room.told().startswith("Paused by an interrupt, after a whole step.")

    soon(interrupted, room.page, BUSY)
    assert room.asked("bool(np.isfinite(room.history.loss).all())")
    before = room.steps()
    room.start()
    soon(lambda: room.steps() > before, room.page, BUSY)
    room.pause()


def test_the_cell_run_again_makes_a_new_room_and_the_old_one_stops(room):
    room.start()
    room.lab.execute("old = room")
    room.lab.run_all()
    assert room.asked("room is not old and not old._training")
    stands = room.asked("len(old.history.loss)")
    room.tells("Nothing is trained yet")
    room.start()
    assert room.asked("len(old.history.loss)") == stands
    room.pause()


def test_after_a_restart_it_says_what_to_do(room):
    room.start()
    room.page.evaluate(RESTART)
    soon(lambda: "restarted" in room.told(), room.page, 30)


def test_a_loss_that_is_no_number_is_told_on_the_page(room):
    room.lab.execute("room.network.layers[0].weights[...] = np.inf")
    for _ in range(5):  # a kernel that is slow to answer is asked again
        room.press("start")
        if room.began("Stopped: the loss is", 5):
            break
    room.tells("Stopped: the loss is")
    assert "start anew" in room.told()
    room.press("anew")
    soon(lambda: room.steps() > 3, room.page, BUSY)
    room.pause()


@pytest.mark.parametrize("theme", ["Light", "Dark"])
def test_it_is_open_to_all(room, theme):
    room.lab.theme(theme)
    room.start()
    room.pause()
    assert room.lab.violations(".mp") == []
