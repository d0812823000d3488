"""mnist: IDX files good and bad, and the download (from a server on 127.0.0.1)."""

import gzip
import hashlib
import http.server
import socket
import struct
import sys
import threading
import tracemalloc
import urllib.parse
from functools import partial

import numpy as np
import pytest

from cnnlib import datasets
from cnnlib.mnist import BASE_URL, BLOCK, MNIST_FILES

TRAIN_X, TRAIN_Y, TEST_X, TEST_Y = MNIST_FILES
RNG = np.random.default_rng(0)
ARRAYS = {
    TRAIN_X: RNG.integers(0, 256, (7, 4, 5), dtype=np.uint8),
    TRAIN_Y: np.arange(7, dtype=np.uint8),
    TEST_X: RNG.integers(0, 256, (3, 4, 5), dtype=np.uint8),
    TEST_Y: np.array([9, 0, 4], np.uint8),
}


def idx(array, magic=None):
    """The bytes of an IDX file."""
    return (
        struct.pack(f">{1 + array.ndim}I", magic or 2048 + array.ndim, *array.shape)
        + array.tobytes()
    )


def write(folder, packed=(), **changed):
    """The four files in `folder`; `packed` ones as .gz; `changed` bytes by file name with _ for
    -."""
    for name, array in ARRAYS.items():
        data = changed.get(name.replace("-", "_"), idx(array))
        if name in packed:
            (folder / f"{name}.gz").write_bytes(gzip.compress(data))
        else:
            (folder / name).write_bytes(data)
    return folder


# ---- MNIST from a folder


@pytest.mark.parametrize(
    "packed", [(), tuple(MNIST_FILES), (TRAIN_X, TEST_Y)], ids=["plain", "gz", "mixed"]
)
def test_mnist_reads_the_four_files(tmp_path, packed):
    mnist = datasets.mnist(write(tmp_path, packed))
    assert mnist.train_x.shape == (7, 1, 4, 5) and mnist.test_x.shape == (3, 1, 4, 5)
    assert mnist.train_x.dtype == np.float32 and mnist.train_y.dtype.kind == "i"
    np.testing.assert_array_equal(mnist.train_x[:, 0], ARRAYS[TRAIN_X].astype(np.float32) / 255)
    np.testing.assert_array_equal(mnist.test_x[:, 0], ARRAYS[TEST_X].astype(np.float32) / 255)
    assert mnist.train_y.tolist() == list(range(7)) and mnist.test_y.tolist() == [9, 0, 4]


def test_mnist_takes_a_folder_as_text_and_prefers_the_plain_file(tmp_path):
    write(tmp_path)
    (tmp_path / f"{TRAIN_X}.gz").write_bytes(b"not read")
    assert datasets.mnist(str(tmp_path)).train_x.shape == (7, 1, 4, 5)


@pytest.mark.parametrize("packed", [(), tuple(MNIST_FILES)], ids=["plain", "gz"])
def test_mnist_holds_the_pixels_once(tmp_path, packed):
    images = np.tile(np.arange(256, dtype=np.uint8), 6125).reshape(2000, 28, 28)
    test = np.zeros((1, 28, 28), np.uint8)
    labels = np.zeros(2000, np.uint8)
    write(
        tmp_path,
        packed,
        train_images_idx3_ubyte=idx(images),
        train_labels_idx1_ubyte=idx(labels),
        t10k_images_idx3_ubyte=idx(test),
        t10k_labels_idx1_ubyte=idx(labels[:1]),
    )
    tracemalloc.start()
    try:
        mnist = datasets.mnist(tmp_path)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    np.testing.assert_array_equal(mnist.train_x[:, 0], images.astype(np.float32) / 255)
    assert peak < mnist.train_x.nbytes + 4 * BLOCK


def refused(folder, kind, *words):
    with pytest.raises(kind) as caught:
        datasets.mnist(folder)
    for word in words:
        assert str(word) in str(caught.value)


def test_a_missing_folder_is_named(tmp_path):
    refused(tmp_path / "nowhere", FileNotFoundError, tmp_path / "nowhere", "not a folder", TRAIN_X)


@pytest.mark.parametrize("name", MNIST_FILES)
def test_a_missing_file_is_named_with_what_was_found(tmp_path, name):
    (write(tmp_path) / name).unlink()
    others = sorted(set(MNIST_FILES) - {name})
    refused(tmp_path, FileNotFoundError, tmp_path / name, f"{name}.gz", ", ".join(others))


def test_an_empty_folder_says_nothing_was_found(tmp_path):
    refused(tmp_path, FileNotFoundError, TRAIN_X, "found nothing")


