"""Forms for quotas, assignments and call-off agreements."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from fellestorg.agreements.models import SupplierAssignment
from fellestorg.agreements.quotas.rules import Quota
from fellestorg.agreements.quotas.words import CONTRACTS, MEASURES

_DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class AssignForm(forms.Form):
    """One agency, and the supplier it is to have from a day on."""

    agency = forms.ChoiceField(label=gettext_lazy("Virksomhet"))
    supplier = forms.ChoiceField(label=gettext_lazy("Leverandør"))
    on = forms.DateField(label=gettext_lazy("Gjelder fra"), widget=_DAY)

    def __init__(
        self, *args: Any, agencies: Sequence[tuple[str, str]], suppliers: Sequence[tuple[str, str]], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        for name, choices in (("agency", agencies), ("supplier", suppliers)):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = [("", gettext_lazy("Velg")), *choices]


class SharesForm(forms.Form):
    """The quotas of a lot from a day on: per cent from and to for each supplier, empty for none."""

    measure = forms.ChoiceField(label=gettext_lazy("Måles i"), choices=list(MEASURES.items()))
    on = forms.DateField(label=gettext_lazy("Gjelder fra"), widget=_DAY)
    source = forms.CharField(label=gettext_lazy("Hvor rammeavtalen sier dette"), max_length=300)

    def __init__(self, *args: Any, suppliers: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.suppliers = suppliers
        for number, name in suppliers:
            for edge, label in (("low", _("%(name)s, minst prosent")), ("high", _("%(name)s, høyst prosent"))):
                self.fields[f"{edge}_{number}"] = forms.DecimalField(
                    label=label % {"name": name}, min_value=0, max_value=100, decimal_places=3, required=False,
                    localize=True,
                )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        for number, _name in self.suppliers:
            low, high = given.get(f"low_{number}"), given.get(f"high_{number}")
            if (low is None) != (high is None) and not self.errors:
                self.add_error(f"{'low' if low is None else 'high'}_{number}", _("oppgi både minst og høyst"))
        return given

    def quotas(self) -> list[Quota]:
        """What was filled in, as shares of one."""
        found = []
        for number, _name in self.suppliers:
            low, high = (self.cleaned_data.get(f"{edge}_{number}") for edge in ("low", "high"))
            if low is not None and high is not None:
                found.append(Quota(number, low / Decimal(100), high / Decimal(100)))
        return found


class ContractForm(forms.Form):
    """How far an agency's call-off agreement has come."""

    contract = forms.ChoiceField(
        label=gettext_lazy("Avropsavtalen"),
        choices=[(code, CONTRACTS[code][0]) for code in SupplierAssignment.Contract.values],
    )
    on = forms.DateField(label=gettext_lazy("Dag"), widget=_DAY, required=False)
    document = forms.FileField(
        label=gettext_lazy("Signert avropsavtale (PDF)"),
        required=False,
        help_text=gettext_lazy("Høyst 10 MB. Trengs når den er signert."),
    )
