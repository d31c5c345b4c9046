"""Rules for passwords and user names: long rather than odd, and never a national identity number."""

from __future__ import annotations

import re
from collections.abc import Iterator

from django.utils.translation import gettext as _
from stdnum.no import fodselsnummer

from fellestorg.values import Problem

SHORTEST, LONGEST = 12, 200
_USERNAME = re.compile(r"[a-z0-9][a-z0-9._@-]{1,58}[a-z0-9]\Z")
_ELEVEN_DIGITS = re.compile(r"(?<!\d)\d{6}[ ]?\d{5}(?!\d)")


def password_problems(password: str, username: str, where: str = "password") -> Iterator[Problem]:
    """What is wrong with a password somebody wants: too short, the user name, or one that everybody tries first."""
    from django.contrib.auth.password_validation import CommonPasswordValidator
    from django.core.exceptions import ValidationError

    if not SHORTEST <= len(password) <= LONGEST:
        yield Problem(where, "password_length", _("bruk minst 12 tegn; en setning du husker, er bra"))
    plain = password.lower()
    if username and (username in plain or len(set(plain)) < 4):
        yield Problem(
            where, "password_guessable", _("passordet er for lett å gjette; det kan ikke inneholde brukernavnet")
        )
    try:
        CommonPasswordValidator().validate(password)
    except ValidationError:
        yield Problem(where, "password_common", _("mange bruker dette passordet; velg et annet"))


def username_problems(username: str, where: str = "username") -> Iterator[Problem]:
    """What is wrong with a user name."""
    if not _USERNAME.match(username):
        text = _("bruk 3 til 60 små bokstaver (a–z), tall, punktum, bindestrek eller @")
        yield Problem(where, "username", text)
    yield from identity_number_problems(username, where)


def identity_number_problems(text: str, where: str) -> Iterator[Problem]:
    """A national identity number (fødselsnummer, D-number) anywhere in a text: Fellestorg never keeps one."""
    if any(fodselsnummer.is_valid(found.replace(" ", "")) for found in _ELEVEN_DIGITS.findall(text)):
        yield Problem(where, "identity_number", _("dette ser ut som et fødselsnummer; det skal aldri lagres her"))
