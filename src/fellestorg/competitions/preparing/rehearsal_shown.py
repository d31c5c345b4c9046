"""A rehearsal in words: one row for each model, and how often a tender that cannot win decides, as a chart."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.utils.translation import gettext as _

from fellestorg.engines.evaluation import evaluate, model_name, read_request
from fellestorg.engines.evaluation.rehearsal import ModelRehearsal, Rehearsal
from fellestorg.ui import formats
from fellestorg.ui.charts import Series, StackedBarChart


@dataclass(frozen=True, slots=True)
class ModelRow:
    """What one model does with the tenders tried."""

    name: str
    chosen: bool
    needs_reason: bool
    winner: str
    totals: str
    deciding: tuple[str, ...]
    reversals: str
    point_prices: tuple[str, ...]
    weights: tuple[str, ...]
    dearer: tuple[str, ...]


def model_rows(rehearsal: Rehearsal, criteria: Sequence[Any], language: str) -> list[ModelRow]:
    """Every model in words, the chosen one first."""
    titles = {one.key: one.title for one in criteria}
    return [_row(one, rehearsal, titles, language) for one in rehearsal.models]


@dataclass(frozen=True, slots=True)
class InnovationRow:
    """What an innovation criterion rewards, and what it decides under the chosen model. ``worth``: what full points weigh
    against the minimum, in kroner; ``without``: who wins when nobody goes beyond the minimum."""

    title: str
    minimum: str
    measured_by: str
    worth: str
    without: str


def innovation_rows(rehearsal: Rehearsal, criteria: Sequence[Any], wire: Mapping[str, Any]) -> list[InnovationRow]:
    """Every innovation criterion, tried with and without what goes beyond the minimum."""
    chosen = next((one for one in rehearsal.models if one.model == rehearsal.chosen), None)
    if chosen is None:
        return []
    prices = {row.criterion: row.between for row in chosen.point_prices if row.between is not None}
    return [
        InnovationRow(
            one.title, one.minimum, one.measured_by, _worth(prices.get(one.key), wire), _without(one.key, chosen, wire)
        )
        for one in criteria
        if one.innovation
    ]


def chart(rehearsal: Rehearsal, language: str) -> StackedBarChart:
    """In how many of the simulated competitions a tender that does not win decides, for each model."""
    removed = tuple(_percent(one.reversals.by_removal, one.reversals.simulated) for one in rehearsal.models)
    added = tuple(_percent(one.reversals.by_addition, one.reversals.simulated) for one in rehearsal.models)
    return StackedBarChart(
        _("Hvor ofte et tilbud som ikke vinner, avgjør"),
        tuple(model_name(one.model, language).capitalize() for one in rehearsal.models),
        (Series(_("Et som er der, avgjør"), removed), Series(_("Et som kunne kommet, ville avgjort"), added)),
        unit="%",
        description=_("Andel av simulerte konkurranser med disse vektene. Lavere er tryggere."),
        places=0,
        label_heading=_("Modell"),
    )


def _row(one: ModelRehearsal, rehearsal: Rehearsal, titles: dict[str, str], language: str) -> ModelRow:
    winner = one.winner or (_("Likt: %(names)s") % {"names": ", ".join(one.tie)} if one.tie else "–")
    deciding = [
        _("Uten %(tender)s ville %(winner)s vunnet.") % {"tender": row.tender, "winner": row.winner}
        for row in one.deciding
    ]
    deciding += [
        _("Et tilbud på %(price)s, som ikke vinner, ville gitt seieren til %(winner)s.")
        % {"price": _kroner(row.price), "winner": row.winner}
        for row in one.additions[:1]
    ]
    turned = one.reversals
    return ModelRow(
        model_name(one.model, language).capitalize(),
        one.model == rehearsal.chosen,
        one.needs_reason,
        winner,
        ", ".join(f"{name} {_total(total)}" for name, total in one.totals.items()),
        tuple(deciding),
        _("%(removed)s av %(all)s, og %(added)s når noen kommer til")
        % {"removed": turned.by_removal, "added": turned.by_addition, "all": turned.simulated},
        tuple(_point_price(row, titles) for row in one.point_prices if row.between is not None),
        tuple(
            f"{titles.get(key, key)}: {formats.share(_decimal(share), 0)} "
            + _("mot oppgitt %(stated)s") % {"stated": formats.share(_decimal(rehearsal.weights[key]), 0)}
            for key, share in one.effective_weights.items()
            if key in one.do_not_bite
        ),
        tuple(
            _("%(points)s poeng mer på %(criterion)s")
            % {
                "points": formats.number(_decimal(row.points), 1),
                "criterion": titles.get(row.criterion, row.criterion),
            }
            if row.possible
            else _("kan ikke hentes inn på %(criterion)s") % {"criterion": titles.get(row.criterion, row.criterion)}
            for row in one.dearer
        ),
    )


def _worth(between: tuple[Fraction, Fraction] | None, wire: Mapping[str, Any]) -> str:
    if between is None:
        return "–"
    low, high = (rate * Fraction(wire["scale"]) for rate in between)
    if low == high:
        return _kroner(low)
    return _("%(low)s til %(high)s") % {"low": _kroner(low), "high": _kroner(high)}


def _without(key: str, chosen: ModelRehearsal, wire: Mapping[str, Any]) -> str:
    tenders = [{**one, "points": {**one["points"], key: "0"}} for one in wire["tenders"]]
    winner = evaluate(read_request({**wire, "tenders": tenders})).winner
    if winner == chosen.winner:
        return _("Samme vinner: %(winner)s") % {"winner": winner or "–"}
    return _("%(winner)s i stedet for %(chosen)s") % {"winner": winner or "–", "chosen": chosen.winner or "–"}


def _point_price(row: Any, titles: dict[str, str]) -> str:
    low, high = row.between
    name = titles.get(row.criterion, row.criterion)
    if low == high:
        return _("%(criterion)s: et poeng koster %(price)s") % {"criterion": name, "price": _kroner(low)}
    return _("%(criterion)s: et poeng koster mellom %(low)s og %(high)s") % {
        "criterion": name,
        "low": _kroner(low),
        "high": _kroner(high),
    }


def _total(total: Fraction) -> str:
    return formats.number(_decimal(total), 2 if abs(total) < 1000 else 0)


def _kroner(amount: Fraction) -> str:
    return formats.money(_decimal(amount), 0)


def _decimal(value: Fraction) -> Decimal:
    """Rounded for display only."""
    return (Decimal(value.numerator) / Decimal(value.denominator)).quantize(Decimal("0.0001"))


def _percent(count: int, of: int) -> Decimal:
    return (Decimal(100 * count) / of).quantize(Decimal("0.1")) if of else Decimal(0)
