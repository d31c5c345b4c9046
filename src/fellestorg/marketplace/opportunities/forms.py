"""Forms of opportunities: an advance notice, and being told by e-mail."""

from __future__ import annotations

from datetime import datetime, time
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from fellestorg.agreements.models import FrameworkAgreement
from fellestorg.competitions.models import Competition
from fellestorg.competitions.preparing.forms import CpvField
from fellestorg.kernel import clock
from fellestorg.marketplace.opportunities.models import AdvanceNotice
from fellestorg.marketplace.opportunities.notices import Told
from fellestorg.marketplace.opportunities.words import FREQUENCIES, KINDS
from fellestorg.organisations.forms import AmountField

_DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
_LANGUAGES = (("nb", _("Bokmål")), ("nn", _("Nynorsk")), ("en", _("Engelsk")))


class NoticeForm(forms.Form):
    """What is told. ``seen``: how often it had been changed when the form was drawn."""

    kind = forms.ChoiceField(label=_("Slag"), choices=[(key, KINDS[key]) for key in AdvanceNotice.Kind.values])
    buyer = forms.ChoiceField(label=_("Oppdragsgiver"))
    title = forms.CharField(label=_("Tittel"), max_length=200)
    language = forms.ChoiceField(label=_("Språk"), choices=_LANGUAGES)
    text = forms.CharField(
        label=_("Hva det gjelder"),
        max_length=10_000,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=_("For en høring også hva dere spør om. Vedlegg lenker dere til i teksten."),
    )
    cpv = CpvField(label=_("CPV-koder"), max_length=400, help_text=_("Hovedkoden først. For eksempel 30213100."))
    expected_on = forms.DateField(
        label=_("Når konkurransen ventes kunngjort"),
        required=False,
        widget=_DAY,
        help_text=_(
            "For en planlagt konkurranse. Når dagen er over, vises den ikke lenger: flytt dagen hvis det drøyer."
        ),
    )
    answer_day = forms.DateField(
        label=_("Siste dag å svare"), required=False, widget=_DAY, help_text=_("For en høring. Ut dagen.")
    )
    contact = forms.EmailField(
        label=_("E-post for svar og spørsmål"),
        help_text=_("En felles adresse, ikke en persons. Den blir vist for alle."),
    )
    estimated_value = AmountField(label=_("Anslått verdi uten mva."), required=False)
    agreement = forms.CharField(
        label=_("Avtalen den kan ta over for"), required=False, max_length=60, help_text=_("Nøkkelen, som pc-utstyr.")
    )
    competition = forms.CharField(
        label=_("Konkurransen det ble"),
        required=False,
        max_length=20,
        help_text=_("Nummeret, som K-2023-00012. Varselet forsvinner fra lista når den er kunngjort."),
    )
    seen = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(
        self, *args: Any, buyers: list[tuple[str, str]], row: AdvanceNotice | None = None, **kwargs: Any
    ) -> None:
        if row is not None:
            kwargs["initial"] = _initial(row)
        super().__init__(*args, **kwargs)
        field = self.fields["buyer"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = buyers
        if row is not None:
            del self.fields["kind"], self.fields["buyer"]

    def clean_agreement(self) -> FrameworkAgreement | None:
        """The agreement of the key."""
        key = self.cleaned_data["agreement"]
        found = FrameworkAgreement.objects.filter(key=key).first() if key else None
        if key and found is None:
            raise forms.ValidationError(_("Ingen avtale har denne nøkkelen."))
        return found

    def clean_competition(self) -> Competition | None:
        """The competition of the number."""
        number = self.cleaned_data["competition"]
        found = Competition.objects.filter(number=number).first() if number else None
        if number and found is None:
            raise forms.ValidationError(_("Du leder ingen konkurranse med dette nummeret."))
        return found

    def told(self, kind: str = "") -> Told:
        """What is told; ``kind`` where it is given already."""
        given = self.cleaned_data
        day = given["answer_day"]
        return Told(
            kind or given["kind"],
            given["title"],
            given["language"],
            given["text"],
            tuple(given["cpv"]),
            given["contact"],
            given["expected_on"],
            datetime.combine(day, time(23, 59, 59), clock.OSLO) if day else None,
            given["agreement"],
            given["competition"],
            given["estimated_value"],
        )


class SubscribeForm(forms.Form):
    """Where to and how often; the choice is the page's own."""

    email = forms.EmailField(label=_("E-post"), widget=forms.EmailInput(attrs={"autocomplete": "email"}))
    frequency = forms.ChoiceField(label=_("Hvor ofte"), choices=list(FREQUENCIES.items()))

    def __init__(self, *args: Any, signed_in: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if signed_in:
            del self.fields["email"]


def _initial(row: AdvanceNotice) -> dict[str, Any]:
    plain = ("title", "language", "text", "expected_on", "contact", "estimated_value")
    return {
        **{name: getattr(row, name) for name in plain},
        "cpv": " ".join(row.cpv),
        "answer_day": clock.local_day(row.answer_until) if row.answer_until else None,
        "agreement": row.agreement.key if row.agreement else "",
        "competition": row.competition.number if row.competition else "",
        "seen": row.changes,
    }
