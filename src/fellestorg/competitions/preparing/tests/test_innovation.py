"""What is better than the minimum: rewarded with points, measured as the documents say, and seen in the rehearsal."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from fellestorg.competitions import guards
from fellestorg.competitions.models import AwardCriterion, Competition
from fellestorg.competitions.preparing import actions
from fellestorg.competitions.preparing.tests.world import LEAD, actor, filled_in, started
from fellestorg.law.procedures import procedure
from fellestorg.ui import formats
from fellestorg.values import Refused

pytestmark = pytest.mark.usefixtures("demo")
NOW = datetime(2023, 11, 1, 8, tzinfo=UTC)
MINIMUM, MEASURED = "Batteriet varer 8 timer.", "Standardtesten i vedlegg 2. 10 poeng for 16 timer, i rett linje."


def rewarded(competition: Competition) -> AwardCriterion:
    """The quality criterion, rewarding what goes beyond eight hours."""
    row = competition.criteria.get(key="kvalitet")
    fields = {"innovation": True, "minimum": MINIMUM, "measured_by": MEASURED}
    actions.put(competition, AwardCriterion, row.pk, fields, actor=actor(LEAD), now=NOW)
    return competition.criteria.get(key="kvalitet")


def test_an_innovation_partnership_goes_out_only_when_something_beyond_the_minimum_is_rewarded() -> None:
    competition = filled_in(started(NOW, procedure="innovation"), NOW)
    assert guards.ask("innovation_rewarded", competition, NOW).reason == "no_innovation_criterion"
    with pytest.raises(Refused) as refused:
        actions.send_out(competition, "publish_innovation", actor=actor(LEAD), now=NOW)
    assert "merk det som innovasjon" in refused.value.text
    rewarded(competition)
    assert guards.ask("innovation_rewarded", competition, NOW).allowed
    assert procedure("innovation").move("publish") is None


def test_a_criterion_that_does_not_say_how_it_is_measured_is_not_complete() -> None:
    competition = filled_in(started(NOW), NOW)
    row = rewarded(competition)
    assert guards.ask("criteria_complete", competition, NOW).allowed
    actions.put(competition, AwardCriterion, row.pk, {"measured_by": " "}, actor=actor(LEAD), now=NOW)
    assert guards.ask("criteria_complete", competition, NOW).reason == "innovation_not_measured"


def test_a_price_is_never_an_innovation() -> None:
    competition = filled_in(started(NOW), NOW)
    with pytest.raises(IntegrityError), transaction.atomic():
        AwardCriterion.objects.filter(competition=competition, kind="price").update(innovation=True)


def test_the_form_asks_for_the_minimum_and_documents_and_rehearsal_show_it(client: Client) -> None:
    competition = filled_in(started(NOW), NOW)
    row = competition.criteria.get(key="kvalitet")
    client.post("/logg-inn", {"person": LEAD})
    address = f"/konkurranser/{competition.number}/forbered/kriterier?rad={row.pk}"
    filled = {
        "kind": "points", "title": row.title, "weight": "30", "text": row.text, "max_value": "300000",
        "innovation": "on",
    }  # fmt: skip
    answer = client.post(address, filled)
    assert answer.status_code == 422
    assert "Skriv hvordan det som er bedre, blir målt." in answer.content.decode()
    assert client.post(address, {**filled, "minimum": MINIMUM, "measured_by": MEASURED}).status_code == 302
    page = client.get(f"/konkurranser/{competition.number}").content.decode()
    assert MINIMUM in page and MEASURED in page
    assert client.get(f"/konkurranser/{competition.number}.json").json()["criteria"][1]["innovation"] == {
        "minimum": MINIMUM,
        "measured_by": MEASURED,
    }
    tried = client.get(f"/konkurranser/{competition.number}/prove-evalueringen").content.decode()
    # 300,000 kroner for ten points, of a plan where quality is worth that much.
    assert "Om ingen var bedre enn minstekravet" in tried
    row_of_it = tried.partition("Om ingen var bedre enn minstekravet")[2]
    assert formats.money(Decimal(300_000), 0) in row_of_it
    assert "vinner: " in row_of_it or "i stedet for" in row_of_it


def test_weights_and_ranking_do_not_change_by_the_mark() -> None:
    competition = filled_in(started(NOW), NOW)
    rewarded(competition)
    assert guards.ask("plan_fixed", competition, NOW).allowed
    assert competition.criteria.get(key="kvalitet").weight == Decimal("0.3")
