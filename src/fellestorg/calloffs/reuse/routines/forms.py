"""The forms of a routine: its owner and text, and the day it is adopted."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class RoutineForm(forms.Form):
    """Who owns the routine, and what it says."""

    use_required_attribute = False
    owner = forms.ChoiceField(label=_("Eier av rutinen"), help_text=_("En rolle eller en person i virksomheten."))
    text = forms.CharField(
        label=_("Rutinen, med egne ord"), max_length=10_000, widget=forms.Textarea(attrs={"rows": 14})
    )

    def __init__(self, *args: Any, owners: Sequence[tuple[str, str | Promise]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["owner"].choices = owners  # type: ignore[attr-defined]


class AdoptForm(forms.Form):
    """The day the version that waits was adopted."""

    use_required_attribute = False
    day = forms.DateField(label=_("Vedtatt"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    version = forms.IntegerField(widget=forms.HiddenInput)
