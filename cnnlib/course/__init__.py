"""course: what a lesson calls: exercises with checks, planted bugs, the clinic, the setup check.

`from cnnlib.course import verdict` loads no bugs, no clinic and no keys (level 4).
"""

from cnnlib.course.check import Verdict, verdict

__all__ = ["Verdict", "verdict"]
