"""The forms that bring in settlements: one row at a time, or a sheet of them."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from fellestorg.calloffs.reuse.rules import COLUMNS, KINDS, REQUIRED
from fellestorg.calloffs.reuse.words import KIND_NAMES, LABELS

_DAYS = ("picked_up_on", "wiped_on", "settled_on")


class SettlementForm(forms.Form):
    """One row of a settlement, with the columns of the sheet; the row itself is read as a sheet's is."""

    use_required_attribute = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in COLUMNS:
            label, required = LABELS[name], name in REQUIRED
            if name == "kind":
                choices = [(code, KIND_NAMES[code]) for code in KINDS]
                self.fields[name] = forms.ChoiceField(label=label, choices=choices)
                continue
            kind = {"type": "date"} if name in _DAYS else {}
            self.fields[name] = forms.CharField(
                label=label, required=required, max_length=200, widget=forms.TextInput(attrs=kind)
            )

    def cells(self) -> dict[str, str]:
        """The row as a sheet would have it. Call when the form is valid."""
        return {name: self.cleaned_data[name] for name in COLUMNS}


class SettlementFileForm(forms.Form):
    """A sheet of settlements."""

    file = forms.FileField(label=_("Oppgjør fra fil"), help_text=_("CSV eller Excel (XLSX), med kolonnene i malen."))
