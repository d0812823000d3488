"""network: its gradients, its predictions, its files, good and bad."""

import io
import os
import pickle
import stat
import threading
import traceback
import tracemalloc
import zipfile

import numpy as np
import pytest

from cnnlib import (
    ConvLayer,
    FlattenLayer,
    FullyConnectedLayer,
    IdentityActivator,
    MaxPoolingLayer,
    Network,
    ReluActivator,
    TanhActivator,
    digit_network,
    mnist_network,
    numerical_gradient,
    relative_error,
    softmax_cross_entropy,
)


def small(seed=0, dtype=np.float64):
    """A convolution, a pool and a dense layer for images of 6x5 and three classes."""
    rng = np.random.default_rng(seed)
    network = Network(
        [
            ConvLayer(5, 6, 2, 2, 3, 3, 1, 1, TanhActivator(), 0.1, rng=rng, dtype=dtype),
            MaxPoolingLayer(6, 6, 3, 2, 2, 2),
            FlattenLayer(),
            FullyConnectedLayer(27, 3, IdentityActivator(), 0.2, rng=rng, dtype=dtype),
        ]
    )
    network.layers[0].bias, network.layers[3].bias = rng.standard_normal(3), rng.standard_normal(3)
    return network


def images(count=4):
    return np.random.default_rng(9).standard_normal((count, 2, 6, 5))


def numbers(network):
    """Copies of every weight and bias."""
    return [
        a.copy()
        for layer in network.layers
        if hasattr(layer, "weights")
        for a in (layer.weights, layer.bias)
    ]


def same(some, others):
    return all(np.array_equal(a, b) for a, b in zip(some, others, strict=True))


# ---- the network


def test_every_gradient_of_a_network_numerically():
    network, x, labels = small(), images(), np.array([0, 2, 1, 1])
    network.backward(softmax_cross_entropy(network.forward(x), labels)[1])
    network.forward(x)
    grad_x = network.backward(softmax_cross_entropy(network.forward(x), labels)[1])

    def loss(_):
        return softmax_cross_entropy(network.forward(x), labels)[0]

    found = [(grad_x, x)]
    for layer in (network.layers[0], network.layers[-1]):
        found += [(layer.weights_grad.copy(), layer.weights), (layer.bias_grad.copy(), layer.bias)]
    assert all(
        relative_error(analytic, numerical_gradient(loss, over)) < 1e-6 for analytic, over in found
    )


def test_layers_run_in_order_and_back():
    seen = []

    class Layer:
        def __init__(self, name):
            self.name = name

        def forward(self, x):
            seen.append("forward " + self.name)
            return x * 2

        def backward(self, grad_out):
            seen.append("backward " + self.name)
            return grad_out * 3

        def update(self):
            seen.append("update " + self.name)

    network = Network([Layer("a"), Layer("b")])
    assert network.forward(1) == 4 and network.backward(1) == 9
    network.update()
    assert seen == ["forward a", "forward b", "backward b", "backward a", "update a", "update b"]


def test_one_image_gives_one_row():
    network, x = small(), images()
    scores = network.forward(x)
    assert scores.shape == (4, 3) and np.allclose(network.forward(x[1]), scores[1], atol=1e-13)
    assert network.predict(x[1]) == scores[1].argmax() and type(network.predict(x[1])) is int


def test_predictions_and_their_share():
    network = small()
    x = np.random.default_rng(1).standard_normal((600, 2, 6, 5))  # more than one block
    labels = network.forward(x).argmax(1)
    assert np.array_equal(network.predict(x), labels) and len(network.predict(x[:0])) == 0
    labels[:150] = (labels[:150] + 1) % 3
    assert network.accuracy(x, labels) == 0.75 and network.accuracy(x[0], labels[0]) == 0.0
    assert type(network.accuracy(x, labels)) is float


