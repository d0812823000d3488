"""run: a notebook run in a fresh kernel, without what changes from run to run."""

import copy
import os

import nbformat
from nbclient import NotebookClient

from tools.builder import places
from tools.builder.read import KERNEL

WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"


def execute(notebook):
    """Run every cell in a fresh kernel, warnings as errors; raises at the first cell that fails."""
    os.environ["PYTHONWARNINGS"] = "error::DeprecationWarning:__main__,error::RuntimeWarning"
    os.environ["PYTHONHASHSEED"] = "0"
    places.NOTEBOOKS.mkdir(exist_ok=True)
    client = NotebookClient(
        notebook,
        timeout=300,
        store_widget_state=True,
        extra_arguments=["--log-level=ERROR"],
        resources={"metadata": {"path": str(places.NOTEBOOKS)}},
    )
    return client.execute()


def canonical(notebook):
    """The executed notebook without what changes from run to run: times, widget states and views,
    ids of messages."""
    notebook.metadata = nbformat.from_dict(KERNEL)
    for cell in notebook.cells:
        cell.metadata.pop("execution", None)
        if cell.cell_type == "code":
            cell.outputs = joined(cell.outputs)
        for output in cell.get("outputs", []):
            output.get("data", {}).pop(WIDGET_VIEW, None)
            output.get("metadata", {}).pop(WIDGET_VIEW, None)
    return notebook


def joined(outputs):
    """The outputs with each stream in one piece: the number of its pieces changes by chance."""
    whole = []
    for output in outputs:
        if whole and _same_stream(output, whole[-1]):
            whole[-1].text += output.text
        else:
            whole.append(output)
    return whole


def _same_stream(a, b):
    return a.output_type == b.output_type == "stream" and a.name == b.name


def untimed(notebook):
    """The notebook as text without the pictures of cells tagged `timing`: what must not change
    from run to run."""
    notebook = copy.deepcopy(notebook)
    for cell in notebook.cells:
        if "timing" in cell.metadata.get("tags", []):
            for output in cell.get("outputs", []):
                output.get("data", {}).pop("image/png", None)
    return nbformat.writes(notebook)
