"""Slips in the project's own code that change nothing that could be seen, and why.

{"module: the line -> the line with the slip": the reason}, as tests.survivors writes them.
"""

EQUIVALENT: dict[str, str] = {
    "cnnlib/network.py: if x.ndim in (1, 3): -> if x.ndim in (3, 1):": "the order says nothing",
    "cnnlib/training.py: layer.learning_rate *= decay"
    " -> layer.learning_rate = layer.learning_rate * decay": "a float is never written into",
    "cnnlib/views/explorers/bug_clinic.py: Examined = tuple[str, np.ndarray, np.ndarray, Walk]"
    " -> Examined = tuple[(str, np.ndarray, np.ndarray)]": "a type, which only mypy reads",
    'tools/builder/run.py: if cell.cell_type == "code":'
    " -> if cell.cell_type <= 'code':": "no kind of cell comes before it in the alphabet",
    'tools/builder/weave.py: if found["role"] == "value":'
    " -> if found['role'] >= 'value':": "the other roles come before it in the alphabet",
}
