"""The forms that register steps: one at a time, or a sheet of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from fellestorg.calloffs.reuse.custody.rules import COLUMNS, REQUIRED, roles_of
from fellestorg.calloffs.reuse.custody.words import LABELS, ROLE_NAMES, STEP_NAMES


class StepForm(forms.Form):
    """One step, with the columns of the sheet; the row itself is read as a sheet's is."""

    use_required_attribute = False

    def __init__(self, *args: Any, steps: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        roles = dict.fromkeys(role for step in steps for role in roles_of(step))
        for name in COLUMNS:
            label, required = LABELS[name], name in REQUIRED
            if name in ("step", "role"):
                codes = [(code, STEP_NAMES[code]) for code in steps]
                names = [(code, ROLE_NAMES[code]) for code in roles]
                self.fields[name] = forms.ChoiceField(label=label, choices=codes if name == "step" else names)
                continue
            kind = {"type": "datetime-local"} if name == "happened_at" else {}
            self.fields[name] = forms.CharField(
                label=label, required=required, max_length=200, widget=forms.TextInput(attrs=kind)
            )

    def cells(self) -> dict[str, str]:
        """The row as a sheet would have it. Call when the form is valid."""
        return {name: self.cleaned_data[name] for name in COLUMNS}


class StepFileForm(forms.Form):
    """A sheet of steps."""

    file = forms.FileField(label=_("Steg fra fil"), help_text=_("CSV eller Excel (XLSX), med kolonnene i malen."))
