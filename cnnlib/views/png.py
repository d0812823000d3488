"""png: palette indices -> the bytes of a PNG, the same on every machine (level 5, NumPy only).

Every zlib compresses differently, and stored first frames are compared byte for byte. So the
deflate stream is written here: runs of one colour, and rows that are drawn several pixels tall, as
"the last bytes again", with the fixed Huffman code of RFC 1951.
"""

import struct
import zlib
from itertools import pairwise

import numpy as np

LONGEST = 257  # bytes that one copy may stand for
END = 256  # the symbol that ends a block


def png(pixels: np.ndarray, table: np.ndarray, tall: int = 1, wide: int = 1) -> bytes:
    """An 8-bit palette PNG as bytes; index 0 is transparent.

    pixels (H, W) uint8, table (256, 3 or 4) uint8; every pixel is drawn tall x wide.
    """
    height, width = pixels.shape[0] * tall, pixels.shape[1] * wide
    chunks = [
        (b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0)),
        (b"PLTE", table[:, :3].tobytes()),
        (b"tRNS", b"\x00"),
        (b"IDAT", _deflate(pixels, tall, wide)),
        (b"IEND", b""),
    ]
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(*chunk) for chunk in chunks)


def _chunk(name, part):
    check = struct.pack(">I", zlib.crc32(name + part))
    return struct.pack(">I", len(part)) + name + part + check


def _deflate(pixels, tall, wide):
    """The rows of a PNG, every pixel tall x wide, as a zlib stream of one block."""
    line = pixels.shape[1] * wide + 1
    bits = ["110"]  # the last block, with the fixed code
    for row in np.pad(pixels, ((0, 0), (1, 0))):  # each row starts with its filter, 0: none
        text = _runs(row, wide)
        copies = (tall - 1) * line
        bits.append(text + (_again(copies, line) if copies > 2 else text * (tall - 1)))
    bits.append(_symbol(END))
    raw = np.pad(pixels.repeat(tall, 0).repeat(wide, 1), ((0, 0), (1, 0))).tobytes()
    return b"\x78\x01" + _packed("".join(bits)) + struct.pack(">I", zlib.adler32(raw))


def _packed(bits):
    """A text of 0 and 1 as bytes, the first bit lowest."""
    found = np.frombuffer(bits.encode(), np.uint8) - ord("0")
    return np.packbits(found, bitorder="little").tobytes()


def _runs(row, wide):
    """One row, its filter first, as bits: each run of a colour once, then "again"."""
    changes = np.flatnonzero(np.diff(row[1:])) + 2
    bits = ""
    for k, (start, stop) in enumerate(pairwise([0, 1, *changes, len(row)])):
        count = int(stop - start) * (wide if k else 1)
        value = _symbol(int(row[start]))
        bits += value + _again(count - 1, 1) if count > 3 else value * count
    return bits


def _symbol(n):
    """The fixed Huffman code of a byte (0 to 255), of the end (256), of a length (257 up)."""
    if n < 144:
        return format(48 + n, "08b")
    if n < 256:
        return format(256 + n, "09b")
    if n < 280:
        return format(n - 256, "07b")
    return format(n - 88, "08b")


def _again(count, distance):
    """The last bytes again, `count` of them, `distance` back; in pieces of 3 to LONGEST."""
    far, more_far = _code(distance - 1, 1)
    bits = ""
    while count:
        piece = count if count <= LONGEST else min(LONGEST, count - 3)
        length, more = _code(piece - 3, 2)
        bits += _symbol(257 + length) + more + format(far, "05b") + more_far
        count -= piece
    return bits


def _code(value, bits):
    """deflate's code for a length - 3 (bits 2) or a distance - 1 (bits 1).

    Returns (number, its extra bits as text, the lowest first).
    """
    extra = max(value.bit_length() - bits - 1, 0)
    text = format(value % (1 << extra), "b").zfill(extra)[::-1] if extra else ""
    return (extra << bits) + (value >> extra), text
