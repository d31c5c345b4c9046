"""Forms for those who manage an agreement."""

from __future__ import annotations

import json
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

_DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class SuspensionForm(forms.Form):
    """A time out of the ranking, with a reason."""

    start = forms.DateField(label=_("Fra og med"), widget=_DAY)
    end = forms.DateField(label=_("Til og med"), widget=_DAY, required=False, help_text=_("Tomt: til det oppheves."))
    reason = forms.CharField(label=_("Grunn"), widget=forms.Textarea(attrs={"rows": 3}), max_length=1000)


class Indented(json.JSONEncoder):
    """JSON over several lines, as people edit it."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**{**options, "indent": 2})
