"""Opportunities by e-mail: confirmed by its owner, each told once, stopped by one press, and forgotten."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from fellestorg.kernel import mail
from fellestorg.kernel.models import Mail, Message
from fellestorg.kernel.sealing import open_text
from fellestorg.marketplace.opportunities import choosing, digest, notices, subscribing
from fellestorg.marketplace.opportunities.models import OpportunitySubscription
from fellestorg.marketplace.tests.test_opportunities import HERE, NOW, client, lead, published, titled
from fellestorg.marketplace.tests.test_opportunities import _moved as moved
from fellestorg.organisations.models import Person
from fellestorg.values import BadInput, Refused

pytestmark = pytest.mark.usefixtures("demo")
WHO = "post@firma.example"
ALL = choosing.Chosen()


def ask(email: str = WHO, query: str = "", **more: str) -> Any:
    return Client().post(f"{HERE}/e-post/ny?{query}", {"email": email, "frequency": "daily"} | more)


def link() -> str:
    return open_text(Mail.objects.filter(recipient=WHO).latest("created_at").sealed_link)


def confirmed(query: str = "", frequency: str = "daily", now: datetime = NOW) -> OpportunitySubscription:
    return subscribing.confirm(subscribing.Asked(WHO, query, frequency, "nb"), now)


def mails() -> list[Mail]:
    return list(Mail.objects.filter(recipient=WHO).order_by("created_at"))


def test_nothing_is_kept_before_the_owner_of_the_address_presses_the_button() -> None:
    assert ask(query="slag=planned").status_code == 200
    there = link()
    assert WHO not in there and not OpportunitySubscription.objects.exists()
    assert Client().get(there).status_code == 200
    assert not OpportunitySubscription.objects.exists()
    page = Client().post(there).content.decode()
    assert "Bekreftet" in page
    row = OpportunitySubscription.objects.get()
    assert (row.email, row.query, row.person) == (WHO, "slag=planned", None)
    assert Client().post(there).status_code == 200 and OpportunitySubscription.objects.count() == 1


def test_the_answer_is_the_same_whether_an_address_is_known_or_not() -> None:
    confirmed()
    known, new = ask(), ask("ny@firma.example")
    plain = [re.sub(r'value="[^"]+"|<time.*?</time>', "", one.content.decode()) for one in (known, new)]
    assert plain[0] == plain[1] and known.status_code == new.status_code == 200
    assert Mail.objects.filter(recipient__in=(WHO, "ny@firma.example")).count() == 2


def test_one_address_gets_five_links_in_a_quarter_of_an_hour_and_nobody_is_told(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert {ask().status_code for _ in range(7)} == {200}
    assert len(mails()) == 5
    monkeypatch.setattr(subscribing, "MOST_IN_A_QUARTER", 1)
    assert ask("annen@firma.example").status_code == 429


@pytest.mark.parametrize(
    "given",
    [
        {"email": "ikke en adresse"},
        {"email": ""},
        {"frequency": "hourly"},
        {"email": "a@b.example\r\nBcc: x@y.example"},
    ],
    ids=["no-address", "empty", "frequency", "header"],
)
def test_what_will_not_do_is_named_beside_the_form(given: dict[str, str]) -> None:
    assert ask(**({"email": WHO} | given)).status_code == 422
    assert not Mail.objects.filter(recipient__contains="@firma.example").exists()


def test_a_link_that_is_old_or_not_ours_confirms_nothing() -> None:
    ask()
    token = link().rsplit("/", 1)[1]
    assert subscribing.confirmable(token, NOW + timedelta(days=60)) is None
    assert Client().post(f"{HERE}/bekreft/{token[:-4]}AAAA").status_code == 404
    assert Client().post(f"{HERE}/stopp/{token}").status_code == 404
    assert not OpportunitySubscription.objects.exists()


def test_each_opportunity_is_told_once_and_a_moved_deadline_again() -> None:
    row = confirmed()
    tomorrow = NOW + timedelta(days=1)
    assert digest.tell(tomorrow) == 0
    published(NOW)
    assert [digest.tell(tomorrow + timedelta(days=1)), digest.tell(tomorrow + timedelta(days=1))] == [1, 0]
    [first] = mails()
    assert "NYTT" in first.body and "Flodhester" in first.body and "Overnatting" not in first.body
    assert f"{HERE}/" in first.body and not first.kept
    moved(titled("Overnatting"), timedelta(days=3))
    assert [digest.tell(tomorrow + timedelta(days=n)) for n in (2, 3)] == [1, 0]
    assert "ENDRET DATO" in mails()[1].body and "Flodhester" not in mails()[1].body
    row.refresh_from_db()
    assert all(key.startswith(("competition:", "agreement:", "advance_notice:")) for key in row.told)


def test_only_what_was_chosen_is_told_and_weekly_once_a_week() -> None:
    confirmed("slag=consultation", "weekly")
    published(NOW)
    assert digest.tell(NOW + timedelta(days=7)) == 0
    published(
        NOW, kind="consultation", answer_until=NOW + timedelta(days=40), expected_on=None, title="Spør (demodata)"
    )
    assert [digest.tell(NOW + timedelta(days=n)) for n in (8, 13, 14, 15)] == [0, 0, 1, 0]


def test_what_is_over_is_never_told_and_told_again_never() -> None:
    confirmed()
    row = published(NOW)
    notices.withdraw(row, "Behovet falt bort (demodata).", actor=lead()[0], now=NOW)
    assert digest.tell(NOW + timedelta(days=1)) == 0


def test_one_press_in_the_mail_program_stops_it_and_the_address_is_forgotten(settings: Any, tmp_path: Any) -> None:
    confirmed()
    published(NOW)
    digest.tell(NOW + timedelta(days=1))
    [waiting] = mails()
    made = mail._message(waiting, demo=False).message()
    assert made["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    path = made["List-Unsubscribe"].strip("<>").removeprefix(settings.BASE_URL)
    assert path == waiting.stop_link and path in made.get_payload()
    strict = Client(enforce_csrf_checks=True)
    assert strict.get(path).status_code == 200 and OpportunitySubscription.objects.exists()
    assert strict.post(path, {"List-Unsubscribe": "One-Click"}).status_code == 200
    assert not OpportunitySubscription.objects.exists() and mails() == []
    assert "stoppet" in strict.get(path).content.decode()


def test_a_mail_to_a_stranger_is_gone_when_it_is_sent(settings: Any, tmp_path: Any) -> None:
    settings.MAIL_DIR, settings.EMAIL_BACKEND = tmp_path, "fellestorg.kernel.mail.FolderBackend"
    Mail.objects.all().delete()
    ask()
    confirmed()
    published(NOW)
    digest.tell(NOW + timedelta(days=1))
    assert mail.send_unsent() == 2 and mails() == []
    said = "".join(path.read_text() for path in tmp_path.iterdir())
    assert "List-Unsubscribe-Post: List-Unsubscribe=One-Click" in said and "/bekreft/" in said


def test_somebody_signed_in_is_told_in_the_house_and_stops_it_there() -> None:
    atea = client("atea")
    assert atea.post(f"{HERE}/e-post/ny?slag=planned", {"frequency": "daily"}).status_code == 302
    person = Person.objects.get(username="atea")
    row = OpportunitySubscription.objects.get(person=person)
    assert row.email == "" and row.query == "slag=planned"
    published(NOW)
    later = NOW + timedelta(days=400)
    assert digest.tell(NOW + timedelta(days=1)) == 1 and digest.tell(later) == 0
    assert Message.objects.filter(recipient=person.key, code="opportunities_digest").count() == 1
    assert Mail.objects.filter(recipient=person.email, kept=True).exclude(stop_link="").count() == 1
    assert "Planlagt konkurranse" in atea.get(f"{HERE}/e-post").content.decode()
    assert client("dustin").post(f"{HERE}/e-post/{row.pk}/stopp").status_code == 404
    assert atea.post(f"{HERE}/e-post/{row.pk}/stopp").status_code == 302
    assert not OpportunitySubscription.objects.exists()


def test_ten_choices_are_the_most() -> None:
    for number in range(subscribing.MOST):
        confirmed(f"q={number}")
    confirmed("q=1", "weekly")
    with pytest.raises(Refused):
        confirmed("q=x")
    with pytest.raises(BadInput):
        long = choosing.read_query("&".join(f"{name}={'a' * 90}{n}" for name in choosing.FACETS for n in range(9)))
        subscribing.subscribe(Person.objects.get(username="atea"), long, "daily", NOW)
