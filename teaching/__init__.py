"""For teachers only: what a class of many needs beside the lessons. Run by `python -m teaching`."""
