"""run: a notebook run in a fresh kernel, without what changes from run to run."""

import copy
import os

import nbformat
from nbclient import NotebookClient

from tools.builder import places
from tools.builder.read import KERNEL
from tools.builder.widgets import WIDGET_VIEW, Kept


def execute(notebook):
    """Run every cell in a fresh kernel, warnings as errors; raises at the first cell that fails."""
    os.environ["PYTHONWARNINGS"] = "error::DeprecationWarning:__main__,error::RuntimeWarning"
    os.environ["PYTHONHASHSEED"] = "0"
    places.NOTEBOOKS.mkdir(exist_ok=True)
    client = Reader(
        notebook,
        timeout=300,
        store_widget_state=True,
        extra_arguments=["--log-level=ERROR"],
        resources={"metadata": {"path": str(places.NOTEBOOKS)}},
    )
    return client.execute()


class Reader(NotebookClient):
    """Runs a notebook, and keeps of each widget that is displayed what it showed just then: what a
    later cell does to it is not in the table that stands beside it, either."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.kept = Kept()

    def output(self, outs, msg, display_id, cell_index):
        out = super().output(outs, msg, display_id, cell_index)
        view = (out or {}).get("data", {}).get(WIDGET_VIEW)
        if view:
            view["model_id"] = self.kept.keep(view["model_id"], self._model)
        return out

    def _model(self, name):
        """The state of a widget as it is now, in the form of a notebook's metadata."""
        buffers = self.widget_buffers.get(name, {})
        stored = self._serialize_widget_state(self.widget_state[name])
        return stored | ({"buffers": list(buffers.values())} if buffers else {})

    def set_widgets_metadata(self):
        self.nb.metadata.update(self.kept.metadata())


def canonical(notebook):
    """The executed notebook without what changes from run to run: times, ids of messages."""
    kept = {name: part for name, part in notebook.metadata.items() if name == "widgets"}
    notebook.metadata = nbformat.from_dict(KERNEL | kept)
    for cell in notebook.cells:
        cell.metadata.pop("execution", None)
        if cell.cell_type == "code":
            cell.outputs = joined(cell.outputs)
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
