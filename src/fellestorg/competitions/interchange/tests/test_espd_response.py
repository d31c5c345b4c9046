"""The response to the ESPD: what a supplier declared goes out, and what others' tools write is read."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import Client
from lxml import etree

from fellestorg.competitions.interchange import answering, espd, espd_reading, espd_writing
from fellestorg.competitions.interchange.commands import competition as command
from fellestorg.competitions.interchange.espd_writing import Said
from fellestorg.competitions.models import Competition, CompetitionLot, QualificationRequirement
from fellestorg.competitions.selecting import requests
from fellestorg.competitions.selecting.tests.test_requests import asked_for
from fellestorg.competitions.tenders import drafts, submitting
from fellestorg.competitions.tenders.tests import world as worlds
from fellestorg.competitions.tests.case import opened_case
from fellestorg.kernel import clock
from fellestorg.organisations.models import Person, RoleGrant
from fellestorg.organisations.sessions import SESSION_KEY
from fellestorg.values import BadInput, Refused

NOW = datetime(2023, 11, 1, 8, tzinfo=UTC)
UBL = "urn:oasis:names:specification:ubl:schema:xsd:"
CAC, CBC = f"{{{UBL}CommonAggregateComponents-2}}", f"{{{UBL}CommonBasicComponents-2}}"
# The order that UBL 2.3 gives the children.
RESPONSE = [
    "UBLVersionID", "ProfileExecutionID", "ID", "CopyIndicator", "UUID", "ContractFolderID", "IssueDate", "IssueTime",
    "VersionID", "ProcedureCode", "ContractingParty", "EconomicOperatorParty", "ProcurementProject",
    "ProcurementProjectLot", "TenderingCriterion", "TenderingCriterionResponse",
]  # fmt: skip
CODES = ("corruption", "bankruptcy", "trade-regist")


def ask(competition: Competition, *codes: str) -> None:
    for number, code in enumerate(codes, 10):
        QualificationRequirement.objects.create(
            competition=competition, key=code, number=number, kind="pass_fail", title=code, ground=code
        )


def signed_in(person: Person) -> Client:
    client = Client()
    session = client.session
    session[SESSION_KEY] = person.pk
    session.save()
    return client


def answered(content: bytes) -> dict[str, str]:
    """Every answer by its question, as written."""
    root = etree.fromstring(content)
    found = {}
    for one in root.findall(f"{CAC}TenderingCriterionResponse"):
        value = one.find(f"{CAC}ResponseValue")
        assert value is not None
        found[one.findtext(f"{CBC}ValidatedCriterionPropertyID") or ""] = value[-1].text or ""
    return found


def test_what_a_supplier_declared_goes_out_as_a_response_and_is_read_as_the_same(db: None) -> None:
    case = opened_case()
    ask(case.competition, *CODES)
    said = {"corruption": Said(True), "bankruptcy": Said(False, "Avviklet datter"), "trade-regist": Said(True)}
    content = espd_writing.response_xml(case.competition, case.suppliers["A"], said, size="small", now=NOW)
    root = etree.fromstring(content)
    assert list(dict.fromkeys(etree.QName(one).localname for one in root)) == RESPONSE
    party = root.find(f"{CAC}EconomicOperatorParty/{CAC}Party")
    assert party is not None and party.findtext(f"{CBC}IndustryClassificationCode") == "small"
    assert answered(content) == {
        "C2_EG_corruption/QG1/Q1": "false",
        "C12_EG_bankruptcy/QG1/Q1": "true",
        "C12_EG_bankruptcy/QG1/QSG1/Q1": "Avviklet datter",
        "C12_EG_bankruptcy/QG1/QSG1/Q2": "Avviklet datter",
        "C26_SC_trade-regist/RG1/RSG1/QSG1/Q1": "true",
    }
    read = espd_reading.read_response(content)
    assert read.answers == {"corruption": False, "bankruptcy": True, "trade-regist": True}
    assert (read.supplier, read.folder) == (case.suppliers["A"].number, case.competition.number)


def test_a_response_is_for_one_lot_and_whoever_does_not_meet_a_criterion_relies_on_nobody(db: None) -> None:
    case = opened_case()
    CompetitionLot.objects.create(competition=case.competition, key="to", number=2, title="To")
    ask(case.competition, "trade-regist", "finan-requ")
    said = {"trade-regist": Said(False), "finan-requ": Said(True)}
    content = espd_writing.response_xml(case.competition, case.suppliers["A"], said, lot="to", now=NOW)
    root = etree.fromstring(content)
    assert [one.findtext(f"{CBC}ID") for one in root.findall(f"{CAC}ProcurementProjectLot")] == ["LOT-0002"]
    assert {one.text for one in root.iter(f"{CBC}ExpectedID")} == {"LOT-0002"}
    main = "C26_SC_trade-regist/RG1/RSG1/QSG1/"
    assert answered(content) == {f"{main}Q1": "false", f"{main}QSG1/Q1": "false"}, "amounts are not a yes or a no"
    asked = espd_writing.request_xml(case.competition, now=NOW)
    assert [one.text for one in etree.fromstring(asked).iter(f"{CBC}ExpectedID")] == ["LOT-0001", "LOT-0002"] * 2


def test_every_criterion_has_a_form_with_the_question_that_decides_it() -> None:
    for code, one in espd.criteria().items():
        groups = [group for top in one.groups for group in top.walk()]
        found = {asks.id: asks.value for group in groups for asks in group.properties}
        assert one.groups and all(group.properties or group.groups for group in groups), code
        assert found.get(one.question) == ("INDICATOR" if one.question else None), code


def other_tool(*answers: tuple[str, str], number: str = "NO 976 239 997 MVA") -> bytes:
    """As a tool of another version writes it: identifiers of its own, criteria known by their fixed identifier only."""
    criteria, given = "", ""
    for at, (code, value) in enumerate(answers):
        criteria += (
            f"<cac:TenderingCriterion><cbc:ID>{espd.criteria()[code].id}</cbc:ID>"
            "<cbc:CriterionTypeCode>CRITERION.OLDER</cbc:CriterionTypeCode><!-- own --><cac:TenderingCriterionPropertyGroup>"
            f"<cac:TenderingCriterionProperty><cbc:ID>caption-{at}</cbc:ID><cbc:ValueDataTypeCode>NONE"
            "</cbc:ValueDataTypeCode></cac:TenderingCriterionProperty><cac:TenderingCriterionProperty>"
            f"<cbc:ID>own-{at}</cbc:ID><cbc:ValueDataTypeCode>INDICATOR</cbc:ValueDataTypeCode>"
            "</cac:TenderingCriterionProperty></cac:TenderingCriterionPropertyGroup></cac:TenderingCriterion>\n"
        )
        given += (
            "<cac:TenderingCriterionResponse><cbc:ValidatedCriterionPropertyID>"
            f"own-{at}</cbc:ValidatedCriterionPropertyID><cac:ResponseValue>{value}</cac:ResponseValue>"
            "</cac:TenderingCriterionResponse>\n"
        )
    return (
        f'<QualificationApplicationResponse xmlns="{espd.RESPONSE}" xmlns:cac="{CAC[1:-1]}" xmlns:cbc="{CBC[1:-1]}">\n'
        f"<cac:EconomicOperatorParty><cac:Party><cac:PartyIdentification><cbc:ID>{number}</cbc:ID>"
        f"</cac:PartyIdentification></cac:Party></cac:EconomicOperatorParty>\n{criteria}{given}"
        "</QualificationApplicationResponse>"
    ).encode()


def yes(value: str) -> str:
    return f"<cbc:ResponseIndicator>{value}</cbc:ResponseIndicator>"


def test_a_response_of_another_tool_is_read_by_the_criteria_it_carries_and_the_cautious_answer_holds() -> None:
    several = (("corruption", "false"), ("corruption", "true"), ("membership", "true"), ("membership", "0"))
    read = espd_reading.read_response(other_tool(*((code, yes(value)) for code, value in several), ("fraud", yes("0"))))
    assert read.answers == {"corruption": True, "membership": False, "fraud": False}
    assert read.supplier == "976239997"


@pytest.mark.parametrize(
    ("number", "read"),
    [("0192:976239997", "976239997"), ("de-hrb12345", "DE-HRB12345"), ("AD123456789", "AD123456789"), ("", "")],
    ids=["endpoint", "foreign", "nine digits abroad", "nothing"],
)
def test_the_number_is_read_as_it_is_written_in_the_register(number: str, read: str) -> None:
    assert espd_reading.read_response(other_tool(("fraud", yes("0")), number=number)).supplier == read


def test_every_answer_that_cannot_be_read_is_named_by_place_and_line() -> None:
    wrong = (
        ("fraud", yes("kanskje")),
        ("corruption", yes("true")),
        ("tax-pay", "<cbc:Description>ja</cbc:Description>"),
    )
    content = other_tool(*wrong).replace(b"own-1</cbc:Validated", b"</cbc:Validated")
    with pytest.raises(BadInput) as bad:
        espd_reading.read_response(content)
    assert [(one.where, one.code) for one in bad.value.problems] == [
        ("TenderingCriterionResponse[1], line 6", "not_an_indicator"),
        ("TenderingCriterionResponse[2], line 7", "no_question"),
        ("TenderingCriterionResponse[3], line 8", "not_an_indicator"),
    ]


def test_a_response_for_another_competition_here_is_not_taken_in(db: None) -> None:
    case = opened_case()
    ask(case.competition, *CODES)
    said = {"corruption": Said(True)}
    content = espd_writing.response_xml(case.competition, case.suppliers["A"], said, now=NOW)
    read = espd_reading.read_response(content)
    assert answering.supplier_of(case.competition, read) == case.suppliers["A"]
    assert answering.supplier_of(case.competition, replace(read, folder="2023/4711")) == case.suppliers["A"]
    asked_here = Competition(number="K-2023-09999", title="En annen")
    with pytest.raises(BadInput) as bad:
        answering.supplier_of(asked_here, read)
    assert bad.value.problems[0].code == "another_competition"


def test_a_supplier_takes_its_declaration_along_and_the_buyer_gets_it_when_requests_are_opened(
    db: None, tmp_path: Any
) -> None:
    world = asked_for(1)
    ask(world.competition, "corruption")
    (supplier, person), number = world.suppliers[0], world.competition.number
    filled = requests.Filled({"register": (True, ""), "corruption": (True, "")})
    made = requests.submit(world.competition, supplier, filled, person=person, now=clock.now())
    client = signed_in(person)
    receipt = f"/konkurranser/{number}/foresporsel/kvittering/{made.receipt}"
    assert "Hent ESPD-svar" in client.get(receipt).content.decode()
    got = client.get(f"{receipt}/espd.xml", {"size": "micro"})
    assert espd_reading.read_response(got.content).answers == {"corruption": False}
    assert client.get(f"{receipt}/espd.xml", {"size": "enorm"}).status_code == 404
    words = [
        "export",
        number,
        "--form",
        "espd-response",
        "--supplier",
        supplier.number,
        "-o",
        str(tmp_path / "svar.xml"),
    ]
    with pytest.raises(Refused):
        command(words)
    Competition.objects.update(stage="selecting")
    assert command(words) == 0
    assert espd_reading.read_response((tmp_path / "svar.xml").read_bytes()).supplier == supplier.number
    with pytest.raises(BadInput):
        command([*words[:-4], "--supplier", "999999999"])


def test_what_came_with_a_tender_is_had_as_a_response_by_those_inside_when_it_is_opened(db: None) -> None:
    world = worlds.make(suppliers=1)
    ask(world.competition, "corruption")
    (supplier, person), now = world.suppliers[0], clock.now()
    drafts.save(world.competition, supplier, worlds.filled(), person=person, now=now)
    said = {"declared": {"corruption": {"met": False, "text": "Dom i 2019"}}}
    submitting.submit(world.competition, supplier, world.form, said, person=person, now=now)
    path = f"/konkurranser/{world.competition.number}/utveksling"
    RoleGrant.objects.create(
        person=world.openers[0],
        organisation=world.competition.buyer,
        role="project_lead",
        valid_from=clock.local_day(now),
    )
    lead = signed_in(world.openers[0])
    assert lead.get(f"{path}/espd/{supplier.number}.xml").status_code == 404
    world.open()
    assert f"{supplier.name} (XML)" in lead.get(path).content.decode()
    got = lead.get(f"{path}/espd/{supplier.number}.xml").content
    assert espd_reading.read_response(got).answers == {"corruption": True}
    assert answered(got)["C2_EG_corruption/QG1/QSG1/Q2"] == "Dom i 2019"
    assert lead.get(f"{path}/espd/999999999.xml").status_code == 404
    assert signed_in(person).get(f"{path}/espd/{supplier.number}.xml").status_code in (403, 404)
