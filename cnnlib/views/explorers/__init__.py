"""explorers: arrays in, a live picture out; one function each (level 6)."""
