"""Telling people: a message in the house and an e-mail, written in the transaction that caused them.

A room registers its texts once, by code, as lazy translations; a message keeps code and facts, so that each reader sees
it in the language they read. The worker sends the e-mail afterwards; a message rolled back was never sent.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import translation
from django.utils.functional import Promise

from fellestorg.kernel import jobs, mail
from fellestorg.kernel.models import Mail, Message
from fellestorg.kernel.sealing import seal_text
from fellestorg.kernel.sql import prepared
from fellestorg.kernel.text import in_language

_TEXTS: dict[str, tuple[str | Promise, str | Promise]] = {}
_TELL = f"""
WITH shown AS (
    INSERT INTO kernel_message (recipient, code, params, link, created_at)
    SELECT key, %(code)s, %(params)s::jsonb, %(link)s, %(at)s
    FROM unnest(%(keys)s::text[]) WITH ORDINALITY AS told(key, place) ORDER BY place
), mailed AS (
    INSERT INTO kernel_mail (id, recipient, language, subject, body, kept, stop_link, created_at)
    SELECT gen_random_uuid(), address, language, subject, body, kept, %(stop)s, %(at)s
    FROM unnest(%(addresses)s::text[], %(languages)s::text[], %(subjects)s::text[], %(bodies)s::text[],
                %(kept)s::boolean[])
         WITH ORDINALITY AS told(address, language, subject, body, kept, place) ORDER BY place
)
SELECT {jobs.ASKED} WHERE cardinality(%(addresses)s::text[]) > 0
"""  # noqa: S608 (our own words)


@dataclass(frozen=True, slots=True)
class Recipient:
    """Somebody to be told. Without ``key`` only the e-mail is sent, without ``email`` only the message is shown."""

    key: str
    email: str
    language: str = "nb"


def register(texts: Mapping[str, tuple[str | Promise, str | Promise]]) -> None:
    """Add a room's texts: code -> (subject, body), with ``{name}`` where a fact goes."""
    _TEXTS.update(texts)


def tell(
    recipients: Iterable[Recipient], code: str, params: Mapping[str, Any], *, link: str, at: datetime, stop: str = ""
) -> None:
    """Tell each recipient once. ``link`` is the path of the page that shows what it is about, ``stop`` the one where a
    click stops such mails; a mail with it to somebody without a key is not kept after it is sent."""
    unique = list({(one.key, one.email): one for one in recipients}.values())
    # One letter a language, however many read it: a ceiling's warning goes to every agency.
    letters = {language: _letter(code, params, link, language) for language in {one.language for one in unique}}
    mailed = [one for one in unique if one.email]
    told = {
        "keys": [one.key for one in unique if one.key],
        "code": code,
        "params": json.dumps(dict(params)),
        "link": link,
        "at": at,
        "addresses": [one.email for one in mailed],
        "languages": [one.language for one in mailed],
        "subjects": [letters[one.language][0] for one in mailed],
        "bodies": [letters[one.language][1] for one in mailed],
        "kept": [bool(one.key) or not stop for one in mailed],
        "stop": stop,
        "task": "send_mail",
        "arguments": "{}",
    }
    if unique:
        prepared(_TELL, told)


def send_sealed(
    recipient: Recipient, code: str, params: Mapping[str, Any], *, link: str, at: datetime, kept: bool = True
) -> None:
    """Send an e-mail whose link only its reader may see: it stands encrypted in the outbox until it is sent. What is not
    to be ``kept`` is deleted then."""
    subject, body = _letter(code, params, "", recipient.language)
    Mail.objects.create(
        recipient=recipient.email,
        language=recipient.language,
        subject=subject,
        body=body,
        sealed_link=seal_text(link),
        created_at=at,
        kept=kept,
    )
    jobs.defer("send_mail")


def text_of(code: str, params: Mapping[str, Any], language: str | None = None) -> tuple[str, str]:
    """Subject and body of a message in the active (or given) language. A fact given as ``{"nb", "nn", "en"}`` follows it."""
    subject, body = _TEXTS[code]
    with translation.override(language or translation.get_language() or "nb"):
        facts = {name: in_language(fact) if isinstance(fact, Mapping) else fact for name, fact in params.items()}
        return str(subject).format(**facts), str(body).format(**facts)


def _letter(code: str, params: Mapping[str, Any], link: str, language: str) -> tuple[str, str]:
    subject, body = text_of(code, params, language)
    return subject[:300], mail.letter(body, link, language)


def mark_read(recipient: str, keys: Iterable[int] | None, *, at: datetime) -> int:
    """Mark a person's own messages (all of them, when ``keys`` is ``None``) as read. Returns how many were unread."""
    rows = Message.objects.filter(recipient=recipient, read_at=None)
    if keys is not None:
        rows = rows.filter(pk__in=list(keys))
    return rows.update(read_at=at)
