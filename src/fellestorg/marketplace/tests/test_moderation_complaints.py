"""A complaint is handled by others than those who decided, in time, and what comes of it is done at once."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from fellestorg.kernel.models import Event, Message
from fellestorg.marketplace.listings.models import Listing
from fellestorg.marketplace.models import Complaint, ListingVersion, ModerationCase
from fellestorg.marketplace.moderation import complaints, reports
from fellestorg.marketplace.tests.listings_world import NOW, PUBLIC, seen
from fellestorg.marketplace.tests.moderation_world import WHY, World, at_si, refused, removed, struck, world
from fellestorg.values import BadInput, Refused

pytestmark = pytest.mark.django_db
TEXT = "Vi har dokumentasjonen, og den er vedlagt."
SOON = NOW + timedelta(days=2)


def complained(of: World, case: ModerationCase, days: int = 2) -> Complaint:
    return complaints.complain(case, TEXT, **of.writer, now=NOW + timedelta(days=days))


def public_now(case: ModerationCase) -> ListingVersion | None:
    return ListingVersion.objects.filter(listing=case.version.listing_id, state="published").first()


def test_an_upheld_complaint_over_a_removal_makes_the_service_public_again() -> None:
    of = world()
    case = removed(of)
    done = complaints.decide(complained(of, case), "upheld", WHY, **of.third, now=SOON)
    public = public_now(case)
    assert public is not None and (public.number, public.source, public.sha256) == (2, "complaint", case.version.sha256)
    assert done.state == "closed" and seen(PUBLIC, "demolager").number == 2
    assert Message.objects.filter(recipient=of.writer["person"].key, code="moderation_complaint_upheld").count() == 1
    verbs = list(Event.objects.filter(stream="listing:demolager").order_by("seq").values_list("verb", flat=True))
    assert verbs[-3:] == ["moderation_complained", "moderation_complaint_decided", "listing_restored"]


def test_those_who_decided_do_not_handle_the_complaint_nor_does_the_firm() -> None:
    of = world()
    row = complained(of, removed(of))
    for who, code in ((of.one, "decided_the_case"), (of.other, "decided_the_case"), (of.writer, "not_si")):
        with pytest.raises(Refused) as no:
            complaints.decide(row, "upheld", WHY, **who, now=SOON)
        assert no.value.code == code
    assert Complaint.objects.get().state == "received"


def test_what_never_was_public_takes_two_to_publish_after_a_complaint() -> None:
    of = world()
    case = refused(of)
    row = complaints.decide(complained(of, case), "upheld", WHY, **of.third, now=SOON)
    assert (row.state, public_now(case)) == ("recommended", None)
    with pytest.raises(Refused) as no:
        complaints.decide(row, "upheld", WHY, **of.third, now=SOON)
    assert no.value.code == "same_person"
    complaints.decide(row, "upheld", WHY, **at_si("fourth"), now=SOON)
    public = public_now(case)
    assert public is not None and public.number == 2 and seen(PUBLIC, "demolager").number == 2


@pytest.mark.parametrize(("day", "late"), [(21, False), (22, True)])
def test_the_period_is_three_weeks_to_the_day(day: int, late: bool) -> None:
    of = world()
    row = complained(of, removed(of), days=day)
    assert complaints.is_late(row) is late
    if late:
        done = complaints.decide(row, "dismissed", WHY, **of.third, now=NOW + timedelta(days=day))
        assert (done.outcome, public_now(done.case)) == ("dismissed", None)
    else:
        with pytest.raises(Refused) as no:
            complaints.decide(row, "dismissed", WHY, **of.third, now=NOW + timedelta(days=day))
        assert no.value.code == "in_time"


def test_a_last_day_that_is_no_working_day_moves_on() -> None:
    of = world()
    case = removed(of)
    assert case.closed_at is not None
    case.closed_at = case.closed_at + timedelta(days=3)  # a Saturday, and so is the last day
    assert complaints.complain_by(case) == (case.closed_at + timedelta(days=23)).date()


@pytest.mark.parametrize(("days", "code"), [(366, "complaint_too_old"), (0, "complained_already")])
def test_a_firm_complains_once_and_within_a_year(days: int, code: str) -> None:
    of = world()
    case = removed(of)
    if not days:
        complained(of, case)
    with pytest.raises(Refused) as no:
        complained(of, case, days)
    assert no.value.code == code


def test_nobody_complains_over_a_yes_and_nobody_for_another_firm() -> None:
    of = world()
    case = removed(of)
    with pytest.raises(Refused):
        complaints.complain(case, TEXT, **of.third, now=NOW)
    ModerationCase.objects.filter(pk=case.pk).update(outcome="keep")
    with pytest.raises(Refused) as no:
        complained(of, case)
    assert no.value.code == "no_decision"


@pytest.mark.parametrize(("outcome", "grounds"), [("upheld", "kort"), ("kjent", WHY), ("", ""), ("rejected", WHY)])
def test_a_decision_that_cannot_be_read_changes_nothing(outcome: str, grounds: str) -> None:
    of = world()
    row = complained(of, removed(of))
    with pytest.raises(BadInput):
        complaints.decide(row, outcome, grounds, **of.third, now=SOON)
    assert Complaint.objects.get().state == "received"


def test_what_is_not_undone_goes_to_the_body_above_whose_answer_is_carried_out() -> None:
    of = world()
    row = complained(of, removed(of))
    row = complaints.decide(row, "forwarded", WHY, **of.third, now=SOON)
    assert row.state == "forwarded" and row.closed_at is None
    row = complaints.decide(row, "rejected", "Departementet er enig med SI.", **of.third, now=SOON)
    assert (row.state, public_now(row.case)) == ("closed", None)
    with pytest.raises(Refused):
        complaints.decide(row, "upheld", WHY, **of.third, now=SOON)


def test_a_removal_that_is_altered_lets_the_firm_begin_anew() -> None:
    of = world()
    row = complaints.decide(complained(of, removed(of)), "altered", WHY, **of.third, now=SOON)
    assert Listing.objects.get().state == "unpublished" and public_now(row.case) is None


def test_a_refusal_that_is_altered_stands_on_another_reason() -> None:
    of = world()
    row = complained(of, refused(of))
    with pytest.raises(BadInput):
        complaints.decide(row, "altered", WHY, **of.third, now=SOON)
    complaints.decide(row, "altered", "Kategorien er feil.", reason="wrong_category", **of.third, now=SOON)
    case = ModerationCase.objects.get(pk=row.pk)
    assert (case.reason, case.text, public_now(case)) == ("wrong_category", "Kategorien er feil.", None)


@pytest.mark.parametrize(
    ("decided", "outcome", "answered", "disputed"),
    [("strike", "upheld", True, 0), ("strike", "altered", True, 1), ("dispute", "upheld", True, 0)],
)
def test_an_answer_that_was_struck_or_disputed_comes_back(
    decided: str, outcome: str, answered: bool, disputed: int
) -> None:
    of = world()
    case = struck(of, decided)
    assert ("data_location" in seen(PUBLIC, "demolager").answers) is (decided == "dispute")
    complaints.decide(complained(of, case), outcome, WHY, **of.other, now=SOON)
    assert ("data_location" in seen(PUBLIC, "demolager").answers) is answered
    assert len(reports.disputed("demolager")) == disputed


def test_a_newer_version_is_not_set_back_by_an_old_complaint() -> None:
    of = world()
    case = refused(of)
    row = complained(of, case)
    newer: dict[str, Any] = {"number": 2, "state": "published", "published_at": NOW, "sha256": "n" * 64}
    ListingVersion.objects.create(
        listing=case.version.listing, texts={"nb": {"title": "Ny"}}, submitted_at=NOW, made_at=NOW, saved_at=NOW,
        made_by=of.writer["person"], submitted_by=of.writer["person"], **newer,
    )  # fmt: skip
    complaints.decide(row, "upheld", WHY, **of.third, now=SOON)
    public = public_now(case)
    assert public is not None and public.number == 2
