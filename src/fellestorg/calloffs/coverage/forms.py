"""Forms for coverage cases and counts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

_DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class ManyFiles(forms.ClearableFileInput):
    """A control that takes several files."""

    allow_multiple_selected = True


class ManyFilesField(forms.FileField):
    """Several files, each as a file field takes one."""

    widget = ManyFiles

    def clean(self, data: Any, initial: Any = None) -> Any:
        return [super(ManyFilesField, self).clean(one, initial) for one in data or []]


class CaseForm(forms.Form):
    """Where the coverage fails, since when, and what was tried."""

    buyer = forms.ChoiceField(label=_("Virksomhet"))
    lot = forms.ChoiceField(label=_("Delkontrakt"))
    place = forms.CharField(
        label=_("Sted"), max_length=200, help_text=_("Adresse eller sted. Ikke hjemmeadressen til noen.")
    )
    failed_from = forms.DateField(label=_("Første dag det sviktet"), widget=_DAY)
    failed_to = forms.DateField(
        label=_("Siste dag"), widget=_DAY, required=False, help_text=_("La stå tomt når det fortsatt svikter.")
    )
    tried = forms.CharField(
        label=_("Hva har dere prøvd?"),
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("For eksempel annen telefon, WiFi-tale, antenne, og svaret fra primærleverandøren."),
    )

    def __init__(
        self, *args: Any, buyers: Sequence[tuple[str, str]], lots: Sequence[tuple[str, str]], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        for name, choices in (("buyer", buyers), ("lot", lots)):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = list(choices)


class DocumentsForm(forms.Form):
    """Documentation to add."""

    documents = ManyFilesField(
        label=_("Dokumentasjon"),
        required=False,
        widget=ManyFiles(attrs={"accept": ".pdf,.png,.jpg,.jpeg"}),
        help_text=_("Måling, skjermbilde eller rapport som PDF, PNG eller JPEG. Høyst ti filer på 10 MB."),
    )


class WhyForm(forms.Form):
    """The reason for a decision, or for closing a case."""

    reason = forms.CharField(label=_("Begrunnelse"), max_length=2000, widget=forms.Textarea(attrs={"rows": 3}))


class CountForm(forms.Form):
    """What a supplier reported at the end of a day."""

    lot = forms.ChoiceField(label=_("Delkontrakt"))
    supplier = forms.ChoiceField(label=_("Leverandør"))
    counted_on = forms.DateField(label=_("Antall ved utgangen av"), widget=_DAY)
    units = forms.IntegerField(label=_("Abonnementer"), min_value=0)
    source = forms.CharField(label=_("Hvor tallet kommer fra"), max_length=300)

    def __init__(
        self, *args: Any, lots: Sequence[tuple[str, str]], suppliers: Sequence[tuple[str, str]], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        for name, choices in (("lot", lots), ("supplier", suppliers)):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = list(choices)
