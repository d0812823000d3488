"""datasets: real images that need no network (level 0); images as (N, 1, H, W) floats in [0, 1],
labels as integers."""

from pathlib import Path

import numpy as np

from cnnlib import npz
from cnnlib.augmentation import shifted, warped
from cnnlib.mnist import Dataset, fetch_mnist, mnist

__all__ = [
    "Dataset",
    "digits",
    "fetch_mnist",
    "mnist",
    "mnist_small",
    "photograph",
    "shifted",
    "warped",
]

DIGITS = Path(__file__).parent / "data" / "digits.npz"
MNIST_SMALL = DIGITS.with_name("mnist_small.npz")
Shapes = dict[str, tuple[int, ...]]


def _shapes(train: int, test: int, side: int) -> Shapes:
    """The shapes of the arrays of a Dataset with so many square images."""
    return {
        "train_x": (train, 1, side, side),
        "train_y": (train,),
        "test_x": (test, 1, side, side),
        "test_y": (test,),
    }


SHAPES = _shapes(1437, 360, 8)
MNIST_SHAPES = _shapes(5000, 1000, 28)


def digits() -> Dataset:
    """1,797 real scans of handwritten digits, 8x8 pixels: a Dataset of 1,437 to train and 360 to
    test, float64.

    Each call returns fresh arrays. The split was drawn once, each digit in the same share
    (tools/make_digits.py). Source: E. Alpaydin, C. Kaynak, Optical Recognition of Handwritten
    Digits, UCI Machine Learning Repository, 1998, doi 10.24432/C50P49, licence CC BY 4.0; see
    data/ATTRIBUTION.md. Raises FileNotFoundError or ValueError, with what brings the file back,
    where it is missing or is not what it was.
    """
    found = _stored(DIGITS, SHAPES)
    return Dataset(
        train_x=found["train_x"] / 16.0,
        train_y=found["train_y"].astype(int),
        test_x=found["test_x"] / 16.0,
        test_y=found["test_y"].astype(int),
    )


def mnist_small() -> Dataset:
    """6,000 real MNIST digits, 28x28 pixels, float32: a Dataset of 5,000 to train, 1,000 to test.

    500 and 100 of each digit; each call returns fresh arrays. The images come from MNIST's training
    set, none from its test set; drawn once by tools/make_mnist_small.py. Source: Y. LeCun, C.
    Cortes, C. Burges, The MNIST Database of Handwritten Digits, licence CC BY-SA 3.0; see
    data/ATTRIBUTION.md. Raises as `digits`.
    """
    found = _stored(MNIST_SMALL, MNIST_SHAPES)
    return Dataset(
        train_x=np.divide(found["train_x"], 255, dtype=np.float32),
        train_y=found["train_y"].astype(int),
        test_x=np.divide(found["test_x"], 255, dtype=np.float32),
        test_y=found["test_y"].astype(int),
    )


def _stored(path: Path, shapes: Shapes) -> dict[str, np.ndarray]:
    """The four arrays of bytes in a file of the package; what brings it back where it is not what
    it was."""
    try:
        return _whole_numbers(path, shapes)
    except FileNotFoundError as error:
        raise FileNotFoundError(f"{path} is missing{npz.cure(path)}") from error
    except Exception as error:  # a damaged file can break off the reading anywhere
        raise ValueError(f"{path} is damaged: {error}{npz.cure(path)}") from error


def _whole_numbers(path, shapes):
    wanted = {name: (np.dtype(np.uint8), shape) for name, shape in shapes.items()}
    with npz.opened(path) as archive:
        found = npz.headers(archive)
        if found != wanted:
            raise ValueError(f"it holds {sorted(found)[:8]}, wanted {sorted(wanted)}")
        return {name: npz.numbers(archive, name) for name in wanted}


def photograph() -> np.ndarray:
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
            "photograph() needs matplotlib, which is not installed: pip install matplotlib (the "
            "extra cnnlib[views] brings it)"
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
