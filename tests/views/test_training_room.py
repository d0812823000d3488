"""training_room: it trains as train does, between whatever else the kernel does; knobs, stops and
errors leave a page that is whole and can go on."""

import asyncio
import os
import re
import signal
import threading
import time

import numpy as np
import pytest

import cnnlib
from cnnlib import datasets, views
from cnnlib.views.explorers import training_room
from cnnlib.views.explorers.room_page import fitted
from cnnlib.views.maps import Stack
from tests.loops import no_loop
from tests.views.hands import first_frame, heard, stack, wish

RECIPE = {"epochs": 2, "batch_size": 32, "momentum": 0.9}


@pytest.fixture(scope="module")
def data():
    digits = datasets.digits()
    return datasets.Dataset(digits.train_x[:320], digits.train_y[:320], *digits[2:])


@pytest.fixture(autouse=True)
def alone():
    """No loop but those that are made here."""
    with no_loop():
        yield


@pytest.fixture
def room(data, alone):
    """A room of twenty steps on small digits."""
    return views.training_room(cnnlib.digit_network, data, watch=47, recipe=RECIPE)


def in_a_loop(data, act, **options):
    """Run act(room), a coroutine, in an event loop as a notebook has one; the room afterwards."""

    async def main():
        options.setdefault("recipe", RECIPE)
        room = views.training_room(options.pop("make", cnnlib.digit_network), data, **options)
        await act(room)
        return room

    return asyncio.run(main())


async def until(check, seconds=20):
    """Let the loop go on until check() holds."""
    end = time.monotonic() + seconds
    while not check() and time.monotonic() < end:
        await asyncio.sleep(0.001)
    assert check()


def steps(room):
    return len(room.history.loss)


# ---- it trains


def test_it_trains_as_train_does(room, data):
    rng = np.random.default_rng(0)
    network = cnnlib.digit_network(rng)
    test = data.test_x, data.test_y
    history = cnnlib.train(network, *data[:2], rng=rng, validation=test, **RECIPE)
    room.run()
    assert room.history == history
    assert np.array_equal(room.network.layers[0].weights, network.layers[0].weights)


def test_it_says_how_it_stands(room):
    assert room.sentence.startswith("Nothing is trained yet: the watched 3 has the share ")
    assert room.at == 0 and repr(room) == f"training_room: {room.sentence}"
    room.run(7)
    right = np.mean([room._run.right[-1] / room._run.met[-1]])
    loss = views.maps.number(np.mean(room.history.loss))
    assert room.sentence.startswith(f"Paused. Epoch 1 of 2, step 7: mean loss {loss}; ")
    assert f"right are {right:.0%}, of held-out images {room._run.held[-1]:.0%}; " in room.sentence
    share = room.recording.shares[-1]
    assert room.sentence.endswith(f"the watched 3 has the share {share:.0%}.")
    room.run()
    assert room.sentence.startswith("Epoch 2 of 2, step 20: ")


def test_after_the_last_epoch_there_is_one_more(room):
    room.run()
    assert steps(room) == 20 and "One epoch more" in room.state["parts"]["live:go"]
    room.run()
    assert steps(room) == 30 and room.sentence.startswith("Epoch 3 of 3, step 30")


def test_what_was_recorded_is_played(room):
    room.run()
    recording = room.recording
    assert recording.steps == [0, 1, 2, 3, 5, 8, 13, 20]
    assert room.at == 7 and len(room.state["parts"]["shares"]) == 8
    for n, share in enumerate(recording.shares):
        rows = re.findall(r"<td[^>]*>(\d+)%", room.state["parts"]["shares"][n])
        assert rows[3] == f"{100 * share:.0f}" and 98 <= sum(map(int, rows)) <= 102
    room.at = 2
    assert room.sentence.startswith("After step 2 the network gives label 3 the share ")
    shown = stack(room, "back:0")
    assert np.array_equal(shown[3], recording.frames[3]["back:0"])
    still = first_frame(room)
    assert room.sentence in still and room.state["parts"]["shares"][2][:60] in still
    assert len(views.training_theatre(recording).state["says"]) == 8


def test_the_default_is_the_lesson_s_network_which_learns_forwards():
    room = views.training_room()
    room.run(144)
    at = [room.recording.steps.index(step) for step in (0, 13, 34, 144)]
    shares = [room.recording.shares[n] for n in at]
    losses = [room.recording.losses[n] for n in at]
    assert shares == sorted(shares) and losses == sorted(losses, reverse=True)
    assert shares[0] < 0.15 and shares[-1] > 0.7
    kernels = stack(room, "w:0")
    assert kernels.shape[1:] == (8, 5, 5) and np.abs(kernels[-1] - kernels[0]).max() > 0.1


