"""Forms for what an agreement says of options and price regulation."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from fellestorg.agreements.changes.options import option_payload
from fellestorg.agreements.changes.regulation_clause import MOST_DECIMALS, MOST_NOTICE_DAYS, clause_payload
from fellestorg.agreements.words import category_name
from fellestorg.kernel.sheets import RowError, decimal_in
from fellestorg.kernel.text import in_language
from fellestorg.law.indexes import price_indexes
from fellestorg.ui import formats
from fellestorg.values import decimal_text


class OptionForm(forms.Form):
    """An option: its key, what it is called and the goods it opens."""

    def __init__(self, *args: Any, categories: list[str], fixed_key: bool, **options: Any) -> None:
        super().__init__(*args, **options)
        text = _("Et kort navn som ikke kan endres. Små bokstaver, tall og bindestrek.")
        self.fields["key"] = forms.RegexField(
            r"^[a-z0-9]+(-[a-z0-9]+)*$",
            label=_("Nøkkel"),
            max_length=60,
            help_text=text,
            error_messages={"invalid": _("bruk små bokstaver (a–z), tall og bindestrek")},
            widget=forms.HiddenInput() if fixed_key else forms.TextInput(),
        )
        same = _("Tomt: som på bokmål.")
        self.fields["name_nb"] = forms.CharField(label=_("Navn, bokmål"), max_length=200)
        self.fields["name_nn"] = forms.CharField(
            label=_("Navn, nynorsk"), max_length=200, required=False, help_text=same
        )
        self.fields["name_en"] = forms.CharField(
            label=_("Navn, engelsk"), max_length=200, required=False, help_text=same
        )
        self.fields["categories"] = forms.MultipleChoiceField(
            label=_("Varekategorier"),
            choices=[(one, category_name(one)) for one in categories],
            widget=forms.CheckboxSelectMultiple,
        )
        self.fields["source"] = forms.CharField(
            label=_("Kilde"), max_length=300, help_text=_("Hvor i avtalen det står.")
        )
        if fixed_key:
            ends = _(
                "Skal opsjonen avsluttes, skriver du den siste dagen varene må velges. Tomt: så lenge avtalen varer."
            )
            self.fields["valid_to"] = _day(_("Siste dag"), ends, required=False)

    def payload(self) -> dict[str, Any]:
        """The option as a proposal keeps it. Call when the form is valid."""
        given = self.cleaned_data
        return option_payload(given["key"], given, given["categories"], given["source"], given.get("valid_to"))


class ClauseForm(forms.Form):
    """How prices may be regulated. The rise is asked for in per cent."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        indexes = [(one.key, in_language(one.name)) for one in price_indexes().values()]
        self.fields["series"] = forms.ChoiceField(label=_("Indeks"), choices=indexes)
        self.fields["base_month"] = _day(_("Grunnmåned"), _("En dag i måneden som den første reguleringen regnes fra."))
        self.fields["first_on"] = _day(_("Første reguleringsdag"), _("Siden samme dag hvert år."))
        self.fields["notice_days"] = forms.IntegerField(
            label=_("Varsel, dager"),
            min_value=0,
            max_value=MOST_NOTICE_DAYS,
            help_text=_("Kalenderdager før nye priser gjelder."),
        )
        self.fields["max_rise"] = forms.CharField(
            label=_("Høyeste økning i prosent"),
            required=False,
            max_length=20,
            help_text=_("Tomt: så mye som indeksen."),
            widget=forms.TextInput(attrs={"inputmode": "decimal"}),
        )
        self.fields["price_decimals"] = forms.IntegerField(
            label=_("Desimaler i prisene"), min_value=0, max_value=MOST_DECIMALS, initial=2
        )
        self.fields["delivery_fees"] = forms.BooleanField(label=_("Gjelder frakt og gebyrer"), required=False)
        self.fields["source"] = forms.CharField(
            label=_("Kilde"), max_length=300, help_text=_("Hvor i avtalen det står.")
        )
        ends = _(
            "Skal vilkårene avsluttes, skriver du den siste dagen nye priser kan gjelde fra. Tomt: så lenge avtalen varer."
        )
        self.fields["valid_to"] = _day(_("Siste dag"), ends, required=False)

    def clean_max_rise(self) -> Decimal | None:
        text = self.cleaned_data["max_rise"]
        if not text:
            return None
        try:
            return decimal_in(text, places=3) / Decimal(100)
        except RowError as error:
            raise forms.ValidationError(error.text, code=error.code) from None

    def payload(self) -> dict[str, Any]:
        """The clause as a proposal keeps it. Call when the form is valid."""
        return clause_payload(**self.cleaned_data)


def clause_initial(standing: dict[str, Any]) -> dict[str, Any]:
    """What stands, as the form shows it."""
    if not standing:
        return {}
    rise = standing["max_rise"]
    percent = "" if rise is None else formats.number(Decimal(decimal_text(Decimal(rise) * 100)), code="nb")
    days: dict[str, Any] = {
        name: date.fromisoformat(standing[name]) for name in ("base_month", "first_on", "valid_to") if name in standing
    }
    return {**standing, **days, "max_rise": percent}


def _day(label: str, help_text: str, required: bool = True) -> forms.DateField:
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, help_text=help_text, widget=widget, required=required)
