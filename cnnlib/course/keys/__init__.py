"""keys: the right answers of the exercises and the wrong ones known by name; one module a
lesson."""