def test_a_large_prediction_runs_in_blocks():
    largest, network = [], small()
    forward = network.layers[0].forward
    network.layers[0].forward = lambda x: largest.append(len(x)) or forward(x)
    network.predict(np.zeros((600, 2, 6, 5)))
    assert largest == [256, 256, 88]


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda n: Network([]), "ValueError: the network has 0 layers, wanted at least 1"),
        (
            lambda n: Network([FlattenLayer(), ReluActivator()]),
            "TypeError: layer 1 (ReluActivator) has no backward()",
        ),
        (
            lambda n: n.accuracy(images(), [0, 1]),
            "ValueError: labels has shape (2,), wanted (4,): one label for each sample",
        ),
        (
            lambda n: n.accuracy(images(), list("abcd")),
            "TypeError: labels holds str32 values, wanted whole numbers",
        ),
        (lambda n: n.accuracy(images(0), []), "ValueError: x holds 0 images, wanted at least 1"),
        (
            lambda n: n.forward(np.zeros((2, 5, 6))),
            "ValueError: x has shape (2, 5, 6), this layer wants (2, 6, 5) or a batch (N, 2, 6, "
            "5) as (N, C, H, W)",
        ),
    ],
)
def test_what_a_network_refuses(call, said):
    with pytest.raises((ValueError, TypeError)) as refusal:
        call(small())
    assert f"{refusal.type.__name__}: {refusal.value}" == said


def test_one_layer_in_two_places_is_refused():
    dense = FullyConnectedLayer(4, 4, IdentityActivator(), 0.1)
    other = FullyConnectedLayer(4, 4, IdentityActivator(), 0.1)
    for places, first, second in (
        ([dense, dense], 0, 1),
        ([other, dense, FlattenLayer(), dense], 1, 3),
    ):
        with pytest.raises(ValueError) as refusal:
            Network(places)
        assert str(refusal.value) == (
            f"layer {second} (FullyConnectedLayer) is layer {first} once more; wanted a layer of "
            f"its own for each place"
        )
    Network([dense, other])  # equal settings are no reason


def test_the_network_of_the_digits():
    network = digit_network(np.random.default_rng(3))
    assert network.forward(np.zeros((2, 1, 8, 8))).shape == (2, 10)
    assert [getattr(layer, "weights", np.zeros(0)).shape for layer in network.layers] == [
        (16, 1, 3, 3),
        (0,),
        (32, 16, 3, 3),
        (0,),
        (0,),
        (10, 128),
    ]
    assert same(numbers(network), numbers(digit_network(np.random.default_rng(3))))

    class Mine(ConvLayer):
        pass

    mine = digit_network(np.random.default_rng(3), conv_layer=Mine)
    assert [type(layer) for layer in mine.layers[:4]] == [Mine, MaxPoolingLayer] * 2


def test_the_network_of_28x28_digits():
    network = mnist_network(np.random.default_rng(0))
    x = np.random.default_rng(1).random((2, 1, 28, 28), np.float32)
    scores = network.forward(x)
    assert scores.shape == (2, 10) and scores.dtype == np.float32
    shapes = [layer.weights.shape for layer in network.layers if hasattr(layer, "weights")]
    assert shapes == [(8, 1, 5, 5), (16, 8, 5, 5), (10, 400)]
    again = mnist_network(np.random.default_rng(0))
    assert same(numbers(network), numbers(again))


def test_a_readers_own_layers_stand_in_it():
    class Own:
        """Without number types, and not derived from anything."""

        def __init__(self, *ten, rng):
            self.inner = ConvLayer(*ten, rng=rng)
            self.forward, self.backward = self.inner.forward, self.inner.backward
            self.update = self.inner.update

    class Dense(FullyConnectedLayer):
        pass

    network = mnist_network(np.random.default_rng(0), conv_layer=Own, dense_layer=Dense)
    assert [type(layer).__name__ for layer in network.layers] == [
        *("Own", "MaxPoolingLayer", "Own", "MaxPoolingLayer", "FlattenLayer", "Dense")
    ]
    x = np.random.default_rng(1).random((2, 1, 28, 28), np.float32)
    wanted = mnist_network(np.random.default_rng(0)).forward(x)
    np.testing.assert_allclose(network.forward(x), wanted, rtol=1e-4)


def test_a_readers_own_layer_may_call_its_ten_otherwise():
    """They come in ConvLayer's order, whatever their names."""
    met = []

    class Mine(ConvLayer):
        def __init__(self, a, b, c, d, e, f, g, h, i, j, *, rng):
            met.append((a, b, c, d, e, f, g, h, type(i), j))
            super().__init__(a, b, c, d, e, f, g, h, i, j, rng=rng)

    network = digit_network(np.random.default_rng(3), conv_layer=Mine)
    end = (1, 1, ReluActivator, 0.03)
    assert met == [(8, 8, 1, 3, 3, 16, *end), (4, 4, 16, 3, 3, 32, *end)]
    assert same(numbers(network), numbers(digit_network(np.random.default_rng(3))))


