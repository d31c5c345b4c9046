"""The parts of a competition that are rows: how each is listed and which form changes it. One page serves them all."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from fellestorg.competitions.preparing import forms
from fellestorg.competitions.preparing.words import CRITERION_KINDS, QUESTION_KINDS, REQUIREMENT_KINDS
from fellestorg.ui import formats


@dataclass(frozen=True, slots=True)
class PartPage:
    """A part's page. ``cells`` gives the texts of a row, the first of which names it."""

    slug: str
    title: Promise
    lead: Promise
    form: type[forms.PartForm]
    headings: tuple[Promise, ...]
    cells: Callable[[Any], list[Any]]
    new: Promise

    def labelled(self, row: Any) -> list[tuple[Promise, Any]]:
        """The row's texts, each with its heading."""
        return list(zip(self.headings, self.cells(row), strict=True))


def _lot(row: Any) -> list[Any]:
    return [row.title, _kroner(row.estimated_value), _kroner(row.maximum_value), row.winners]


def _requirement(row: Any) -> list[Any]:
    return [row.title, REQUIREMENT_KINDS[row.kind], row.evidence or (gettext("Egenerklæring") if row.ground else "–")]


def _criterion(row: Any) -> list[Any]:
    weight = _share(row.weight)
    if row.weight_from is not None:
        weight = f"{weight} ({_share(row.weight_from)}–{_share(row.weight_to)})"
    return [
        row.title,
        CRITERION_KINDS[row.kind],
        weight,
        _kroner(row.max_value),
        ", ".join(_marks(row)) or "–",
    ]


def _marks(row: Any) -> list[str]:
    named = ((row.environment, gettext("Miljø")), (row.innovation, gettext("Innovasjon")))
    return [name for holds, name in named if holds]


def _question(row: Any) -> list[Any]:
    purpose = row.criterion or row.requirement
    used = purpose.title if purpose else gettext("Absolutt krav") if row.must else gettext("Kravspesifikasjonen")
    return [row.text, QUESTION_KINDS[row.kind], used, row.lot.title if row.lot else gettext("Alle")]


def _selection(row: Any) -> list[Any]:
    return [row.title, _share(row.weight) if row.weight is not None else "–", row.text]


def _line(row: Any) -> list[Any]:
    highest = formats.money(row.max_unit_price, 2) if row.max_unit_price is not None else "–"
    return [row.title, row.lot.title, f"{formats.number(row.quantity.normalize())} {row.unit}", highest]


def _share(value: Any) -> str:
    return formats.share(value, 0 if value * 100 == int(value * 100) else 2)


def _kroner(value: Any) -> Any:
    return formats.money(value, 0) if value is not None else "–"


PARTS = {
    page.slug: page
    for page in (
        PartPage(
            "delkontrakter",
            _("Delkontrakter"),
            _("Hver delkontrakt tildeles for seg. En konkurranse som ikke deles, har én."),
            forms.LotForm,
            (_("Delkontrakt"), _("Anslått verdi"), _("Høyeste verdi"), _("Leverandører")),
            _lot,
            _("Ny delkontrakt"),
        ),
        PartPage(
            "kvalifikasjon",
            _("Kvalifikasjonskrav"),
            _(
                "Det en leverandør må være eller kunne for å bli vurdert. Egenerklæringen (ESPD) er det foreløpige beviset."
            ),
            forms.RequirementForm,
            (_("Krav"), _("Vurdering"), _("Dokumentasjon")),
            _requirement,
            _("Nytt krav"),
        ),
        PartPage(
            "kriterier",
            _("Tildelingskriterier"),
            _("Ett priskriterium og så mange andre dere trenger. Vektene skal bli nøyaktig 100 prosent."),
            forms.CriterionForm,
            (_("Kriterium"), _("Slag"), _("Vekt"), _("Full poengsum er verdt"), _("Gjelder")),
            _criterion,
            _("Nytt kriterium"),
        ),
        PartPage(
            "sporsmal",
            _("Spørsmål og krav"),
            _("Ett spørsmål gir skjemaet leverandøren fyller ut, kontrollen av svaret og raden i sammenligningen."),
            forms.QuestionForm,
            (_("Spørsmål"), _("Svar"), _("Brukes til"), _("Delkontrakt")),
            _question,
            _("Nytt spørsmål"),
        ),
        PartPage(
            "prisskjema",
            _("Prisskjema"),
            _("Det leverandørene priser. Mengdene gir summen som sammenlignes."),
            forms.PriceLineForm,
            (_("Vare eller tjeneste"), _("Delkontrakt"), _("Mengde"), _("Høyeste enhetspris")),
            _line,
            _("Ny linje"),
        ),
        PartPage(
            "utvelgelse",
            _("Utvelgelseskriterier"),
            _("Objektive kriterier som avgjør hvem som inviteres når flere er kvalifisert enn det er plass til."),
            forms.SelectionCriterionForm,
            (_("Kriterium"), _("Vekt"), _("Vurdering")),
            _selection,
            _("Nytt utvelgelseskriterium"),
        ),
    )
}
