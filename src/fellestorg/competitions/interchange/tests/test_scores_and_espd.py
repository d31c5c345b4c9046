"""Points and self-declarations to and from another tool."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from lxml import etree

from fellestorg.competitions.evaluation import actions as evaluating
from fellestorg.competitions.evaluation import queries
from fellestorg.competitions.interchange import answering, espd, espd_reading, espd_writing, scores
from fellestorg.competitions.models import QualificationRequirement
from fellestorg.competitions.tests.case import Case, opened_case
from fellestorg.kernel import clock
from fellestorg.organisations.models import Person
from fellestorg.organisations.queries import actor_for
from fellestorg.organisations.sessions import SESSION_KEY
from fellestorg.values import BadInput, Refused

NOW = datetime(2023, 11, 1, 8, tzinfo=UTC)
WHY = "Godt beskrevet og lett å etterprøve"
UBL = "urn:oasis:names:specification:ubl:schema:xsd:"
CAC, CBC = f"{{{UBL}CommonAggregateComponents-2}}", f"{{{UBL}CommonBasicComponents-2}}"


def who(person: Person) -> dict[str, Any]:
    return {"actor": actor_for(person, clock.today()), "person": person}


@pytest.fixture
def case(db: None) -> Case:
    made = opened_case()
    for person in (made.lead, *made.evaluators):
        evaluating.declare(made.competition, "", conflict=False, **who(person))
    for requirement in made.competition.requirements.all():
        for supplier in made.suppliers.values():
            evaluating.decide_requirement(requirement, supplier, "met", "", **who(made.lead))
    evaluating.start(made.competition, actor=who(made.lead)["actor"])
    made.lot.competition.refresh_from_db()
    return made


def points(case: Case, number: str = "7,5", **changed: str) -> bytes:
    rows = [
        {"criterion": key, "supplier": supplier.number, "points": number, "reason": WHY, **changed}
        for key in ("quality", "environment")
        for supplier in case.suppliers.values()
    ]
    return json.dumps({"format": scores.FORMAT, "version": 1, "lot": case.lot.key, "scores": rows}).encode()


def test_points_come_in_as_ones_own_and_go_out_the_same(case: Case) -> None:
    person = case.evaluators[0]
    given = scores.read(points(case), case.lot)
    assert {one.points for one in given} == {Decimal("7.5")}
    assert scores.take_in(case.lot, given, agreed=False, **who(person)) == len(given)
    out = scores.scores_of(case.lot, person)
    assert scores.read(scores.workbook(out), case.lot) is not None
    again = scores.read(scores.workbook(out), case.lot)
    assert scores.take_in(case.lot, again, agreed=False, **who(person)) == 0, "what holds already is left alone"
    assert not scores.scores_of(case.lot, None)
    assert all(row.evaluator == person.key for row in queries.scores(case.lot))


@pytest.mark.parametrize(
    ("changed", "codes"),
    [
        ({"criterion": "price"}, {"unknown", "twice"}),
        ({"supplier": "999999999"}, {"unknown", "twice"}),
        ({"points": "11"}, {"above_scale"}),
        ({"reason": "bra"}, {"too_short"}),
        ({"points": "mange"}, {"not_a_decimal"}),
    ],
    ids=["not scored", "no tender", "above the scale", "no reason", "no number"],
)
def test_what_is_wrong_with_points_is_named_and_nothing_is_given(
    case: Case, changed: dict[str, str], codes: set[str]
) -> None:
    with pytest.raises(BadInput) as bad:
        scores.read(points(case, **changed), case.lot)
    assert codes <= {one.code for one in bad.value.problems}
    assert bad.value.problems[0].where.startswith("scores[0]")


def test_nobody_scores_by_file_who_may_not_by_hand(case: Case) -> None:
    given = scores.read(points(case), case.lot)
    with pytest.raises(Refused):
        scores.take_in(case.lot, given, agreed=False, **who(case.lead))
    assert not queries.scores(case.lot)


def asked(case: Case) -> None:
    for number, code in enumerate(("corruption", "bankruptcy", "trade-regist"), 10):
        QualificationRequirement.objects.create(
            competition=case.competition, key=f"espd-{code}", number=number, kind="pass_fail", title=code, ground=code
        )


def response(supplier: str, **answers: bool) -> bytes:
    """A response as another tool writes it."""
    known = espd.criteria()
    said = "".join(
        f"<cac:TenderingCriterionResponse><cbc:ValidatedCriterionPropertyID>{known[code.replace('_', '-')].question}"
        "</cbc:ValidatedCriterionPropertyID><cac:ResponseValue><cbc:ResponseIndicator>"
        f"{str(yes).lower()}</cbc:ResponseIndicator></cac:ResponseValue></cac:TenderingCriterionResponse>"
        for code, yes in answers.items()
    )
    return (
        f'<QualificationApplicationResponse xmlns="{UBL}QualificationApplicationResponse-2" xmlns:cac="{CAC[1:-1]}" '
        f'xmlns:cbc="{CBC[1:-1]}"><cac:EconomicOperatorParty><cac:Party><cac:PartyIdentification><cbc:ID>{supplier}'
        f"</cbc:ID></cac:PartyIdentification></cac:Party></cac:EconomicOperatorParty>{said}"
        "</QualificationApplicationResponse>"
    ).encode()


# The order that UBL 2.3 gives the children, and what ESPD-EDM 4.1.0 asks of each criterion.
REQUEST = [
    "UBLVersionID", "ProfileExecutionID", "ID", "CopyIndicator", "UUID", "ContractFolderID", "IssueDate", "IssueTime",
    "VersionID", "ProcedureCode", "ContractingParty", "ProcurementProject", "ProcurementProjectLot", "TenderingCriterion",
]  # fmt: skip


def test_the_request_asks_each_ground_by_its_fixed_identifiers_in_the_schemas_order(case: Case) -> None:
    asked(case)
    root = etree.fromstring(espd_writing.request_xml(case.competition, now=NOW))
    names = [etree.QName(one).localname for one in root]
    assert list(dict.fromkeys(names)) == REQUEST and names.count("TenderingCriterion") == 3
    assert root.findtext(f"{CBC}IssueTime") == "09:00:00+01:00"
    country = f"{CAC}ContractingParty/{CAC}Party/{CAC}PostalAddress/{CAC}Country/{CBC}IdentificationCode"
    assert root.findtext(country) == "NOR"
    lots = [
        len(one.findall(f"{CAC}ProcurementProjectLotReference")) for one in root.findall(f"{CAC}TenderingCriterion")
    ]
    assert lots == [0, 0, case.competition.lots.count()], "selection criteria hold for lots, exclusion grounds for all"
    first = root.find(f"{CAC}TenderingCriterion")
    assert first is not None
    assert first.findtext(f"{CBC}ID") == "c27b7c4e-c837-4529-b867-ed55ce639db5"
    assert first.findtext(f"{CBC}CriterionTypeCode") == "corruption"
    for criterion in root.findall(f"{CAC}TenderingCriterion"):
        form = espd.criteria()[criterion.findtext(f"{CBC}CriterionTypeCode") or ""]
        groups = [one.text for one in criterion.iter(f"{CBC}ID") if one.getparent().tag.endswith("PropertyGroup")]
        assert groups == [one.id for top in form.groups for one in top.walk()], "every group, also those of follow-ups"
        asked_ids = {one.findtext(f"{CBC}ID") for one in criterion.iter(f"{CAC}TenderingCriterionProperty")}
        assert asked_ids == {one.id for top in form.groups for group in top.walk() for one in group.properties}
    asks = first.find(f"{CAC}TenderingCriterionPropertyGroup/{CAC}TenderingCriterionProperty")
    assert asks is not None
    assert [(etree.QName(one).localname, one.text) for one in asks][-2:] == [
        ("TypeCode", "QUESTION"),
        ("ValueDataTypeCode", "INDICATOR"),
    ]


def test_a_response_becomes_decisions_and_a_yes_to_a_ground_waits_for_evidence(case: Case) -> None:
    asked(case)
    supplier = case.suppliers["A"]
    answers = espd_reading.read_response(
        response(supplier.number, corruption=True, bankruptcy=False, trade_regist=True)
    )
    assert answers.answers == {"corruption": True, "bankruptcy": False, "trade-regist": True}
    made = answering.take_in(case.competition, answers, **who(case.lead))
    held = queries.qualification(case.competition)
    found = {key: held[supplier.number, f"espd-{key}"].outcome for key in ("corruption", "bankruptcy", "trade-regist")}
    assert (made, found) == (3, {"corruption": "awaited", "bankruptcy": "met", "trade-regist": "met"})
    assert answering.take_in(case.competition, answers, **who(case.lead)) == 0
    with pytest.raises(BadInput):
        answering.take_in(
            case.competition, espd_reading.read_response(response("999999999", corruption=False)), **who(case.lead)
        )


ENTITY = b'<?xml version="1.0"?><!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]><r>&x;</r>'


@pytest.mark.parametrize(
    "content",
    [ENTITY, b"<html/>", b"no xml", b"", b"<a>" * 400, response("200000000"), ENTITY.decode().encode("utf-16")],
    ids=["entity", "other", "text", "nothing", "unclosed", "no answers", "entity in utf-16"],
)
def test_hostile_and_empty_responses_are_refused(content: bytes) -> None:
    with pytest.raises(BadInput):
        espd_reading.read_response(content)


def visitor(person: Person) -> Client:
    client = Client()
    session = client.session
    session[SESSION_KEY] = person.pk
    session.save()
    return client


def test_points_and_answers_are_shown_on_the_page_before_they_are_written(case: Case) -> None:
    asked(case)
    path = f"/konkurranser/{case.competition.number}/utveksling"
    evaluator, lead = visitor(case.evaluators[0]), visitor(case.lead)
    page = evaluator.get(path).content.decode()
    assert "Vis poengene" in page and "ESPD-svar" not in page
    shown = evaluator.post(f"{path}/pc/poeng", {"file": SimpleUploadedFile("p.json", points(case)), "kind": "own"})
    assert shown.status_code == 200 and not queries.scores(case.lot)
    assert evaluator.post(f"{path}/pc/poeng/ta-inn", {"kept": shown.context["kept"]}).status_code == 302
    assert len(queries.scores(case.lot)) == 2 * len(case.suppliers)
    own = evaluator.get(f"{path}/pc/poeng.json?egne=1").json()
    assert (own["kind"], len(own["scores"])) == ("own", 2 * len(case.suppliers))
    number = case.suppliers["B"].number
    file = SimpleUploadedFile("svar.xml", response(number, corruption=False))
    assert evaluator.post(f"{path}/espd", {"file": file}).status_code == 403
    file.seek(0)
    shown = lead.post(f"{path}/espd", {"file": file})
    assert shown.status_code == 200 and "Oppfylt" in shown.content.decode()
    assert lead.post(f"{path}/espd/ta-inn", {"kept": shown.context["kept"]}).status_code == 302
    assert queries.qualification(case.competition)[number, "espd-corruption"].outcome == "met"
