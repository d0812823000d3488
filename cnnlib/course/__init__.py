"""course: what a lesson calls: exercises and their checks, planted bugs, the clinic, the setup check (level 4)."""
