"""weave: the answers of solutions/, put where a lesson's text asks for them.

    ```{solution} 3.3      a block of code: the answer to exercise 3.3
    ```
    {solution}`3.2`        an answer of one line within a sentence, as code
    {terms}`3.4[1]`        a reckoning as people write it, 3 · 0.5 − 0.2; [1]: the second of several
    {value}`3.4[1]`        what it gives, found by running it
    {solution}`also 1.4`   a second answer to the same exercise

They belong into a folded answer. The last hints of an exercise say {solution} in the same way.
"""

import re

import numpy as np

from tools.builder.answers import NoAnswer, solutions_of

NAME = r"(?P<name>(?:also )?[\w.]+)"
BLOCK = re.compile(rf"^```\{{solution\}} {NAME}\n```$", re.MULTILINE)
ROLE = re.compile(rf"\{{(?P<role>solution|terms|value)\}}`{NAME}(?P<part>(?:\[\d+\])*)`")
FOLDED = re.compile(r"<details>.*?</details>", re.DOTALL)
UNKNOWN = re.compile(r"(?<![\w}])\{\w+\}`[^`\n]+`|^```\{(?!code-cell)\w+\}.*$", re.MULTILINE)
FENCE = re.compile(r"^```.*?^```$", re.DOTALL | re.MULTILINE)


def woven(prose):
    """The prose with the answers that it asks for; raises NoAnswer where there is none."""
    prose = BLOCK.sub(lambda found: f"```python\n{code(found['name'])}\n```", prose)
    return ROLE.sub(_within_a_sentence, prose)


def code(name):
    """The code that is shown as the answer to an exercise."""
    return solutions_of(name).code(name)


def _within_a_sentence(found):
    name = found["name"]
    part = [int(n) for n in re.findall(r"\d+", found["part"])]
    if found["role"] == "value":
        return spelled(solutions_of(name).value(name, part))
    shown = solutions_of(name).code(name, part)
    if "\n" in shown:
        raise NoAnswer(f"the answer to {name} has several lines: show it as a block")
    return f"`{shown}`" if found["role"] == "solution" else typeset(shown)


def typeset(expression):
    """A reckoning in Python as it is written in a sentence: 2**2 * 3 - 1 as 2² · 3 − 1."""
    expression = expression.replace("**2", "²").replace("**3", "³").replace("np.", "")
    return expression.replace("*", "·").replace("-", "−")


def spelled(value):
    """A value as it is written in a sentence: 1,936 and 0.02 and [−1, 3]; four digits at most."""
    if isinstance(value, (list, tuple)):
        inside = ", ".join(map(spelled, value))
        return f"({inside})" if isinstance(value, tuple) else f"[{inside}]"
    if isinstance(value, np.ndarray):
        return spelled(value.tolist())
    if isinstance(value, (int, float, np.number)):
        number = f"{value:,}" if value == int(value) else f"{value:.4g}"
        return number.removesuffix(".0").replace("-", "−")
    raise NoAnswer(f"{value!r} is neither numbers nor lists of numbers")


def weaving_problems(text):
    """Where a lesson's text shows an answer to everybody, has code typed into a folded one, or asks
    for an answer in other words than this module knows."""
    unfolded = FOLDED.sub("", text)
    open_answers = [found["name"] for form in (BLOCK, ROLE) for found in form.finditer(unfolded)]
    unknown = UNKNOWN.findall(ROLE.sub("", BLOCK.sub("", text)))
    typed = [
        fence.split("\n")[1]
        for folded in FOLDED.findall(text)
        for fence in FENCE.findall(BLOCK.sub("", folded))
    ]
    return [
        *(f"the answer to {name} stands outside of a folded answer" for name in open_answers),
        *(f"{words} asks for an answer in no known form" for words in unknown),
        *(f"a folded answer has code that is not woven, from {line!r} on" for line in typed),
    ]
