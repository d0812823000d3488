"""seals: what a word of a class leaves on everything that is made with it."""

import hashlib

LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ"  # none that looks like a number


def seal(word: str) -> str:
    """Four letters, from the word's SHA-256: of 330,000 other words one has the same."""
    digest = hashlib.sha256(f"seal\0{word}".encode()).digest()
    return "".join(LETTERS[byte % len(LETTERS)] for byte in digest[:4])
