"""The European Single Procurement Document: the request out with what a competition asks, a response in with the answers.

The request is UBL 2.3 as ESPD-EDM 4.1.0 uses it: valid by its schema and by its rules for code lists, cardinality, buyer
and lots. Each criterion carries its own yes-or-no question; the follow-up questions of the EU's own form are left to the
tool that fills it in, and the rules that ask for them (BR-TC-07, BR-TC-13, BR-TC-17-01) are not met.
"""

from __future__ import annotations

import tomllib
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from importlib import resources
from typing import Any

from django.utils.translation import gettext as _

from fellestorg.competitions.models import Competition
from fellestorg.kernel import clock
from fellestorg.law.procedures import procedure
from fellestorg.values import BadInput

_UBL = "urn:oasis:names:specification:ubl:schema:xsd:"
_CAC, _CBC = f"{{{_UBL}CommonAggregateComponents-2}}", f"{{{_UBL}CommonBasicComponents-2}}"
_REQUEST = f"{_UBL}QualificationApplicationRequest-2"
_RESPONSE = f"{{{_UBL}QualificationApplicationResponse-2}}QualificationApplicationResponse"
_EDM = "4.1.0"
_IDS = {"schemeID": "Criterion", "schemeAgencyID": "OP", "schemeVersionID": _EDM}
_AUTHORITY = "http://publications.europa.eu/resource/authority/"
_COUNTRIES = "20250924-0"
_SELECTION = "_SC_"
_MOST_BYTES = 10 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class EspdCriterion:
    """A criterion's fixed identifier and that of its question."""

    id: str
    question: str


@dataclass(frozen=True, slots=True)
class EspdAnswers:
    """What an economic operator answered: its number, and by criterion's code whether it answered yes."""

    supplier: str
    answers: Mapping[str, bool]


@cache
def criteria() -> Mapping[str, EspdCriterion]:
    """Every criterion that can be asked, by code."""
    text = resources.files("fellestorg.competitions.interchange").joinpath("espd_criteria.toml").read_text("utf-8")
    return {code: EspdCriterion(**row) for code, row in tomllib.loads(text)["criteria"].items()}


def request_xml(competition: Competition, *, now: datetime) -> bytes:
    """The request. A requirement without a code of the ESPD is not in it: it has no place there."""
    from lxml import etree

    spaces: dict[str | None, str] = {None: _REQUEST, "cac": _CAC[1:-1], "cbc": _CBC[1:-1]}
    root: Any = etree.Element(f"{{{_REQUEST}}}QualificationApplicationRequest", nsmap=spaces)  # type: ignore[arg-type]
    local = now.astimezone(clock.OSLO)
    key = uuid.uuid5(competition.id, f"espd {now.isoformat()}")
    _add(root, "UBLVersionID", "2.3", schemeAgencyID="OASIS-UBL-TC")
    _add(root, "ProfileExecutionID", f"ESPD-EDMv{_EDM}", schemeAgencyID="OP", schemeVersionID=_EDM)
    _add(root, "ID", f"ESPDREQ-{competition.number}", schemeAgencyID="Fellestorg")
    _add(root, "CopyIndicator", "false")
    _add(
        root,
        "UUID",
        str(key),
        schemeID="ISO/IEC 9834-8:2008 - 4UUID",
        schemeAgencyID="Fellestorg",
        schemeVersionID=_EDM,
    )
    _add(root, "ContractFolderID", competition.number, schemeAgencyID="Fellestorg")
    _add(root, "IssueDate", local.date().isoformat())
    _add(root, "IssueTime", local.isoformat(timespec="seconds")[11:])
    _add(root, "VersionID", _EDM, schemeAgencyID="OP", schemeVersionID=_EDM)
    _add(
        root, "ProcedureCode", procedure(competition.procedure).code,
        listID=f"{_AUTHORITY}procurement-procedure-type", listAgencyID="OP", listVersionID="20250924-0",
    )  # fmt: skip
    party = _group(_group(root, "ContractingParty"), "Party")
    _add(_group(party, "PartyIdentification"), "ID", competition.buyer.number, schemeAgencyID="NO-BRC")
    _add(_group(party, "PartyName"), "Name", competition.buyer.name)
    _add(
        _group(_group(party, "PostalAddress"), "Country"), "IdentificationCode", "NOR",
        listID=f"{_AUTHORITY}country", listAgencyID="OP", listVersionID=_COUNTRIES,
    )  # fmt: skip
    project = _group(root, "ProcurementProject")
    _add(project, "Name", competition.title)
    _add(project, "Description", competition.description or competition.title)
    lots = [f"LOT-{lot.number:04d}" for lot in competition.lots.order_by("number")]
    for lot in lots:
        _add(_group(root, "ProcurementProjectLot"), "ID", lot, **_IDS)
    known = criteria()
    for requirement in competition.requirements.exclude(ground="").order_by("number"):
        if requirement.ground in known:
            _criterion(root, requirement.ground, known[requirement.ground], requirement.title, requirement.text, lots)
    content: bytes = etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)
    return content


