"""A listing from draft to public and away again: who may, what stands in the way, what stays as it was."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import DatabaseError, transaction

from fellestorg.kernel import audit, events
from fellestorg.kernel.actors import OPERATOR, Actor
from fellestorg.kernel.models import Event
from fellestorg.marketplace.listings import actions, drafts, files, queries
from fellestorg.marketplace.listings.actions import Ruling
from fellestorg.marketplace.listings.answers import Given
from fellestorg.marketplace.listings.checks import problems_of
from fellestorg.marketplace.listings.drafts import Price
from fellestorg.marketplace.listings.models import Listing, ListingStep, ListingVersion
from fellestorg.marketplace.tests import listings_world as world
from fellestorg.organisations.models import Person, RoleGrant
from fellestorg.values import BadInput, Refused

NOW, SI, PUBLIC, BUYER = world.NOW, world.SI, world.PUBLIC, world.BUYER
pytestmark = pytest.mark.usefixtures("db")


@pytest.fixture
def people() -> Any:
    firm = world.firm()
    return firm, *world.member(firm)


def test_a_listing_becomes_public_by_a_ruling_and_the_log_tells_of_each_step(people: Any) -> None:
    firm, person, actor = people
    version = world.published(firm, person, actor)
    (shown,) = queries.published(PUBLIC, NOW.date())
    assert (shown.key, shown.text("title"), shown.number) == ("demolager", "Demolager", 1)
    verbs = list(Event.objects.filter(stream="listing:demolager").order_by("seq").values_list("verb", flat=True))
    assert verbs == ["listing_created", "file_stored", "listing_submitted", "listing_published"]
    assert [one.state for one in queries.public_steps(version.listing)] == ["published"]
    events.seal()
    assert audit.verify().faults == ()


def test_what_is_submitted_stands_even_in_the_database(people: Any) -> None:
    version = world.filled(*people)
    version = actions.submit(version, actor=people[2], person=people[1], now=NOW)
    for change in ({"answers": {}}, {"texts": {}}, {"prices": []}, {"sha256": "x"}, {"state": "draft"}):
        with pytest.raises(DatabaseError), transaction.atomic():
            ListingVersion.objects.filter(pk=version.pk).update(**change)
    with pytest.raises(DatabaseError), transaction.atomic():
        version.delete()
    with pytest.raises(DatabaseError), transaction.atomic():
        ListingStep.objects.update(reason="")
    with pytest.raises(Refused) as refused:
        drafts.save_prices(version, [], actor=people[2], now=NOW)
    assert refused.value.code == "not_a_draft"


def test_content_changed_behind_the_triggers_back_is_found(people: Any) -> None:
    from django.db import connection

    version = world.published(*people)
    events.seal()
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET LOCAL session_replication_role = replica")
        cursor.execute("UPDATE marketplace_listingversion SET prices = '[]' WHERE id = %s", [version.pk])
    assert [(one.table, one.code) for one in audit.verify().faults] == [("marketplace_listingversion", "altered")]


def test_everything_missing_is_told_at_once(people: Any) -> None:
    firm, person, actor = people
    version = actions.create(firm, "saas-cases", "Demosak", actor=actor, person=person, now=NOW)
    with pytest.raises(BadInput) as bad:
        actions.submit(version, actor=actor, person=person, now=NOW)
    where = {one.where for one in bad.value.problems}
    assert {"summary", "description", "prices", "noark5", "dpa_document", "data_location"} <= where
    assert "title" not in where


CASES: list[tuple[str, dict[str, Given], str]] = [
    ("a certificate takes evidence", {"iso_27001": Given([{"number": "1", "issuer": "D", "expires": "2025-01-01"}])},
     "evidence_required"),
    ("a certificate that has expired", {"iso_27001": Given([{"number": "1", "issuer": "D", "expires": "2023-10-31"}],
     reference="D 1", url="https://demodata.example/1")}, "expired"),
    ("a register needs a web address", {"iso_27001": Given([{"number": "1", "issuer": "D", "expires": "2025-01-01"}],
     reference="D 1", url="javascript:alert(1)")}, "bad_reference"),
    ("a file that is another's", {"pue": Given("1,2", file="0c8f7a3e-1111-4111-8111-111111111111")}, "no_file"),
    ("a number out of bounds", {"pue": Given("0,9")}, "too_small"),
    ("a link that is a script", {"service_page": Given("javascript:alert(1)")}, "not_a_link"),
    ("half a row", {"sub_processors": Given([{"name": "Demodrift AS"}])}, "required"),
    ("two certificates where one is asked", {"iso_27001": Given([{"number": "1", "issuer": "D", "expires": "2025-01-01"}]
     * 2, reference="D", url="https://demodata.example/")}, "too_many_rows"),
]  # fmt: skip


@pytest.mark.parametrize(("given", "code"), [one[1:] for one in CASES], ids=[one[0] for one in CASES])
def test_an_answer_that_does_not_hold_is_refused_and_kept_as_typed(people: Any, given: Any, code: str) -> None:
    version = world.filled(*people, **given)
    found = [one for one in problems_of(version, NOW) if one.where in given]
    assert code in {one.code for one in found}
    version.refresh_from_db()
    assert version.answers.keys() >= given.keys()


def test_a_no_needs_no_proof_and_a_yes_does(people: Any) -> None:
    for raw, problems in (("nei", []), ("ja", ["evidence_required"])):
        version = world.filled(*people, f"Demosak {raw}", "saas-cases", noark5=Given(raw))
        assert [one.code for one in problems_of(version, NOW)] == problems


def test_an_answer_keeps_its_day_until_it_is_changed_or_confirmed(people: Any) -> None:
    version, later = world.filled(*people, pue=Given("1,2")), NOW + timedelta(days=40)
    same = drafts.save_answers(version, {"pue": Given("1.20")}, actor=people[2], now=later)
    assert same.answers["pue"]["expires_at"] == "2024-11-01"
    confirmed = drafts.save_answers(version, {"pue": Given("1,2")}, actor=people[2], now=later, confirmed=True)
    assert confirmed.answers["pue"]["expires_at"] == "2024-12-11"
    changed = drafts.save_answers(version, {"pue": Given("1,3")}, actor=people[2], now=later + timedelta(days=1))
    assert changed.answers["pue"]["expires_at"] == "2024-12-12"


AGES = [
    (date(2024, 10, 1), "current", "1.2"),
    (date(2024, 10, 2), "due", "1.2"),
    (date(2024, 11, 1), "due", "1.2"),
    (date(2024, 11, 2), "outdated", "1.2"),
    (date(2025, 1, 30), "outdated", "1.2"),
    (date(2025, 1, 31), "hidden", None),
]


def test_an_answer_ages_day_by_day(people: Any) -> None:
    version = world.published(*people, pue=Given("1,2"))
    for day, standing, value in AGES:
        shown = queries.as_seen(version, PUBLIC, day).answers["pue"]
        assert (shown["standing"], shown["value"]) == (standing, value), day


def test_what_is_for_buyers_is_not_told_to_others(people: Any) -> None:
    firm, person, actor = people
    kept = Given([{"name": "Demodrift AS", "country": "NO", "task": "drift", "basis": "none"}], buyers_only=True)
    draft = world.filled(firm, person, actor, sub_processors=kept, pue=Given("1,2", buyers_only=True))
    drafts.save_prices(
        draft,
        [Price("Åpen", "gb_month", "1"), Price("Avtalt", "gb_month", "0,5", buyers_only=True)],
        actor=actor,
        now=NOW,
    )
    version = actions.submit(draft, actor=actor, person=person, now=NOW)
    actions.publish(version, world.ruling(version), actor=SI, now=NOW)
    public, buyer = world.seen(PUBLIC, "demolager"), world.seen(BUYER, "demolager")
    assert public.answers["sub_processors"]["value"] is None
    assert public.answers["sub_processors"]["withheld"] == "buyers_only"
    assert buyer.answers["sub_processors"]["value"][0]["name"] == "Demodrift AS"
    # Only where the question lets it be: energy is for everybody.
    assert public.answers["pue"]["value"] == "1.2"
    assert ([one["title"] for one in public.prices], public.hidden_prices) == (["Åpen"], 1)
    assert len(buyer.prices) == 2


@pytest.mark.parametrize(
    "do",
    [
        lambda version, person, actor: actions.submit(version, actor=actor, person=person, now=NOW),
        lambda version, person, actor: drafts.save_answers(version, {}, actor=actor, now=NOW),
        lambda version, person, actor: files.add(version, "a.pdf", world.PDF, actor=actor, person=person, now=NOW),
        lambda version, person, actor: actions.withdraw(version, actor=actor, now=NOW),
        lambda version, person, actor: actions.copy(version, "X", actor=actor, person=person, now=NOW),
        lambda version, person, actor: actions.new_version(version.listing, actor=actor, person=person, now=NOW),
    ],
    ids=["submit", "write", "file", "withdraw", "copy", "new version"],
)
def test_nobody_outside_the_firm_writes_for_it(people: Any, do: Any) -> None:
    firm, person, actor = people
    version = actions.create(firm, "advisory", "Råd", actor=actor, person=person, now=NOW)
    other = world.firm("Annet AS", world.NUMBERS[1])
    for somebody, their_actor in (world.member(other, username="annen"), world.member(firm, "reader", "leser")):
        with pytest.raises(Refused):
            do(version, somebody, their_actor)


def test_only_a_ruling_of_just_this_content_publishes(people: Any) -> None:
    firm, person, actor = people
    version = actions.submit(world.filled(firm, person, actor), actor=actor, person=person, now=NOW)
    right = world.ruling(version)
    wrong: list[tuple[Ruling, Actor, str]] = [
        (right, actor, "not_si"),
        (right, BUYER, "not_si"),
        (world.ruling(version, "refuse"), SI, "not_this_ruling"),
        (Ruling("publish", version.pk + 1, version.sha256, "m", ("a", "b")), SI, "not_this_ruling"),
        (Ruling("publish", version.pk, "0" * 64, "m", ("a", "b")), SI, "not_this_ruling"),
        (Ruling("publish", version.pk, version.sha256, "m", ()), SI, "not_this_ruling"),
        (world.ruling(version, "publish", "person:900001"), SI, "four_eyes"),
    ]
    for ruling, who, code in wrong:
        with pytest.raises(Refused) as refused:
            actions.publish(version, ruling, actor=who, now=NOW)
        assert refused.value.code == code
    with pytest.raises(TypeError):
        actions.publish(version, {"kind": "publish"}, actor=SI, now=NOW)  # type: ignore[arg-type]
    assert queries.published(PUBLIC, NOW.date()) == []


def test_somebody_at_si_does_not_decide_on_a_firm_they_act_for(people: Any) -> None:
    firm, person, actor = people
    version = actions.submit(world.filled(firm, person, actor), actor=actor, person=person, now=NOW)
    both = Actor(actor.key, actor.name, (*actor.grants, *SI.grants))
    with pytest.raises(Refused) as refused:
        actions.publish(version, world.ruling(version), actor=both, now=NOW)
    assert refused.value.code == "own_firm"


def test_the_next_version_replaces_the_first_and_a_refused_one_changes_nothing(people: Any) -> None:
    firm, person, actor = people
    first = world.published(firm, person, actor)
    second = actions.new_version(first.listing, actor=actor, person=person, now=NOW)
    assert actions.new_version(first.listing, actor=actor, person=person, now=NOW) == second
    drafts.save_prices(second, [Price("Standard", "gb_month", "0,20")], actor=actor, now=NOW)
    assert drafts.changes(drafts.locked(second, actor)) == ["prices"]
    second = actions.submit(second, actor=actor, person=person, now=NOW)
    actions.refuse(second, world.ruling(second, "refuse", reason="Prisen stemmer ikke."), actor=SI, now=NOW)
    assert world.seen(PUBLIC, "demolager").number == 1
    third = actions.new_version(first.listing, actor=actor, person=person, now=NOW)
    third = actions.submit(third, actor=actor, person=person, now=NOW)
    actions.publish(third, world.ruling(third, "publish", "person:900001"), actor=SI, now=NOW)
    states = dict(first.listing.versions.values_list("number", "state"))
    assert states == {1: "replaced", 2: "refused", 3: "published"}


def test_a_removed_listing_is_gone_and_stays_so_until_si_opens_it(people: Any) -> None:
    firm, person, actor = people
    version = world.published(firm, person, actor)
    removed = actions.remove(version, world.ruling(version, "remove", reason="Uriktig."), actor=SI, now=NOW)
    assert queries.published(BUYER, NOW.date()) == []
    with pytest.raises(Refused):
        actions.new_version(version.listing, actor=actor, person=person, now=NOW)
    actions.reopen(removed, world.ruling(removed, "reopen"), actor=SI, now=NOW)
    assert actions.new_version(version.listing, actor=actor, person=person, now=NOW).number == 2
    assert queries.published(BUYER, NOW.date()) == []


def test_a_correction_is_public_at_once_beside_the_firms_own_draft(people: Any) -> None:
    firm, person, actor = people
    version = world.published(firm, person, actor)
    draft = actions.new_version(version.listing, actor=actor, person=person, now=NOW)
    texts = {"nb": {**version.texts["nb"], "summary": "Rettet."}}
    made = actions.correct(
        version, world.ruling(version, "correct"), {"texts": texts}, actor=SI, now=NOW, person=person
    )
    assert (made.number, world.seen(PUBLIC, "demolager").text("summary")) == (3, "Rettet.")
    draft.refresh_from_db()
    assert draft.state == "draft"
    with pytest.raises(BadInput):
        actions.correct(made, world.ruling(made, "correct"), {"state": "x"}, actor=SI, now=NOW, person=person)


def test_a_firm_ends_its_listing_and_takes_back_what_waits(people: Any) -> None:
    firm, person, actor = people
    version = world.published(firm, person, actor)
    waiting = actions.new_version(version.listing, actor=actor, person=person, now=NOW)
    actions.submit(waiting, actor=actor, person=person, now=NOW)
    assert actions.withdraw(waiting, actor=actor, now=NOW).state == "withdrawn"
    actions.end(version, "Ikke lenger i salg", actor=actor, now=NOW)
    assert queries.published(PUBLIC, NOW.date()) == []
    assert Listing.objects.get().state == "ended"


@pytest.mark.parametrize("state", ["pending", "taken_down", "refused"])
def test_nothing_of_a_firm_that_is_not_verified_is_public_or_submitted(people: Any, state: str) -> None:
    firm, person, actor = people
    world.published(firm, person, actor)
    draft = world.filled(firm, person, actor, "Annet lager")
    type(firm).objects.filter(pk=firm.pk).update(state=state)
    assert queries.published(BUYER, NOW.date()) == []
    with pytest.raises(Refused) as refused:
        actions.submit(draft, actor=actor, person=person, now=NOW)
    assert refused.value.code == "firm_not_verified"


def test_a_copy_has_files_of_its_own_and_the_same_answers(people: Any) -> None:
    firm, person, actor = people
    version = world.filled(firm, person, actor)
    made = actions.copy(version, "Demolager pluss", actor=actor, person=person, now=NOW)
    assert made.listing.key == "demolager-pluss"
    assert made.text("title") == "Demolager pluss"
    assert problems_of(made, NOW) == []
    assert made.answers["dpa_document"]["value"] != version.answers["dpa_document"]["value"]


def test_two_listings_of_the_same_name_have_addresses_of_their_own(people: Any) -> None:
    firm, person, actor = people
    keys = [
        actions.create(firm, "advisory", "Råd på Ærlig Øy", actor=actor, person=person, now=NOW).listing.key
        for _time in range(2)
    ]
    assert keys == ["rad-pa-aerlig-oy", "rad-pa-aerlig-oy-2"]


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("a.exe", b"MZ", "wrong_kind"),
        ("a.html", b"<script>alert(1)</script>", "wrong_kind"),
        ("a.svg", b"<svg/>", "wrong_kind"),
        ("a.pdf", b"<script>alert(1)</script>", "not_what_it_says"),
        ("a.pdf", b"", "empty"),
        ("a.pdf", b"%PDF-" + bytes(files.LARGEST), "too_large"),
        ("a.docx", b"PK\x03\x04 broken", "not_a_workbook"),
    ],
    ids=["program", "page", "drawing", "page called pdf", "empty", "too large", "broken document"],
)
def test_a_file_that_is_not_what_it_should_be_is_not_kept(people: Any, name: str, content: bytes, code: str) -> None:
    firm, person, actor = people
    version = actions.create(firm, "advisory", "Råd", actor=actor, person=person, now=NOW)
    with pytest.raises(BadInput) as bad:
        files.add(version, name, content, actor=actor, person=person, now=NOW)
    assert bad.value.problems[0].code == code
    assert version.listing.files.count() == 0


def test_prices_in_different_units_are_compared_in_one() -> None:
    lines = [{"unit": "tb_month", "amount": "250"}, {"unit": "gb_month", "amount": "0.3"}, {"unit": "x", "amount": "1"}]
    assert [drafts.price_per_base(one) for one in lines] == [Decimal("0.25"), Decimal("0.3"), None]


def test_the_operator_does_not_write_for_firms(people: Any) -> None:
    firm, person, _actor = people
    with pytest.raises(Refused):
        actions.create(firm, "advisory", "Råd", actor=OPERATOR, person=person, now=NOW)


def test_the_demos_services_are_as_if_they_had_gone_the_whole_way(people: Any) -> None:
    from fellestorg.demo_data.marketplace import listings

    for number, role in enumerate(("agreement_manager", "si_admin")):
        holder = Person.objects.create(username=f"si-{number}", name="SI", email="si@demodata.example")
        RoleGrant.objects.create(
            person=holder, organisation=people[0].organisation, role=role, valid_from=date(2020, 1, 1)
        )
    listings.lay(None, NOW.date())  # type: ignore[arg-type]
    states = Counter(ListingVersion.objects.values_list("state", flat=True))
    assert states["published"] >= 30
    assert states.keys() >= {"draft", "submitted", "refused", "removed", "ended"}
    for version in ListingVersion.objects.exclude(state="draft").select_related("listing"):
        outdated = [one for one in problems_of(version, NOW) if one.code != "expired"]
        assert outdated == [], version.listing.key
    old = world.seen(PUBLIC, "kystregn")
    assert {"outdated", "hidden"} & {one["standing"] for one in old.answers.values()}
    assert {language for version in ListingVersion.objects.all() for language in version.texts} == {"nb", "nn", "en"}
    events.seal()
    assert audit.verify().faults == ()
