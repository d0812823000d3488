"""website: what `python tools/site.py` does, one idea a module.

npm        packages of npm, fetched once and pinned
katex      formulas as HTML by KaTeX
formulas   the formulas of all pages, converted in one go
equations  which number stands on which page, and the links of those who mention it
markdown   a Markdown cell as HTML: formulas, links between pages, sections
code       code as coloured HTML
cells      a code cell with its outputs: folded, revealed, an exercise
explorers  an explorer with its state, and the script that makes it alive
pages      a notebook as a page: title, way through the course, sections
front      the front page: an explorer, the map, the way to the notebooks
exercises  the keys and the scripts that judge answers without Python
search     the text of all sections, as a script
build      all of it in a folder
slides     the tagged cells of a lesson as slides
plans      what TEACHING.md says of a lesson
notes      what a teacher says to each slide
decks      the slides of all lessons in a folder, one file a lesson
static/    style sheet and scripts of the pages
"""
