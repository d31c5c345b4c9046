"""Forms of firms."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from fellestorg.marketplace.firms.models import FirmMember, Registration
from fellestorg.marketplace.firms.terms import reasons
from fellestorg.marketplace.firms.words import RIGHTS, ROLES


class NumberForm(forms.Form):
    """Which firm."""

    nummer = forms.CharField(
        label=_("Organisasjonsnummer"),
        max_length=60,
        help_text=_("Ni siffer. For firmaer fra andre land: landkode og nummeret i landets register, som DE-HRB12345."),
    )


class FirmForm(forms.Form):
    """How the firm is shown and how it is reached."""

    name = forms.CharField(
        label=_("Navnet firmaet vises med"), max_length=200, help_text=_("Det firmaet er kjent som. Ikke et slagord.")
    )
    website = forms.CharField(label=_("Nettsted"), max_length=300, required=False)
    email = forms.CharField(
        label=_("E-post for henvendelser"),
        max_length=254,
        required=False,
        help_text=_("Vises åpent. Bruk firmaets adresse, ikke en persons."),
    )


class RegistrationForm(FirmForm):
    """A firm, with which right it is registered, and the evidence."""

    right = forms.ChoiceField(
        label=_("Hvilken rett har du til å representere firmaet?"),
        choices=[(key, RIGHTS[Registration.Right(key)]) for key in Registration.Right.values],
        widget=forms.RadioSelect,
    )
    power_of_attorney = forms.FileField(
        label=_("Fullmakt"), required=False, help_text=_("Bare når du har fullmakt. PDF, PNG eller JPEG, høyst 10 MB.")
    )
    registry_address = forms.CharField(label=_("Adressen der registeret viser firmaet"), max_length=300, required=False)
    register_extract = forms.FileField(
        label=_("Utskrift fra registeret"), required=False, help_text=_("PDF, PNG eller JPEG, høyst 10 MB.")
    )
    terms = forms.BooleanField(label=_("Jeg har lest vilkårene og godtar dem for firmaet"), required=False)
    field_order = (
        "name", "website", "email", "right", "power_of_attorney", "registry_address", "register_extract", "terms",
    )  # fmt: skip

    def __init__(self, *given: Any, foreign: bool, **more: Any) -> None:
        super().__init__(*given, **more)
        if not foreign:
            del self.fields["registry_address"], self.fields["register_extract"]


class DecisionForm(forms.Form):
    """What SI decides of a firm, and why."""

    reason = forms.ChoiceField(label=_("Grunn"), required=False)
    text = forms.CharField(
        label=_("Begrunnelse"), max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(self, *given: Any, decision: str, **more: Any) -> None:
        super().__init__(*given, **more)
        field = self.fields["reason"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", "–")] + [
            (one.code, f"{one.text} ({one.source})") for one in reasons().values() if decision in one.decisions
        ]


class InvitationForm(forms.Form):
    """A colleague and her role."""

    email = forms.CharField(label=_("E-postadressen til kollegaen"), max_length=254)
    role = forms.ChoiceField(
        label=_("Rolle"),
        choices=[(key, ROLES[FirmMember.Role(key)]) for key in FirmMember.Role.values],
        initial=FirmMember.Role.EDITOR,
        widget=forms.RadioSelect,
    )


class JoinForm(forms.Form):
    """Why somebody belongs to a firm."""

    text = forms.CharField(
        label=_("Hva er rollen din i firmaet?"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("De som avgjør, ser navnet ditt, e-postadressen din og det du skriver her."),
    )