@pytest.mark.parametrize("packed", [(), (TRAIN_X,)], ids=["plain", "gz"])
@pytest.mark.parametrize(
    "data, words",
    [
        (b"", ("truncated", "header of 16 bytes", "found 0")),
        (idx(ARRAYS[TRAIN_X])[:10], ("truncated", "header of 16 bytes", "found 10")),
        (idx(ARRAYS[TRAIN_X])[:-1], ("truncated", "7 x 4 x 5 = 140", "found 139")),
        (idx(ARRAYS[TRAIN_X])[:16], ("truncated", "7 x 4 x 5 = 140", "found 0")),
        (idx(ARRAYS[TRAIN_X]) + b"\0", ("oversized", "7 x 4 x 5 = 140", "at least 141")),
        (idx(ARRAYS[TRAIN_X], 2049), ("magic number 2049 (labels)", "wanted 2051 (images)")),
        (idx(ARRAYS[TRAIN_X], 0x0D03), ("magic number 3331 (no IDX file of bytes)", "wanted 2051")),
        (b"\x1f\x8b" + bytes(40), ("add .gz to its name", "wanted 2051")),
        (struct.pack(">4I", 2051, *[2**32 - 1] * 3), ("truncated", "found 0")),
        (struct.pack(">4I", 2051, 7, 0, 5), ("images of 0x5 pixels", "wanted at least 1x1")),
        (struct.pack(">4I", 2051, 7, 4, 0), ("images of 4x0 pixels", "wanted at least 1x1")),
        (struct.pack(">4I", 2051, 0, 4, 5), ("states 0 images", "wanted at least 1")),
        (
            b"<!DOCTYPE html><html><body>404</body></html>",
            ("a web page, not data", "fetch it again"),
        ),
        (b"\xef\xbb\xbf\n <html>", ("a web page, not data", "fetch it again")),
        (
            b"version https://git-lfs.github.com/spec/v1",
            ("pointer of Git LFS", "fetch the file itself"),
        ),
        (b"PK\3\4" + bytes(40), ("a zip archive; unpack it",)),
    ],
    ids=[
        "empty",
        "half a header",
        "a byte short",
        "no pixels",
        "a byte long",
        "labels",
        "floats",
        "gz",
        "lies",
        "0 rows",
        "0 columns",
        "0 images",
        "a page",
        "a short page",
        "lfs",
        "zip",
    ],
)
def test_a_wrong_file_of_images_is_refused(tmp_path, packed, data, words):
    write(tmp_path, packed, train_images_idx3_ubyte=data)
    refused(tmp_path, ValueError, tmp_path / TRAIN_X, *words)


def test_images_in_place_of_labels_are_refused(tmp_path):
    write(tmp_path, t10k_labels_idx1_ubyte=idx(ARRAYS[TEST_X]))
    refused(tmp_path, ValueError, TEST_Y, "magic number 2051 (images)", "wanted 2049 (labels)")


def test_labels_and_images_must_agree_in_number(tmp_path):
    write(tmp_path, train_labels_idx1_ubyte=idx(ARRAYS[TRAIN_Y][:6]))
    refused(tmp_path, ValueError, tmp_path / TRAIN_Y, "holds 6 labels, wanted 7", TRAIN_X)


def test_labels_above_nine_are_refused(tmp_path):
    write(tmp_path, t10k_labels_idx1_ubyte=idx(np.array([1, 2, 10], np.uint8)))
    refused(tmp_path, ValueError, tmp_path / TEST_Y, "label 10", "0 to 9")


@pytest.mark.parametrize("size", [(5, 4), (4, 6), (3, 5), (4, 4), (5, 5)])
def test_test_images_must_have_the_size_of_the_training_images(tmp_path, size):
    write(tmp_path, t10k_images_idx3_ubyte=idx(np.zeros((3, *size), np.uint8)))
    met = "{}x{}".format(*size)
    refused(tmp_path, ValueError, tmp_path / TEST_X, met, "wanted 4x5", TRAIN_X)


def test_zero_labels_are_refused(tmp_path):
    write(tmp_path, t10k_labels_idx1_ubyte=struct.pack(">2I", 2049, 0))
    refused(tmp_path, ValueError, tmp_path / TEST_Y, "states 0 labels, wanted at least 1")


@pytest.mark.parametrize(
    "page", [b"<!DOCTYPE html><html>", b"\n\n<html>", b"<?xml version='1.0'?><Error/>"]
)
def test_a_web_page_saved_as_gz_is_named(tmp_path, page):
    path = write(tmp_path, (TRAIN_X,)) / f"{TRAIN_X}.gz"
    path.write_bytes(page)
    refused(tmp_path, ValueError, f"{path} is damaged", "a web page, not data", "fetch it again")


@pytest.mark.parametrize("packed", [(), (TRAIN_X,)], ids=["plain", "gz"])
def test_a_file_of_more_than_its_header_states_is_refused_at_once(tmp_path, packed):
    """Its 200 MB are neither held nor all unpacked."""
    write(tmp_path)
    path = tmp_path / (f"{TRAIN_X}.gz" if packed else TRAIN_X)
    (tmp_path / TRAIN_X).unlink()
    with gzip.open(path, "wb", 1) if packed else path.open("wb") as file:
        file.write(idx(ARRAYS[TRAIN_X]))
        for _ in range(200):
            file.write(bytes(1 << 20))
    tracemalloc.start()
    try:
        refused(tmp_path, ValueError, path, "oversized", "7 x 4 x 5 = 140")
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 8 << 20


