"""What somebody asks about flights, and what SI registers about routes."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from fellestorg.travel.flights.airports import airports

MOST_TEXT = 40_000
_FIRST_DAY, _LAST_DAY = date(2018, 1, 1), date(2040, 12, 31)


def _day_field(label: Any, **more: Any) -> forms.DateField:
    return forms.DateField(label=label, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), **more)


def _airport_choices() -> list[tuple[str, str]]:
    known = sorted(airports().values(), key=lambda one: (one.country != "NO", one.name))
    return [("", "–"), *((one.code, f"{one.name} ({one.code})") for one in known)]


class FlightForm(forms.Form):
    """From where to where, when, and the offers somebody has found."""

    fra = forms.ChoiceField(label=_("Fra"), choices=_airport_choices)
    til = forms.ChoiceField(label=_("Til"), choices=_airport_choices)
    dag = _day_field(_("Reisedag"))
    tilbud = forms.CharField(
        label=_("Tilbud du har funnet"),
        required=False,
        max_length=MOST_TEXT,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_(
            "Lim inn fra reisebyrået eller et regneark: første linje er kolonnenavn, for eksempel "
            "selskap;flygning;klasse;pris;avgang;kabin;mellomlandinger. Prisen er den publiserte, uten mva., én vei. "
            "Klassene er basis, standard, fleksibel og business. JSON går også."
        ),
    )
    fil = forms.FileField(label=_("Fil med tilbud (CSV, XLSX eller JSON)"), required=False)

    def clean_dag(self) -> date:
        day: date = self.cleaned_data["dag"]
        if not _FIRST_DAY <= day <= _LAST_DAY:
            raise forms.ValidationError(_t("Velg en dag fra 2018 til 2040."))
        return day

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("fra") and cleaned.get("fra") == cleaned.get("til"):
            self.add_error("til", _t("Velg en annen flyplass enn den du reiser fra."))
        return cleaned


class DiscountForm(forms.Form):
    """A sheet of new discounts, from when, and why."""

    fil = forms.FileField(label=_("Regneark (CSV eller XLSX)"), required=False)
    linjer = forms.CharField(
        label=_("Eller lim inn linjene"),
        required=False,
        max_length=400_000,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_(
            "Første linje er kolonnenavn: rute;selskap;klasse;prosent. Eksempel: OSL-TOS;SK;flex;12,5. Med en kolonne til, "
            "plass (1 til 3), tar du inn et selskap som er nytt på ruten."
        ),
    )
    fra_dag = _day_field(_("Gjelder fra"))
    grunn = forms.CharField(
        label=_("Begrunnelse"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 2})
    )


class ClosureForm(forms.Form):
    """That an airline stops on a route."""

    fra_dag = _day_field(_("Første dag uten fly"))
    hvorfor = forms.CharField(label=_("Hva som skjedde"), max_length=300)
    grunn = forms.CharField(
        label=_("Begrunnelse for den som skal godkjenne"), max_length=2000, widget=forms.Textarea(attrs={"rows": 2})
    )
