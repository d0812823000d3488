"""style: the colours that Python hands to the page (level 5).

Sign and selection are never shown by colour alone.
"""

import numpy as np


def table(name: str, size: int = 256) -> np.ndarray:
    """matplotlib's colour table `name` as (size, 3) bytes."""
    import matplotlib  # only where colours are needed: grids of numbers do without

    colours = matplotlib.colormaps[name](np.linspace(0, 1, size))
    return np.round(255 * colours[:, :3]).astype(np.uint8)