# ---- files


def saved(tmp_path, **changed):
    """The path of a saved network; `changed` replaces arrays of the file, None takes one out."""
    path = tmp_path / "network.npz"
    small(seed=1).save(path)
    if changed:
        with np.load(path) as file:
            arrays = {name: file[name] for name in file.files} | changed
        np.savez(path, **{name: a for name, a in arrays.items() if a is not None})
    return path


def refused(path):
    """What load says of a file; the network must stay as it was."""
    network = small(seed=2)
    before = numbers(network)
    with pytest.raises(ValueError) as refusal:
        network.load(path)
    assert same(numbers(network), before) and str(refusal.value).startswith(str(path))
    return str(refusal.value).removeprefix(str(path))


W, B = "layer0.ConvLayer.weights", "layer3.FullyConnectedLayer.bias"
ALL = f"['layer0.ConvLayer.bias', '{W}', '{B}', 'layer3.FullyConnectedLayer.weights']"


def test_a_network_comes_back_as_it_was(tmp_path):
    path, other = saved(tmp_path), small(seed=2)
    held = other.layers[0].filters[0].weights
    other.load(path)
    assert same(numbers(other), numbers(small(seed=1)))
    assert np.array_equal(other.forward(images()), small(1).forward(images()))
    assert np.array_equal(held, small(1).layers[0].weights[0])  # written into, not replaced
    assert os.listdir(tmp_path) == ["network.npz"]
    other.load(str(path))


def test_a_float64_file_fits_a_float32_network_and_the_other_way_round(tmp_path):
    path, single = saved(tmp_path), small(2, np.float32)
    single.load(path)
    assert all(
        np.array_equal(a, b.astype(np.float32)) for a, b in zip(numbers(single), numbers(small(1)))
    )
    single.save(path)
    double = small(3)
    double.load(path)
    assert same(numbers(double), numbers(single)) and double.layers[0].weights.dtype == np.float64


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        (
            {W: None},
            f" holds ['layer0.ConvLayer.bias', '{B}', 'layer3.FullyConnectedLayer.weights'], "
            f"wanted {ALL}",
        ),
        ({"extra": np.ones(1)}, f" holds ['extra', {ALL[1:]}, wanted {ALL}"),
        (
            {W: np.ones((3, 2, 2, 3))},
            f": {W} is float64 (3, 2, 2, 3), wanted floats of shape (3, 2, 3, 2)",
        ),
        (
            {W: np.ones((3, 2, 3, 2), int)},
            f": {W} is int64 (3, 2, 3, 2), wanted floats of shape (3, 2, 3, 2)",
        ),
        (
            {W: np.ones((3, 2, 3, 2), complex)},
            f": {W} is complex128 (3, 2, 3, 2), wanted floats of shape (3, 2, 3, 2)",
        ),
        ({B: np.array([0, np.nan, 0])}, f": {B} holds numbers that are not finite"),
        ({B: np.array([0, -np.inf, 0])}, f": {B} holds numbers that are not finite"),
        ({B: np.array([None, 1, 2])}, f": {B} is object (3,), wanted floats of shape (3,)"),
    ],
)
def test_a_file_that_does_not_fit_is_refused(tmp_path, changed, said):
    assert refused(saved(tmp_path, **changed)) == said


def test_numbers_too_large_for_float32_are_refused(tmp_path):
    path = saved(tmp_path, **{B: np.array([1e300, 0, 0])})
    network = small(2, np.float32)
    before = numbers(network)
    with pytest.raises(ValueError, match="holds numbers that are not finite"):
        network.load(path)
    assert same(numbers(network), before)


