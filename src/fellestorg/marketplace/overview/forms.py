"""The forms that import studies and surveys."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from fellestorg.marketplace.overview.actions import About

_DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class AboutForm(forms.Form):
    """What a study says of itself, and its sheet."""

    title = forms.CharField(label=_("Tittel"), max_length=200)
    key = forms.CharField(
        label=_("Nøkkel"), max_length=80,
        help_text=_("Står i adressen: små bokstaver, tall og bindestrek. Samme nøkkel gir en ny versjon av undersøkelsen."),
    )  # fmt: skip
    publisher = forms.CharField(label=_("Utgiver"), max_length=200)
    published_on = forms.DateField(label=_("Publisert"), widget=_DAY)
    method = forms.CharField(
        label=_("Metode"), max_length=2000, widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Hvem som er spurt eller målt, hvordan, og hva som er utelatt."),
    )  # fmt: skip
    licence = forms.CharField(label=_("Lisens"), max_length=200, required=False)
    url = forms.CharField(label=_("Adresse"), max_length=300, required=False, help_text=_("Der kilden kan leses."))
    language = forms.ChoiceField(
        label=_("Språket tittelen er på"), choices=(("nb", "Bokmål"), ("nn", "Nynorsk"), ("en", "English"))
    )
    verified = forms.BooleanField(
        label=_("Jeg har sammenlignet tallene med kilden"), required=False,
        help_text=_("Ellers vises de som «ikke verifisert»."),
    )  # fmt: skip
    sheet = forms.FileField(label=_("Fil (xlsx eller csv, høyst 2 MB)"))

    def about(self) -> About:
        """What was given, for the action."""
        given = self.cleaned_data
        texts = {given["language"]: {"title": given["title"], "method": given["method"]}}
        return About(
            given["key"], texts, given["publisher"], given["published_on"], given["licence"], given["url"],
            given["verified"],
        )  # fmt: skip


class SurveyForm(AboutForm):
    """As a study, with the survey's year. The key follows from the year."""

    year = forms.IntegerField(label=_("År"), min_value=2000, max_value=2099)
    field_order = ("year", "title")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["key"]

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or self.cleaned_data
        return {**given, "key": survey_key(given["year"])} if "year" in given else given


def survey_key(year: int) -> str:
    """The key of a year's survey."""
    return f"it-drift-{year}"


class WithdrawForm(forms.Form):
    """Why a study is taken off the pages."""

    reason = forms.CharField(
        label=_("Hvorfor"), max_length=500, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Leserne ser grunnen."),
    )  # fmt: skip
