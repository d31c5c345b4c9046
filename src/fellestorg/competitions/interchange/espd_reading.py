"""A response to the ESPD, made here or by somebody else's tool: who answers, and yes or no to each criterion.

A response carries the criteria that it answers. They are known by type code or by their fixed identifier, which has been the
same since the first version; the question is the one of ESPD-EDM 4.1.0, or else the criterion's first yes-or-no question,
under whatever identifier the tool gave it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from fellestorg.competitions.interchange.espd import CAC, CBC, RESPONSE, criteria
from fellestorg.values import BadInput, Problem

_MOST_BYTES = 10 * 1024 * 1024
_MOST_PROBLEMS = 20
_NORWEGIAN = re.compile(r"(?:NO|0192:)?([0-9]{9})(?:MVA)?")
_YES, _NO = ("true", "1"), ("false", "0")


@dataclass(frozen=True, slots=True)
class EspdAnswers:
    """What an economic operator answered: its number, by criterion's code whether it answered yes, and the number of the
    procurement that the response says it is for."""

    supplier: str
    answers: Mapping[str, bool]
    folder: str = ""


def read_response(content: bytes) -> EspdAnswers:
    """The answers of a response. Raises BadInput for anything that is not one, and for every answer that cannot be read, by
    its place and line: entities and document types are refused before anything is read. Where a criterion is answered
    several times, for lots, the cautious answer holds."""
    root = _parsed(content)
    asked = _questions(root)
    problems: list[Problem] = []
    answers: dict[str, bool] = {}
    given = root.findall(f"{CAC}TenderingCriterionResponse")
    for number, one in enumerate(given, 1):
        where = f"TenderingCriterionResponse[{number}], line {one.sourceline}"
        question = _text(one, f"{CBC}ValidatedCriterionPropertyID")
        code = asked.get(question)
        if not question:
            text = _("Svaret sier ikke hvilket spørsmål det gjelder (ValidatedCriterionPropertyID).")
            problems.append(Problem(where, "no_question", text))
        if code is None:
            continue
        said = _text(one, f"{CAC}ResponseValue/{CBC}ResponseIndicator").lower()
        if said not in _YES + _NO:
            wrong = _("«%(said)s» er ikke ja eller nei (ResponseIndicator) for %(code)s.")
            problems.append(Problem(where, "not_an_indicator", wrong % {"said": said[:40], "code": code}))
            continue
        yes, excludes = said in _YES, criteria()[code].excludes
        answers[code] = yes or answers.get(code, False) if excludes else yes and answers.get(code, True)
    BadInput.raise_if(problems[:_MOST_PROBLEMS])
    if not given:
        raise BadInput.of("TenderingCriterionResponse", "no_answers", _("Fila har ingen svar."))
    if not answers:
        raise BadInput.of("TenderingCriterionResponse", "no_answers", _("Fila har ingen svar på kriteriene i ESPD."))
    return EspdAnswers(_supplier(root), answers, _text(root, f"{CBC}ContractFolderID"))


def _parsed(content: bytes) -> Any:
    from lxml import etree

    if len(content) > _MOST_BYTES:
        raise BadInput.of("", "too_large", _("Fila er for stor. Høyst 10 MB."))
    if b"<!DOCTYPE" in content.upper() or b"<!ENTITY" in content.upper() or b"\x00" in content:
        raise BadInput.of("", "doctype", _("fila har DOCTYPE eller entiteter; det tar vi ikke imot"))
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True
    )
    try:
        root = etree.fromstring(content, parser)
    except etree.XMLSyntaxError as error:
        raise BadInput.of("", "not_xml", _("Fila er ikke XML: %(why)s") % {"why": str(error)[:120]}) from None
    if root.tag != f"{{{RESPONSE}}}QualificationApplicationResponse":
        raise BadInput.of("", "not_a_response", _("Fila er ikke et svar på ESPD (QualificationApplicationResponse)."))
    return root


def _questions(root: Any) -> dict[str, str]:
    """Code by the identifier of the question that decides it: those of the version we write, and those the file defines."""
    known = criteria()
    by_id = {one.id: code for code, one in known.items()}
    found = {one.question: code for code, one in known.items() if one.question}
    for one in root.findall(f"{CAC}TenderingCriterion"):
        code = _text(one, f"{CBC}CriterionTypeCode")
        code = code if code in known else by_id.get(_text(one, f"{CBC}ID"), "")
        if not code or not known[code].question:
            continue
        own = list(_indicators(one))
        if own and known[code].question not in own:
            found[own[0]] = code
    return found


def _indicators(criterion: Any) -> Iterator[str]:
    """The identifiers of a criterion's yes-or-no questions, in order."""
    for one in criterion.iter(f"{CAC}TenderingCriterionProperty"):
        if _text(one, f"{CBC}ValueDataTypeCode") == "INDICATOR":
            yield _text(one, f"{CBC}ID")


def _supplier(root: Any) -> str:
    """The number as we write it. A Norwegian one may come as "NO 976 239 997 MVA" or "0192:976239997"."""
    rows = root.findall(f"{CAC}EconomicOperatorParty/{CAC}Party/{CAC}PartyIdentification/{CBC}ID")
    numbers = ["".join((row.text or "").upper().split()) for row in rows]
    norwegian = (_NORWEGIAN.fullmatch(one) for one in numbers)
    return next((one[1] for one in norwegian if one), "") or next(filter(None, numbers), "")


def _text(element: Any, path: str) -> str:
    return (element.findtext(path) or "").strip()