def test_what_is_no_network_file_is_refused(tmp_path):
    path = tmp_path / "file"
    no_file = " is not a saved network: it is no .npz file, or only a part of one"
    good = saved(tmp_path).read_bytes()
    for wrong in (
        b"",
        b"words",
        pickle.dumps({"a": 1}),
        good[:1],
        good[: len(good) // 2],
        good[:-1],
        good[100:-50],
    ):
        path.write_bytes(wrong)
        assert refused(path) == no_file
    with path.open("wb") as file:
        np.save(file, np.ones(3))
    assert refused(path) == no_file
    with path.open("wb") as file:
        np.savez(file)
    assert refused(path) == f" holds nothing, wanted {ALL}"
    assert "is not a saved network" in refused(tmp_path)  # a folder
    with pytest.raises(FileNotFoundError):
        small().load(tmp_path / "none.npz")


def test_a_damaged_file_changes_nothing(tmp_path):
    """Any byte turned round: the file is refused, or the numbers are those that were saved."""
    path, good = saved(tmp_path), saved(tmp_path).read_bytes()
    wanted, told = numbers(small(1)), 0
    for n in range(0, len(good), 3):
        path.write_bytes(good[:n] + bytes([good[n] ^ 255]) + good[n + 1 :])
        network = small(2)
        before = numbers(network)
        try:
            network.load(path)
        except ValueError:
            told += 1
            assert same(numbers(network), before)
        else:
            assert same(numbers(network), wanted)
    assert told > len(good) / 3 / 2


def test_a_save_that_fails_leaves_the_old_file(tmp_path, monkeypatch):
    path = saved(tmp_path)
    good = path.read_bytes()

    def broken(file, **arrays):
        file.write(b"half")
        raise OSError("disk full")

    monkeypatch.setattr(np, "savez", broken)
    with pytest.raises(OSError, match="disk full"):
        small(2).save(path)
    assert path.read_bytes() == good and os.listdir(tmp_path) == ["network.npz"]
    with pytest.raises(FileNotFoundError):
        small(2).save(tmp_path / "no folder" / "network.npz")


@pytest.mark.parametrize("name", ["words.txt", "folder/", "weights"])
def test_members_that_are_no_arrays_are_named(tmp_path, name):
    path = saved(tmp_path)
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr(name, "no array")
    assert (
        refused(path)
        == f" is not a saved network: its member {name!r} is no array, or is there twice"
    )


def test_a_member_that_is_there_twice_is_refused(tmp_path):
    path = saved(tmp_path)
    with zipfile.ZipFile(path, "a") as archive, pytest.warns(UserWarning, match="Duplicate name"):
        archive.writestr(f"{W}.npy", b"")
    assert "is there twice" in refused(path)


def npy(shape, dtype="<f8", data=b""):
    """The bytes of an .npy file whose header states this."""
    file = io.BytesIO()
    header = {"descr": dtype, "fortran_order": False, "shape": shape}
    np.lib.format.write_array_header_1_0(file, header)
    return file.getvalue() + data


@pytest.mark.parametrize(
    "member",
    [
        npy(
            (3, 2, 3, 2), data=bytes(3 * 2 * 3 * 2 * 8 + 40_000_000)
        ),  # more than its header states
        npy((10**4, 10**3), data=bytes(8 * 10**7)),  # more than the network can hold
        npy((10**9, 10**9)),
        npy((3, 2, 3, 2), "|S1000000"),
    ],
)
def test_a_file_that_would_unpack_to_more_than_the_network_holds_is_refused_at_once(
    tmp_path, member
):
    path = saved(tmp_path, **{W: None})
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        archive.writestr(f"{W}.npy", member)
    del member
    tracemalloc.start()
    try:
        said = refused(path)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert "would unpack to" in said or "wanted floats of shape (3, 2, 3, 2)" in said
    assert peak < 2e6


def test_saved_arrays_of_other_layouts_and_byte_orders_are_read_right(tmp_path):
    wanted = small(1).layers[0].weights
    for laid in (np.asfortranarray(wanted), wanted.astype(">f8"), wanted.astype(np.longdouble)):
        network = small(2)
        network.load(saved(tmp_path, **{W: laid}))
        assert np.array_equal(network.layers[0].weights, wanted)
    np.savez_compressed(tmp_path / "packed.npz", **dict(np.load(saved(tmp_path)).items()))
    network.load(tmp_path / "packed.npz")
    assert same(numbers(network), numbers(small(1)))


def test_the_second_format_of_arrays_is_read_and_a_third_is_refused(tmp_path):
    """NumPy writes (1, 0); what others write may have a longer header."""
    kept = dict(np.load(saved(tmp_path)).items())
    for version in ((2, 0), (3, 0)):
        with zipfile.ZipFile(tmp_path / f"{version[0]}.npz", "w") as archive:
            for name, a in kept.items():
                with archive.open(f"{name}.npy", "w") as file:
                    np.lib.format.write_array(file, a, version=version)
    network = small(2)
    network.load(tmp_path / "2.npz")
    assert same(numbers(network), numbers(small(1)))
    with pytest.raises(ValueError, match=r"has the format \(3, 0\), wanted \(1, 0\) or \(2, 0\)"):
        network.load(tmp_path / "3.npz")


def test_nothing_advises_to_trust_a_file(tmp_path):
    wrong = tmp_path / "wrong.npz"
    for write in (
        lambda file: np.savez(file, **{W: np.array([{}, 1], object)}),
        lambda file: pickle.dump([1], file),
        lambda file: file.write(b"version https://git-lfs.github.com/spec/v1\noid sha256:00\n"),
    ):
        with wrong.open("wb") as file:
            write(file)
        with pytest.raises(ValueError) as refusal:
            small().load(wrong)
        told = "".join(traceback.format_exception(refusal.value))
        assert "pickle" not in told.replace("pickle.dump", "") and "unsafe" not in told
    assert "pointer of Git LFS" in told


def test_a_link_is_followed_and_stays_a_link(tmp_path):
    (tmp_path / "far").mkdir()
    link, target = tmp_path / "network.npz", tmp_path / "far" / "kept.npz"
    link.symlink_to(target)
    for seed in (1, 2):  # the target is missing, then it is there
        small(seed).save(link)
        assert link.is_symlink() and target.is_file() and not target.is_symlink()
        other = small(5)
        other.load(target)
        assert same(numbers(other), numbers(small(seed)))
    assert os.listdir(tmp_path / "far") == ["kept.npz"]


@pytest.mark.skipif(os.name != "posix", reason="a file has these rights on POSIX systems only")
@pytest.mark.parametrize("mode", [0o600, 0o640, 0o666])
def test_a_file_keeps_its_rights(tmp_path, mode):
    path = saved(tmp_path)
    path.chmod(mode)
    small(2).save(path)
    assert stat.S_IMODE(path.stat().st_mode) == mode
    small(2).save(tmp_path / "new.npz")
    (tmp_path / "plain").touch()
    assert (tmp_path / "new.npz").stat().st_mode == (tmp_path / "plain").stat().st_mode


def test_files_of_others_stay(tmp_path):
    path, mine = saved(tmp_path), tmp_path / "network.npz.part"
    mine.write_text("my own")
    small(2).save(path)
    assert mine.read_text() == "my own"
    assert sorted(os.listdir(tmp_path)) == [
        "network.npz",
        "network.npz.part",
    ]


@pytest.mark.parametrize("taken", ["folder", "pipe"])
def test_what_is_no_file_is_not_replaced(tmp_path, taken):
    path = tmp_path / "taken"
    path.mkdir() if taken == "folder" else os.mkfifo(path)
    with pytest.raises(FileExistsError, match="is there and is no file"):
        small().save(path)
    assert os.listdir(tmp_path) == ["taken"] and not path.is_file()


def test_threads_that_save_to_one_path_leave_one_whole_file(tmp_path):
    path, errors = tmp_path / "network.npz", []

    def save(network):
        try:
            for _ in range(20):
                network.save(path)
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=save, args=(small(seed),)) for seed in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not errors and os.listdir(tmp_path) == ["network.npz"]
    other = small(9)
    other.load(path)
    assert any(same(numbers(other), numbers(small(seed))) for seed in range(4))


def test_the_home_folder_may_be_written_as_a_tilde(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    small(1).save("~/network.npz")
    assert os.listdir(tmp_path) == ["network.npz"]
    network = small(2)
    network.load("~/network.npz")
    assert same(numbers(network), numbers(small(1)))


def test_the_name_is_taken_as_it_is(tmp_path):
    small().save(tmp_path / "digits")
    assert os.listdir(tmp_path) == ["digits"]
    small(2).load(tmp_path / "digits")
