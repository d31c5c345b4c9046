"""A framework agreement out of a competition: its lots with their ceilings, and the winners as suppliers in rank."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.utils.dateparse import parse_date
from django.utils.text import slugify
from django.utils.translation import gettext as _

from fellestorg.agreements.models import FORTY_EIGHT_MONTHS, FrameworkAgreement, Lot
from fellestorg.agreements.setup.agreements import register as register_agreement
from fellestorg.agreements.setup.lots import register as register_lot
from fellestorg.competitions.models import Competition, CompetitionLot, PriceSheetLine
from fellestorg.kernel.actors import Actor
from fellestorg.organisations.models import Organisation, Person, RoleGrant
from fellestorg.organisations.queries import people_with_role
from fellestorg.values import BadInput, Problem


@dataclass(frozen=True, slots=True)
class AgreementTerms:
    """What the framework agreement is called and how long it lasts, days included."""

    key: str
    category: str
    starts: date
    ends: date
    manager: Person
    long_duration_reason: str = ""


def read_terms(data: Mapping[str, str], competition: Competition, today: date) -> AgreementTerms | None:
    """The terms as filled in; None where the contract is no framework agreement. Raises BadInput with every fault."""
    if data.get("kind") != "framework":
        return None
    problems: list[Problem] = []
    key = slugify(data.get("key", ""))
    if not key or FrameworkAgreement.objects.filter(key=key).exists():
        problems.append(Problem("key", "taken", _("Velg et kort navn som ingen annen avtale har.")))
    starts = _day(data, "starts", _("Oppgi den første dagen."), problems)
    ends = _day(data, "ends", _("Oppgi den siste dagen."), problems)
    manager = managers(competition, today).filter(username=data.get("manager", "")).first()
    if manager is None:
        problems.append(Problem("manager", "unknown", _("Velg en avtaleforvalter.")))
    reason = data.get("long_duration_reason", "").strip()
    if starts and ends and ends <= starts:
        problems.append(Problem("ends", "out_of_order", _("Oppgi en dag etter den første.")))
    elif starts and ends and ends >= starts + FORTY_EIGHT_MONTHS and not reason:
        problems.append(
            Problem("long_duration_reason", "over_48_months", _("Skriv hvorfor avtalen varer mer enn fire år (FA-1)."))
        )
    category = data.get("category", "").strip().lower()
    if not category:
        problems.append(Problem("category", "missing", _("Oppgi varegruppen.")))
    problems += [
        Problem("", "no_maximum", _("«%(lot)s» mangler høyeste verdi.") % {"lot": lot.title})
        for lot in competition.lots.all()
        if ceiling(competition, lot) is None
    ]
    BadInput.raise_if(problems)
    assert starts is not None and ends is not None and manager is not None
    return AgreementTerms(key, category, starts, ends, manager, reason)


def ceiling(competition: Competition, lot: CompetitionLot) -> Decimal | None:
    """The highest value of a lot: its own, or the whole competition's where it has one lot."""
    if lot.maximum_value is None and competition.lots.count() == 1:
        return competition.maximum_value
    return lot.maximum_value


def managers(competition: Competition, today: date) -> Any:
    """Who may manage the agreement: the agreement managers of the competition's organisation."""
    return people_with_role(RoleGrant.Role.AGREEMENT_MANAGER, competition.buyer, today)


def make_agreement(
    competition: Competition,
    terms: AgreementTerms,
    winners: Mapping[str, Sequence[Organisation]],
    *,
    actor: Actor,
    at: datetime,
) -> dict[str, Lot]:
    """The agreement with a lot for each awarded lot, by lot's key; in the caller's transaction. It follows the law of the
    competition's notice. It has no call-off policy yet: nothing can be called off before its manager has set one."""
    title = competition.title
    assert competition.notice_date is not None, "what is concluded has been published"
    agreement = FrameworkAgreement(
        key=terms.key,
        title_nb=title,
        title_nn=title,
        title_en=title,
        summary_nb=competition.description,
        summary_nn=competition.description,
        summary_en=competition.description,
        category=terms.category,
        owner=competition.buyer,
        manager=terms.manager,
        starts=terms.starts,
        ends=terms.ends,
        latest_end=terms.ends,
        long_duration_reason=terms.long_duration_reason,
        ruleset_date=competition.notice_date,
        source=competition.number,
    )
    register_agreement(agreement, (), actor, at)
    made = {}
    for lot in competition.lots.all():
        if not winners.get(lot.key):
            continue
        maximum = ceiling(competition, lot)
        assert maximum is not None, "read_terms asked for it"
        row = Lot(
            agreement=agreement,
            key=lot.key,
            number=lot.number,
            title_nb=lot.title,
            title_nn=lot.title,
            title_en=lot.title,
            scope_nb=lot.description or lot.title,
            scope_nn=lot.description or lot.title,
            scope_en=lot.description or lot.title,
            cpv=competition.cpv,
            categories=[terms.category],
            max_value=maximum,
            estimated_value=lot.estimated_value,
        )
        register_lot(row, winners[lot.key], actor, at)
        made[lot.key] = row
    return made


def price_list(lot: CompetitionLot, prices: Mapping[str, Decimal], category: str) -> list[list[object]]:
    """The winner's unit prices as rows of a price list that can be sent in on the agreement: heading first."""
    rows: list[list[object]] = [["item", "name_nb", "name_nn", "name_en", "category", "unit", "unit_price"]]
    lines = PriceSheetLine.objects.filter(lot=lot)
    rows += [
        [one.key, one.title, one.title, one.title, category, one.unit, prices[one.key]]
        for one in lines
        if one.key in prices
    ]
    return rows


def _day(data: Mapping[str, str], name: str, missing: str, problems: list[Problem]) -> date | None:
    try:
        day = parse_date(data.get(name, ""))
    except ValueError:
        day = None
    if day is None:
        problems.append(Problem(name, "not_a_day", missing))
    return day
