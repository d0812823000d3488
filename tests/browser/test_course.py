"""Every notebook in JupyterLab as it comes from git; the start page, the model lesson and the
training lesson are run."""

import pytest

from tests.project.test_lessons import COURSE, NOTEBOOKS

RUN = (COURSE[0], COURSE[3], COURSE[8])
# the text of rendered Markdown without code, without formulas that MathJax has set
PROSE = """() => [...document.querySelectorAll('.jp-MarkdownOutput')].map(e => {
    const copy = e.cloneNode(true);
    copy.querySelectorAll('code, pre, mjx-container').forEach(part => part.remove());
    return copy.textContent;
})"""
WIDER = """() => [...document.querySelectorAll('.jp-WindowedPanel-outer, .jp-RenderedHTMLCommon')]
    .filter(e => e.scrollWidth > e.clientWidth + 1).map(e => e.textContent.slice(0, 60))"""
BROKEN = """() => [...document.querySelectorAll('.jp-Notebook img')]
    .filter(e => e.complete && !e.naturalWidth).map(e => e.src.slice(0, 80))"""


def look(lab):
    """Scroll through the notebook; what is wrong with what a reader sees, in words."""
    found = set()
    for _ in lab.scroll_through():
        for prose in lab.page.evaluate(PROSE):
            found |= {
                f"raw LaTeX: {prose[:80]}"
                for mark in ("$", "\\frac", "\\sum", "\\text", "\\tag")
                if mark in prose
            }
        found |= {
            f"MathJax error: {e.inner_text()}"
            for e in lab.page.locator("mjx-merror, [data-mjx-error]").all()
        }
        found |= {f"wider than the page: {text}" for text in lab.page.evaluate(WIDER)}
        found |= {f"broken image: {source}" for source in lab.page.evaluate(BROKEN)}
        outputs = " ".join(lab.page.locator(".jp-OutputArea-output").all_inner_texts())
        found |= {"a widget is missing"} if "Error displaying widget" in outputs else set()
    return found | {f"error in the page: {error}" for error in lab.errors}


@pytest.mark.parametrize("name", [path.stem for path in NOTEBOOKS])
def test_a_notebook_as_cloned_and_after_running_it(open_lab, name):
    lab = open_lab(name, size=(1280, 3200))
    assert look(lab) == set()
    if name not in ("gallery", "troubleshooting"):  # MathJax comes when the page is idle
        formula = lab.page.locator(".jp-MarkdownOutput mjx-container").first  # it may be folded
        formula.wait_for(state="attached", timeout=60_000)
    if name in RUN:
        lab.run_all()
        assert look(lab) == set()
        cells = [cell for cell in lab.saved()["cells"] if cell["cell_type"] == "code"]
        assert [cell["execution_count"] for cell in cells] == list(range(1, len(cells) + 1))
        outputs = [output for cell in cells for output in cell["outputs"]]
        assert not [o for o in outputs if o["output_type"] == "error" or o.get("name") == "stderr"]
