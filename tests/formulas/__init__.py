"""Every formula of a lesson, on random settings as general as its sentence says, by brute force and
by differences."""
