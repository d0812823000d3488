"""lessons: the notebooks as a page's own Python runs them; their cells are what they were."""

import json

from tools.builder import places

KERNEL = {"name": "python", "display_name": "Python (Pyodide)", "language": "python"}
LANGUAGE = {  # as Pyodide's kernel tells it: so a lesson that is only opened is not changed by it
    "codemirror_mode": {"name": "python", "version": 3},
    "file_extension": ".py",
    "mimetype": "text/x-python",
    "name": "python",
    "nbconvert_exporter": "python",
    "pygments_lexer": "ipython3",
    "version": "3.8",
}


def titles():
    """{file name: words of its first heading} of all lessons, in the order of the course."""
    return {path.name: _title(_read(path)) for path in map(places.notebook_path, places.texts())}


def write(folder):
    """Write all lessons into a new folder."""
    folder.mkdir(parents=True)
    for name in titles():
        text = json.dumps(served(_read(places.NOTEBOOKS / name)), ensure_ascii=False)
        (folder / name).write_text(text, encoding="utf-8")


def served(notebook):
    """A notebook with the page's kernel.

    It stays untrusted, so that an explorer shows its first frame until its cell is run: this kernel
    does not say which widgets it holds, and a trusted one would wait for that for ever.
    """
    notebook["metadata"] |= {"kernelspec": KERNEL, "language_info": LANGUAGE}
    return notebook


def _read(path):
    return json.loads(path.read_text(encoding="utf-8"))


def _title(notebook):
    return "".join(notebook["cells"][0]["source"]).splitlines()[0].lstrip("# ")
