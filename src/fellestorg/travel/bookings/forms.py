"""The form that sends in a file of bookings, and the one that hands over."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from fellestorg.travel.models import Channel, Mode


class BookingFileForm(forms.Form):
    """A source and a file."""

    source = forms.ChoiceField(label=_("Kilde"))
    file = forms.FileField(label=_("Fil med bestillinger"), help_text=_("CSV, Excel (XLSX) eller JSON."))

    def __init__(self, *args: Any, sources: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["source"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = sources


class HandOverForm(forms.Form):
    """For which agency, and what is to be booked where."""

    agency = forms.CharField(max_length=9)
    mode = forms.ChoiceField(choices=Mode.choices)
    place = forms.RegexField(r"^[\w-]*$", max_length=60, required=False)
    channel = forms.ChoiceField(choices=[(Channel.ONLINE, ""), (Channel.OFFLINE, "")])
