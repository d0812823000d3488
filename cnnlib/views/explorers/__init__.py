"""explorers: arrays in, a live picture out; one file each, with an example() (level 6).

base.py is what they all share, grids.py and tale.py what those on number grids share, canvas.py
those of maps.
"""
