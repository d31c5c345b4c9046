"""Forms of accounts: signing in, a first password, a code app."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

LANGUAGES = [("nb", "Bokmål"), ("nn", "Nynorsk"), ("en", "English")]
_NEW = _("Minst 12 tegn. En setning du husker, er bra.")


def _password(label: Any, kind: str, help_text: Any = "") -> forms.CharField:
    widget = forms.PasswordInput(attrs={"autocomplete": kind})
    return forms.CharField(label=label, max_length=1000, strip=False, widget=widget, help_text=help_text)


class OnceInput(forms.TextInput):
    """A field that never shows again what was typed in it: a code counts once."""

    def format_value(self, value: Any) -> None:
        return None


def _code(help_text: Any) -> forms.CharField:
    widget = OnceInput(attrs={"autocomplete": "one-time-code", "spellcheck": "false", "autocapitalize": "none"})
    return forms.CharField(label=_("Kode"), max_length=40, widget=widget, help_text=help_text)


class SignInForm(forms.Form):
    """User name, password and code at once, so that nobody learns which of them was wrong."""

    username = forms.CharField(
        label=_("Brukernavn"),
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "username", "spellcheck": "false", "autocapitalize": "none"}),
    )
    password = _password(_("Passord"), "current-password")
    code = _code(_("Seks siffer fra kodeappen, eller en gjenopprettingskode."))


class ForgottenForm(forms.Form):
    """Who has forgotten a password."""

    username = forms.CharField(
        label=_("Brukernavn"), max_length=200, widget=forms.TextInput(attrs={"autocomplete": "username"})
    )


class NewPasswordForm(forms.Form):
    """A password to be chosen, twice against typing errors."""

    password = _password(_("Nytt passord"), "new-password", _NEW)
    again = _password(_("Nytt passord en gang til"), "new-password")

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        if given.get("password") and given.get("again") and given["password"] != given["again"]:
            self.add_error("again", forms.ValidationError(_("De to passordene er ikke like."), code="not_alike"))
        return given


class FirstAdministratorForm(NewPasswordForm):
    """The organisation that owns the agreements, and its first administrator."""

    number = forms.CharField(
        label=_("Organisasjonsnummer"), max_length=40, help_text=_("Virksomheten som eier fellesavtalene. Ni siffer.")
    )
    organisation = forms.CharField(label=_("Virksomhetens navn"), max_length=200)
    name = forms.CharField(
        label=_("Navnet ditt"), max_length=200, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    email = forms.EmailField(label=_("E-postadressen din"), widget=forms.EmailInput(attrs={"autocomplete": "email"}))
    username = forms.CharField(
        label=_("Brukernavn"),
        max_length=60,
        help_text=_("Det du vil logge inn med, for eksempel kari.nordmann. Aldri et fødselsnummer."),
        widget=forms.TextInput(attrs={"autocomplete": "username", "spellcheck": "false", "autocapitalize": "none"}),
    )
    language = forms.ChoiceField(label=_("Språk"), choices=LANGUAGES)
    field_order = ("number", "organisation", "name", "email", "language", "username", "password", "again")


class CodeForm(forms.Form):
    """The first code from a code app."""

    code = _code(_("De seks sifrene som appen viser nå."))


class ChangePasswordForm(forms.Form):
    """Another password, by somebody who knows the old one."""

    password = _password(_("Passordet du har nå"), "current-password")
    new_password = _password(_("Nytt passord"), "new-password", _NEW)
    again = _password(_("Nytt passord en gang til"), "new-password")

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        if given.get("new_password") and given.get("again") and given["new_password"] != given["again"]:
            self.add_error("again", forms.ValidationError(_("De to passordene er ikke like."), code="not_alike"))
        return given


class ConfirmForm(forms.Form):
    """The password once more, before something that matters."""

    password = _password(_("Passordet du har nå"), "current-password")


class ChangeCodeAppForm(ConfirmForm):
    """Another code app: the password, and a code from the new app."""

    code = _code(_("De seks sifrene som den nye appen viser nå."))
