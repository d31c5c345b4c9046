"""What somebody asks about a rental car."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from fellestorg.engines.travel.rentals import Rental
from fellestorg.travel.rentals.words import CLASS_NAMES

_FIRST_DAY, _LAST_DAY = date(2018, 1, 1), date(2040, 12, 31)
SAME_PLACE, SAME_REGION = "", "-"


class RentalForm(forms.Form):
    """Where, which car, how long and how far."""

    omraade = forms.ChoiceField(label=_("Hentes i"))
    klasse = forms.ChoiceField(label=_("Bilklasse"), choices=list(CLASS_NAMES.items()), initial="compact")
    fra = forms.DateField(label=_("Fra"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    dager = forms.IntegerField(label=_("Dager"), min_value=1, max_value=730, initial=2)
    km = forms.IntegerField(label=_("Kilometer i alt"), min_value=0, max_value=200_000, initial=200)
    lever = forms.ChoiceField(label=_("Leveres"), required=False)
    etappe = forms.IntegerField(
        label=_("Lengste etappe uten lading, km"),
        required=False,
        min_value=0,
        max_value=5000,
        help_text=_("Biler som ikke rekker så langt, tas ut."),
    )
    uegnet = forms.CharField(
        label=_("Hvorfor passer ikke en utslippsfri bil?"),
        required=False,
        max_length=200,
        help_text=_("La stå tomt når den passer. Grunnen står i svaret."),
    )
    borte = forms.MultipleChoiceField(
        label=_("Leverandører som ikke har bil"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(
        self,
        *args: Any,
        regions: list[tuple[str, str]],
        deliver: list[tuple[str, str]],
        suppliers: list[tuple[str, str]],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["omraade"].choices = regions  # type: ignore[attr-defined]
        self.fields["lever"].choices = [  # type: ignore[attr-defined]
            (SAME_PLACE, gettext("Samme sted")),
            (SAME_REGION, gettext("Et annet sted i området")),
            *deliver,
        ]
        self.fields["borte"].choices = suppliers  # type: ignore[attr-defined]

    def clean_fra(self) -> date:
        day: date = self.cleaned_data["fra"]
        if not _FIRST_DAY <= day <= _LAST_DAY:
            raise forms.ValidationError(gettext("Velg en dag fra 2018 til 2040."))
        return day

    def rental(self) -> Rental:
        """The need, once the form is valid."""
        told = self.cleaned_data
        one_way = {SAME_PLACE: None, SAME_REGION: ""}.get(told["lever"], told["lever"])
        return Rental(
            told["klasse"],
            told["fra"],
            told["dager"],
            told["km"],
            one_way,
            told["etappe"] or 0,
            told["uegnet"].strip(),
            dict.fromkeys(told["borte"], gettext("sagt nei")),
        )
