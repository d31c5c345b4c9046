"""Call-off policies by sheet: a row for each step, in order. For the lots of an agreement that nobody can call off under
yet, all in one sheet; later ones have their own page."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from fellestorg.agreements.managing.policy_names import problem_text
from fellestorg.agreements.models import Lot, PolicyVersion
from fellestorg.agreements.policies import set_policy
from fellestorg.agreements.setup.reading import agreements_in_use, lot_in
from fellestorg.engines.policy import CONTRACT_PARTS, PARTS
from fellestorg.kernel.actors import Actor
from fellestorg.kernel.setup import Column, Row, Tally
from fellestorg.values import BadInput, Problem, Refused, decimal_text

_MECHANISMS = (
    ("rank", _("Rangert: nummer 1 som kan levere")),
    ("lowest_net_price", _("Laveste nettopris")),
    ("mini_competition", _("Minikonkurranse")),
    ("cascade", _("Én om gangen i rekkefølge")),
    ("assigned", _("Tildelt leverandør")),
    ("secondary", _("Sekundærleverandør")),
    ("table", _("Tabell over ruter eller steder")),
    ("dps_invitation", _("Alle i kategorien i innkjøpsordningen")),
    ("service_order", _("Tjeneste fra nummer 1 som kan levere")),
)
_ASSORTMENT = (("yes", _("Bare standardsortiment")), ("no", _("Ikke bare standardsortiment")))
_YES_NO = (("yes", _("Ja")), ("no", _("Nei")))
_MEASURES = (
    ("employees", _("Ansatte")),
    ("value", _("Omsetning")),
    ("subscriptions", _("Abonnementer")),
)
_TABLES = (("route", _("Ruter")), ("location", _("Steder")))
_TIES = (("rank", _("Rangering")), ("lowest_carbon", _("Lavest utslipp")), ("draw", _("Loddtrekning")))
COLUMNS = (
    Column("agreement", _("Avtale"), _("Avtalens nøkkel."), required=True),
    Column("lot", _("Delkontrakt"), _("Delkontraktens nøkkel."), required=True),
    Column("valid_from", _("Gjelder fra"), _("Tomt: avtalens første dag."), shape="day"),
    Column("amount_below", _("Når verdien er under"), _("Kroner uten mva."), shape="amount"),
    Column("amount_from", _("Når verdien er minst"), _("Kroner uten mva."), shape="amount"),
    Column(
        "assortment", _("Når varene er"), _("Tomt: spiller ingen rolle."), shape="choice", choices=lambda: _ASSORTMENT
    ),
    Column("category", _("Når varekategorien er"), _("Nøkler med mellomrom. Tomt: alle.")),
    Column("region", _("Når leveringen er i"), _("NUTS-koder med mellomrom. Tomt: alle.")),
    Column("coverage_case", _("Når det er vist til en dekningssak"), shape="choice", choices=lambda: _YES_NO),
    Column("terms_needed", _("Når det trengs vilkår utenom avtalen"), shape="choice", choices=lambda: _YES_NO),
    Column("service", _("Når alt er tjenester"), shape="choice", choices=lambda: _YES_NO),
    Column("mechanism", _("Avropsmåte"), required=True, shape="choice", choices=lambda: _MECHANISMS),
    Column("max_suppliers", _("Flest leverandører"), _("Bare ved laveste nettopris. Tomt: én."), shape="amount"),
    Column(
        "only_rank",
        _("Bare nummer i rangeringen"),
        _("Bare ved rangert. Tomt: den neste når den første ikke kan."),
        shape="amount",
    ),
    Column("hours", _("Arbeidstimer til å svare"), _("Bare ved én om gangen."), shape="amount"),
    Column(
        "measure",
        _("Andelen regnes av"),
        _("Ved tildelt leverandør og sekundærleverandør."),
        shape="choice",
        choices=lambda: _MEASURES,
    ),
    Column("rank", _("Sekundærleverandørens nummer"), _("Bare ved sekundærleverandør."), shape="amount"),
    Column("max_share", _("Høyeste andel i prosent"), _("Bare ved sekundærleverandør."), shape="amount"),
    Column("table", _("Tabell over"), _("Bare ved tabell."), shape="choice", choices=lambda: _TABLES),
    Column(
        "decides",
        _("Det som avgjør"),
        _(
            "Deler av nettoprisen, med mellomrom: goods discount small_order_fee freight handling carbon. Tomt: de fire "
            "første. Likt på alle stegene."
        ),
    ),
    Column(
        "tie_rule", _("Ved likhet"), _("Tomt: rangering. Likt på alle stegene."), shape="choice", choices=lambda: _TIES
    ),
    Column("source", _("Kilde"), _("Hvor rammeavtalen sier dette."), required=True),
)
_STEP = re.compile(r"policy\.steps\[(\d+)\](?:\.(?:when\.)?(\w+))?")


def write_policies(rows: Sequence[Row], actor: Actor, now: datetime) -> Tally:
    """Give each lot the policy its rows make together."""
    together: dict[tuple[int, date], list[Row]] = {}
    lots: dict[int, Lot] = {}
    steps: dict[int, dict[str, Any]] = {}
    for row in rows:
        lot = lot_in(row, actor)
        first = row.day("valid_from")
        steps[row.number] = _step(row)
        if lot is not None:
            lots[lot.pk] = lot
            together.setdefault((lot.pk, first or lot.agreement.starts), []).append(row)
    tally, in_use = Tally(), agreements_in_use(rows)
    for (lot_id, first), mine in together.items():
        if all(row.is_good for row in mine):
            document = {"steps": [steps[row.number] for row in mine], **_shared(mine)}
            lot = lots[lot_id]
            if lot.agreement_id in in_use and not PolicyVersion.objects.filter(lot=lot).exists():
                page = reverse("edit_policy", args=[lot.agreement.key, lot.key])
                text = gettext("avtalen er i bruk; foreslå avropsreglene på %(page)s, så godkjenner en annen dem")
                mine[0].bad("", "needs_second_person", text % {"page": page})
                continue
            _set(lot, document, first, mine, tally, actor, now)
    return tally


def _step(row: Row) -> dict[str, Any]:
    when: dict[str, Any] = {}
    for name in ("amount_below", "amount_from"):
        amount = row.amount(name)
        if amount is not None:
            when[name] = decimal_text(amount)
    assortment = row.choice("assortment")
    if assortment:
        when["standard_assortment"] = assortment == "yes"
    for name in ("category", "region"):
        if found := row.many(name):
            when[name] = found
    for name in ("coverage_case", "terms_needed", "service"):
        if holds := row.choice(name):
            when[name] = holds == "yes"
    step: dict[str, Any] = {"when": when, "mechanism": row.choice("mechanism")}
    for name, most in (("only_rank", 99), ("max_suppliers", 50), ("hours", 999), ("rank", 99)):
        count = row.whole(name, most)
        if count is not None:
            step[name] = count
    for name in ("measure", "table"):
        if chosen := row.choice(name):
            step[name] = chosen
    share = row.amount("max_share")
    if share is not None:
        step["max_share"] = decimal_text(share / 100)
    row.text("source", 300)
    row.choice("tie_rule")
    if unknown := set(row.many("decides")) - set(PARTS):
        row.bad("decides", "unknown_part", gettext("ukjent: %(words)s") % {"words": ", ".join(sorted(unknown))})
    return step


def _shared(rows: Sequence[Row]) -> dict[str, Any]:
    """What is said once for the whole policy: on every row, or on the first alone."""
    first = rows[0]
    for row in rows[1:]:
        for name in ("decides", "tie_rule"):
            if row.text(name) and row.text(name) != first.text(name):
                row.bad(name, "not_alike", gettext("må være likt på alle stegene i delkontrakten"))
    return {"decides": first.many("decides") or list(CONTRACT_PARTS), "tie_rule": first.choice("tie_rule", "rank")}


def _set(
    lot: Lot, document: dict[str, Any], first: date, rows: Sequence[Row], tally: Tally, actor: Actor, now: datetime
) -> None:
    if not all(row.is_good for row in rows):
        return
    known = PolicyVersion.objects.filter(lot=lot).order_by("version").last()
    if known is not None:
        if (known.valid_from, known.document) == (first, document):
            tally.unchanged += 1
        else:
            rows[0].bad(
                "lot", "exists", gettext("delkontrakten har alt avropsregler; endre dem på delkontraktens side")
            )
        return
    try:
        set_policy(lot, document, first, rows[0].text("source", 300), actor=actor, now=now)
        tally.new += 1
    except BadInput as error:
        for problem in error.problems:
            found = _STEP.match(problem.where)
            row = rows[min(int(found[1]), len(rows) - 1)] if found else rows[0]
            name = (found[2] if found else problem.where.rpartition(".")[2]) or ""
            name = {"standard_assortment": "assortment"}.get(name, name)
            row.bad(name if name in row.columns else "", problem.code, _words(problem))
    except Refused as refused:
        rows[0].bad("", refused.code, refused.text)


def _words(problem: Problem) -> str:
    if problem.code == "no_otherwise":
        return gettext("det siste steget kan ikke ha vilkår: noe må gjelde for alt annet")
    return problem_text(problem)
