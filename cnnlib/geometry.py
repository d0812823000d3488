"""geometry: output sizes, and the index map: which input cell meets which output cell (level 0)."""

import numpy as np

from cnnlib.arguments import pair


def output_size(input_size, kernel_size, stride=1, padding=0):
    """How many places a window takes on each axis: H_out = floor((H + 2p - K_H) / s) + 1, and W_out
    alike.

    input_size, kernel_size, stride, padding: an int or (vertical, horizontal). Returns (H_out,
    W_out). A remainder row or column that no window reaches is dropped. Raises ValueError when the
    kernel is larger than the padded input, TypeError for sizes that are not whole numbers.
    """
    size, kernel = pair(input_size, "input_size", 1), pair(kernel_size, "kernel_size", 1)
    step, pad = pair(stride, "stride", 1), pair(padding, "padding", 0)
    height, width = (n + 2 * p for n, p in zip(size, pad))
    if kernel[0] > height or kernel[1] > width:
        raise ValueError(
            f"kernel {kernel[0]}x{kernel[1]} is larger than the padded input {height}x{width}"
        )
    return (height - kernel[0]) // step[0] + 1, (width - kernel[1]) // step[1] + 1


def index_map(out_size, kernel_size, stride=1, padding=0):
    """Rows (i, j, u, v, y, x): output (i, j) meets input (y, x) through kernel cell (u, v), where
    y = i*s + u - p and x = j*s + v - p. In row-major order of (i, j, u, v); y, x may lie in the
    padding.

    Every equation of the convolution sums over rows of this one table (eq. 1.1, 2.1, 3.1, 5.1).
    """
    (s_v, s_h), (p_v, p_h) = pair(stride, "stride", 1), pair(padding, "padding", 0)
    size = (*pair(out_size, "out_size", 1), *pair(kernel_size, "kernel_size", 1))
    i, j, u, v = np.indices(size).reshape(4, -1)
    return np.column_stack([i, j, u, v, i * s_v + u - p_v, j * s_h + v - p_h])


def inside(rows, input_size):
    """The rows of an index map whose input cell lies in the image, not in its padding."""
    height, width = pair(input_size, "input_size", 1)
    y, x = rows[:, 4], rows[:, 5]
    return rows[(y >= 0) & (y < height) & (x >= 0) & (x < width)]
