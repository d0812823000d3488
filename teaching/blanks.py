"""blanks: what people write where they have no answer."""

import re
import unicodedata

from cnnlib.typed import DASHES

NONE = re.compile(rf"[-{DASHES}?/.\s]*|#?n[./]?a\.?", re.IGNORECASE)  # also #N/A, as Excel has it


def is_blank(text: str) -> bool:
    """Whether a text is nothing but a dash, a question mark, a stroke or n/a."""
    return bool(NONE.fullmatch(unicodedata.normalize("NFKC", text).strip()))
