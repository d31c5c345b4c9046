"""Mail over the real protocol: a small server on loopback that takes, refuses for a while, or refuses for good."""

from __future__ import annotations

import socketserver
import threading
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from fellestorg.kernel import clock, mail, messages
from fellestorg.kernel.messages import Recipient
from fellestorg.kernel.models import Mail


class Post(socketserver.StreamRequestHandler):
    """As much of RFC 5321 as a sender needs. ``server.refusals`` says what it answers to whom."""

    def handle(self) -> None:
        self.say("220 post.example ready")
        recipient, tls = "", self.server.offers_tls  # type: ignore[attr-defined]
        while line := self.rfile.readline().decode().strip():
            word = line.upper()
            if word.startswith("EHLO"):
                self.say("250-post.example")
                self.say("250-STARTTLS" if tls else "250-8BITMIME")
                self.say("250 SMTPUTF8")
            elif word == "STARTTLS":
                self.say("454 TLS not available due to temporary reason")
            elif word.startswith("RCPT"):
                recipient = line.partition("<")[2].partition(">")[0]
                self.say(self.server.refusals.get(recipient, "250 ok"))  # type: ignore[attr-defined]
            elif word == "DATA":
                self.say("354 go on")
                body = []
                while (part := self.rfile.readline()) not in (b".\r\n", b""):
                    body.append(part)
                self.server.taken.append((recipient, b"".join(body).decode()))  # type: ignore[attr-defined]
                self.say("250 taken")
            elif word == "QUIT":
                self.say("221 bye")
                return
            else:
                self.say("250 ok")

    def say(self, text: str) -> None:
        self.wfile.write(f"{text}\r\n".encode())


class Office(socketserver.ThreadingTCPServer):
    allow_reuse_address = daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Post)
        self.refusals: dict[str, str] = {}
        self.taken: list[tuple[str, str]] = []
        self.offers_tls = False


@pytest.fixture
def office(settings: Any, db: None) -> Iterator[Office]:
    with Office() as made:
        threading.Thread(target=made.serve_forever, args=(0.01,), daemon=True).start()
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", made.server_address[1]
        settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
        yield made
        made.shutdown()


def told(*addresses: str) -> None:
    messages.register({"test.smtp": ("Prøve æøå", "Hei.")})
    messages.tell([Recipient("", one) for one in addresses], "test.smtp", {}, link="/avtaler", at=clock.now())


def test_what_is_sent_arrives(office: Office) -> None:
    told("kari@example.no", "ola@example.no")
    assert mail.send_unsent() == 2
    assert sorted(recipient for recipient, _body in office.taken) == ["kari@example.no", "ola@example.no"]
    assert all("/avtaler" in body and "Auto-Submitted: auto-generated" in body for _recipient, body in office.taken)


def test_an_address_refused_for_good_is_given_up_after_three_tries_and_the_rest_arrives(office: Office) -> None:
    office.refusals["borte@example.no"] = "550 5.1.1 no such mailbox"
    told("borte@example.no", "kari@example.no")
    for _ in range(2):
        with pytest.raises(mail.UnsentMailError):
            mail.send_unsent()
    assert mail.send_unsent() == 0, "the third is the last, and nothing waits any more"
    assert mail.send_unsent() == 0
    row = Mail.objects.get(recipient="borte@example.no")
    assert (row.tries, row.trouble, row.sent_at) == (3, "550 5.1.1 no such mailbox", None)
    assert row.given_up_at is not None
    assert [recipient for recipient, _body in office.taken] == ["kari@example.no"]
    del office.refusals["borte@example.no"]
    assert mail.try_again(row.pk) and not mail.try_again(row.pk)
    assert mail.send_unsent() == 1


def test_an_address_refused_for_now_is_tried_until_it_is_taken(office: Office) -> None:
    office.refusals["full@example.no"] = "452 4.2.2 mailbox full"
    told("full@example.no")
    for _ in range(5):
        with pytest.raises(mail.UnsentMailError):
            mail.send_unsent()
    row = Mail.objects.get()
    assert (row.tries, row.given_up_at, row.trouble) == (0, None, "452 4.2.2 mailbox full")
    office.refusals.clear()
    assert mail.send_unsent() == 1
    row.refresh_from_db()
    assert row.trouble == ""


@pytest.mark.parametrize("offers", [True, False])
def test_without_the_encryption_asked_for_nothing_is_sent(office: Office, settings: Any, offers: bool) -> None:
    settings.EMAIL_USE_TLS, office.offers_tls = True, offers
    told("kari@example.no")
    with pytest.raises(mail.UnsentMailError):
        mail.send_unsent()
    row = Mail.objects.get()
    assert (row.sent_at, row.given_up_at, row.tries) == (None, None, 0)
    assert row.trouble and not office.taken


def test_a_server_that_is_gone_is_waited_for(settings: Any, office: Office) -> None:
    office.shutdown()
    office.server_close()
    assert mail.send_unsent() == 0, "with nothing to send nobody complains"
    told("kari@example.no")
    with pytest.raises(mail.UnsentMailError):
        mail.send_unsent()
    assert Mail.objects.get().given_up_at is None


@pytest.mark.usefixtures("demo")
def test_the_administrator_sees_what_did_not_get_through_and_tries_again() -> None:
    Mail.objects.update(sent_at=clock.now())
    given_up = Mail.objects.create(
        recipient="borte@example.no", language="nb", subject="Sak", body="Hei", created_at=clock.now() - timedelta(days=1),
        trouble="550 <no> such mailbox", tries=3, given_up_at=clock.now(),
    )  # fmt: skip
    visitor = Client()
    assert visitor.get("/oppsett/e-post")["Location"].startswith("/logg-inn")
    visitor.post("/logg-inn", {"person": "innkjoper"})
    assert visitor.get("/oppsett/e-post").status_code == 403
    admin = Client()
    admin.post("/logg-inn", {"person": "si-admin"})
    assert "/oppsett/e-post" in admin.get("/oppsett").content.decode()
    page = admin.get("/oppsett/e-post").content.decode()
    assert "borte@example.no" in page and "550 &lt;no&gt; such mailbox" in page
    assert admin.post("/oppsett/e-post/igjen", {"mail": given_up.pk}).status_code == 302
    assert admin.post("/oppsett/e-post/igjen", {"mail": given_up.pk}).status_code == 404
    assert admin.post("/oppsett/e-post/igjen", {"mail": "tull"}).status_code == 404
    given_up.refresh_from_db()
    assert (given_up.given_up_at, given_up.tries) == (None, 0)
