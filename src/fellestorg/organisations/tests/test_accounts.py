"""Accounts: links that open once, passwords, codes that count once, lock-out, and sessions that end."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pyotp
import pytest
from django.db import connection
from django.test import Client

from fellestorg.kernel import clock, mail
from fellestorg.kernel.actors import OPERATOR
from fellestorg.kernel.models import Event, Installation, Mail
from fellestorg.kernel.sealing import open_text
from fellestorg.organisations import accounts, codes, tries
from fellestorg.organisations.first_administrator import first_administrator_link
from fellestorg.organisations.links import make_link, open_link
from fellestorg.organisations.models import Account, OneTimeLink, Organisation, Person, RecoveryCode, RoleGrant
from fellestorg.organisations.passwords import password_problems, username_problems
from fellestorg.organisations.tasks import note_failed_sign_in, send_password_link
from fellestorg.values import BadInput, Refused

pytestmark = pytest.mark.django_db
PASSWORD = "en lang setning om kaffe"
OTHER = "fire hester og en sykkel"
NUMBER = "310000019"
KEY = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
FIRST = {
    "number": NUMBER,
    "organisation": "Eierdirektoratet",
    "name": "Kari Admin",
    "email": "kari@eier.example",
    "username": "kari",
    "language": "nb",
    "password": PASSWORD,
    "again": PASSWORD,
}


@pytest.fixture(autouse=True)
def _real(settings: Any, db: None) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # argon2 is slow on purpose
    accounts._nobody.cache_clear()
    Installation.objects.create(id=1, kind="real", clock_offset=timedelta(0))


def person(username: str = "kari", role: str = "si_admin") -> Person:
    organisation, _made = Organisation.objects.get_or_create(
        number=NUMBER, defaults={"name": "Eierdirektoratet", "kind": "agency"}
    )
    made = Person.objects.create(username=username, name="Kari Admin", email=f"{username}@eier.example")
    RoleGrant.objects.create(person=made, organisation=organisation, role=role, valid_from="2023-01-01")
    return made


def account(username: str = "kari", role: str = "si_admin") -> Person:
    """Somebody with password, code app and recovery codes; the code of now is not used yet."""
    made = person(username, role)
    accounts.open_account(made, accounts.hashed(PASSWORD), KEY, code(-30), clock.now())
    Account.objects.update(code_step=0)
    return made


def code(seconds: int = 0) -> str:
    return pyotp.TOTP(KEY).at(int(clock.now().timestamp()) + seconds)


def sign_in(client: Client, username: str = "kari", password: str = PASSWORD, given: str | None = None) -> Any:
    fields = {"username": username, "password": password, "code": code() if given is None else given}
    return client.post("/logg-inn?next=/meg", fields)


def first_link() -> str:
    return make_link(OneTimeLink.Purpose.FIRST_ADMINISTRATOR, None, clock.now())


def typed_key(page: Any) -> str:
    found = re.search(r"<code[^>]*>((?:[A-Z2-7]{4} ?)+)</code>", page.content.decode())
    assert found is not None
    return found[1].replace(" ", "")


def verbs() -> list[str]:
    return list(Event.objects.order_by("id").values_list("verb", flat=True))


def test_the_first_link_makes_owner_administrator_and_account_and_is_then_worth_nothing() -> None:
    visitor, link = Client(), first_link()
    assert visitor.get(link).status_code == 200
    step = visitor.post(link, FIRST)
    assert step["Location"] == f"{link}/kode"
    assert not Person.objects.exists() and open_link(link.rpartition("/")[2], clock.now()) is not None
    page = visitor.get(step["Location"])
    key = typed_key(page)
    assert 'style="' not in page.content.decode() and "no-store" in page["Cache-Control"]
    done = visitor.post(step["Location"], {"code": pyotp.TOTP(key).now()})
    assert done.status_code == 200 and len(re.findall(r"<code>\w{5}-\w{5}</code>", done.content.decode())) == 10
    assert "Kari Admin" in done.content.decode()
    assert visitor.get("/oppsett").status_code == 200
    grant = RoleGrant.objects.select_related("organisation", "person").get()
    assert (grant.role, grant.organisation.number, grant.person.username) == ("si_admin", NUMBER, "kari")
    assert verbs() == ["organisation_registered", "installation_opened"]
    assert Client().get(link).status_code == 404
    assert Client().post(f"{link}/kode", {"code": "000000"}).status_code == 404
    with pytest.raises(Refused, match="administrator"):
        first_administrator_link()


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"number": "123456789"}, "number"),
        ({"organisation": " "}, "organisation"),
        ({"email": "kari"}, "email"),
        ({"username": "K"}, "username"),
        ({"username": "01010750160"}, "username"),
        ({"name": "Kari 01010750160"}, "name"),
        ({"password": "kort", "again": "kort"}, "password"),
        ({"password": "password1234", "again": "password1234"}, "password"),
        ({"password": "karikarikari1", "again": "karikarikari1"}, "password"),
        ({"again": OTHER}, "again"),
    ],
)
def test_what_cannot_be_is_said_at_its_field_and_nothing_is_made(change: dict[str, str], field: str) -> None:
    visitor, link = Client(), first_link()
    page = visitor.post(link, {**FIRST, **change})
    assert page.status_code == 422
    assert f'id="id_{field}-error"' in page.content.decode()
    assert PASSWORD not in page.content.decode()
    assert visitor.get(f"{link}/kode").status_code == 302
    assert not Person.objects.exists()


def test_a_newer_link_and_time_make_an_older_one_worthless() -> None:
    old, new = first_link(), first_link()
    assert Client().get(old).status_code == 404
    assert Client().get(new).status_code == 200
    OneTimeLink.objects.update(expires_at=clock.now())
    assert Client().get(new).status_code == 404
    assert Client().get("/velkommen/tull").status_code == 404


def test_only_the_digest_of_a_link_is_kept() -> None:
    token = first_link().rpartition("/")[2]
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_jsonb(l)::text FROM organisations_onetimelink l")
        assert token not in cursor.fetchone()[0]


def test_password_and_code_sign_in_and_the_session_is_new() -> None:
    account()
    visitor = Client()
    visitor.get("/logg-inn")
    session = visitor.session
    session["seen"] = "1"
    session.save()
    before = session.session_key
    assert sign_in(visitor)["Location"] == "/meg"
    assert visitor.session.session_key != before
    assert "Kari Admin" in visitor.get("/meg").content.decode()
    visitor.post("/logg-ut")
    assert visitor.get("/meg").status_code == 302
    assert verbs() == ["signed_in", "signed_out"]


def test_a_code_counts_once_and_so_does_a_recovery_code() -> None:
    made = account()
    spare = accounts.renew_recovery_codes(made, PASSWORD, now=clock.now())
    given = code()
    assert sign_in(Client(), given=given).status_code == 302
    assert sign_in(Client(), given=given).status_code == 422
    assert sign_in(Client(), given=code(-30)).status_code == 422, "an older code after a newer one"
    assert sign_in(Client(), given=spare[3].upper().replace("-", " ")).status_code == 302
    assert sign_in(Client(), given=spare[3]).status_code == 422
    assert RecoveryCode.objects.exclude(used_at=None).count() == 1


@pytest.mark.parametrize("seconds", [-90, 90, 3600])
def test_a_code_of_another_time_is_wrong(seconds: int) -> None:
    now = clock.now()
    assert codes.step_of(KEY, pyotp.TOTP(KEY).at(int(now.timestamp()) + seconds), now) is None


@pytest.mark.parametrize(("typed", "right"), [("{} ", True), ("{:.3} {}", False), ("", False), ("abc", False)])
def test_a_code_is_read_as_people_type_it(typed: str, right: bool) -> None:
    now = clock.now()
    shown = pyotp.TOTP(KEY).at(int(now.timestamp()))
    found = codes.step_of(KEY, typed.format(shown, shown), now)
    assert (found is not None) == right
    assert codes.step_of(KEY, f"{shown[:3]} {shown[3:]}", now) is not None


@pytest.mark.parametrize("username", ["kari", "nobody", "KARI"])
def test_five_wrong_lock_the_name_for_a_quarter_whether_anybody_has_it(username: str) -> None:
    account()
    visitor = Client()
    answers = [sign_in(visitor, username, "galt passord her", "123456") for _ in range(6)]
    assert [answer.status_code for answer in answers] == [422] * 5 + [429]
    assert sign_in(visitor, username).status_code == 429
    texts = {re.sub(rf'value="{username}"|csrf\S+ value="\S+"', "", one.content.decode()) for one in answers[:5]}
    assert len(texts) == 1
    now = clock.now()
    assert not tries.take(username, now + tries.LOCKED - timedelta(minutes=1))
    assert tries.take(username, now + tries.LOCKED + timedelta(minutes=1))


def test_what_is_wrong_shows_the_same_whoever_it_is() -> None:
    account()

    def answer(username: str, password: str, given: str) -> str:
        page = sign_in(Client(), username, password, given)
        assert page.status_code == 422
        return re.sub(rf'value="{username}"|name="csrfmiddlewaretoken" value="\w+"', "", page.content.decode())

    answers = {answer("kari", OTHER, code()), answer("kari", PASSWORD, "000000"), answer("nobody", OTHER, "000000")}
    assert len(answers) == 1


def test_a_right_one_starts_the_count_anew() -> None:
    account()
    for _ in range(4):
        sign_in(Client(), password="galt passord her", given="123456")
    assert sign_in(Client()).status_code == 302
    for _ in range(4):
        assert sign_in(Client(), password="galt passord her", given="123456").status_code == 422


def test_a_failed_attempt_is_told_of_without_what_was_typed() -> None:
    made = account()
    sign_in(Client(), password="galt passord her", given="123456")
    sign_in(Client(), "hemmelig-passord", "galt passord her", "123456")
    with connection.cursor() as cursor:
        cursor.execute("SELECT args::text FROM procrastinate_jobs WHERE task_name = 'note_failed_sign_in' ORDER BY id")
        kept = [row[0] for row in cursor.fetchall()]
        cursor.execute("SELECT to_jsonb(t)::text FROM organisations_signintries t")
        kept += [row[0] for row in cursor.fetchall()]
    assert len(kept) == 4 and not [one for one in kept if "hemmelig" in one or "galt" in one]
    note_failed_sign_in(made.pk, clock.now().isoformat())
    note_failed_sign_in(0, clock.now().isoformat())
    event = Event.objects.get()
    assert (event.verb, event.subject, event.actor) == ("sign_in_failed", made.key, "public")


def test_a_new_password_ends_every_other_session() -> None:
    account()
    here, elsewhere = Client(), Client()
    sign_in(here)
    Account.objects.update(code_step=0)
    sign_in(elsewhere)
    change = {"password": PASSWORD, "new_password": OTHER, "again": OTHER}
    assert here.post("/meg/konto/passord", {**change, "password": "galt passord her"}).status_code == 422
    assert here.post("/meg/konto/passord", {**change, "new_password": "kort", "again": "kort"}).status_code == 422
    assert elsewhere.get("/meg").status_code == 200
    assert here.post("/meg/konto/passord", change)["Location"] == "/meg/konto"
    assert here.get("/meg").status_code == 200
    assert elsewhere.get("/meg").status_code == 302
    Account.objects.update(code_step=0)
    assert sign_in(Client()).status_code == 422
    assert sign_in(Client(), password=OTHER).status_code == 302


def test_guessing_the_password_inside_a_session_locks_too() -> None:
    account()
    here = Client()
    sign_in(here)
    wrong = {"password": "galt passord her", "new_password": OTHER, "again": OTHER}
    answers = [here.post("/meg/konto/passord", wrong).status_code for _ in range(6)]
    assert answers == [422] * 5 + [409]


def test_one_signs_out_everywhere_else() -> None:
    account()
    here, elsewhere = Client(), Client()
    for one in (here, elsewhere):
        Account.objects.update(code_step=0)
        sign_in(one)
    assert here.post("/meg/konto/andre-steder").status_code == 302
    assert (here.get("/meg").status_code, elsewhere.get("/meg").status_code) == (200, 302)


@pytest.mark.parametrize(("idle", "age", "holds"), [(59, 59, True), (61, 61, False), (5, 719, True), (5, 721, False)])
def test_a_session_ends_when_it_is_left_or_old(idle: int, age: int, holds: bool) -> None:
    account()
    here = Client()
    sign_in(here)
    session = here.session
    instant = int(clock.now().timestamp())
    session["account"] = {**session["account"], "seen": instant - idle * 60, "since": instant - age * 60}
    session.save()
    assert (here.get("/meg").status_code == 200) == holds
    if holds:
        assert here.session["account"]["seen"] >= instant


def test_a_new_code_app_replaces_the_old_one() -> None:
    account()
    here = Client()
    sign_in(here)
    key = typed_key(here.get("/meg/konto/kodeapp"))
    given = pyotp.TOTP(key).now()
    wrong = here.post("/meg/konto/kodeapp", {"password": PASSWORD, "code": "000000"})
    assert wrong.status_code == 422 and typed_key(wrong) == key
    assert here.post("/meg/konto/kodeapp", {"password": PASSWORD, "code": given}).status_code == 200
    kept = Account.objects.get()
    assert open_text(kept.code_key) == key and key not in kept.code_key
    assert sign_in(Client(), given=code(30)).status_code == 422
    assert sign_in(Client(), given=pyotp.TOTP(key).at(int(clock.now().timestamp()) + 30)).status_code == 302


def test_an_invitation_reaches_only_the_one_invited(settings: Any, tmp_path: Any) -> None:
    settings.MAIL_DIR, settings.EMAIL_BACKEND = tmp_path, "fellestorg.kernel.mail.FolderBackend"
    made = person("ola", "agreement_manager")
    accounts.invite(made, actor=OPERATOR, now=clock.now())
    waiting = Mail.objects.get()
    assert "/velkommen/" not in waiting.body + waiting.sealed_link and waiting.sealed_link
    assert mail.send_unsent() == 1
    waiting.refresh_from_db()
    assert waiting.sealed_link == ""
    (letter,) = tmp_path.glob("*.eml")
    link = re.search(r"/velkommen/\S+", letter.read_text())
    assert link is not None
    visitor = Client()
    assert visitor.post(link[0], {"password": PASSWORD, "again": PASSWORD}).status_code == 302
    key = typed_key(visitor.get(f"{link[0]}/kode"))
    assert visitor.post(f"{link[0]}/kode", {"code": pyotp.TOTP(key).now()}).status_code == 200
    assert made.name in visitor.get("/meg").content.decode()
    assert verbs() == ["invited", "account_opened"]
    told = [str(event.payload) for event in Event.objects.all()]
    assert not [one for one in told if link[0].rpartition("/")[2] in one]


def test_the_administrator_invites_from_the_organisations_page() -> None:
    account()
    person("ola", "buyer")
    here = Client()
    sign_in(here)
    assert f"/virksomheter/{NUMBER}/inviter/ola" in here.get(f"/virksomheter/{NUMBER}").content.decode()
    assert here.post(f"/virksomheter/{NUMBER}/inviter/ola").status_code == 302
    assert Mail.objects.get().recipient == "ola@eier.example"
    assert here.post(f"/virksomheter/{NUMBER}/inviter/nobody").status_code == 404
    assert Client().post(f"/virksomheter/{NUMBER}/inviter/ola")["Location"].startswith("/logg-inn")


def test_a_forgotten_password_is_chosen_anew_and_the_code_app_stays(settings: Any, tmp_path: Any) -> None:
    settings.MAIL_DIR, settings.EMAIL_BACKEND = tmp_path, "fellestorg.kernel.mail.FolderBackend"
    account()
    known, unknown = (Client().post("/glemt-passord", {"username": name}) for name in ("kari", "nobody"))
    assert known.status_code == unknown.status_code == 200
    assert "Se i innboksen" in known.content.decode() and "Se i innboksen" in unknown.content.decode()
    for name in ("nobody", "KARI", "kari"):
        send_password_link(name, clock.now().isoformat())
    assert mail.send_unsent() == 1, "one link, however often it is asked for"
    (letter,) = tmp_path.glob("*.eml")
    link = re.search(r"/velkommen/\S+", letter.read_text())
    assert link is not None
    assert Client().post(link[0], {"password": "kort", "again": "kort"}).status_code == 422
    assert Client().post(link[0], {"password": OTHER, "again": OTHER})["Location"] == "/logg-inn"
    assert Client().get(link[0]).status_code == 404
    assert sign_in(Client(), password=OTHER).status_code == 302


def test_an_account_key_that_is_another_lets_nobody_in(settings: Any) -> None:
    account()
    settings.ACCOUNT_KEY = "another"
    assert sign_in(Client()).status_code == 422


def test_somebody_taken_out_is_out() -> None:
    account()
    here = Client()
    sign_in(here)
    Person.objects.update(active=False)
    Account.objects.update(code_step=0)
    assert here.get("/meg").status_code == 302
    assert sign_in(Client()).status_code == 422


def test_an_auditor_changes_her_own_password_and_nothing_else() -> None:
    account("revisor", "auditor")
    here = Client()
    sign_in(here, "revisor")
    change = {"password": PASSWORD, "new_password": OTHER, "again": OTHER}
    assert here.post("/meg/konto/passord", change).status_code == 302
    assert here.post("/meg/vikar").status_code == 403


@pytest.mark.parametrize("path", ["/meg/konto", "/meg/konto/kodeapp"])
def test_without_signing_in_there_is_no_account_to_see(path: str) -> None:
    assert Client().get(path)["Location"].startswith("/logg-inn")


@pytest.mark.parametrize(
    ("password", "fine"),
    [
        (PASSWORD, True),
        ("x" * 12, False),
        ("abcdefghijk", False),
        ("qwertyuiop123", False),
        ("min kari er best", False),
    ],
)
def test_passwords_are_long_and_not_the_name(password: str, fine: bool) -> None:
    assert (not list(password_problems(password, "kari"))) == fine


@pytest.mark.parametrize(
    ("username", "fine"), [("kari.n", True), ("k", False), ("Å se", False), ("01010750160", False)]
)
def test_user_names(username: str, fine: bool) -> None:
    assert (not list(username_problems(username))) == fine


def test_the_old_key_cannot_be_proved_with_another_code() -> None:
    with pytest.raises(BadInput, match="koden"):
        accounts._first_step(KEY, "seks sifre")
