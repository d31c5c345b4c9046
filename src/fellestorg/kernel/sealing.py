"""Encrypting what must be read again but never lie open in the database: keys of code apps, links in unsent mail.

The key is ``settings.ACCOUNT_KEY``, kept in the data folder or given by the environment, never in the database.
"""

from __future__ import annotations

import base64
import hashlib
from typing import TYPE_CHECKING

from django.conf import settings

if TYPE_CHECKING:
    from cryptography.fernet import Fernet


class UnreadableError(Exception):
    """What was sealed cannot be opened: it was sealed with another key, or has been changed."""


def seal_text(text: str) -> str:
    """The text encrypted and signed."""
    return _box().encrypt(text.encode()).decode()


def open_text(sealed: str) -> str:
    """The text that was sealed. Raises :class:`UnreadableError`."""
    from cryptography.fernet import InvalidToken

    try:
        return _box().decrypt(sealed.encode()).decode()
    except InvalidToken:
        raise UnreadableError("sealed with another key, or changed") from None


def _box() -> Fernet:
    from cryptography.fernet import Fernet

    # Whatever shape the secret was given in, the key is 32 bytes.
    return Fernet(base64.urlsafe_b64encode(hashlib.sha256(settings.ACCOUNT_KEY.encode()).digest()))
