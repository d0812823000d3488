"""hands: what a test does to an explorer in the page's place, and what it sees of it."""

import copy
import json
import re

OF_ALL_WIDGETS = ("behaviour", "layout", "tabbable", "tooltip")


def heard(explorer, message):
    """All that Python answers to one message of the page, which comes as messages do."""
    answers = []
    explorer.send = lambda content, buffers=None: answers.append(content)
    try:
        data = {"method": "custom", "content": message}
        explorer._handle_msg({"content": {"data": data}, "buffers": []})
    finally:
        del explorer.send
    return answers


def wish(explorer, **message):
    """The answer to one wish of the page; it has exactly one."""
    (answer,) = heard(explorer, message)
    return answer


def synced(explorer):
    """{trait: value} of all that a page sees of an explorer."""
    names = (n for n in explorer.keys if not n.startswith("_") and n not in OF_ALL_WIDGETS)
    return {name: copy.deepcopy(getattr(explorer, name)) for name in names}


def first_frame(explorer):
    """The HTML that a notebook stores."""
    return explorer._repr_mimebundle_()[0]["text/html"]


def seen(explorer):
    """All that page and code can see of an explorer, to compare."""
    arrays = {name: a.tolist() for name, a in explorer.numbers.items()}
    told = repr(explorer), explorer.sentence, first_frame(explorer)
    return synced(explorer), repr(arrays), told


def layout(explorer):
    """Where the page finds the numbers of each stack, as it was sent."""
    return json.loads(explorer.page["stacks"])


def stack(explorer, name):
    """All steps of a stack of maps: (T, n, H, W)."""
    return next(stack for stack in explorer._now.stacks if stack.name == name).steps


def formula(explorer):
    """How the number of the picked cell is made, as the page has it, without its colours."""
    return re.sub(r"<span class=q-\w*>(.*?)</span>", r"\1", explorer.state["parts"]["formula"])


def coloured(explorer):
    """[(quantity, number)] of that formula, in the order of its text."""
    html = explorer.state["parts"]["formula"]
    return re.findall(r"<span class=q-(\w*)>\(?(.*?)\)?</span>", html)
