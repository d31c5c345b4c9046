"""The forms that send in a price list and turn it away."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _


class PriceFileForm(forms.Form):
    """A supplier, a file, the first day its prices hold, and whether it is the whole list."""

    supplier = forms.ChoiceField(label=_("Leverandør"))
    file = forms.FileField(
        label=_("Prisliste"), help_text=_("CSV, Excel (XLSX) eller Peppol-katalog (XML). Vi finner selv ut hva det er.")
    )
    valid_from = forms.DateField(
        label=_("Prisene gjelder fra"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("Tomt betyr dagen som står i fila, ellers den dagen listen godtas."),
    )
    replaces = forms.BooleanField(label=_("Fila er hele prislisten: varer som ikke står i den, går ut"), required=False)

    def __init__(self, *args: Any, suppliers: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["supplier"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = suppliers


class TurnedAwayForm(forms.Form):
    """Why a price list is rejected or sent back. Whoever accepts one need not say why."""

    use_required_attribute = False
    reason = forms.CharField(
        label=_("Begrunnelse når du avviser eller sender tilbake"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Skriv en begrunnelse; leverandøren får se den.")},
    )