def read_response(content: bytes) -> EspdAnswers:
    """The answers of a response. Raises BadInput for anything that is not one: entities and document types are refused
    before anything is read."""
    from lxml import etree

    if len(content) > _MOST_BYTES:
        raise BadInput.of("", "too_large", _("Fila er for stor. Høyst 10 MB."))
    if b"<!DOCTYPE" in content.upper() or b"<!ENTITY" in content.upper() or b"\x00" in content:
        raise BadInput.of("", "doctype", _("fila har DOCTYPE eller entiteter; det tar vi ikke imot"))
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(content, parser)
    except etree.XMLSyntaxError as error:
        raise BadInput.of("", "not_xml", _("Fila er ikke XML: %(why)s") % {"why": str(error)[:120]}) from None
    if root.tag != _RESPONSE:
        raise BadInput.of("", "not_a_response", _("Fila er ikke et svar på ESPD (QualificationApplicationResponse)."))
    numbers = [
        one.text for one in root.findall(f"{_CAC}EconomicOperatorParty/{_CAC}Party/{_CAC}PartyIdentification/{_CBC}ID")
    ]
    supplier = "".join(one for one in (numbers[0] or "" if numbers else "") if one.isdigit())
    by_question = {one.question: code for code, one in criteria().items()}
    answers: dict[str, bool] = {}
    for given in root.findall(f"{_CAC}TenderingCriterionResponse"):
        code = by_question.get((given.findtext(f"{_CBC}ValidatedCriterionPropertyID") or "").strip())
        said = (given.findtext(f"{_CAC}ResponseValue/{_CBC}ResponseIndicator") or "").strip()
        if code is not None and said in ("true", "1", "false", "0"):
            answers[code] = answers.get(code, False) or said in ("true", "1")
    if not answers:
        raise BadInput.of("", "no_answers", _("Fila har ingen svar på kriteriene i ESPD."))
    return EspdAnswers(supplier, answers)


def _criterion(root: Any, code: str, one: EspdCriterion, title: str, text: str, lots: Sequence[str]) -> None:
    made = _group(root, "TenderingCriterion")
    _add(made, "ID", one.id, **_IDS)
    _add(
        made, "CriterionTypeCode", code, listID=f"{_AUTHORITY}criterion", listAgencyID="OP", listVersionID="20240612-0"
    )
    _add(made, "Name", title)
    _add(made, "Description", text or title)
    # A selection criterion says which lots it holds for (BR-LOT-41); an exclusion ground holds for all.
    for lot in lots if _SELECTION in one.question else ():
        _add(_group(made, "ProcurementProjectLotReference"), "ID", lot, **_IDS)
    group = _group(made, "TenderingCriterionPropertyGroup")
    _add(group, "ID", one.question.rpartition("/")[0], **_IDS)
    _add(group, "PropertyGroupTypeCode", "ON*", listID="property-group-type", listAgencyID="OP", listVersionID=_EDM)
    asked = _group(group, "TenderingCriterionProperty")
    _add(asked, "ID", one.question, **_IDS)
    _add(asked, "Name", title)
    _add(asked, "Description", title)
    _add(asked, "TypeCode", "QUESTION", listID="criterion-element-type", listAgencyID="OP", listVersionID=_EDM)
    _add(asked, "ValueDataTypeCode", "INDICATOR", listID="response-data-type", listAgencyID="OP", listVersionID=_EDM)


def _group(parent: Any, name: str) -> Any:
    from lxml import etree

    return etree.SubElement(parent, f"{_CAC}{name}")


def _add(parent: Any, name: str, text: str, **attributes: str) -> None:
    from lxml import etree

    etree.SubElement(parent, f"{_CBC}{name}", attributes).text = text
