"""Forms for registering and correcting what happened elsewhere."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from fellestorg.organisations.forms import AmountField

_DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class FactForm(forms.Form):
    """One fact. What it holds is read as a sheet of one row is; here it is only asked for."""

    kind = forms.ChoiceField(
        label=_("Hva"),
        choices=[("elsewhere", _("Kjøp gjort et annet sted")), ("opening", _("Åpningssaldo"))],
        widget=forms.RadioSelect,
        initial="elsewhere",
    )
    lot = forms.ChoiceField(label=_("Avtale og delkontrakt"))
    buyer = forms.CharField(
        label=_("Kjøpers organisasjonsnummer"),
        required=False,
        max_length=20,
        help_text=_("Må fylles ut for kjøp, men ikke for åpningssaldo."),
    )
    reference = forms.CharField(
        label=_("Referanse"),
        max_length=60,
        help_text=_("Det kjøpet heter der det ble gjort, for eksempel ordrenummeret."),
    )
    amount = AmountField(label=_("Beløp uten mva."))
    on = forms.DateField(
        label=_("Dagen kjøpet ble gjort"),
        required=False,
        widget=_DAY,
        help_text=_("Kjøpet teller i måneden det ble gjort. Må fylles ut for kjøp."),
    )
    quantity = forms.CharField(
        label=_("Antall"), required=False, max_length=20, help_text=_("Bare der avtalen har et høyeste antall.")
    )
    note = forms.CharField(label=_("Merknad"), required=False, max_length=300)

    def __init__(
        self, *args: Any, lots: list[tuple[str, str]], agencies: list[tuple[str, str]], balances: bool, **kwargs: Any
    ) -> None:
        """``agencies`` are those to choose a buyer among (none: a number is asked for); ``balances`` lets one register
        opening balances too."""
        super().__init__(*args, **kwargs)
        lot = self.fields["lot"]
        assert isinstance(lot, forms.ChoiceField)
        lot.choices = lots
        if not balances:
            del self.fields["kind"]
            self.fields["on"].required = True
            self.fields["on"].help_text = _("Kjøpet teller i måneden det ble gjort.")
            self.fields["buyer"] = forms.ChoiceField(label=_("Virksomhet"), choices=agencies)

    def cells(self) -> dict[str, str]:
        """The answers as the cells of a row."""
        given = self.cleaned_data
        agreement, _slash, lot = given["lot"].partition("/")
        return {
            "agreement": agreement,
            "lot": lot,
            "kind": given.get("kind", "elsewhere"),
            "reference": given["reference"],
            "buyer": given["buyer"],
            "amount": str(given["amount"]),
            "on": given["on"].isoformat() if given["on"] else "",
            "quantity": given["quantity"],
            "note": given["note"],
        }


class FileForm(forms.Form):
    """A sheet with many facts."""

    file = forms.FileField(label=_("Fil (XLSX eller CSV)"), widget=forms.FileInput(attrs={"accept": ".csv,.xlsx"}))


class CorrectionForm(forms.Form):
    """How much of a fact is taken back, and why."""

    extent = forms.ChoiceField(
        label=_("Hvor mye skal tas tilbake?"),
        choices=[("all", _("Alt sammen")), ("part", _("En del"))],
        widget=forms.RadioSelect,
        initial="all",
    )
    amount = AmountField(
        label=_("Beløp uten mva. som tas tilbake"), required=False, help_text=_("Bare når du tar tilbake en del.")
    )
    quantity = AmountField(
        label=_("Antall som tas tilbake"), required=False, help_text=_("Bare der avtalen har et høyeste antall.")
    )
    reason = forms.CharField(label=_("Grunn"), widget=forms.Textarea(attrs={"rows": 3}), max_length=300)

    def __init__(self, *args: Any, counted: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not counted:
            del self.fields["quantity"]

    def taken(self) -> tuple[Decimal | None, Decimal | None]:
        """Amount and quantity to take back; (None, None) is everything."""
        given = self.cleaned_data
        if given["extent"] == "all":
            return None, None
        return given["amount"] or Decimal(0), given.get("quantity") or Decimal(0)
