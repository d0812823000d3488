"""Slips in the project's own code that change nothing that could be seen, and why.

{"module: the line -> the line with the slip": the reason}, as tests.survivors writes them.
"""

EQUIVALENT: dict[str, str] = {
    "cnnlib/network.py: if x.ndim in (1, 3): -> if x.ndim in (3, 1):": "the order says nothing",
    "cnnlib/training.py: layer.learning_rate *= self.decay"
    " -> layer.learning_rate = layer.learning_rate * self.decay": "a float is never written into",
    "cnnlib/views/explorers/bug_clinic.py: Examined = tuple[str, np.ndarray, np.ndarray, Walk]"
    " -> Examined = tuple[(str, np.ndarray, np.ndarray)]": "a type, which only mypy reads",
    'tools/builder/run.py: if cell.cell_type == "code":'
    " -> if cell.cell_type <= 'code':": "no kind of cell comes before it in the alphabet",
    'tools/builder/weave.py: if found["role"] == "value":'
    " -> if found['role'] >= 'value':": "the other roles come before it in the alphabet",
    "tools/builder/weave.py: return ["
    " -> return [*(f'the answer to {name} stands outside of a folded answer' for name in"
    " open_answers), *(f'a folded answer has code that is not woven, from {line!r} on' for line in"
    " typed), *(f'{words} asks for an answer in no known form' for words in unknown)]": "no order"
    " is promised for what is wrong with a text",
    "cnnlib/course/clinic.py: conv.backward(np.stack([np.zeros((3, 3)), np.ones((3, 3))]))"
    " -> conv.backward(np.stack([np.ones((3, 3)), np.ones((3, 3))]))": "only the second"
    " filter's delta is looked at",
    "cnnlib/course/saving.py: def keep_stored(model: dict[str, Any], path: str, contents_manager:"
    " Any, **_: Any) -> None: -> def keep_stored(path: str, model: dict[str, Any],"
    " contents_manager: Any, **_: Any) -> None:": "Jupyter's server gives them by name",
    "cnnlib/views/explorers/explain.py: terms = [(delta[f, i, j], x[c, y, m]) for i, j, _, _, y, m"
    " in rows] -> terms = [(delta[f, i, j], x[c, y, m]) for (i, j, _, _, y, m) in rows]": "the two"
    " names that are exchanged are alike",
    "tools/builder/places.py: before = [path for path in texts() if lesson(path) == lesson(text)]"
    " -> before = [path for path in list(texts())[:-1] if lesson(path) == lesson(text)]": "the last"
    " text, of the troubleshooting page, is no half of a lesson",
}
