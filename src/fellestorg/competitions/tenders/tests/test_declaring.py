"""What a tenderer declares of itself: with the tender in one stage, with the request in two, and used again."""

from __future__ import annotations

from datetime import timedelta

import pytest

from fellestorg.competitions.evaluation.shown import qualification_table
from fellestorg.competitions.models import Competition, QualificationRequirement
from fellestorg.competitions.selecting import requests
from fellestorg.competitions.selecting.requests import Filled
from fellestorg.competitions.tenders import declaring, queries
from fellestorg.competitions.tenders.content import Draft
from fellestorg.competitions.tenders.tests import world as worlds
from fellestorg.competitions.tenders.tests.test_pages import ADDRESS, TYPED, signed_in
from fellestorg.competitions.tenders.tests.world import World
from fellestorg.kernel import clock
from fellestorg.kernel.models import Installation

BANKRUPT, REGISTER = "espd-bankruptcy", "register"
ANSWERED = {f"a:krav:{BANKRUPT}": "yes", f"a:krav:{REGISTER}": "yes"}


@pytest.fixture
def world(db: None) -> World:
    Installation.objects.create(kind="demo", clock_offset=timedelta(0))
    made = worlds.make()
    demand(made.competition)
    return made


def demand(competition: Competition) -> None:
    for number, (key, ground) in enumerate(((BANKRUPT, "bankruptcy"), (REGISTER, "")), 1):
        QualificationRequirement.objects.create(
            competition=competition, key=key, number=number, kind="pass_fail", title=f"Krav {number}", ground=ground
        )


def test_a_tender_in_one_stage_is_delivered_with_its_declaration_and_the_lead_reads_it(world: World) -> None:
    client = signed_in(world.suppliers[0][1])
    assert "Egenerklæring" in client.get(f"{ADDRESS}/tilbud").content.decode()
    client.post(f"{ADDRESS}/tilbud", TYPED)
    checked = client.get(f"{ADDRESS}/tilbud/lever").content.decode()
    assert "Svar på «Krav 1»" in checked and "Svar på «Krav 2»" in checked and "Lever tilbudet" not in checked
    assert client.post(f"{ADDRESS}/tilbud/lever", {"binding": "1"}).status_code == 422
    client.post(f"{ADDRESS}/tilbud", {**TYPED, **ANSWERED, f"a:krav:{BANKRUPT}": "no"})
    assert client.post(f"{ADDRESS}/tilbud/lever", {"binding": "1"}).status_code == 422, "nothing explained"
    explained = {f"a:krav:{BANKRUPT}": "no", f"a:kravtekst:{BANKRUPT}": "Gjelden er gjort opp i 2019."}
    client.post(f"{ADDRESS}/tilbud", {**TYPED, **ANSWERED, **explained})
    assert client.post(f"{ADDRESS}/tilbud/lever", {"binding": "1"}).status_code == 200
    world.open()
    (tender,) = queries.opened(world.competition)
    said = {"met": False, "text": "Gjelden er gjort opp i 2019."}
    assert tender.declared == {BANKRUPT: said, REGISTER: {"met": True, "text": ""}}
    (line,) = qualification_table(world.competition)
    assert [cell.declared for cell in line.cells] == [said, {"met": True, "text": ""}] and line.waits_as_declared


def test_in_two_stages_it_came_with_the_request(world: World) -> None:
    assert len(declaring.requirements_of(world.competition)) == 2
    Competition.objects.update(procedure="restricted")
    world.competition.refresh_from_db()
    assert declaring.requirements_of(world.competition) == []


def test_the_newest_request_answers_the_grounds_that_the_draft_leaves_open(world: World) -> None:
    supplier, person = world.suppliers[0]
    asked = declaring.requirements_of(world.competition)
    assert declaring.used_again(asked, Draft(), supplier) == Draft()
    now = clock.now()
    earlier = Competition.objects.create(
        number="K-2023-90002", procedure="restricted", stage="published", title="Før", language="nb",
        buyer=world.competition.buyer, lead=world.competition.lead, created_at=now, published_at=now,
        requests_until=now + timedelta(days=1),
    )  # fmt: skip
    demand(earlier)
    filled = Filled({BANKRUPT: (True, ""), REGISTER: (True, "")}, {}, "")
    requests.submit(earlier, supplier, filled, person=person, now=now)
    used = declaring.used_again(asked, Draft(), supplier)
    assert [one.met for one in declaring.asked(asked, used)] == [True, None], "only the grounds are the same everywhere"
    own = Draft(answers={f"krav:{BANKRUPT}": "no"})
    assert declaring.used_again(asked, own, supplier) == own, "what is typed stands"
    requests.withdraw(earlier, supplier, person=person, now=now)
    assert declaring.used_again(asked, Draft(), supplier) == Draft()