def test_the_home_folder_may_be_written_as_a_tilde(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    (tmp_path / "digits").mkdir()
    write(tmp_path / "digits")
    assert datasets.mnist("~/digits").train_x.shape == (7, 1, 4, 5)


@pytest.mark.parametrize(
    "damage, word",
    [
        (lambda data: data[:-9], "end"),
        (lambda data: data[:-8] + bytes(8), "CRC"),
        (lambda data: data[:12] + bytes([data[12] ^ 255]) + data[13:], "found"),
        (gzip.decompress, "take .gz off its name"),
    ],
    ids=["cut", "crc", "bits", "unpacked"],
)
def test_a_damaged_gz_is_refused(tmp_path, damage, word):
    path = write(tmp_path, (TRAIN_X,)) / f"{TRAIN_X}.gz"
    path.write_bytes(damage(path.read_bytes()))
    refused(tmp_path, ValueError, path, word, "wanted")


# ---- MNIST from a server


class Quiet(http.server.SimpleHTTPRequestHandler):
    def do_GET(self):
        self.server.asked.append(urllib.parse.urlparse(self.path).path)
        super().do_GET()

    def log_message(self, *args):
        """Nothing on stderr."""


@pytest.fixture
def server(tmp_path, monkeypatch):
    """A server of four small .gz files; gives (its address, their checksums, the paths asked
    for)."""
    pytest.importorskip("pooch")
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    shelf = tmp_path / "shelf"
    shelf.mkdir()
    write(shelf, tuple(MNIST_FILES))
    checksums = {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in shelf.iterdir()
    }
    with http.server.ThreadingHTTPServer(
        ("127.0.0.1", 0), partial(Quiet, directory=shelf)
    ) as httpd:
        httpd.asked = []
        thread = threading.Thread(target=httpd.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{httpd.server_port}/", checksums, httpd.asked
        httpd.shutdown()
        thread.join()


def test_fetch_downloads_once_and_reads(server, tmp_path):
    url, checksums, asked = server
    for _ in range(2):
        mnist = datasets.fetch_mnist(tmp_path / "kept", base_url=url, checksums=checksums)
        np.testing.assert_array_equal(mnist.test_x[:, 0], ARRAYS[TEST_X].astype(np.float32) / 255)
    assert sorted(asked) == sorted(f"/{name}.gz" for name in MNIST_FILES)


def test_fetch_takes_a_tilde_for_the_home_folder(server, tmp_path, monkeypatch):
    url, checksums, _ = server
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    datasets.fetch_mnist("~/kept", base_url=url, checksums=checksums)
    assert (tmp_path / "kept" / f"{TEST_X}.gz").is_file()


def test_fetch_downloads_a_damaged_file_again(server, tmp_path):
    url, checksums, asked = server
    datasets.fetch_mnist(tmp_path / "kept", base_url=url, checksums=checksums)
    (tmp_path / "kept" / f"{TEST_X}.gz").write_bytes(b"damaged")
    datasets.fetch_mnist(tmp_path / "kept", base_url=url, checksums=checksums)
    assert asked.count(f"/{TEST_X}.gz") == 2 and len(asked) == 5


def test_fetch_refuses_a_file_that_does_not_fit_its_checksum(server, tmp_path):
    url = server[0]
    with pytest.raises(ValueError, match="(?s)train-images.*expected.*440fcabf.*got"):
        datasets.fetch_mnist(tmp_path / "kept", base_url=url)
    assert list((tmp_path / "kept").iterdir()) == []


def test_fetch_uses_the_cache_of_pooch(server, tmp_path, monkeypatch):
    url, checksums, _ = server
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setattr("pooch.os_cache", lambda project: tmp_path / "cache" / project)
    datasets.fetch_mnist(base_url=url.rstrip("/"), checksums=checksums)
    assert (tmp_path / "cache" / "cnnlib" / "mnist" / f"{TEST_X}.gz").is_file()


def test_fetch_pins_the_four_official_files():
    assert BASE_URL.startswith("https://")
    assert len(MNIST_FILES) == 4
    assert all(len(sha) == 64 and int(sha, 16) for sha in MNIST_FILES.values())


def test_fetch_without_a_network_says_what_to_do(tmp_path, monkeypatch):
    pytest.importorskip("pooch")
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{free.getsockname()[1]}"
    with pytest.raises(
        ConnectionError, match=r"(?s)could not be downloaded.*digits\(\).*datasets\.mnist\(folder\)"
    ):
        datasets.fetch_mnist(tmp_path, base_url=url)


def test_fetch_names_a_file_that_the_server_lacks(server, tmp_path):
    url, checksums, _ = server
    with pytest.raises(ConnectionError, match=r"ubyte\.gz could not be downloaded.*404"):
        datasets.fetch_mnist(tmp_path / "kept", base_url=url + "elsewhere/", checksums=checksums)


def test_fetch_without_pooch_says_how_to_get_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "pooch", None)
    with pytest.raises(
        ImportError, match=r"pip install pooch \(the extra cnnlib\[mnist\] brings it\)"
    ):
        datasets.fetch_mnist()
