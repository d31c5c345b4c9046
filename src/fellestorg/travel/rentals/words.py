"""Words about rental cars: classes, fuels, why a car stands where it does, and the way to the choice."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from fellestorg.engines.travel.rentals import Choice, Mix, Passed, Priced
from fellestorg.ui import formats
from fellestorg.ui.parts import TraceLine

CLASS_NAMES = {
    "small": gettext_lazy("Liten"),
    "compact": gettext_lazy("Kompakt"),
    "family": gettext_lazy("Stasjonsvogn"),
    "suv": gettext_lazy("SUV med firehjulstrekk"),
    "van": gettext_lazy("Varebil"),
}
FUEL_NAMES = {
    "electric": gettext_lazy("Elektrisk"),
    "petrol": gettext_lazy("Bensin"),
    "diesel": gettext_lazy("Diesel"),
    "hybrid": gettext_lazy("Hybrid"),
    "plug_in": gettext_lazy("Ladbar hybrid"),
}


def class_name(code: str) -> str:
    """A class of car in the active language; what a booking says, where it is none of ours."""
    return str(CLASS_NAMES.get(code, code or _("Ikke oppgitt")))


def fuel_name(code: str) -> str:
    """A fuel in the active language."""
    return str(FUEL_NAMES.get(code, code or _("Ikke oppgitt")))


def mix_text(mix: Mix) -> str:
    """How a period is paid for: «1 uke og 2 dager»."""
    parts = []
    if mix.months:
        parts.append(ngettext("%(n)s måned", "%(n)s måneder", mix.months) % {"n": mix.months})
    if mix.weeks:
        parts.append(ngettext("%(n)s uke", "%(n)s uker", mix.weeks) % {"n": mix.weeks})
    if mix.days:
        parts.append(ngettext("%(n)s dag", "%(n)s dager", mix.days) % {"n": mix.days})
    return " + ".join(parts)


def outcome_text(found: Choice) -> str:
    """What came of it, in a sentence."""
    if found.outcome == "zero_emission":
        return _("Utslippsfri bil først: den koster ikke mer enn avtalen tillater.")
    if found.outcome == "under_cap":
        return _("Ingen utslippsfri bil innenfor toleransen. Da gjelder taket for CO2.")
    return _("Ingen bil i området oppfyller kravene.")


def reason_text(one: Priced, above: Priced | None, *, by_rank: bool) -> str:
    """Why a car stands where it does."""
    if one.way == "zero_emission" and above is None:
        return _("Utslippsfri, og innenfor toleransen.")
    if one.way == "under_cap" and one.car.zero_emission:
        return _("Utslippsfri, men dyrere enn toleransen tillater.")
    if above is None:
        if by_rank:
            return _("Leverandøren har høyest rang av dem som er igjen.")
        return _("Lavest nettopris av dem som er igjen.")
    if one.way != above.way:
        return _("Har utslipp, og kommer etter de utslippsfrie.")
    if by_rank and one.car.rank != above.car.rank:
        return _("Leverandøren er nummer %(rank)s i området.") % {"rank": one.car.rank}
    more = formats.money(one.net - above.net)
    return (
        _("%(kr)s dyrere enn den over.") % {"kr": more}
        if one.net > above.net
        else _("Likt med den over; rangen avgjør.")
    )


def passed_text(one: Passed) -> str:
    """Why a car has no place."""
    match one.code:
        case "unavailable":
            return _("Leverandøren har ikke bil: %(reason)s") % one.params
        case "no_one_way":
            return _("Leverandøren tar ikke imot bilen der du vil levere den.")
        case "range":
            return _("Rekkevidden er %(range)s km, og den lengste etappen er %(leg)s km.") % one.params
        case "unfit":
            return _("Utslippsfri bil passer ikke: %(reason)s") % one.params
    return _("%(grams)s g CO2 per km er over taket på %(cap)s.") % one.params


def trace_lines(found: Choice) -> list[TraceLine]:
    """The questions that were asked on the way, in words."""
    return [
        TraceLine(text, None if step.code.startswith("decided") else step.holds, because)
        for step, (text, because) in zip(found.trace, _told(found), strict=True)
    ]


def _told(found: Choice) -> Iterable[tuple[str, str]]:
    for step in found.trace:
        facts = step.params
        match step.code:
            case "zero_emission_fits":
                yield _("Kan en utslippsfri bil brukes?"), _("Nei: %(reason)s") % facts
            case "zero_emission_offered":
                yield _("Finnes det en utslippsfri bil i klassen?"), _("%(count)s kan brukes.") % facts
            case "within_tolerance":
                shown = {
                    "net": formats.money(Decimal(facts["net"])),
                    "limit": formats.money(Decimal(facts["limit"])),
                    "tolerance": formats.share(Decimal(facts["tolerance"])),
                }
                yield (
                    _("Koster den høyst %(tolerance)s mer enn den billigste andre?") % shown,
                    _("Billigste utslippsfrie: %(net)s. Grensen: %(limit)s.") % shown,
                )
            case "under_cap":
                yield (
                    _("Finnes det en bil under taket på %(cap)s g CO2 per km?") % facts,
                    _("%(left)s igjen, %(over)s over taket.") % facts,
                )
            case "decided_by_rank":
                yield _("Da avgjør leverandørenes rang i området."), ""
            case _other:
                yield _("Da avgjør nettoprisen."), ""
