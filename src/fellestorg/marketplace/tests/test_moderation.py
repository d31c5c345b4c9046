"""Nothing is public before SI has said so: two for the first time, one later; and nothing goes before the firm is heard."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from fellestorg.kernel.actors import Actor, Grant
from fellestorg.kernel.models import Message
from fellestorg.marketplace.listings import actions
from fellestorg.marketplace.models import ListingVersion, ModerationCase
from fellestorg.marketplace.moderation import deciding
from fellestorg.marketplace.moderation.reasons import reasons
from fellestorg.marketplace.tests.listings_world import NOW, PUBLIC, firm, laid, member, seen
from fellestorg.organisations.models import Person
from fellestorg.values import BadInput, Refused

pytestmark = pytest.mark.django_db
WHY = "Svaret om datasenter er ikke belagt."


def at_si(username: str) -> tuple[Person, Actor]:
    person = Person.objects.create(username=username, name=username.title(), email=f"{username}@demodata.example")
    return person, Actor(person.key, person.name, (Grant("agreement_manager", "986252932"),))


@pytest.fixture
def world() -> dict[str, tuple[Person, Actor]]:
    made = firm()
    return {"firm": member(made), "one": at_si("one"), "other": at_si("other"), "third": at_si("third")}


def waiting(world: dict[str, tuple[Person, Actor]]) -> ListingVersion:
    person, _actor = world["firm"]
    of = person.firm_memberships.get().firm
    return laid(of, person)


def public(world: dict[str, tuple[Person, Actor]]) -> ListingVersion:
    person, _actor = world["firm"]
    return laid(person.firm_memberships.get().firm, person, "published")


def take(world: dict[str, tuple[Person, Actor]], version: ListingVersion, who: str = "one") -> ModerationCase:
    person, actor = world[who]
    return deciding.take(version, actor=actor, person=person, now=NOW)


def decide(world: dict[str, tuple[Person, Actor]], case: ModerationCase, who: str, outcome: str, reason: str = "",
           text: str = WHY) -> ModerationCase:  # fmt: skip
    person, actor = world[who]
    return deciding.decide(case, outcome, reason, text, actor=actor, person=person, now=NOW)


def state(version: ListingVersion) -> str:
    return ListingVersion.objects.get(pk=version.pk).state


def test_the_first_publication_takes_two(world: dict[str, tuple[Person, Actor]]) -> None:
    version = waiting(world)
    case = decide(world, take(world, version), "one", "publish")
    assert (case.state, state(version)) == ("recommended", "submitted")
    with pytest.raises(Refused):
        decide(world, case, "one", "publish")
    case = decide(world, case, "other", "publish")
    assert (case.state, state(version)) == ("closed", "published")
    assert seen(PUBLIC, version.listing.key).version == version.pk
    told = Message.objects.get(recipient=world["firm"][0].key, code="moderation_publish")
    assert told.params["reference"] == case.reference
    with pytest.raises(Refused):
        decide(world, case, "third", "refuse", "outdated")


def test_a_later_version_takes_one(world: dict[str, tuple[Person, Actor]]) -> None:
    first = public(world)
    person, actor = world["firm"]
    version = actions.new_version(first.listing, actor=actor, person=person, now=NOW)
    ListingVersion.objects.filter(pk=version.pk).update(
        state="submitted", sha256=first.sha256, submitted_at=NOW, submitted_by=person
    )
    case = decide(world, take(world, version), "one", "publish")
    assert (case.state, state(version), state(first)) == ("closed", "published", "replaced")


def test_those_who_disagree_need_a_third(world: dict[str, tuple[Person, Actor]]) -> None:
    version = waiting(world)
    case = decide(world, take(world, version), "one", "publish")
    case = decide(world, case, "other", "refuse", "missing_evidence")
    assert (case.state, case.outcome, case.first_id) == ("recommended", "refuse", world["other"][0].pk)
    case = decide(world, case, "third", "refuse", "missing_evidence")
    assert (case.state, state(version)) == ("closed", "refused")


@pytest.mark.parametrize(
    ("outcome", "reason", "text"),
    [("refuse", "", WHY), ("refuse", "nope", WHY), ("refuse", "outdated", "kort"), ("x", "", WHY)],
)
def test_a_decision_that_cannot_be_read_changes_nothing(
    world: dict[str, tuple[Person, Actor]], outcome: str, reason: str, text: str
) -> None:
    version = waiting(world)
    case = take(world, version)
    with pytest.raises(BadInput):
        decide(world, case, "one", outcome, reason, text)
    assert state(version) == "submitted" and ModerationCase.objects.get(pk=case.pk).state == "open"


def test_the_database_wants_two_people_too(world: dict[str, tuple[Person, Actor]]) -> None:
    case = take(world, waiting(world))
    person = world["one"][0]
    with pytest.raises(IntegrityError), transaction.atomic():
        ModerationCase.objects.filter(pk=case.pk).update(first=person, second=person)


def test_nobody_moderates_their_own_firm_and_no_supplier_moderates(world: dict[str, tuple[Person, Actor]]) -> None:
    version = waiting(world)
    person, actor = world["firm"]
    with pytest.raises(Refused):
        deciding.take(version, actor=actor, person=person, now=NOW)
    both = Actor(person.key, person.name, (Grant("agreement_manager", "986252932"),))
    with pytest.raises(Refused):
        deciding.take(version, actor=both, person=person, now=NOW)


def test_a_listing_is_removed_by_another_after_the_firm_was_heard(world: dict[str, tuple[Person, Actor]]) -> None:
    person, actor = world["firm"]
    version = public(world)
    si, si_actor = world["one"]
    case = deciding.give_notice(version, "unproved_claim", WHY, actor=si_actor, person=si, now=NOW)
    with pytest.raises(Refused):
        deciding.give_notice(version, "unproved_claim", WHY, actor=si_actor, person=si, now=NOW)
    other, other_actor = world["other"]
    with pytest.raises(Refused) as too_soon:
        deciding.settle(case, "remove", WHY, actor=other_actor, person=other, now=NOW)
    assert too_soon.value.code == "not_heard"
    case = deciding.answer(case, "Vi har sendt inn nytt belegg.", actor=actor, person=person, now=NOW)
    with pytest.raises(Refused):
        deciding.answer(case, "Og en gang til.", actor=actor, person=person, now=NOW)
    with pytest.raises(Refused):
        deciding.settle(case, "remove", WHY, actor=si_actor, person=si, now=NOW)
    deciding.settle(case, "remove", WHY, actor=other_actor, person=other, now=NOW)
    assert state(version) == "removed"


@pytest.mark.parametrize(("reason", "later", "may"), [
    ("unproved_claim", 0, False), ("unproved_claim", 15, True), ("unlawful", 0, True),
])  # fmt: skip
def test_silence_counts_when_the_time_is_out_and_what_is_unlawful_waits_for_nobody(
    world: dict[str, tuple[Person, Actor]], reason: str, later: int, may: bool
) -> None:
    version = public(world)
    si, si_actor = world["one"]
    case = deciding.give_notice(version, reason, WHY, actor=si_actor, person=si, now=NOW)
    assert case.answer_by == NOW + timedelta(days=reasons().answer_days)
    other, other_actor = world["other"]
    then = NOW + timedelta(days=later)
    try:
        deciding.settle(case, "remove", WHY, actor=other_actor, person=other, now=then)
    except Refused:
        assert not may
    else:
        assert may and state(version) == "removed"


def test_what_is_kept_stays(world: dict[str, tuple[Person, Actor]]) -> None:
    version = public(world)
    si, si_actor = world["one"]
    case = deciding.give_notice(version, "unproved_claim", WHY, actor=si_actor, person=si, now=NOW)
    other, other_actor = world["other"]
    case = deciding.settle(case, "keep", WHY, actor=other_actor, person=other, now=NOW)
    assert (case.state, state(version)) == ("closed", "published")


@pytest.mark.usefixtures("demo")
class TestPages:
    def client(self, username: str) -> Client:
        made = Client()
        assert made.post("/logg-inn", {"person": username}).status_code == 302
        return made

    def test_from_the_queue_to_public_by_two_people(self) -> None:
        version = ListingVersion.objects.filter(state="submitted").order_by("pk")[0]
        key = version.listing.key
        one, other = self.client("avtaleforvalter-ikt"), self.client("si-admin")
        assert b'"/skytjenester/moderering"' in one.get("/skytjenester").content
        assert key in one.get("/skytjenester/moderering.csv").content.decode()
        assert one.get("/skytjenester/moderering").status_code == 200
        taken = one.post(f"/skytjenester/moderering/{key}/{version.number}/ta")
        page = one.get(taken["Location"])
        assert page.status_code == 200 and "Påstander og belegg" in page.content.decode()
        assert one.post(taken["Location"], {"outcome": "refuse", "text": ""}).status_code == 422
        assert one.post(taken["Location"], {"outcome": "publish"}).status_code == 302
        assert one.post(taken["Location"], {"outcome": "publish"}).status_code == 409
        assert Client().get(f"/skytjenester/tjenester/{key}").status_code == 404
        assert other.post(taken["Location"], {"outcome": "publish"}).status_code == 302
        assert Client().get(f"/skytjenester/tjenester/{key}").status_code == 200
        assert key in {hit["key"] for hit in Client().get("/skytjenester/sok.json?type=service").json()["hits"]}

    def test_others_do_not_moderate(self) -> None:
        version = ListingVersion.objects.filter(state="submitted").order_by("pk")[0]
        for username in ("innkjoper", "atea"):
            who = self.client(username)
            assert who.get("/skytjenester/moderering").status_code == 403
            assert b"/skytjenester/moderering" not in who.get("/skytjenester").content
            path = f"/skytjenester/moderering/{version.listing.key}/{version.number}/ta"
            assert who.post(path).status_code == 403

    def test_a_report_is_answered_and_disputed_and_the_firm_complains_page_by_page(self) -> None:
        case = ModerationCase.objects.get(kind="report", state="hearing")
        path, firm, si = f"/skytjenester/moderering/sak/{case.pk}", self.client("skyfirma"), self.client("si-admin")
        page = firm.get(path).content.decode()
        assert "Uttal dere" in page and "Hva avgjør du?" not in page
        assert firm.post(path, {"do": "answer", "text": "Bare i Norge (demodata)."}).status_code == 302
        assert firm.post(path, {"outcome": "no_fault", "text": "Vi avgjør selv."}).status_code == 409
        assert si.post(path, {"outcome": "dispute", "text": WHY}).status_code == 422
        given = {"outcome": "dispute", "reason": "unproved_claim", "text": WHY}
        assert si.post(path, given).status_code == 302
        public = f"/skytjenester/tjenester/{case.version.listing.key}"
        assert "Omstridt" in Client().get(public).content.decode()
        assert si.get(f"{path}.zip").status_code == 200 and firm.get(f"{path}.zip").status_code == 403
        assert firm.get(f"{path}/klage").status_code == 200
        assert firm.post(f"{path}/klage", {"text": "Dette er dokumentert (demodata)."}).status_code == 302
        assert "en annen" in si.get(f"{path}/klage").content.decode().lower()
        assert si.post(f"{path}/klage", {"outcome": "upheld", "grounds": WHY}).status_code == 409
        other = self.client("avtaleforvalter-reise")
        assert other.post(f"{path}/klage", {"outcome": "dismissed", "grounds": WHY}).status_code == 409
        assert other.post(f"{path}/klage", {"outcome": "upheld", "grounds": WHY}).status_code == 302
        assert "Omstridt" not in Client().get(public).content.decode()
        assert self.client("innkjoper").get(path).status_code == 404

    def test_the_draft_says_what_could_be_put_more_soberly_and_saves_it_all_the_same(self) -> None:
        firm = self.client("skyfirma")
        firm.post("/skytjenester/mine-tjenester/ny", {"category": "cips-storage", "title": "Prøve", "language": "nb"})
        path = "/skytjenester/mine-tjenester/prove/1/tekst"
        given = {
            "main_language": "nb",
            "title:nb": "Prøve",
            "summary:nb": "Markedets billigste.",
            "description:nb": "D",
        }
        assert firm.post(path, given).status_code == 302
        assert "«Markedets billigste»" in firm.get(path).content.decode()
        assert "«Markedets billigste»" in firm.get("/skytjenester/mine-tjenester/prove/1/vis").content.decode()
