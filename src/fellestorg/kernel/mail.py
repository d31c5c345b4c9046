"""E-mail: rows in an outbox, sent by the worker after the transaction that wrote them.

``EMAIL_BACKEND`` chooses how: :class:`FolderBackend` writes a file for each, as the demo does; Django's SMTP backend
sends. A mail may go out twice if the machine dies between sending and noting it, never zero times; its Message-ID is
the same both times, so mail programs show one.
"""

from __future__ import annotations

import email.policy
import logging
import textwrap
from collections.abc import Sequence
from email import message_from_bytes
from email.utils import format_datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from fellestorg.kernel import clock
from fellestorg.kernel.models import Installation, Mail

_READABLE = email.policy.default.clone(utf8=True, cte_type="8bit", linesep="\n", refold_source="all")
_LINE = 76

log = logging.getLogger(__name__)


class UnsentMailError(Exception):
    """Some mail could not be sent. It stays in the outbox, and the job is tried again."""


def letter(body: str, link: str, language: str) -> str:
    """The whole text of a mail: what it says and, with its full address, the page where the matter is."""
    paragraphs = [textwrap.fill(paragraph, _LINE) for paragraph in body.split("\n\n")]
    if link:
        with translation.override(language):
            paragraphs.append(_("Se saken i Fellestorg:") + f"\n{settings.BASE_URL}{link}")
    return "\n\n".join(paragraphs)


def send_unsent() -> int:
    """Send everything in the outbox, each in a transaction of its own. Returns how many were sent.

    Several may run at once: a mail that one is sending is passed over by the others. One that fails does not stop the
    rest; then :class:`UnsentMailError` is raised at the end.
    """
    demo = Installation.objects.filter(kind=Installation.Kind.DEMO).exists()
    failed: list[Any] = []
    sent = 0
    with get_connection() as backend:
        while True:
            with transaction.atomic():
                waiting = Mail.objects.filter(sent_at=None).exclude(pk__in=failed).order_by("created_at", "pk")
                mail = waiting.select_for_update(skip_locked=True).first()
                if mail is None:
                    break
                try:
                    backend.send_messages([_message(mail, demo=demo)])
                except OSError as error:  # smtplib's errors are OSErrors too
                    log.warning("mail %s was not sent: %s", mail.pk, error)
                    failed.append(mail.pk)
                    continue
                mail.sent_at = clock.now()
                mail.save(update_fields=["sent_at"])
                sent += 1
    if failed:
        raise UnsentMailError(f"{len(failed)} of {len(failed) + sent} mails could not be sent")
    return sent


def _message(mail: Mail, *, demo: bool) -> EmailMessage:
    text = mail.body
    if demo:
        with translation.override(mail.language):
            text += "\n\n-- \n" + _("Demodata. Dette er ikke et virkelig kjøp.")
    host = urlsplit(settings.BASE_URL).hostname or "fellestorg"
    return EmailMessage(
        # A line break in a fact must not become a header of its own.
        subject=" ".join(mail.subject.split()),
        body=text + "\n",
        to=[mail.recipient],
        headers={
            "Message-ID": f"<{mail.pk}@{host}>",
            "Date": format_datetime(mail.created_at),
            "Content-Language": mail.language,
            "Auto-Submitted": "auto-generated",
        },
    )


class FolderBackend(BaseEmailBackend):
    """Writes each mail as an ``.eml`` file, readable as it stands, in ``MAIL_DIR``. The same mail twice is one file."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        folder = Path(settings.MAIL_DIR)
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for message in email_messages:
            content = message_from_bytes(message.message().as_bytes(), policy=_READABLE)
            when = content["Date"].datetime.strftime("%Y-%m-%d-%H%M%S")
            name = f"{when}-{content['Message-ID'].strip('<>').partition('@')[0]}.eml"
            temporary = folder / f".{name}.new"
            temporary.write_bytes(content.as_bytes())
            temporary.rename(folder / name)
        return len(email_messages)
