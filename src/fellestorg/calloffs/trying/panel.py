"""The what-if panel of a call-off policy: the policy in force and the proposed one, side by side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from difflib import SequenceMatcher
from typing import Any

from django.utils.translation import gettext as _

from fellestorg.agreements.managing.policy_names import mechanism_name
from fellestorg.agreements.models import Lot, SupplierPosition
from fellestorg.agreements.panels import Panel, Trial
from fellestorg.agreements.words import category_name, known_regions, region_name
from fellestorg.calloffs import shown, texts
from fellestorg.calloffs.answers import names_for
from fellestorg.calloffs.trying import what_if
from fellestorg.calloffs.trying.facts import NOBODY, Asked, concerned, read_asked
from fellestorg.calloffs.trying.what_if import Band, History, Rerouted
from fellestorg.engines.policy import Policy, parse_policy
from fellestorg.kernel import clock
from fellestorg.ui import formats
from fellestorg.ui.charts import Series, StackedBarChart
from fellestorg.ui.parts import TraceLine
from fellestorg.values import BadInput

_PREFIX = "try-"
_MOST_LISTED = 50


@dataclass(frozen=True, slots=True)
class TrialShown:
    """The answer under one policy: what it is called, what comes out, and every step on the way."""

    name: str
    tone: str
    outcome: str
    note: str
    trace: tuple[TraceLine, ...]


@dataclass(frozen=True, slots=True)
class BandShown:
    """One stretch of amounts and what it leads to under each policy, in words."""

    amounts: str
    now: str
    proposed: str
    changed: bool


def what_if_panel(trial: Trial) -> Panel:
    """The panel for one document; what was filled in wrongly is said at its top, and everything typed stays."""
    today, at = clock.today(), clock.now()
    given = {name.removeprefix(_PREFIX): value for name, value in trial.asked.items() if name.startswith(_PREFIX)}
    problems: tuple[str, ...] = ()
    try:
        asked = read_asked(given, trial.lot, today)
    except BadInput as error:
        problems = tuple(one.text for one in error.problems)
        asked = read_asked({}, trial.lot, today)
    present = what_if.present_policy(trial.lot, asked.day)
    policies = ([(_("Reglene nå"), *present)] if present else []) + [
        (_("Forslaget"), (present[0] if present else 0) + 1, trial.document)
    ]
    proposed, old = parse_policy(trial.document), parse_policy(present[1]) if present else None
    found = what_if.bands(old, proposed, asked, what_if.region_of(asked))
    same = present is not None and old == proposed
    history = None if same else what_if.rerouted(trial.lot, trial.document, trial.actor, at)
    context = {
        "problems": problems,
        "amount": given.get("amount", formats.number(asked.amount, code="nb")),
        "standard": asked.standard,
        "day": asked.day,
        "buyer": given.get("buyer", ""),
        "region": asked.region,
        "category": asked.category,
        "categories": [(code, category_name(code)) for code in trial.lot.categories],
        "regions": sorted(((code, region_name(code)) for code in known_regions()), key=lambda one: one[1]),
        "suppliers": _suppliers(trial.lot, asked),
        **_more_facts(concerned([proposed] if old is None else [proposed, old]), asked, given),
        "same": same,
        "trials": [
            _shown(name, what_if.try_policy(trial.lot, document, version, asked, at))
            for name, version, document in (policies[-1:] if same else policies)
        ],
        "bands": [_band(one, old, proposed) for one in found],
        "chart": _chart(found, old, proposed),
        "history": _history(history) if history is not None else None,
    }
    return Panel("calloffs/what_if.html", context)


def _shown(name: str, answer: Mapping[str, Any]) -> TrialShown:
    names = names_for(answer)
    view = shown.show(answer, names, {})
    by_price = any(step["code"] == "lowest_net_price_chosen" for step in answer["trace"])
    if by_price:
        return TrialShown(
            name,
            view.tone,
            mechanism_name("lowest_net_price"),
            _("Hvem det blir, avhenger av varene. Her er alle satt like dyre."),
            view.trace,
        )
    return TrialShown(name, view.tone, view.reason, "", view.trace)


@dataclass(frozen=True, slots=True)
class SupplierTried:
    """A supplier of the lot, and how the trial regards it."""

    number: str
    name: str
    suspended: bool
    unavailable: bool
    assigned: bool


def _suppliers(lot: Lot, asked: Asked) -> list[SupplierTried]:
    rows = SupplierPosition.objects.filter(lot=lot, valid_from__lte=asked.day).exclude(valid_to__lt=asked.day)
    found = (one.supplier for one in rows.select_related("supplier").order_by("rank"))
    return [
        SupplierTried(
            one.number,
            one.name,
            one.number in asked.suspended,
            one.number in asked.unavailable,
            one.number == asked.assigned,
        )
        for one in found
    ]


def _more_facts(looked_at: frozenset[str], asked: Asked, given: Mapping[str, str]) -> dict[str, Any]:
    """The controls that only some policies have a use for, each None where neither policy looks at its fact."""
    case = {"coverage_case", "secondary"} & looked_at
    return {
        "service": asked.service if "service" in looked_at else None,
        "terms": asked.terms if "terms_needed" in looked_at else None,
        "cases": [
            (code, name, code == asked.case)
            for code, name in (
                ("", _("Ingen")),
                ("documented", _("Dokumentert")),
                ("undocumented", _("Ikke dokumentert")),
            )
        ]
        if case
        else None,
        "share": given.get("share", "") if "secondary" in looked_at else None,
        "place": asked.place if "table" in looked_at else None,
        "assigning": "assigned" in looked_at,
        "nobody": (NOBODY, asked.assigned == NOBODY),
    }


def _band(one: Band, old: Policy | None, proposed: Policy) -> BandShown:
    if one.end is None:
        amounts = _("%(start)s eller mer") % {"start": formats.money(one.start, 0)} if one.start else _("Alle beløp")
    elif not one.start:
        amounts = _("Under %(end)s") % {"end": _amount(one.end)}
    else:
        amounts = _("Fra %(start)s, under %(end)s") % {"start": _amount(one.start), "end": _amount(one.end)}
    now, new = _route(old, one.now), _route(proposed, one.proposed)
    return BandShown(
        amounts,
        _("Steg %(n)s: %(what)s") % {"n": one.now, "what": now} if now else "",
        _("Steg %(n)s: %(what)s") % {"n": one.proposed, "what": new},
        bool(now) and now != new,
    )


def _route(policy: Policy | None, step: int | None) -> str:
    """What a step leads to, in a few words; the same words for the same route."""
    if policy is None or step is None:
        return ""
    chosen = policy.steps[step - 1]
    if chosen.max_suppliers > 1:
        most = {"what": mechanism_name(chosen.mechanism), "most": chosen.max_suppliers}
        return _("%(what)s, delt på høyst %(most)s") % most
    return mechanism_name(chosen.mechanism)


def _chart(found: Sequence[Band], old: Policy | None, proposed: Policy) -> StackedBarChart | None:
    """Both policies as bars over the amount, to half again the highest threshold; None where the amount means nothing."""
    if len(found) < 2:
        return None
    end = found[-1].start * 3 / 2
    new = _stretches([(one, _route(proposed, one.proposed)) for one in found], end)
    was = _stretches([(one, _route(old, one.now)) for one in found], end) if old is not None else []
    labels = ([_("Reglene nå")] if old is not None else []) + [_("Forslaget")]
    merged = _merged(was, new) if old is not None else [(name, None, width) for name, width in new]
    return StackedBarChart(
        _("Hva som gjelder ved hvilke beløp"),
        tuple(labels),
        tuple(
            Series(name, (first or Decimal(0), second or Decimal(0)) if old is not None else (second or Decimal(0),))
            for name, first, second in merged
        ),
        unit=_("tusen kr"),
        label_heading=_("Regler"),
        description=_("Den siste delen av hver linje fortsetter uten øvre grense."),
    )


def _stretches(bands: Sequence[tuple[Band, str]], end: Decimal) -> list[tuple[str, Decimal]]:
    """(what, width in thousand kroner), neighbours of the same kind as one."""
    found: list[tuple[str, Decimal]] = []
    for one, name in bands:
        width = ((one.end or end) - one.start) / 1000
        if found and found[-1][0] == name:
            width += found.pop()[1]
        found.append((name, width))
    return found


def _merged(
    was: Sequence[tuple[str, Decimal]], new: Sequence[tuple[str, Decimal]]
) -> list[tuple[str, Decimal | None, Decimal | None]]:
    """Two rows of stretches as one row of series, so that each bar keeps its own order."""
    merged: list[tuple[str, Decimal | None, Decimal | None]] = []
    left, right = [name for name, _width in was], [name for name, _width in new]
    for _tag, i1, i2, j1, j2 in SequenceMatcher(None, left, right, autojunk=False).get_opcodes():
        if left[i1:i2] == right[j1:j2]:
            merged += [(was[i][0], was[i][1], new[j][1]) for i, j in zip(range(i1, i2), range(j1, j2), strict=True)]
        else:
            merged += [(was[i][0], was[i][1], None) for i in range(i1, i2)]
            merged += [(new[j][0], None, new[j][1]) for j in range(j1, j2)]
    return merged


def _history(history: History) -> dict[str, Any]:
    return {
        "recomputed": history.recomputed,
        "left_out": history.left_out,
        "changed": len(history.changed),
        "rows": [_row(one) for one in history.changed[:_MOST_LISTED]],
        "more": max(len(history.changed) - _MOST_LISTED, 0),
    }


def _row(one: Rerouted) -> tuple[Rerouted, str, str]:
    return one, _outcome(one.was), _outcome(one.would)


def _outcome(answer: Mapping[str, Any]) -> str:
    return texts.render(answer, names_for(answer)).reason


def _amount(amount: Decimal) -> str:
    return formats.money(amount, 0 if amount == amount.to_integral_value() else 2)