# ---- between the cells


def test_without_an_event_loop_start_names_run(room):
    with pytest.raises(RuntimeError, match=r"between the cells .* room\.run\(\) trains here"):
        room.start()
    assert steps(room) == 0 and not room._training


def test_while_it_trains_others_are_served_and_pause_stops_it(data):
    async def act(room):
        room.start()
        assert "Pause" in room.state["parts"]["live:go"]
        for n in range(1, 6):
            await until(lambda n=n: steps(room) >= n)
        room.pause()
        made = steps(room)
        assert 5 <= made < 20 and "Go on" in room.state["parts"]["live:go"]
        await asyncio.sleep(0.05)
        assert (
            steps(room) == made == room.recording.steps[-1]
            and room.at == len(room.recording.steps) - 1
        )
        assert room.sentence.startswith(f"Paused. Epoch 1 of 2, step {made}: ")
        room.start()
        room.start()
        await until(lambda: not room._training)
        assert steps(room) == 20 and room.sentence.startswith("Epoch 2 of 2, step 20: ")

    room = in_a_loop(data, act)
    assert len(room.history.epoch_loss) == 2


def test_it_is_drawn_live_on_the_same_page(data):
    async def act(room):
        pages, at = [], []
        room.observe(lambda change: pages.append(change["new"]["html"]), "page")
        room.observe(lambda change: at.append(change["new"]), "at")
        room._run.training.momentum = 0.5
        room.start()
        await until(lambda: not room._training)
        assert len(set(pages)) == 1 and pages[0] == room.page["html"]
        assert at == [len(room.recording.steps) - 1]  # nothing moves before the end

    in_a_loop(data, act)


def test_a_picture_of_now_shows_the_network_of_now(room):
    room._begin()
    room._run.step()
    room._picture()
    weights = room.network.layers[0].weights
    assert np.allclose(room.numbers["w:0"], weights.reshape(-1, 3, 3), atol=1e-6)
    assert room.numbers["x"].shape == (1, 8, 8) and len(room.state["says"]) == 1
    assert 'value="0.1" max="2"' in room.state["parts"]["live:bar"]
    assert room.state["parts"]["live:curves"].count("<polyline") == 3


@pytest.mark.parametrize("end", ["another room", "a start elsewhere", "close"])
def test_no_two_rooms_train_at_a_time(data, end):
    async def act(room):
        other = views.training_room(cnnlib.digit_network, data, recipe=RECIPE)
        room.start()
        await until(lambda: steps(room) > 1)
        if end == "another room":
            views.training_room(cnnlib.digit_network, data, recipe=RECIPE)
        elif end == "a start elsewhere":
            other.start()
        else:
            room.close()
        made = steps(room)
        await asyncio.sleep(0.05)
        assert steps(room) == made < 20
        assert end == "close" or room.sentence.startswith("Paused, since another room ")
        if end == "a start elsewhere":
            await until(lambda: not other._training)
            assert steps(other) == 20

    in_a_loop(data, act)


def test_a_room_that_nobody_sees_any_more_waits(data, monkeypatch):
    monkeypatch.setattr(training_room, "ALONE", 0.02)

    async def act(room):
        room.start()
        for view in "ab":
            wish(room, do="here", view=view)
        wish(room, do="gone", view="a")
        await until(lambda: steps(room) > 2)
        wish(room, do="gone", view="b")
        wish(room, do="here", view="c")  # its cell was run again
        await asyncio.sleep(0.04)
        assert room._training
        wish(room, do="gone", view="c")
        await until(lambda: not room._training)
        assert room.sentence.startswith("Paused, since nobody saw it.")

    in_a_loop(data, act, recipe=RECIPE | {"epochs": 2000})


def test_what_is_heard_in_another_thread_is_done_on_the_loop(data):
    async def act(room):
        done = []
        pause = room.pause
        room.pause = lambda: done.append(threading.current_thread()) or pause()
        room.start()
        await until(lambda: steps(room) > 1)
        answers = []
        room.send = lambda content, buffers=None: answers.append(content)
        message = {"method": "custom", "content": {"do": "pause", "id": 7}}
        message = {"content": {"data": message}, "buffers": []}
        thread = threading.Thread(target=room._handle_msg, args=(message,))
        thread.start()
        await until(lambda: answers)
        assert done == [threading.main_thread()] and not room._training
        assert answers == [{"id": 7, "cell": "", "why": "", "ok": True}]

    in_a_loop(data, act, recipe=RECIPE | {"epochs": 2000})


