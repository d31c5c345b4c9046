"""Forms of the agreement manager's office: the framework document, news and contacts."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from fellestorg.agreements.office.contacts import ROLE_NAMES

_DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
_MARKUP = _(
    "Tom linje gir nytt avsnitt, «- » gir punktliste, **ord** gir uthevet, [ord](/avtaler) gir lenke i Fellestorg."
)


class SectionForm(forms.Form):
    """One section of the framework document in three languages."""

    heading_nb = forms.CharField(label=_("Overskrift, bokmål"), max_length=120)
    body_nb = forms.CharField(
        label=_("Tekst, bokmål"), required=False, widget=forms.Textarea(attrs={"rows": 8}), help_text=_MARKUP
    )
    heading_nn = forms.CharField(label=_("Overskrift, nynorsk"), max_length=120, required=False)
    body_nn = forms.CharField(label=_("Tekst, nynorsk"), required=False, widget=forms.Textarea(attrs={"rows": 8}))
    heading_en = forms.CharField(label=_("Overskrift, engelsk"), max_length=120, required=False)
    body_en = forms.CharField(label=_("Tekst, engelsk"), required=False, widget=forms.Textarea(attrs={"rows": 8}))


class PublishForm(forms.Form):
    """From when a document counts, and why."""

    valid_from = forms.DateField(label=_("Gjelder fra"), widget=_DAY)
    reason = forms.CharField(
        label=_("Begrunnelse"),
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Minst ti tegn. Den som godkjenner, ser den."),
    )


class NewsForm(forms.Form):
    """A piece of news in three languages."""

    title_nb = forms.CharField(label=_("Overskrift, bokmål"), max_length=200)
    body_nb = forms.CharField(label=_("Tekst, bokmål"), widget=forms.Textarea(attrs={"rows": 6}), help_text=_MARKUP)
    title_nn = forms.CharField(label=_("Overskrift, nynorsk"), max_length=200, required=False)
    body_nn = forms.CharField(label=_("Tekst, nynorsk"), required=False, widget=forms.Textarea(attrs={"rows": 6}))
    title_en = forms.CharField(label=_("Overskrift, engelsk"), max_length=200, required=False)
    body_en = forms.CharField(label=_("Tekst, engelsk"), required=False, widget=forms.Textarea(attrs={"rows": 6}))
    tell = forms.BooleanField(
        label=_("Send melding til de lokale avtaleforvalterne hos virksomhetene som er med"), required=False
    )


class ContactForm(forms.Form):
    """A contact by role."""

    role = forms.ChoiceField(label=_("Rolle"), choices=list(ROLE_NAMES.items()))
    organisation = forms.ChoiceField(label=_("Hvem"))
    name = forms.CharField(
        label=_("Navn eller funksjon"),
        max_length=200,
        help_text=_("For eksempel Kundesenter. Vises bare for innloggede."),
    )
    email = forms.CharField(
        label=_("E-post"), required=False, max_length=254, help_text=_("Vises for alle. Bruk helst en felles adresse.")
    )
    phone = forms.CharField(label=_("Telefon"), required=False, max_length=30, help_text=_("Vises for alle."))
    note = forms.CharField(label=_("Merknad"), required=False, max_length=300)

    def __init__(self, *args: Any, bodies: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["organisation"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = bodies
