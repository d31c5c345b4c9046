"""Taking content in: compared with what stands first, and then all of it or nothing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils.translation import gettext as _

from fellestorg.competitions.acting import BEFORE_NOTICE, for_change, record
from fellestorg.competitions.interchange.exporting import Content, content_of, fingerprint
from fellestorg.competitions.interchange.fields import SECTIONS
from fellestorg.competitions.models import (
    AwardCriterion,
    Competition,
    CompetitionLot,
    PriceSheetLine,
    QualificationRequirement,
    Question,
)
from fellestorg.kernel.actors import Actor
from fellestorg.values import BadInput, Problem, Refused

_DECIMALS = {section: {one.name for one in fields if one.kind == "decimal"} for section, fields in SECTIONS.items()}


@dataclass(frozen=True, slots=True)
class SectionChange:
    """How many rows of a section are new, changed, the same, and gone."""

    section: str
    new: int
    changed: int
    same: int
    gone: int


def compare(competition: Competition, content: Content) -> list[SectionChange]:
    """What taking the content in would do to each section."""
    found = []
    for section, rows in content_of(competition).items():
        before = {(row.get("lot") if section == "price_lines" else "", row["key"]): row for row in rows}
        after = {(row.get("lot") if section == "price_lines" else "", row["key"]): row for row in content[section]}
        same = sum(before.get(key) == row for key, row in after.items())
        both = len(before.keys() & after.keys())
        found.append(SectionChange(section, len(after) - both, both - same, same, len(before) - both))
    return found


@transaction.atomic
def take_in(
    competition: Competition, content: Content, *, actor: Actor, now: datetime, expected: str = ""
) -> Competition:
    """Let the content be the competition's, before its notice. ``expected`` is the fingerprint of what it was compared
    with: Refused where that has changed since. Raises BadInput with every row that the database would not keep."""
    row = for_change(competition, actor, now, BEFORE_NOTICE)
    before = fingerprint(content_of(row))
    if expected and expected != before:
        raise Refused("changed_meanwhile", _("Konkurransen er endret siden du så forskjellene. Se på dem på nytt."))
    for model in (Question, AwardCriterion, QualificationRequirement):
        model._default_manager.filter(competition=row).delete()
    PriceSheetLine.objects.filter(lot__competition=row).delete()
    problems: list[Problem] = []
    lots = _lots(row, content, problems)
    requirements = _rows(row, QualificationRequirement, "requirements", content, problems, {})
    criteria = _rows(row, AwardCriterion, "criteria", content, problems, {})
    refs = {"lot": lots, "criterion": criteria, "requirement": requirements}
    _rows(row, Question, "questions", content, problems, refs)
    _price_lines(content, lots, problems)
    BadInput.raise_if(problems)
    told = {"before": before, "after": fingerprint(content), "rows": {one: len(content[one]) for one in SECTIONS}}
    record(row, "competition_changed", actor, now, {"part": "interchange", **told})
    return row


def _lots(competition: Competition, content: Content, problems: list[Problem]) -> dict[str, models.Model]:
    """Lots keep their rows, and with them the limits of an award over lots, which other tools do not know."""
    there = {one.key: one for one in competition.lots.all()}
    wanted = [given["key"] for given in content["lots"]]
    competition.lots.exclude(key__in=wanted).delete()
    # Numbers are one each: out of each other's way first.
    competition.lots.update(number=models.F("number") + 10_000)
    made: dict[str, models.Model] = {}
    for number, given in enumerate(content["lots"], 1):
        one = there.get(given["key"]) or CompetitionLot(competition=competition, key=given["key"])
        _set(one, "lots", {**given, "number": number})
        if _is_whole(one, "lots", f"lots[{number - 1}]", problems):
            one.save()
        made[given["key"]] = one
    return made


def _rows(
    competition: Competition,
    model: type[Any],
    section: str,
    content: Content,
    problems: list[Problem],
    refs: dict[str, dict[str, models.Model]],
) -> dict[str, models.Model]:
    made: dict[str, models.Model] = {}
    for number, given in enumerate(content[section], 1):
        one = model(competition=competition)
        found = {name: known[given[name]] if given[name] else None for name, known in refs.items()}
        _set(one, section, {**given, **found, "number": number})
        if _is_whole(one, section, f"{section}[{number - 1}]", problems):
            one.save(force_insert=True)
        made[given["key"]] = one
    return made


def _price_lines(content: Content, lots: dict[str, models.Model], problems: list[Problem]) -> None:
    rows = []
    for number, given in enumerate(content["price_lines"], 1):
        one = PriceSheetLine()
        _set(one, "price_lines", {**given, "lot": lots[given["lot"]], "number": number})
        _is_whole(one, "price_lines", f"price_lines[{number - 1}]", problems)
        rows.append(one)
    if not problems:
        PriceSheetLine.objects.bulk_create(rows)


def _set(row: models.Model, section: str, given: dict[str, Any]) -> None:
    for name, value in given.items():
        field = row._meta.get_field(name)
        if name in _DECIMALS[section] and value is not None:
            value = field.to_python(value)  # type: ignore[union-attr]
        setattr(row, name, value)


def _is_whole(row: models.Model, section: str, place: str, problems: list[Problem]) -> bool:
    # What it points to, and that its key is its own, was asked when it was read; here only whether its values fit.
    asked = {field.name for field in SECTIONS[section] if field.kind != "ref"}
    empty = {one.name for one in row._meta.fields if getattr(row, one.attname) in (None, [])}
    try:
        row.clean_fields(exclude={one.name for one in row._meta.fields} - asked | empty)
    except ValidationError as error:
        problems += [
            Problem(f"{place}, {field}", "invalid", " ".join(texts)) for field, texts in error.message_dict.items()
        ]
        return False
    return True
