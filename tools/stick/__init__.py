"""stick: what `python tools/bundle.py` puts on a memory stick.

wheelhouse    the wheels for each kind of machine
instructions  what to do with the folder, as text and as a page
"""
