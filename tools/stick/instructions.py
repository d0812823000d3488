"""instructions: what to do with the folder, as a text and as a page; the same words in both."""

from html import escape

TITLE = "How a convolutional network computes its gradients"
READ = """\
To read, install nothing: open site/index.html. Explorers are alive there, and exercises whose \
answer is a value are checked."""
INSTALL = """\
To run the lessons, install them; no network is needed. Copy this whole folder to the disk of the \
computer, and open a terminal in the copy. Python {pythons} must be there. Then, one line after \
the other:"""
START = "The next time only the last line is needed."
WITHOUT = "This folder has no packages for {system}. Its pages can be read there."
SYSTEMS = {"Linux": "Linux", "macOS": "Darwin", "Windows": "Windows"}  # as Python calls them
UNIX = """\
python{python} -m venv .venv
.venv/bin/pip install --no-index --find-links wheelhouse -r requirements.txt
.venv/bin/jupyter trust notebooks/*.ipynb
.venv/bin/jupyter lab notebooks/00_start_here.ipynb"""
WINDOWS = """\
py -{python} -m venv .venv
.venv\\Scripts\\pip install --no-index --find-links wheelhouse -r requirements.txt
.venv\\Scripts\\python -c "import glob; from nbformat.sign import TrustNotebookApp as trust; \
trust.launch_instance(glob.glob('notebooks/*.ipynb'))"
.venv\\Scripts\\jupyter lab notebooks\\00_start_here.ipynb"""
PAGE = """\
<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>{title}</title>
<style>
:root {{ color-scheme: light dark; }}
body {{ font: 1.1rem/1.5 system-ui, sans-serif; max-width: 46rem; margin: 2rem auto; \
padding: 0 1rem; }}
pre {{ font-size: .9rem; padding: .7rem; border: 1px solid; white-space: pre-wrap; \
overflow-wrap: anywhere; }}
</style>
<h1>{title}</h1>
{body}
</html>
"""


def commands(system: str, python: str) -> str:
    """The four lines that install and open the lessons on "Linux", "macOS" or "Windows"."""
    return (WINDOWS if system == "Windows" else UNIX).format(python=python)


def text(names: set[str], pythons: list[str]) -> str:
    """START_HERE.txt; names: the systems that there are wheels for, as Python calls them."""
    parts = [TITLE, READ, _install(pythons)]
    for system, lines in _systems(names, pythons):
        parts += [f"{system}\n\n" + (lines or WITHOUT.format(system=system))]
    return "\n\n".join([*parts, START]) + "\n"


def page(names: set[str], pythons: list[str]) -> str:
    """index.html, which says what START_HERE.txt says."""
    read = escape(READ).replace("site/index.html", '<a href="site/index.html">site/index.html</a>')
    parts = [f"<p>{read}</p>", f"<p>{escape(_install(pythons))}</p>"]
    for system, lines in _systems(names, pythons):
        told = f"<pre>{escape(lines)}</pre>" if lines else f"<p>{WITHOUT.format(system=system)}</p>"
        parts += [f"<h2>{system}</h2>", told]
    return PAGE.format(title=TITLE, body="\n".join([*parts, f"<p>{START}</p>"]))


def _install(pythons):
    return INSTALL.format(pythons=" or ".join(pythons))


def _systems(names, pythons):
    """(system, its four lines, "" where there are no wheels for it) of each system."""
    return [
        (system, commands(system, max(pythons)) if name in names else "")
        for system, name in SYSTEMS.items()
    ]
