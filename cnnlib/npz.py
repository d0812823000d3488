"""npz: an .npz file, looked at before its numbers are read (level 0).

np.load would unpack whatever a file announces, and its advice for a damaged file is to trust it.
Here the headers come first: the caller compares names, shapes and number types with what is wanted,
and only then reads. Modules are imported inside, since `import cnnlib` should stay light.
"""

import io
import math
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from zipfile import ZipFile

HEADER = 10_240  # bytes, more than any header that NumPy writes


LFS = b"version https://git-lfs"  # how a pointer of Git LFS begins, which stands for a file


def cure(path: Path) -> str:
    """What brings a file of the package back, as the end of a sentence."""
    return (
        f"; in a clone of the project, git -C {path.parent} checkout -- {path.name} brings it "
        "back, elsewhere install cnnlib anew"
    )


@contextmanager
def opened(path: Path) -> "Iterator[ZipFile]":
    """The open archive of an .npz file. Raises ValueError, with the reason, for any other file."""
    import zipfile

    with path.open("rb") as file:
        if not zipfile.is_zipfile(file):
            file.seek(0)
            pointer = file.read(len(LFS)) == LFS
            raise ValueError(
                "it is only a pointer of Git LFS"
                if pointer
                else "it is no .npz file, or only a part of one"
            )
        with zipfile.ZipFile(file) as archive:
            yield archive


def headers(archive: "ZipFile") -> dict[str, tuple[np.dtype, tuple[int, ...]]]:
    """{name: (number type, shape)} of the arrays in an archive; no numbers are read.

    Raises ValueError for a member that is no array, or that is there twice.
    """
    found = {}
    for member in archive.infolist():
        name = member.filename.removesuffix(".npy")
        if name == member.filename or name in found:
            raise ValueError(f"its member {member.filename!r} is no array, or is there twice")
        dtype, shape, _, _ = _header(archive, member)
        found[name] = dtype, shape
    return found


def numbers(archive: "ZipFile", name: str) -> np.ndarray:
    """The array of this name, whose header the caller has looked at. Raises ValueError when the
    archive announces another size than the header."""
    member = archive.getinfo(f"{name}.npy")
    dtype, shape, fortran, start = _header(archive, member)
    wanted = start + math.prod(shape) * dtype.itemsize
    if member.file_size != wanted:
        raise ValueError(
            f"{name} would unpack to {member.file_size} bytes, its header states {wanted}"
        )
    flat = np.frombuffer(archive.read(member), dtype, offset=start)
    return flat.reshape(shape, order="F" if fortran else "C")


def _header(archive, member):
    """(number type, shape, column-major?, bytes before the numbers) of a member."""
    with archive.open(member) as file:
        start = io.BytesIO(file.read(HEADER))
    version = np.lib.format.read_magic(start)
    readers = {
        (1, 0): np.lib.format.read_array_header_1_0,
        (2, 0): np.lib.format.read_array_header_2_0,
    }
    if version not in readers:
        raise ValueError(f"{member.filename} has the format {version}, wanted (1, 0) or (2, 0)")
    shape, fortran, dtype = readers[version](start)
    return dtype, shape, fortran, start.tell()
