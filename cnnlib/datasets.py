"""datasets: real images that need no network (level 0); images as (N, 1, H, W) floats in [0, 1],
labels as integers."""

import math
from pathlib import Path
from typing import NamedTuple

import numpy as np

from cnnlib.arguments import array

BASE_URL = "https://ossci-datasets.s3.amazonaws.com/mnist/"
MNIST_FILES = {  # file: its SHA-256 as .gz
    "train-images-idx3-ubyte": "440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609",
    "train-labels-idx1-ubyte": "3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c",
    "t10k-images-idx3-ubyte": "8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6",
    "t10k-labels-idx1-ubyte": "f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6",
}
MAGIC = {
    2051: "images",
    2049: "labels",
}  # the first four bytes of an IDX file: data type 8 (bytes), number of axes
BLOCK = 1 << 20  # bytes read at a time, so that the pixels are never held twice


class Dataset(NamedTuple):
    """Images (N, 1, H, W) and labels (N,), to train with and to test with."""

    train_x: np.ndarray
    train_y: np.ndarray
    test_x: np.ndarray
    test_y: np.ndarray


def digits():
    """1,797 real scans of handwritten digits, 8x8 pixels: a Dataset of 1,437 to train and 360 to
    test, float64.

    Each call returns fresh arrays. The split was drawn once, each digit in the same share
    (tools/make_digits.py). Source: E. Alpaydin, C. Kaynak, Optical Recognition of Handwritten
    Digits, UCI Machine Learning Repository, 1998, doi 10.24432/C50P49, licence CC BY 4.0; see
    data/ATTRIBUTION.md.
    """
    with np.load(Path(__file__).parent / "data" / "digits.npz", allow_pickle=False) as file:
        whole = {name: file[name] for name in Dataset._fields}
    return Dataset(
        whole["train_x"] / 16.0,
        whole["train_y"].astype(int),
        whole["test_x"] / 16.0,
        whole["test_y"].astype(int),
    )


def mnist_small():
    """6,000 real MNIST digits, 28x28 pixels: a Dataset of 5,000 to train and 1,000 to test, float32.

    500 and 100 of each digit; each call returns fresh arrays. The images come from MNIST's training
    set, none from its test set; drawn once by tools/make_mnist_small.py. Source: Y. LeCun, C.
    Cortes, C. Burges, The MNIST Database of Handwritten Digits, licence CC BY-SA 3.0; see
    data/ATTRIBUTION.md.
    """
    with np.load(Path(__file__).parent / "data" / "mnist_small.npz", allow_pickle=False) as file:
        whole = {name: file[name] for name in Dataset._fields}
    return Dataset(
        np.divide(whole["train_x"], 255, dtype=np.float32),
        whole["train_y"].astype(int),
        np.divide(whole["test_x"], 255, dtype=np.float32),
        whole["test_y"].astype(int),
    )


def shifted(images, labels):
    """The images (N, C, H, W) and eight copies of them, with the labels to match. For training
    images only.

    One pixel up, down, left, right; then half a pixel each way: the mean of the image and that
    copy. What leaves the image is dropped, what enters is 0. Returns (9N, C, H, W) and (9N,), all
    images of one kind after another. Raises ValueError for images without four axes and for labels
    that differ from them in number.
    """
    images, labels = array(images, "images", "(N, C, H, W)"), np.asarray(labels)
    if labels.shape != images.shape[:1]:
        raise ValueError(
            f"labels has shape {labels.shape}, wanted {images.shape[:1]}: one label for each image"
        )
    H, W = images.shape[2:]
    padded = np.pad(images, ((0, 0), (0, 0), (1, 1), (1, 1)))
    whole = [padded[:, :, i : i + H, j : j + W] for i, j in ((2, 1), (0, 1), (1, 2), (1, 0))]
    return np.concatenate([images, *whole, *((images + copy) / 2 for copy in whole)]), np.tile(
        labels, 9
    )


def photograph():
    """A real photograph as luminance (128, 128), float64 in [0, 1]: 0.299 red + 0.587 green + 0.114
    blue.

    It shows Rear Admiral Grace Hopper; official U.S. Navy photograph, James S. Davis, 1984, public
    domain. It comes with matplotlib's sample data (grace_hopper.jpg); cropped here, then each block
    of 3x3 pixels averaged. Raises ImportError without matplotlib, FileNotFoundError where its
    sample data was left out, ValueError for a picture of another size.
    """
    try:
        import matplotlib
        from matplotlib.image import imread
    except ImportError as error:
        raise ImportError(
            "photograph() needs matplotlib, which is not installed: pip install matplotlib"
        ) from error
    path = Path(matplotlib.get_data_path()) / "sample_data" / "grace_hopper.jpg"
    if not path.is_file():
        raise FileNotFoundError(
            f"matplotlib's sample photograph is missing: wanted the file {path}"
        )
    pixels = imread(path)
    if pixels.shape != (600, 512, 3):
        raise ValueError(f"{path} holds an array of shape {pixels.shape}, wanted (600, 512, 3)")
    luminance = pixels[4:388, 70:454] @ np.array([0.299, 0.587, 0.114]) / 255
    return luminance.reshape(128, 3, 128, 3).mean((1, 3)).clip(0, 1)


