"""cells: a code cell with its outputs as HTML.

What the notebook folds is folded here: `fold` its code, `reveal` its outputs too. An exercise whose
answer is a value has a place of its own, where a script may ask for it; what else is checked says
that it needs the notebook.
"""

import ast
import base64
import hashlib
import struct
import textwrap
from html import escape

from cnnlib.course.saving import WIDGET_VIEW
from tools.website.code import coloured
from tools.website.explorers import explorer
from tools.website.markdown import lowered

NEEDS = (
    '<p class="needs">This one needs the notebook: '
    '<a href="index.html#The-notebook">get it with one line</a>.</p>\n'
)


class Cells:
    """Renders the code cells of one page; `pictures` are the files that it wants."""

    def __init__(self, states, values):
        """states: {name: state} of the notebook's widgets; values: the names of all exercises whose
        answer is a value."""
        self.states, self.values = states, values
        self.pictures = {}  # name of the file -> bytes

    def render(self, cell):
        """A cell as HTML."""
        code, outputs = coloured(cell.source), self.outputs(cell.outputs)
        tags = cell.metadata.get("tags", [])
        if "reveal" in tags:
            return folded("Click to see", code + outputs)
        if "fold" in tags:
            return folded("Code", code, "of-code") + outputs
        return self._answers(cell.source, code, outputs)

    def _answers(self, source, code, outputs):
        """A cell in sight, and a place for each exercise that it asks for a value."""
        names = [name for name in asked(source) if name in self.values]
        if len(names) == len(ast.parse(source).body) == 1:
            return place(names[0], code + outputs)
        needs = NEEDS if len(checks(source)) > len(names) else ""
        return code + needs + outputs + "".join(place(name, NEEDS) for name in names)

    def outputs(self, outputs):
        """The outputs of a cell, a picture and the caption that is printed after it in one."""
        parts, caption = [], ""
        for output in outputs:
            if output.output_type == "stream":
                text = output.text.removeprefix(caption).strip("\n")
                parts += [f'<pre class="output">{escape(text)}</pre>\n'] if text else []
                caption = ""
            elif WIDGET_VIEW in output.data:
                parts.append(explorer(output, self.states))
            elif "image/png" in output.data:
                told = output.metadata["image/png"]["alt"]
                caption = textwrap.fill(told, 78)
                parts.append(self._figure(base64.b64decode(output.data["image/png"]), told))
            else:
                raise ValueError(f"an output of {sorted(output.data)} has no form on a page")
        return "".join(parts)

    def _figure(self, png, told):
        """A picture in a file that is named by its content; its caption is its alternative."""
        name = f"pictures/{hashlib.sha256(png).hexdigest()[:12]}.png"
        self.pictures[name] = png
        width, height = struct.unpack(">II", png[16:24])
        return (
            f'<figure class="picture"><img src="{name}" alt="{escape(told)}" width="{width}" '
            f'height="{height}" decoding="async">'
            f'<figcaption aria-hidden="true">{lowered(escape(told))}</figcaption></figure>\n'
        )


def folded(title, inside, kind="folded"):
    """What opens by a click on its title."""
    return f'<details class="{kind}"><summary>{title}</summary>\n{inside}</details>\n'


def place(name, inside):
    """Where an exercise is asked; what is inside stays where no script asks."""
    return f'<div class="exercise" data-exercise="{name}">\n{inside}</div>\n'


def checks(source):
    """The calls of cnnlib.check in a cell."""
    calls = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call)]
    return [call for call in calls if ast.unparse(call.func) == "cnnlib.check"]


def asked(source):
    """The exercises that a cell asks with nothing but three dots: cnnlib.check("3.1", ...)."""
    return [call.args[0].value for call in checks(source) if ast.unparse(call).endswith(", ...)")]
