"""Forms about people and roles."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from fellestorg.kernel.sheets import RowError, decimal_in
from fellestorg.organisations.words import ROLES

_DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class AmountField(forms.CharField):
    """Kroner as people write them: ``1 234,50``, ``1234.50``; at most two decimals, ``minimum`` or more."""

    def __init__(self, *, minimum: Decimal = Decimal(0), **options: Any) -> None:
        options.setdefault("widget", forms.TextInput(attrs={"inputmode": "decimal"}))
        super().__init__(max_length=40, **options)
        self.minimum = minimum

    def prepare_value(self, value: Any) -> Any:
        if not isinstance(value, Decimal):
            return value
        return f"{value:.0f}" if value == value.to_integral_value() else f"{value:.2f}".replace(".", ",")

    def clean(self, value: Any) -> Decimal | None:
        text = super().clean(value)
        if not text:
            return None
        try:
            return decimal_in(text, places=2, minimum=self.minimum)
        except RowError as error:
            raise forms.ValidationError(error.text, code=error.code) from None


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
    budget_limit = AmountField(
        label=_("Beløpsgrense uten mva."),
        required=False,
        help_text=_("Bare for innkjøper og godkjenner. Tomt: ingen egen grense."),
    )
    valid_from = forms.DateField(label=_("Fra og med"), widget=_DAY)
    valid_to = forms.DateField(label=_("Til og med"), widget=_DAY, required=False)