def mnist(folder):
    """The MNIST digits from the four official IDX files in `folder`, plain or .gz: a Dataset,
    images as float32.

    The files may hold any number of images of any size, as their headers state; the pixels are held
    once. Source: Y. LeCun, C. Cortes, C. J. C. Burges, The MNIST database of handwritten digits.
    Raises FileNotFoundError for a missing folder or file, ValueError for a file that is not what
    its name says; each names the file, what was wanted and what was found.
    """
    folder = Path(folder)
    if not folder.is_dir():
        raise FileNotFoundError(
            f"{folder} is not a folder, wanted the one that holds {', '.join(MNIST_FILES)}"
        )
    paths = [_find(folder, name) for name in MNIST_FILES]
    headers = [_header(path, magic) for path, magic in zip(paths, (2051, 2049, 2051, 2049))]
    for images, labels in ((0, 1), (2, 3)):
        if headers[images][0] != headers[labels][0]:
            raise ValueError(
                f"{paths[labels]} holds {headers[labels][0]} labels, wanted {headers[images][0]}: "
                f"one for each image of {paths[images].name}"
            )
    if headers[0][1:] != headers[2][1:]:
        met, wanted = ("{}x{}".format(*headers[n][1:]) for n in (2, 0))
        raise ValueError(
            f"{paths[2]} holds images of {met} pixels, wanted {wanted} as in {paths[0].name}"
        )
    return Dataset(*(_body(path, shape) for path, shape in zip(paths, headers)))


def fetch_mnist(folder=None, *, base_url=BASE_URL, checksums=None):
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
            "fetch_mnist() needs pooch, which is not installed: pip install pooch"
        ) from error
    folder = Path(folder) if folder is not None else Path(pooch.os_cache("cnnlib")) / "mnist"
    checksums = checksums or {f"{name}.gz": sha for name, sha in MNIST_FILES.items()}
    for name, checksum in checksums.items():
        url = f"{base_url.rstrip('/')}/{name}"
        try:
            pooch.retrieve(url, known_hash=checksum, fname=name, path=folder)
        except (
            OSError
        ) as error:  # what requests raises for every failure of a connection, and a full disk
            raise ConnectionError(
                f"{name} could not be downloaded from {url} to {folder} ({error}). Without a network use "
                "datasets.digits(), which comes with cnnlib; or fetch the four files on another computer, put them into "
                "a folder and call datasets.mnist(folder)."
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
        hint = (
            "; if it is unpacked already, take .gz off its name"
            if "Not a gzipped" in str(error)
            else ""
        )
        raise ValueError(
            f"{path} is damaged: wanted whole gzip data, found: {error}{hint}"
        ) from error


def _header(path, magic):
    """The sizes that the header states, checked against the length of the file."""
    axes = magic - 2048
    length = 4 + 4 * axes
    with _open(path) as file:
        start = _read(path, file, length)
        if len(start) < length:
            raise ValueError(
                f"{path} is truncated: wanted a header of {length} bytes, found {len(start)} bytes in all"
            )
        found, *shape = np.frombuffer(start, ">u4").tolist()
        if found != magic:
            zipped = start[:2] == b"\x1f\x8b"
            other = "gzip data; add .gz to its name" if zipped else "no IDX file of bytes"
            raise ValueError(
                f"{path} begins with the magic number {found} ({MAGIC.get(found, other)}), "
                f"wanted {magic} ({MAGIC[magic]})"
            )
        wanted, rest = math.prod(shape), 0
        while rest <= wanted and (block := _read(path, file, BLOCK)):
            rest += len(block)
    if 0 in shape[1:]:
        raise ValueError(
            f"{path} states images of {shape[1]}x{shape[2]} pixels, wanted at least 1x1"
        )
    if rest != wanted:
        state, met = ("truncated", rest) if rest < wanted else ("oversized", f"at least {rest}")
        size = " x ".join(map(str, shape))
        raise ValueError(
            f"{path} is {state}: its header states {size} = {wanted} bytes of data, found {met}"
        )
    return shape


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
    if flat.size and flat.max() > 9:
        raise ValueError(f"{path} holds the label {flat.max()}, wanted labels from 0 to 9")
    return flat
