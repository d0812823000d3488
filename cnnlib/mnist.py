"""mnist: the MNIST digits from their IDX files, and their download (level 0); see datasets."""

import math
from pathlib import Path
from typing import NamedTuple

import numpy as np

from cnnlib.arguments import AnyPath

BASE_URL = "https://ossci-datasets.s3.amazonaws.com/mnist/"
MNIST_FILES = {  # file: its SHA-256 as .gz
    "train-images-idx3-ubyte": "440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609",
    "train-labels-idx1-ubyte": "3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c",
    "t10k-images-idx3-ubyte": "8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6",
    "t10k-labels-idx1-ubyte": "f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6",
}
# the first four bytes of an IDX file: data type 8 (bytes), number of axes
MAGIC = {2051: "images", 2049: "labels"}
START = 64  # bytes in which each kind of file shows itself
BLOCK = 1 << 20  # bytes read at a time, so that the pixels are never held twice
OTHER_FILES = {  # how they begin: what they are, and what to do
    b"\x1f\x8b": "gzip data; add .gz to its name",
    b"PK": "a zip archive; unpack it",
    b"version https://git-lfs": "only a pointer of Git LFS; fetch the file itself",
    b"<": "a web page, not data; its download went wrong, fetch it again",
}


class Dataset(NamedTuple):
    """Images (N, 1, H, W) and labels (N,), to train with and to test with."""

    train_x: np.ndarray
    train_y: np.ndarray
    test_x: np.ndarray
    test_y: np.ndarray


def mnist(folder: AnyPath) -> Dataset:
    """The MNIST digits from the four official IDX files in `folder`, plain or .gz: a Dataset,
    images as float32.

    The files may hold any number of images of any size, as their headers state; the pixels are held
    once, and a header is compared with its file before anything is read. Source: Y. LeCun, C.
    Cortes, C. J. C. Burges, The MNIST database of handwritten digits. Raises FileNotFoundError for
    a missing folder or file, ValueError for a file that is not what its name says; each names the
    file, what was wanted and what was found.
    """
    folder = Path(folder).expanduser()
    if not folder.is_dir():
        raise FileNotFoundError(
            f"{folder} is not a folder, wanted the one that holds {', '.join(MNIST_FILES)}"
        )
    paths = [_find(folder, name) for name in MNIST_FILES]
    shapes = [_shape(path, magic) for path, magic in zip(paths, (2051, 2049, 2051, 2049))]
    for images, labels in ((0, 1), (2, 3)):
        if shapes[images][0] != shapes[labels][0]:
            raise ValueError(
                f"{paths[labels]} holds {shapes[labels][0]} labels, wanted {shapes[images][0]}: "
                f"one for each image of {paths[images].name}"
            )
    if shapes[0][1:] != shapes[2][1:]:
        met, wanted = ("{}x{}".format(*shapes[n][1:]) for n in (2, 0))
        raise ValueError(
            f"{paths[2]} holds images of {met} pixels, wanted {wanted} as in {paths[0].name}"
        )
    return Dataset(*map(_body, paths, shapes))


def fetch_mnist(
    folder: AnyPath | None = None,
    *,
    base_url: str = BASE_URL,
    checksums: dict[str, str] | None = None,
) -> Dataset:
    """Download the MNIST files (11 MB) once into `folder`, check them, and return mnist(folder).

    folder: where the files are kept; by default pooch's cache for cnnlib. checksums: {file name:
    pooch hash}; by default the SHA-256 of the official files. A file that is there and fits its
    checksum is not downloaded again. Raises ImportError without pooch, ConnectionError with what to
    do instead when the download fails, ValueError when a file does not fit its checksum.
    """
    try:
        import pooch
    except ImportError as error:
        raise ImportError(
            "fetch_mnist() needs pooch, which is not installed: pip install pooch (the extra "
            "cnnlib[mnist] brings it)"
        ) from error
    folder = Path(pooch.os_cache("cnnlib")) / "mnist" if folder is None else Path(folder)
    folder = folder.expanduser()
    checksums = checksums or {f"{name}.gz": sha for name, sha in MNIST_FILES.items()}
    for name, checksum in checksums.items():
        url = f"{base_url.rstrip('/')}/{name}"
        try:
            pooch.retrieve(url, known_hash=checksum, fname=name, path=folder)
        except OSError as error:  # any failure of a connection, or a full disk
            raise ConnectionError(
                f"{name} could not be downloaded from {url} to {folder} ({error}). Without a "
                "network use datasets.digits(), which comes with cnnlib; or fetch the four files "
                "on another computer, put them into a folder and call datasets.mnist(folder)."
            ) from error
    return mnist(folder)


