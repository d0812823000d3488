"""geometry: how a window walks over an input: every size that follows, and the index map, which
says which input cell meets which output cell (level 0)."""

from dataclasses import dataclass

import numpy as np

from cnnlib.arguments import Size, pair


@dataclass(frozen=True)
class Geometry:
    """A window that walks over an input, and all sizes that follow from it.

    input_size (H, W), kernel_size (K_H, K_W), stride s, padding p and dilation d, the distance of
    neighbours in the window: each is given as an int or (vertical, horizontal), and kept as a pair.
    Raises ValueError when the window is larger than the padded input, TypeError for sizes that are
    not whole numbers.
    """

    input_size: tuple[int, int]
    kernel_size: tuple[int, int]
    stride: tuple[int, int]
    padding: tuple[int, int]
    dilation: tuple[int, int]

    def __init__(
        self,
        input_size: Size,
        kernel_size: Size,
        stride: Size = 1,
        padding: Size = 0,
        dilation: Size = 1,
    ) -> None:
        vars(self).update(  # the one time that a frozen geometry is written
            input_size=pair(input_size, "input_size", 1),
            kernel_size=pair(kernel_size, "kernel_size", 1),
            stride=pair(stride, "stride", 1),
            padding=pair(padding, "padding", 0),
            dilation=pair(dilation, "dilation", 1),
        )
        (height, width), (down, across) = self.padded_size, self.span
        if down > height or across > width:
            dilated = "" if self.span == self.kernel_size else f", dilated to {down}x{across},"
            kernel = "{}x{}".format(*self.kernel_size)
            raise ValueError(
                f"kernel {kernel}{dilated} is larger than the padded input {height}x{width}"
            )

    @classmethod
    def of_pool(cls, input_size: Size, size: Size, stride: Size) -> "Geometry":
        """The geometry of a pooling window; refusals call the window `size`, as the pools do."""
        return cls(input_size, pair(size, "size", 1), stride)

    @property
    def span(self) -> tuple[int, int]:
        """d (K - 1) + 1 on each axis: the cells from the first to the last of one window."""
        (K_H, K_W), (d_v, d_h) = self.kernel_size, self.dilation
        return d_v * (K_H - 1) + 1, d_h * (K_W - 1) + 1

    @property
    def padded_size(self) -> tuple[int, int]:
        """(H + 2p, W + 2p)."""
        (H, W), (p_v, p_h) = self.input_size, self.padding
        return H + 2 * p_v, W + 2 * p_h

    @property
    def out_size(self) -> tuple[int, int]:
        """(H_out, W_out): how many places the window takes, (H + 2p - span) // s + 1, W alike."""
        (H, W), (span_v, span_h), (s_v, s_h) = self.padded_size, self.span, self.stride
        return (H - span_v) // s_v + 1, (W - span_h) // s_h + 1

    @property
    def remainder(self) -> tuple[int, int]:
        """(H + 2p - span) mod s, W alike: the last rows and columns, which no window reaches."""
        (H, W), (span_v, span_h), (s_v, s_h) = self.padded_size, self.span, self.stride
        return (H - span_v) % s_v, (W - span_h) % s_h

    @property
    def border(self) -> tuple[tuple[int, int], tuple[int, int]]:
        """((top, bottom), (left, right)): the zeros around the spread-out delta when each pixel
        gathers its error through the rotated kernel (eq. 2.1).

        B = span - 1 - p above and to the left, B + remainder below and to the right. A negative
        number crops.
        """
        B_v, B_h = (span - 1 - p for span, p in zip(self.span, self.padding))
        r_v, r_h = self.remainder
        return (B_v, B_v + r_v), (B_h, B_h + r_h)

    def rows(self) -> np.ndarray:
        """The index map: every (i, j, u, v, y, x) of this geometry."""
        return index_map(self.out_size, self.kernel_size, self.stride, self.padding, self.dilation)

    def rows_inside(self) -> np.ndarray:
        """The rows of the index map whose input cell lies in the image, not in its padding."""
        return inside(self.rows(), self.input_size)


def output_size(
    input_size: Size, kernel_size: Size, stride: Size = 1, padding: Size = 0, dilation: Size = 1
) -> tuple[int, int]:
    """How many places a window takes: H_out = floor((H + 2p - d (K_H - 1) - 1) / s) + 1, W_out
    alike.

    Each argument is an int or (vertical, horizontal). Returns (H_out, W_out). A remainder row or
    column that no window reaches is dropped. Raises as Geometry does.
    """
    return Geometry(input_size, kernel_size, stride, padding, dilation).out_size


def index_map(
    out_size: Size, kernel_size: Size, stride: Size = 1, padding: Size = 0, dilation: Size = 1
) -> np.ndarray:
    """Rows (i, j, u, v, y, x): output (i, j) meets input (y, x) through kernel cell (u, v), where
    y = i*s + u*d - p and x = j*s + v*d - p.

    In row-major order of (i, j, u, v); y and x may lie in the padding. Every equation of the
    convolution sums over rows of this one table (eq. 1.1, 2.1, 3.1, 5.1).
    """
    s_v, s_h = pair(stride, "stride", 1)
    p_v, p_h = pair(padding, "padding", 0)
    d_v, d_h = pair(dilation, "dilation", 1)
    size = (*pair(out_size, "out_size", 1), *pair(kernel_size, "kernel_size", 1))
    i, j, u, v = np.indices(size).reshape(4, -1)
    return np.column_stack([i, j, u, v, i * s_v + u * d_v - p_v, j * s_h + v * d_h - p_h])


def inside(rows: np.ndarray, input_size: Size) -> np.ndarray:
    """The rows of an index map whose input cell lies in the image, not in its padding."""
    height, width = pair(input_size, "input_size", 1)
    y, x = rows[:, 4], rows[:, 5]
    return rows[(y >= 0) & (y < height) & (x >= 0) & (x < width)]
