"""What a buyer decides about a call-off's competition, in three steps on one page: need, criteria, deadline."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from fellestorg.calloffs.mini.actions import Weighed, Wish
from fellestorg.calloffs.mini.criteria import Known
from fellestorg.kernel.clock import OSLO
from fellestorg.organisations.models import Person
from fellestorg.ui import formats

_HUNDRED = Decimal(100)
_NOON = time(12)


class MiniForm(forms.Form):
    """Weights in per cent: what is left over is the price's."""

    use_required_attribute = False

    description = forms.CharField(
        label=_("Hva dere trenger"),
        help_text=_("Skriv det leverandørene må vite: bruk, sted, levering."),
        widget=forms.Textarea(attrs={"rows": 5}),
        max_length=8000,
    )
    quality_title = forms.CharField(
        label=_("Kvalitetskriterium"),
        help_text=_("Velg blant kriteriene i rammeavtalen. La stå tomt hvis bare prisen avgjør."),
        max_length=120,
        required=False,
    )
    quality_text = forms.CharField(
        label=_("Hva dere ser etter"), widget=forms.Textarea(attrs={"rows": 2}), max_length=2000, required=False
    )
    quality_weight = forms.DecimalField(
        label=_("Vekt, prosent"), min_value=0, max_value=90, decimal_places=1, required=False
    )
    environment_text = forms.CharField(
        label=_("Klima og miljø: hva dere ser etter"),
        help_text=_("La stå tomt hvis kravene i avtalen dekker det."),
        widget=forms.Textarea(attrs={"rows": 2}),
        max_length=2000,
        required=False,
    )
    environment_weight = forms.DecimalField(
        label=_("Vekt for klima og miljø, prosent"), min_value=0, max_value=90, decimal_places=1, required=False
    )
    tenders_until = forms.DateField(
        label=_("Tilbudsfrist (klokka 12)"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    second_opener = forms.ChoiceField(
        label=_("Hvem som åpner tilbudene sammen med deg"),
        help_text=_("To personer åpner, begge med egen nøkkel. Den andre kan sitte i Statens innkjøpssenter."),
    )
    voluntary_standstill = forms.BooleanField(
        label=_("Frivillig karensperiode før bestillingen"),
        help_text=_("Den er ikke påbudt her, men verner mot sanksjoner (FA-11)."),
        required=False,
    )

    def __init__(
        self,
        *args: Any,
        people: Sequence[Person],
        now: datetime,
        earliest: date | None = None,
        known: Known | None = None,
        evidence: Sequence[tuple[str, str]] = (),
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self._people, self._now = {one.username: one for one in people}, now
        self._earliest = earliest
        self._environment = known.environment if known else None
        if earliest is not None:
            told = gettext("Tidligst %(day)s: ti dager etter invitasjonen (DPS-6).") % {"day": formats.day(earliest)}
            self.fields["tenders_until"].help_text = told
        if known is not None:
            self._offer(known)
        if evidence:
            self.fields["evidence"] = forms.ChoiceField(
                label=_("Kortliste som konkurransen bygger på"),
                help_text=_("Den legges ved som grunnlag. Leverandørene ser den ikke."),
                choices=[("", gettext("Ingen")), *evidence],
                required=False,
            )
        field = self.fields["second_opener"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(one.username, one.name) for one in people]

    def _offer(self, known: Known) -> None:
        """Let only what the agreement was awarded on be chosen (FA-10)."""
        choices = [("", gettext("Bare prisen")), *((one, one) for one in known.quality)]
        self.fields["quality_title"] = forms.ChoiceField(
            label=_("Kvalitetskriterium"),
            help_text=_("Kriteriene står i kunngjøringen. De kan gjøres mer presise, ikke byttes ut."),
            choices=choices,
            required=False,
        )
        if known.environment is None:
            for name in ("environment_text", "environment_weight"):
                self.fields[name].disabled = True

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        weights = [cleaned.get("quality_weight") or Decimal(0), cleaned.get("environment_weight") or Decimal(0)]
        if sum(weights) > 90:
            self.add_error("quality_weight", gettext("Prisen må ha minst 10 prosent."))
        if bool(cleaned.get("quality_title")) != bool(cleaned.get("quality_weight")):
            self.add_error("quality_weight", gettext("Fyll ut både kriteriet og vekten, eller ingen av dem."))
        if bool(cleaned.get("environment_text")) != bool(cleaned.get("environment_weight")):
            self.add_error("environment_weight", gettext("Fyll ut både teksten og vekten, eller ingen av dem."))
        until = cleaned.get("tenders_until")
        if until is not None and datetime.combine(until, _NOON, OSLO) <= self._now:
            self.add_error("tenders_until", gettext("Fristen må ligge fram i tid."))
        elif until is not None and self._earliest is not None and until < self._earliest:
            told = gettext("Fristen er tidligst %(day)s (DPS-6).") % {"day": formats.day(self._earliest)}
            self.add_error("tenders_until", told)
        return cleaned

    def wish(self) -> Wish:
        """What was filled in, once it is valid. Questions may be asked until half the time has passed."""
        given = self.cleaned_data
        until = datetime.combine(given["tenders_until"], _NOON, OSLO)
        criteria = []
        if given["quality_title"]:
            criteria.append(
                Weighed("kvalitet", given["quality_title"], given["quality_text"], given["quality_weight"] / _HUNDRED)
            )
        if given["environment_text"]:
            title, weight = self._environment or gettext("Klima og miljø"), given["environment_weight"] / _HUNDRED
            criteria.append(Weighed("miljo", title, given["environment_text"], weight, environment=True))
        half = self._now + (until - self._now) / 2
        return Wish(
            given["description"],
            tuple(criteria),
            until,
            half.replace(minute=0, second=0, microsecond=0) if until - self._now > timedelta(days=2) else None,
            self._people[given["second_opener"]],
            given["voluntary_standstill"],
        )
