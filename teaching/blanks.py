"""blanks: what people write where they have no answer."""

import re
import unicodedata

# as in cnnlib.typed, which loads NumPy: what only reads tables starts at once
DASHES = "‐‑‒–—―−︱︲﹘﹣⁻₋"
# no answer: n/a, n. a., German k. A.; a spreadsheet's #N/A, in other languages #NV, #N/D, #N/B
NONE = re.compile(
    rf"[-{DASHES}?/.\s]*|#?n[./]?\s*a\.?|k\.?\s*a\.?|#n(?:v|/[abdv]!?)", re.IGNORECASE
)


def is_blank(text: str) -> bool:
    """Whether a text is nothing but a dash, a question mark, a stroke, n/a or k. A."""
    return bool(NONE.fullmatch(unicodedata.normalize("NFKC", text).strip()))
