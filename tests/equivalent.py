"""Slips in the project's own code that change nothing that could be seen, and why.

{"module: the line -> the line with the slip": the reason}, as tests.survivors writes them.
"""

EQUIVALENT: dict[str, str] = {}
