"""Documents of the ESPD: the request with what a competition asks, and the response with what a supplier declared here.

Both are valid by the schema of UBL 2.3 and by the rules of ESPD-EDM 4.1.0, with three things that they cannot tell:
a request without the grounds that every buyer must ask about is told so by BR-REQ-30; a yes to a ground is followed up by
questions that are not asked here (BR-TCR-06-01); and the size of a supplier is left out unless somebody gives it
(BR-RESP-10-06).
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from fellestorg.competitions.interchange.espd import (
    CAC,
    CBC,
    REQUEST,
    RESPONSE,
    VERSION,
    EspdCriterion,
    EspdGroup,
    EspdProperty,
    countries,
    criteria,
)
from fellestorg.competitions.models import Competition, QualificationRequirement
from fellestorg.kernel import clock
from fellestorg.law.procedures import procedure
from fellestorg.organisations.models import Organisation
from fellestorg.organisations.rules import NORWAY

_AUTHORITY = "http://publications.europa.eu/resource/authority/"
_IDS = {"schemeID": "Criterion", "schemeAgencyID": "OP", "schemeVersionID": VERSION}
_OURS = {"schemeAgencyID": "Fellestorg"}
_NORWEGIAN = "NO-BRC"
# Of the lists of procedures, sizes and countries.
_NEWEST = "20250924-0"


@dataclass(frozen=True, slots=True)
class Said:
    """What a supplier says to a requirement: whether it meets it (no ground concerns it), and in words why."""

    met: bool
    text: str = ""


def request_xml(competition: Competition, *, now: datetime) -> bytes:
    """The request. A requirement without a code of the ESPD is not in it: it has no place there."""
    root = _document(competition, REQUEST, "QualificationApplicationRequest", "ESPDREQ", now)
    _buyer(root, competition)
    lots = _project(root, competition, _lots(competition))
    for requirement, one in _asked(competition):
        _criterion(root, requirement, one, lots)
    return _written(root)


def response_xml(
    competition: Competition,
    supplier: Organisation,
    declared: Mapping[str, Said],
    *,
    lot: str = "",
    size: str = "",
    now: datetime,
) -> bytes:
    """What a supplier declared, by requirement's key, as its response for a lot (its key; the first where none is named,
    for a response speaks of one, BR-LOT-10). ``size`` is of ``words.FIRM_SIZES``, or empty where nobody
    knows it."""
    root = _document(competition, RESPONSE, "QualificationApplicationResponse", "ESPDRES", now, supplier.number)
    _buyer(root, competition)
    _operator(root, supplier, size)
    chosen = competition.lots.filter(key=lot) if lot else competition.lots.order_by("number")
    lots = _project(root, competition, [_lot(one.number) for one in chosen[:1]])
    asked = _asked(competition)
    for requirement, one in asked:
        _criterion(root, requirement, one, lots)
    for requirement, one in asked:
        said = declared.get(requirement.key)
        if said is not None:
            _answers(root, one, said)
    return _written(root)


def _document(competition: Competition, space: str, name: str, prefix: str, now: datetime, who: str = "") -> Any:
    from lxml import etree

    spaces: dict[str | None, str] = {None: space, "cac": CAC[1:-1], "cbc": CBC[1:-1]}
    root: Any = etree.Element(f"{{{space}}}{name}", nsmap=spaces)  # type: ignore[arg-type]
    local = now.astimezone(clock.OSLO)
    key = uuid.uuid5(competition.id, f"espd {who} {now.isoformat()}" if who else f"espd {now.isoformat()}")
    _add(root, "UBLVersionID", "2.3", schemeAgencyID="OASIS-UBL-TC")
    _add(root, "ProfileExecutionID", f"ESPD-EDMv{VERSION}", schemeAgencyID="OP", schemeVersionID=VERSION)
    _add(root, "ID", "-".join(filter(None, (prefix, competition.number, who))), **_OURS)
    _add(root, "CopyIndicator", "false")
    _add(root, "UUID", str(key), schemeID="ISO/IEC 9834-8:2008 - 4UUID", **_OURS, schemeVersionID=VERSION)
    _add(root, "ContractFolderID", competition.number, **_OURS)
    _add(root, "IssueDate", local.date().isoformat())
    _add(root, "IssueTime", local.isoformat(timespec="seconds")[11:])
    _add(root, "VersionID", VERSION, schemeAgencyID="OP", schemeVersionID=VERSION)
    _code(root, "ProcedureCode", procedure(competition.procedure).code, "procurement-procedure-type", _NEWEST)
    return root


def _buyer(root: Any, competition: Competition) -> None:
    _party(_group(_group(root, "ContractingParty"), "Party"), competition.buyer)


def _operator(root: Any, supplier: Organisation, size: str) -> None:
    operator = _group(root, "EconomicOperatorParty")
    _code(_group(operator, "EconomicOperatorRole"), "RoleCode", "sole-tenderer", "eo-role-type", "20211208-0")
    party = _group(operator, "Party")
    if size:
        _code(party, "IndustryClassificationCode", size, "economic-operator-size", _NEWEST)
    _party(party, supplier)


def _party(party: Any, one: Organisation) -> None:
    register = _NORWEGIAN if one.country == NORWAY else one.country
    _add(_group(party, "PartyIdentification"), "ID", one.number, schemeAgencyID=register)
    _add(_group(party, "PartyName"), "Name", one.name)
    if letters := countries().get(one.country):
        country = _group(_group(party, "PostalAddress"), "Country")
        _code(country, "IdentificationCode", letters, "country", _NEWEST)


def _project(root: Any, competition: Competition, lots: Sequence[str]) -> Sequence[str]:
    project = _group(root, "ProcurementProject")
    _add(project, "Name", competition.title)
    _add(project, "Description", competition.description or competition.title)
    for lot in lots:
        _add(_group(root, "ProcurementProjectLot"), "ID", lot, **_IDS)
    return lots


def _asked(competition: Competition) -> list[tuple[QualificationRequirement, EspdCriterion]]:
    known = criteria()
    rows = competition.requirements.exclude(ground="").order_by("number")
    return [(one, known[one.ground]) for one in rows if one.ground in known]


def _criterion(root: Any, requirement: QualificationRequirement, one: EspdCriterion, lots: Sequence[str]) -> None:
    made = _group(root, "TenderingCriterion")
    _add(made, "ID", one.id, **_IDS)
    _code(made, "CriterionTypeCode", requirement.ground, "criterion", "20240612-0")
    _add(made, "Name", requirement.title)
    _add(made, "Description", requirement.text or requirement.title)
    for lot in lots if one.selects else ():
        _add(_group(made, "ProcurementProjectLotReference"), "ID", lot, **_IDS)
    for group in one.groups:
        _questions(_group(made, "TenderingCriterionPropertyGroup"), group, requirement, lots)


def _questions(made: Any, group: EspdGroup, requirement: QualificationRequirement, lots: Sequence[str]) -> None:
    _add(made, "ID", group.id, **_IDS)
    _list(made, "PropertyGroupTypeCode", group.type, "property-group-type")
    for one in group.properties:
        # What holds for several lots names each.
        for lot in lots if one.value == "LOT_IDENTIFIER" else ("",):
            _question(_group(made, "TenderingCriterionProperty"), one, requirement, lot)
    for inner in group.groups:
        _questions(_group(made, "SubsidiaryTenderingCriterionPropertyGroup"), inner, requirement, lots)


def _question(made: Any, one: EspdProperty, requirement: QualificationRequirement, lot: str) -> None:
    _add(made, "ID", one.id, **_IDS)
    _add(made, "Name", requirement.title)
    # In brackets stands what a buyer writes; the main question is the requirement itself.
    own = not one.text or one.text.startswith("[") or one.id == criteria()[requirement.ground].question
    _add(made, "Description", requirement.title if own else one.text)
    _list(made, "TypeCode", one.kind, "criterion-element-type")
    _list(made, "ValueDataTypeCode", one.value, "response-data-type")
    if lot:
        _add(made, "ExpectedID", lot, **_IDS)


def _answers(root: Any, one: EspdCriterion, said: Said) -> None:
    """The main question, and what follows from it: the reason in words where words are asked for, and that nobody else is
    relied on, since nobody is named."""
    if not one.question:
        return
    yes = said.met != one.excludes
    _answer(root, one.question, "ResponseIndicator", str(yes).lower())
    group = next(
        group for top in one.groups for group in top.walk() if any(asks.id == one.question for asks in group.properties)
    )
    for follows in group.groups:
        if follows.type != ("ONTRUE" if yes else "ONFALSE"):
            continue
        for asks in follows.properties:
            if asks.value == "DESCRIPTION" and said.text:
                _answer(root, asks.id, "Description", said.text)
            elif asks.value == "INDICATOR" and not one.excludes:
                _answer(root, asks.id, "ResponseIndicator", "false")


def _answer(root: Any, asked: str, name: str, value: str) -> None:
    made = _group(root, "TenderingCriterionResponse")
    _add(made, "ID", f"{asked}/R1", **_IDS)
    _add(made, "ValidatedCriterionPropertyID", asked, **_IDS)
    inner = _group(made, "ResponseValue")
    _add(inner, "ID", f"{asked}/R1/RV", **_IDS)
    _add(inner, name, value)


def _lots(competition: Competition) -> list[str]:
    return [_lot(one.number) for one in competition.lots.order_by("number")]


def _lot(number: int) -> str:
    return f"LOT-{number:04d}"


def _written(root: Any) -> bytes:
    from lxml import etree

    content: bytes = etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)
    return content


def _group(parent: Any, name: str) -> Any:
    from lxml import etree

    return etree.SubElement(parent, f"{CAC}{name}")


def _add(parent: Any, name: str, text: str, **attributes: str) -> None:
    from lxml import etree

    etree.SubElement(parent, f"{CBC}{name}", attributes).text = text


def _code(parent: Any, name: str, value: str, authority: str, version: str) -> None:
    _add(parent, name, value, listID=f"{_AUTHORITY}{authority}", listAgencyID="OP", listVersionID=version)


def _list(parent: Any, name: str, value: str, of: str) -> None:
    _add(parent, name, value, listID=of, listAgencyID="OP", listVersionID=VERSION)