def _find(folder, name):
    """The plain file if there is one, else the .gz."""
    for path in (folder / name, folder / f"{name}.gz"):
        if path.is_file():
            return path
    found = ", ".join(sorted(path.name for path in folder.iterdir())[:8]) or "nothing"
    raise FileNotFoundError(
        f"{folder / name} is missing: wanted it plain or as {name}.gz, found {found} in the folder"
    )


def _open(path):
    if path.suffix != ".gz":
        return path.open("rb")
    import gzip  # here, since `import cnnlib` should stay light

    return gzip.open(path, "rb")


def _read(path, file, size):
    """Up to `size` bytes; a damaged .gz is refused in words."""
    import zlib

    try:
        return file.read(size)
    except (EOFError, OSError, zlib.error) as error:
        if path.suffix != ".gz":
            raise
        met = error
        if "Not a gzipped" in str(error):
            with path.open("rb") as plain:
                other = _other(plain.read(START))
            met = other or f"{error}; if it is unpacked already, take .gz off its name"
        raise ValueError(f"{path} is damaged: wanted whole gzip data, found: {met}") from error


def _other(start):
    """What a file is that begins like this, and what to do; "" if that is not known."""
    start = start.removeprefix(b"\xef\xbb\xbf").lstrip()
    return next((what for begin, what in OTHER_FILES.items() if start.startswith(begin)), "")


def _shape(path, magic):
    """The sizes that the header states, compared with the length of the file."""
    with _open(path) as file:
        start = _read(path, file, START)
        shape = _header(path, start, magic)
        wanted = math.prod(shape)
        rest = _rest(path, file, wanted, len(start) - 4 - 4 * len(shape))
    if rest != wanted:
        state, met = ("truncated", rest) if rest < wanted else ("oversized", f"at least {rest}")
        size = " x ".join(map(str, shape))
        raise ValueError(
            f"{path} is {state}: its header states {size} = {wanted} bytes of data, found {met}"
        )
    return shape


def _header(path, start, magic):
    """The sizes stated in the first bytes of a file, which must be those of an IDX file."""
    length = 4 + 4 * (magic - 2048)
    other = _other(start)
    if len(start) < length and not other:
        raise ValueError(
            f"{path} is truncated: wanted a header of {length} bytes, found {len(start)} bytes in "
            "all"
        )
    found, *shape = np.frombuffer(start[:length].ljust(length, b"\0"), ">u4").tolist()
    if found != magic:
        met = MAGIC.get(found) or other or "no IDX file of bytes"
        raise ValueError(
            f"{path} begins with the magic number {found} ({met}), wanted {magic} ({MAGIC[magic]})"
        )
    if 0 in shape[1:]:
        raise ValueError(
            f"{path} states images of {shape[1]}x{shape[2]} pixels, wanted at least 1x1"
        )
    if not shape[0]:
        raise ValueError(f"{path} states 0 {MAGIC[magic]}, wanted at least 1")
    return shape


def _rest(path, file, wanted, rest):
    """How many bytes follow the header, of which `rest` are read. A plain file's length tells at
    once; of a .gz no more than a block beyond the bytes wanted is unpacked."""
    if path.suffix != ".gz":
        return path.stat().st_size - file.tell() + rest
    while rest <= wanted and (block := _read(path, file, BLOCK)):
        rest += len(block)
    return rest


def _body(path, shape):
    """The pixels as float32 / 255 in (N, 1, H, W), read block by block; or the labels as
    integers."""
    images = len(shape) == 3
    flat = np.empty(math.prod(shape), np.float32 if images else int)
    with _open(path) as file:
        _read(path, file, 4 + 4 * len(shape))
        for at in range(0, flat.size, BLOCK):
            part = flat[at : at + BLOCK]
            part[...] = np.frombuffer(_read(path, file, part.size), np.uint8)
            if images:
                part /= 255
    if images:
        return flat.reshape(shape[0], 1, *shape[1:])
    if flat.max() > 9:
        raise ValueError(f"{path} holds the label {flat.max()}, wanted labels from 0 to 9")
    return flat