# ---- knobs, and anew


def test_knobs_are_turned_while_it_trains_and_kept(room):
    room.run(3)
    room.set(learning_rate="0,05", momentum=0.5, batch_size="64")
    training = room._run.training
    assert (training.momentum, training.batch_size) == (0.5, 64)
    assert [layer.learning_rate for layer in room._run._rated()] == [0.05] * 3
    values = room.state["values"]
    assert values == {"learning_rate": "0.05", "momentum": "0.5", "batch_size": "64"}
    room.run(1)
    assert room._run.met[-1] == 3 * 32 + 64
    weights = room.network.layers[0].weights.copy()
    room.anew()
    assert steps(room) == 0 and room._run.settings["batch_size"] == 64 and room.at == 0
    assert room.sentence.startswith("Nothing is trained yet")
    first = cnnlib.digit_network(np.random.default_rng(0)).layers[0].weights
    assert np.array_equal(room.network.layers[0].weights, first)
    assert not np.array_equal(weights, first)
    room.reset()
    assert room._run.settings == {"learning_rate": 0.03, "momentum": 0.9, "batch_size": 32}


def test_a_rate_that_sinks_is_shown_and_anew_begins_with_the_chosen_one(data):
    recipe = RECIPE | {"decay": 0.5, "learning_rate": 0.02}
    room = views.training_room(cnnlib.digit_network, data, recipe=recipe)
    room.run(10)
    assert room.state["values"]["learning_rate"] == "0.01"
    assert '<option value="0.01">' in room.state["parts"]["live:knobs"]
    room.anew()
    assert room.state["values"]["learning_rate"] == "0.02"


@pytest.mark.parametrize(
    ("knobs", "error", "words"),
    [
        ({"learning_rate": 0}, ValueError, "learning_rate is 0.0, wanted a number above 0"),
        ({"momentum": 1}, ValueError, "momentum is 1.0, wanted a number from 0 up to below 1"),
        ({"batch_size": 2.5}, TypeError, "batch_size is 2.5, wanted a whole number"),
        ({"batch_size": 0}, ValueError, "batch_size is 0, wanted at least 1"),
        ({"learning_rate": "fast"}, ValueError, "“fast” is not a number"),
        ({"colour": 1}, ValueError, "colour is no switch here; learning_rate, momentum"),
        ({"learning_rate": 0.5, "momentum": 2}, ValueError, "momentum is 2"),
    ],
)
def test_a_knob_that_cannot_be_turned_so_far_stays(room, knobs, error, words):
    before = room._run.settings, room.state
    with pytest.raises(error, match=words):
        room.set(**knobs)
    assert (room._run.settings, room.state) == before


def test_the_page_s_wishes(data):
    async def act(room):
        assert wish(room, do="start")["ok"]
        await until(lambda: steps(room) > 2)
        assert wish(room, do="learning_rate", value="0.005")["ok"]
        assert room._run.settings["learning_rate"] == 0.005
        assert wish(room, do="pause")["ok"] and not room._training
        made = room._run
        assert wish(room, do="anew")["ok"] and room._run is not made and room._training
        await until(lambda: not room._training)
        assert steps(room) == 20 and room._run.settings["learning_rate"] == 0.005
        (answer,) = heard(room, {"do": "batch_size", "value": "none"})
        assert "is not a number" in answer["why"] and not answer["ok"]

    in_a_loop(data, act)


# ---- what goes wrong


def test_a_loss_that_is_not_finite_becomes_words_and_it_can_start_anew(data):
    async def act(room):
        room.set(learning_rate=1e200)
        room.start()
        await until(lambda: not room._training)
        assert re.match(
            r"Stopped: the loss is (nan|inf) at step \d+ \(epoch 1\): try a smaller",
            (room.sentence),
        )
        assert "Stopped: the loss is" in first_frame(room)
        room.set(learning_rate=0.03)
        room.anew()
        room.start()
        await until(lambda: not room._training)
        assert steps(room) == 20 and "Stopped" not in room.sentence

    in_a_loop(data, act)


class Late(cnnlib.ConvLayer):
    """A reader's layer with a slip that shows in a batch of eight only."""

    def backward(self, grad_out):
        if len(grad_out) == 8:
            raise IndexError("the reader's slip")
        return super().backward(grad_out)


