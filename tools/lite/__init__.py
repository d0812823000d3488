"""lite: the course with a Python of its own in the page: JupyterLite on Pyodide.

pyodide    which Pyodide, and where a page fetches it
wheels     cnnlib's wheel, and those that Pyodide does not serve
lock       what a page's Python may import, in which version and from where
lessons    the notebooks, for the kernel of the page
build      all of it in a folder, with the lessons and a front page
front.html the front page
"""
