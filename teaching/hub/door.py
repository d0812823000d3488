"""door: who comes in, and who stays in: list and words hold for who was there before, too."""

import hashlib
import json
from pathlib import Path
from typing import Any

from jupyterhub.authenticators.shared import SharedPasswordAuthenticator

from teaching.hub.classroom import Classroom

SECRET = "jupyterhub_cookie_secret"
MADE_WITH = "jupyterhub_words"


class Door(SharedPasswordAuthenticator):
    """The word of the class, and its list. A browser that is logged in is asked again by JupyterHub
    at its first visit after a restart, and every five minutes."""

    async def refresh_user(self, user: Any, handler: Any = None) -> bool:
        """May the user still be here? Who was taken off the list has to leave."""
        return user.name in self.admin_users or bool(self.check_allowed(user.name))


def secret(folder: Path, given: Classroom) -> Path:
    """The path of the secret that signs the hub's cookies: made anew by JupyterHub where a word has
    changed, so that everybody logs in by the new one."""
    path, kept = folder / SECRET, folder / MADE_WITH
    words = json.dumps([given.word, given.teacher_word])
    now = hashlib.sha256(words.encode()).hexdigest()
    if not kept.exists() or kept.read_text() != now:
        path.unlink(missing_ok=True)
        kept.touch(0o600)
        kept.write_text(now)
    return path