def test_an_error_of_the_reader_s_layer_becomes_words(data):
    def make(rng):
        return cnnlib.digit_network(rng, Late)

    async def act(room):
        room.run(2)
        room.set(batch_size=8)
        room.start()
        await until(lambda: not room._training)
        assert room.sentence.startswith("Stopped by IndexError: the reader's slip. Mend it, ")
        with pytest.raises(IndexError, match="the reader's slip"):
            room.run()
        assert room.sentence.startswith("Stopped by IndexError") and steps(room) == 2
        room.set(batch_size=16)
        room.run(1)
        assert steps(room) == 3 and room.sentence.startswith("Paused.")

    in_a_loop(data, act, make=make)


def test_dead_relus_are_told(data):
    large = datasets.Dataset(*data)
    room = views.training_room(cnnlib.digit_network, large, recipe=RECIPE)
    for layer in room.network.layers:
        if hasattr(layer, "bias"):
            layer.bias[...] = -1e3
    room.run(10)
    assert "have died: no ReLU there is above 0" in room.sentence
    assert room.history.notes[0] in room.sentence


class Hit(cnnlib.ConvLayer):
    """A layer during whose third backward pass of a batch somebody interrupts the kernel."""

    count = 0

    def backward(self, grad_out):
        if len(grad_out) == 32:
            type(self).count += 1
            if self.count == 3:
                os.kill(os.getpid(), signal.SIGINT)
        return super().backward(grad_out)


@pytest.mark.parametrize("where", ["background", "run"])
def test_an_interrupt_ends_a_whole_step_and_it_can_go_on(data, where):
    Hit.count = 0
    ignored = signal.signal(signal.SIGINT, signal.SIG_IGN)  # as a kernel has it between cells

    def make(rng):
        conv = iter([Hit, cnnlib.ConvLayer])
        return cnnlib.digit_network(rng, lambda *args, **more: next(conv)(*args, **more))

    async def act(room):
        if where == "run":
            with pytest.raises(KeyboardInterrupt):
                room.run()
        else:
            room.start()
            await until(lambda: not room._training)
        assert room.sentence.startswith("Paused by an interrupt, after a whole step. Epoch 1 of 2")
        assert steps(room) == 3 == room.recording.steps[-1] == len(room._run.met) - 1
        assert signal.getsignal(signal.SIGINT) == signal.SIG_IGN
        room.run()
        assert steps(room) == 20

    try:
        in_a_loop(data, act, make=make)
    finally:
        signal.signal(signal.SIGINT, ignored)


def test_a_second_interrupt_does_not_wait():
    from cnnlib.views.explorers.turns import Whole

    with pytest.raises(KeyboardInterrupt), Whole() as block:
        os.kill(os.getpid(), signal.SIGINT)
        for _ in range(1000):
            time.sleep(0.001)
            if block.asked:
                os.kill(os.getpid(), signal.SIGINT)


# ---- memory, and what is asked for


def test_memory_is_bounded_and_told(data):
    room = views.training_room(cnnlib.digit_network, data, recipe=RECIPE | {"epochs": 40})
    one = room.recording.bytes
    for _ in range(40):
        room.run(10)  # each pause keeps its step, and gives up one just before it
    kept = len(room.recording.frames)
    assert kept <= 25 and room.recording.bytes == kept * one
    assert room.state["parts"]["held"] == repr(room.recording)
    assert f"{kept} steps, 0 to 400; {kept * one / 1e6:.1f} MB" in repr(room.recording)


@pytest.mark.parametrize(
    ("options", "error", "words"),
    [
        ({"watch": 360}, ValueError, "watch is 360, wanted one of 360 held-out images"),
        ({"watch": 1.5}, TypeError, "watch is 1.5, wanted a whole number"),
        ({"recipe": {"batch_size": 8}}, ValueError, "recipe has no epochs"),
        ({"recipe": RECIPE | {"speed": 3}}, TypeError, "speed"),
        ({"recipe": RECIPE | {"momentum": 1.5}}, ValueError, "momentum is 1.5"),
        ({"recipe": RECIPE | {"learning_rate": -1}}, ValueError, "learning_rate is -1"),
    ],
)
def test_what_cannot_be_trained_is_refused(data, options, error, words):
    with pytest.raises(error, match=words):
        views.training_room(cnnlib.digit_network, data, **options)


@pytest.mark.parametrize(
    ("shape", "room", "columns"), [((8, 5, 5), (300, 110), 4), ((1, 28, 28), (110, 110), 1)]
)
def test_maps_are_as_large_as_their_room(shape, room, columns):
    found = fitted(Stack("a", np.ones(shape)), room)
    lines, (_, H, W), zoom = -(-shape[0] // columns), shape, found["zoom"]
    assert found["columns"] == columns
    assert columns * (W + 1) * zoom <= room[0] and lines * (H + 1) * zoom <= room[1]
