"""The form that brings in a price list."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _


class PriceFileForm(forms.Form):
    """A supplier, a CSV file and the first day its prices hold."""

    supplier = forms.ChoiceField(label=_("Leverandør"))
    file = forms.FileField(
        label=_("Prisliste (CSV)"), help_text=_("Semikolon eller komma, desimalkomma eller punktum.")
    )
    valid_from = forms.DateField(
        label=_("Prisene gjelder fra"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )

    def __init__(self, *args: Any, suppliers: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["supplier"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = suppliers
