"""builder: what `python tools/lessons.py` does, one step a module.

places   where texts, notebooks, solutions and hints lie
answers  the answers of solutions/NN.py: their code, and what it gives
weave    these answers put where a lesson's text asks for them
read     a lesson's text as a notebook that was not run yet
run      the notebook run in a fresh kernel, without what changes from run to run
widgets  the state of each explorer that the run displayed, so that it is alive without Python
write    the notebook in its file, and the answers that last hints show
deck     which cells stand on which slide
check    what is wrong with a lesson and its notebook, a sentence each
maps     the map of the lessons, as their Time lines say
"""
