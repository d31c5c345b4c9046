"""Firms are told before their answers grow old, once a step; what is shown follows from the days."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from fellestorg.kernel.actors import Actor
from fellestorg.kernel.models import Event, Message
from fellestorg.marketplace.listings.questions import catalogue
from fellestorg.marketplace.models import FreshnessNotice, ListingVersion
from fellestorg.marketplace.moderation import ageing
from fellestorg.marketplace.tests.listings_world import SI
from fellestorg.marketplace.tests.moderation_world import service, world

pytestmark = pytest.mark.django_db
ENDS = date(2024, 5, 1)


def at(day: str) -> datetime:
    return datetime.fromisoformat(f"{day}T06:45:00").replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("day", "step"),
    [
        ("2024-04-01", "30"), ("2024-04-23", "30"), ("2024-04-24", "7"), ("2024-05-01", "7"), ("2024-05-02", "outdated"),
        ("2024-07-30", "outdated"), ("2024-07-31", "hidden"),
    ],
)  # fmt: skip
def test_the_steps_are_those_of_the_catalogue(day: str, step: str) -> None:
    assert catalogue().remind_days == (30, 7) and ageing.step_on(ENDS, date.fromisoformat(day)) == step


def test_each_step_is_told_once_to_the_firms_writers_and_recorded() -> None:
    of = world()
    service(of)
    days = ("2024-03-31", "2024-04-01", "2024-04-02", "2024-04-24", "2024-05-01", "2024-05-02", "2024-06-01", "2024-07-31",
            "2024-08-01")  # fmt: skip
    assert [ageing.remind(at(day)) for day in days] == [0, 1, 0, 1, 0, 1, 0, 1, 0]
    told = Message.objects.filter(recipient=of.writer["person"].key).order_by("id").values_list("code", flat=True)
    assert list(told) == ["listing_due", "listing_due", "listing_outdated", "listing_hidden"]
    assert Event.objects.filter(verb="listing_ageing", stream="listing:demolager").count() == 4
    assert set(FreshnessNotice.objects.values_list("step", flat=True)) == {"30", "7", "outdated", "hidden"}


def test_a_confirmed_answer_is_told_of_anew_when_its_new_time_is_out() -> None:
    of = world()
    version = service(of)
    assert ageing.remind(at("2024-04-24")) == 1
    later = {"data_location": version.answers["data_location"] | {"expires_at": "2024-11-01"}}
    ListingVersion.objects.filter(pk=version.pk).update(state="replaced")
    ListingVersion.objects.create(
        listing=version.listing, number=2, state="published", texts=version.texts, answers=later, sha256="n" * 64,
        made_at=version.made_at, saved_at=version.made_at, made_by=version.made_by, submitted_at=version.made_at,
        submitted_by=version.made_by, published_at=version.made_at,
    )  # fmt: skip
    assert [ageing.remind(at(day)) for day in ("2024-05-02", "2024-10-02")] == [0, 1]


def test_a_firm_sees_its_own_and_si_sees_all() -> None:
    of = world()
    service(of)
    stranger = Actor("person:999999", "Ingen")
    for actor, own, count in (
        (of.writer["actor"], True, 1), (of.writer["actor"], False, 0), (SI, False, 1), (stranger, True, 0),
        (stranger, False, 0),
    ):  # fmt: skip
        found = ageing.rows(actor, ENDS, own=own)
        assert len(found) == count
        assert all((one.ends_on, one.hidden_on, one.standing) == (ENDS, date(2024, 7, 31), "due") for one in found)
