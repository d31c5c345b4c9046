"""Forms for currency clauses, adjustments and files of exchange rates."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from fellestorg.agreements.proposals import SHORTEST_REASON
from fellestorg.catalogues.currency.clause import MOST_DECIMALS, MOST_MONTHS, MOST_NOTICE_DAYS, clause_payload
from fellestorg.catalogues.currency.rates import DEFAULT_SOURCE
from fellestorg.kernel.sheets import RowError, decimal_in
from fellestorg.ui import formats
from fellestorg.values import decimal_text

_LARGEST_FILE = 2_000_000
_DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
_NUMBER = forms.TextInput(attrs={"inputmode": "decimal"})


class CurrencyClauseForm(forms.Form):
    """What the agreement says of exchange rates. Shares and thresholds are asked for in per cent."""

    currency = forms.CharField(
        label=gettext_lazy("Valuta"), max_length=3, help_text=gettext_lazy("Tre bokstaver, som USD eller EUR.")
    )
    base_day = forms.DateField(
        label=gettext_lazy("Grunndag"),
        widget=_DAY,
        help_text=gettext_lazy("Dagen kursen regnes fra den første gangen."),
    )
    share = forms.CharField(
        label=gettext_lazy("Del av prisen som følger kursen, i prosent"), max_length=20, widget=_NUMBER
    )
    threshold = forms.CharField(
        label=gettext_lazy("Minste endring i kursen, i prosent"),
        max_length=20,
        widget=_NUMBER,
        help_text=gettext_lazy("Prisene justeres, opp eller ned, først når kursen har endret seg så mye."),
    )
    first_on = forms.DateField(label=gettext_lazy("Første justeringsdag"), widget=_DAY)
    months_between = forms.IntegerField(
        label=gettext_lazy("Måneder mellom justeringene"), min_value=0, max_value=MOST_MONTHS
    )
    notice_days = forms.IntegerField(label=gettext_lazy("Varsel, dager"), min_value=0, max_value=MOST_NOTICE_DAYS)
    price_decimals = forms.IntegerField(
        label=gettext_lazy("Desimaler i prisene"), min_value=0, max_value=MOST_DECIMALS, initial=2
    )
    source = forms.CharField(
        label=gettext_lazy("Kilde"), max_length=300, help_text=gettext_lazy("Hvor i avtalen det står.")
    )
    valid_to = forms.DateField(
        label=gettext_lazy("Siste dag"),
        widget=_DAY,
        required=False,
        help_text=gettext_lazy("Den siste dagen justerte priser kan gjelde fra. Tomt: så lenge avtalen varer."),
    )

    def clean_currency(self) -> str:
        return str(self.cleaned_data["currency"]).upper()

    def clean_share(self) -> Decimal:
        return self._rate("share")

    def clean_threshold(self) -> Decimal:
        return self._rate("threshold")

    def payload(self) -> dict[str, Any]:
        """The clause as a proposal keeps it. Call when the form is valid."""
        return clause_payload(self.cleaned_data)

    def _rate(self, name: str) -> Decimal:
        try:
            return decimal_in(self.cleaned_data[name], places=2) / 100
        except RowError as error:
            raise forms.ValidationError(error.text, code=error.code) from None


class AdjustmentForm(forms.Form):
    """The day it is to hold from, and why it is proposed."""

    fra = forms.DateField(widget=forms.HiddenInput)
    reason = forms.CharField(
        label=gettext_lazy("Begrunnelse"),
        min_length=SHORTEST_REASON,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages=dict.fromkeys(("required", "min_length"), gettext_lazy("oppgi en grunn på minst ti tegn")),
        help_text=gettext_lazy("Den som skal godkjenne, leser dette. Minst ti tegn."),
    )


class RatesFileForm(forms.Form):
    """A file of exchange rates, and where it is from."""

    file = forms.FileField(
        label=gettext_lazy("Fil"), help_text=gettext_lazy("CSV eller Excel (XLSX), slik Norges Bank gir den.")
    )
    currency = forms.CharField(
        label=gettext_lazy("Valuta"),
        max_length=3,
        required=False,
        help_text=gettext_lazy("Når fila ikke sier det selv."),
    )
    source = forms.CharField(
        label=gettext_lazy("Kilde"),
        max_length=300,
        initial=DEFAULT_SOURCE,
        help_text=gettext_lazy("Hvor fila er hentet, gjerne med dato."),
    )

    def clean_file(self) -> Any:
        found = self.cleaned_data["file"]
        if found.size > _LARGEST_FILE:
            raise forms.ValidationError(
                _("Fila er større enn 2 MB. Ta bare med valutaene dere bruker."), code="too_large"
            )
        return found


def clause_initial(standing: dict[str, Any]) -> dict[str, Any]:
    """What stands, as the form shows it."""
    if not standing:
        return {}
    days = {name: date.fromisoformat(standing[name]) for name in ("base_day", "first_on", "valid_to") if standing[name]}
    rates = {
        name: formats.number(Decimal(decimal_text(Decimal(standing[name]) * 100)), code="nb")
        for name in ("share", "threshold")
    }
    return {**standing, "valid_to": None, **days, **rates}
