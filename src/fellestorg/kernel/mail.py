"""E-mail: rows in an outbox, sent by the worker after the transaction that wrote them.

``EMAIL_BACKEND`` chooses how: :class:`FolderBackend` writes a file for each, as the demo does; Django's SMTP backend
sends. A mail may go out twice if the machine dies between sending and noting it, never zero times; its Message-ID is
the same both times, so mail programs show one.
"""

from __future__ import annotations

import contextlib
import email.policy
import logging
import smtplib
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

from fellestorg.kernel import clock, jobs
from fellestorg.kernel.models import Installation, Mail
from fellestorg.kernel.sealing import UnreadableError, open_text

_READABLE = email.policy.default.clone(utf8=True, cte_type="8bit", linesep="\n", refold_source="all")
_LINE = 76
_PERMANENT = 500
MOST_TRIES = 3
"""How often an address that the mail server refuses for good is tried, before the mail is given up."""

log = logging.getLogger(__name__)


class UnsentMailError(Exception):
    """Some mail could not be sent. It stays in the outbox, and the job is tried again."""


def letter(body: str, link: str, language: str) -> str:
    """The whole text of a mail: what it says and, with its full address, the page where the matter is."""
    paragraphs = [
        # An address stays whole, however long.
        paragraph if paragraph.startswith("http") else textwrap.fill(paragraph, _LINE)
        for paragraph in body.split("\n\n")
    ]
    if link:
        with translation.override(language):
            paragraphs.append(_("Se saken i Fellestorg:") + f"\n{settings.BASE_URL}{link}")
    return "\n\n".join(paragraphs)


def send_unsent() -> int:
    """Send everything in the outbox, each in a transaction of its own. Returns how many were sent.

    Several may run at once: a mail that one is sending is passed over by the others. One that fails does not stop the
    rest; then :class:`UnsentMailError` is raised at the end. An address that the mail server refuses for good is tried
    ``MOST_TRIES`` times and then given up; whatever else is wrong (no answer, no encryption, a full disk) is waited out.
    Why stands on the row.
    """
    demo = Installation.objects.filter(kind=Installation.Kind.DEMO).exists()
    failed: list[Any] = []
    sent = 0
    backend = get_connection()
    try:
        backend.open()
    except OSError as error:  # smtplib's errors are OSErrors too
        with contextlib.suppress(OSError):
            backend.close()
        waiting = Mail.objects.filter(sent_at=None, given_up_at=None)
        count = waiting.update(trouble=_reason(error))
        if not count:
            return 0
        log.warning("the mail server cannot be used: %s", error)
        raise UnsentMailError(f"{count} mails wait: {_reason(error)}") from error
    try:
        while True:
            with transaction.atomic():
                waiting = Mail.objects.filter(sent_at=None, given_up_at=None).exclude(pk__in=failed)
                mail = waiting.order_by("created_at", "pk").select_for_update(skip_locked=True).first()
                if mail is None:
                    break
                try:
                    backend.send_messages([_message(mail, demo=demo)])
                except (OSError, UnreadableError) as error:
                    if not _note_trouble(mail, error):
                        failed.append(mail.pk)
                    elif not mail.kept:
                        mail.delete()
                    continue
                if mail.kept:
                    mail.sent_at, mail.sealed_link, mail.trouble = clock.now(), "", ""
                    mail.save(update_fields=["sent_at", "sealed_link", "trouble"])
                else:
                    mail.delete()
                sent += 1
    finally:
        backend.close()
    if failed:
        raise UnsentMailError(f"{len(failed)} of {len(failed) + sent} mails could not be sent")
    return sent


def try_again(key: Any) -> bool:
    """Put a mail that was given up back in the outbox. False where there is no such mail."""
    with transaction.atomic():
        given_up = Mail.objects.filter(pk=key, sent_at=None).exclude(given_up_at=None)
        if not given_up.update(given_up_at=None, tries=0, trouble=""):
            return False
        jobs.defer("send_mail")
    return True


def _note_trouble(mail: Mail, error: Exception) -> bool:
    """Write down why a mail was not sent. True where it is now given up."""
    log.warning("mail %s was not sent: %s", mail.pk, _reason(error))
    mail.trouble = _reason(error)
    if _is_refused_for_good(error):
        mail.tries += 1
    if mail.tries >= MOST_TRIES or isinstance(error, UnreadableError):
        mail.given_up_at = clock.now()
    mail.save(update_fields=["trouble", "tries", "given_up_at"])
    return mail.given_up_at is not None


def _is_refused_for_good(error: Exception) -> bool:
    """Whether the server said, about this mail, that it never will take it (RFC 5321: 5yz)."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return all(code >= _PERMANENT for code, _text in error.recipients.values())
    about_the_mail = isinstance(error, (smtplib.SMTPDataError, smtplib.SMTPSenderRefused))
    return about_the_mail and int(error.smtp_code) >= _PERMANENT  # type: ignore[attr-defined]


def _reason(error: Exception) -> str:
    """What the mail server said, in one line."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        said = "; ".join(f"{code} {_plain(text)}" for code, text in error.recipients.values())
    elif isinstance(error, smtplib.SMTPResponseException):
        said = f"{error.smtp_code} {_plain(error.smtp_error)}"
    else:
        said = str(error) or type(error).__name__
    return " ".join(said.split())[:300]


def _plain(text: bytes | str) -> str:
    return text.decode("utf-8", "replace") if isinstance(text, bytes) else text


def _message(mail: Mail, *, demo: bool) -> EmailMessage:
    text = mail.body
    if mail.sealed_link:
        text += f"\n\n{settings.BASE_URL}{open_text(mail.sealed_link)}"
    stop = f"{settings.BASE_URL}{mail.stop_link}" if mail.stop_link else ""
    if stop:
        with translation.override(mail.language):
            text += "\n\n" + _("Stopp disse e-postene:") + f"\n{stop}"
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
            # RFC 8058: the mail program's own button stops them, without a page.
            **(
                {"List-Unsubscribe": f"<{stop}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"} if stop else {}
            ),
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
