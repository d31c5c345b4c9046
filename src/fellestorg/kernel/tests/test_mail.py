"""Mail goes out once, after the transaction that wrote it, and reads well."""

from __future__ import annotations

import email
import email.policy
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend
from django.db import connection, transaction

from fellestorg.kernel import clock, mail, messages
from fellestorg.kernel.messages import Recipient
from fellestorg.kernel.models import Installation, Mail, Message

pytestmark = pytest.mark.django_db
KARI = Recipient("person:1", "kari@example.no")


@pytest.fixture(autouse=True)
def _folder(settings: Any, tmp_path: Path) -> Path:
    settings.MAIL_DIR = tmp_path / "mail"
    settings.EMAIL_BACKEND = "fellestorg.kernel.mail.FolderBackend"
    settings.BASE_URL = "https://avtaler.example"
    messages.register({"test.told": ("Avrop {number} – æøå", "Avrop {number} er gjort. " + "Lang tekst. " * 20)})
    return Path(settings.MAIL_DIR)


def _tell(*recipients: Recipient, number: str = "SI-1") -> None:
    messages.tell(recipients, "test.told", {"number": number}, link=f"/avrop/{number}", at=clock.now())


def _letters(folder: Path) -> list[email.message.EmailMessage]:
    found = [email.message_from_bytes(path.read_bytes(), policy=email.policy.default) for path in folder.glob("*.eml")]
    return sorted(found, key=lambda one: str(one["To"]))  # type: ignore[arg-type, return-value]


def test_mail_rolled_back_is_never_sent(_folder: Path) -> None:
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        _tell(KARI)
        raise ZeroDivisionError
    assert mail.send_unsent() == 0
    assert not _folder.exists()
    assert not Message.objects.exists()
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM procrastinate_jobs")
        assert cursor.fetchone() == (0,)


def test_each_mail_is_sent_once_however_often_the_job_runs(_folder: Path) -> None:
    _tell(KARI, Recipient("person:2", "ola@example.no"), KARI)
    assert mail.send_unsent() == 2
    assert mail.send_unsent() == 0
    assert [one["To"] for one in _letters(_folder)] == ["kari@example.no", "ola@example.no"]
    assert not Mail.objects.filter(sent_at=None).exists()


def test_a_mail_sent_but_not_noted_is_the_same_file_again(_folder: Path) -> None:
    _tell(KARI)
    mail.send_unsent()
    Mail.objects.update(sent_at=None)
    mail.send_unsent()
    assert len(_letters(_folder)) == 1


def test_a_mail_says_where_the_matter_is_and_is_readable_as_it_stands(_folder: Path) -> None:
    _tell(KARI)
    mail.send_unsent()
    (path,) = _folder.glob("*.eml")
    text = path.read_text(encoding="utf-8")
    assert "Subject: Avrop SI-1 – æøå" in text
    assert "https://avtaler.example/avrop/SI-1" in text.splitlines()
    assert max(map(len, text.splitlines())) < 100
    (letter,) = _letters(_folder)
    assert letter["Date"].datetime is not None
    assert letter.get_content_charset() == "utf-8"


@pytest.mark.parametrize("kind", ["demo", "real"])
def test_only_the_demo_says_that_it_is_a_demo(kind: str, _folder: Path) -> None:
    Installation.objects.create(id=1, kind=kind, clock_offset=timedelta(0))
    _tell(KARI)
    mail.send_unsent()
    (letter,) = _letters(_folder)
    assert ("Demodata" in letter.get_content()) == (kind == "demo")


def test_a_line_break_in_a_fact_makes_no_header(_folder: Path) -> None:
    _tell(KARI, number="1\nBcc: x@example.no")
    mail.send_unsent()
    (letter,) = _letters(_folder)
    assert letter["Bcc"] is None


class HalfBroken(BaseEmailBackend):
    """Refuses one address."""

    sent: list[str] = []

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        for message in email_messages:
            if "broken" in message.to[0]:
                raise OSError("mailbox unavailable")
            self.sent.append(message.to[0])
        return len(email_messages)


def test_one_bad_address_does_not_stop_the_rest(settings: Any) -> None:
    settings.EMAIL_BACKEND = f"{__name__}.HalfBroken"
    _tell(Recipient("", "broken@example.no"), KARI)
    with pytest.raises(mail.UnsentMailError):
        mail.send_unsent()
    assert HalfBroken.sent == ["kari@example.no"]
    assert [one.recipient for one in Mail.objects.filter(sent_at=None)] == ["broken@example.no"]
