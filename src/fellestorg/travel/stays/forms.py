"""What somebody asks about hotels, and what they report."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from fellestorg.engines.travel.stays import STANDARD
from fellestorg.kernel.sheets import RowError, decimal_in
from fellestorg.travel.stays.words import BREACH_NAMES, OUTCOME_NAMES, ROOM_NAMES

_FIRST_DAY, _LAST_DAY = date(2018, 1, 1), date(2040, 12, 31)


def _day_field(label: Any, **more: Any) -> forms.DateField:
    return forms.DateField(label=label, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), **more)


class StayForm(forms.Form):
    """A place, the nights, the room, where one is going, and prices that were offered."""

    sted = forms.ChoiceField(label=_("Sted"))
    punkt = forms.ChoiceField(
        label=_("Avstand måles til"), required=False, help_text=_("Der du skal være. Tomt: sentrum.")
    )
    ankomst = _day_field(_("Ankomst"))
    netter = forms.IntegerField(label=_("Netter"), min_value=1, max_value=90, initial=1)
    rom = forms.ChoiceField(label=_("Rom"), choices=list(ROOM_NAMES.items()), initial=STANDARD)
    tilbud = forms.CharField(
        label=_("Priser du er tilbudt"),
        required=False,
        max_length=8000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_(
            "Én linje for hvert hotell: hotell; rom; pris per natt med mva. For bedre rom også dagens pris, som rabatten "
            "trekkes fra. Skriv «fullt» der rommet ikke var å få. Eksempel: Fjordhotell Bodø; superior; 1790; 2050"
        ),
    )

    def __init__(self, *args: Any, places: list[tuple[str, str]], points: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["sted"].choices = places  # type: ignore[attr-defined]
        # Points belong to a place: another place's point is no point here, and the usual one is used.
        self.fields["punkt"].choices = [("", "–"), *points]  # type: ignore[attr-defined]

    def clean_ankomst(self) -> date:
        day: date = self.cleaned_data["ankomst"]
        if not _FIRST_DAY <= day <= _LAST_DAY:
            raise forms.ValidationError(gettext("Velg en dag fra 2018 til 2040."))
        return day


class BreachForm(forms.Form):
    """A rate that was refused."""

    agency = forms.ChoiceField(label=_("Virksomhet"))
    hotel = forms.ChoiceField(label=_("Hotell"))
    code = forms.ChoiceField(label=_("Hva skjedde?"), choices=list(BREACH_NAMES.items()))
    room = forms.ChoiceField(label=_("Rom"), choices=list(ROOM_NAMES.items()))
    arrival = _day_field(_("Ankomst"))
    nights = forms.IntegerField(label=_("Netter"), min_value=1, max_value=90, initial=1)
    asked_on = _day_field(_("Dagen du spurte"))
    offered = forms.CharField(
        label=_("Pris du ble tilbudt i stedet, per natt med mva."),
        required=False,
        max_length=20,
        help_text=_("Tomt hvis hotellet ikke tilbød noe."),
        widget=forms.TextInput(attrs={"inputmode": "decimal"}),
    )
    published = forms.CharField(
        label=_("Dagens pris, per natt med mva."),
        required=False,
        max_length=20,
        help_text=_("Bare for rom med rabatt."),
        widget=forms.TextInput(attrs={"inputmode": "decimal"}),
    )
    note = forms.CharField(
        label=_("Hva ble sagt?"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Hotellet og avtaleforvalteren leser dette. Ikke skriv navn på den som reiser."),
    )

    def __init__(
        self, *args: Any, agencies: list[tuple[str, str]], hotels: list[tuple[str, str]], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["agency"].choices = agencies  # type: ignore[attr-defined]
        self.fields["hotel"].choices = hotels  # type: ignore[attr-defined]

    def clean_offered(self) -> Decimal | None:
        return _amount(self.cleaned_data["offered"])

    def clean_published(self) -> Decimal | None:
        return _amount(self.cleaned_data["published"])


class AnswerForm(forms.Form):
    """What the hotel says to a report."""

    outcome = forms.ChoiceField(label=_("Svar"), choices=list(OUTCOME_NAMES.items()))
    text = forms.CharField(label=_("Forklaring"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3}))


def _amount(text: str) -> Decimal | None:
    if not text.strip():
        return None
    try:
        return decimal_in(text, places=2, minimum=Decimal(1), whole_digits=6)
    except RowError as error:
        raise forms.ValidationError(error.text, code=error.code) from None
