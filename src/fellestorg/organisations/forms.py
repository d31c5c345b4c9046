"""Forms about people and roles."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from fellestorg.organisations.words import ROLES

_DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class DeputyForm(forms.Form):
    """Who is to approve in one's place, and when."""

    deputy = forms.ChoiceField(label=_("Vikar"))
    valid_from = forms.DateField(label=_("Fra og med"), widget=_DAY)
    valid_to = forms.DateField(label=_("Til og med"), widget=_DAY)

    def __init__(self, *args: Any, people: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["deputy"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = people


class RoleForm(forms.Form):
    """A role for somebody in an organisation."""

    username = forms.CharField(label=_("Brukernavn"), max_length=60)
    role = forms.ChoiceField(label=_("Rolle"), choices=list(ROLES.items()))
    budget_limit = forms.DecimalField(
        label=_("Beløpsgrense uten mva."),
        required=False,
        min_value=0,
        max_digits=15,
        decimal_places=2,
        localize=True,
        help_text=_("Bare for innkjøper og godkjenner. Tomt: ingen egen grense."),
    )
    valid_from = forms.DateField(label=_("Fra og med"), widget=_DAY)
    valid_to = forms.DateField(label=_("Til og med"), widget=_DAY, required=False)
