"""Forms for agreements, lots, rankings and participants."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from fellestorg.agreements.changes.agreement import DAYS
from fellestorg.agreements.models import ExtensionOption, Participation
from fellestorg.kernel.text import LANGUAGES
from fellestorg.organisations.forms import AmountField

_MOST_OPTIONS = 6
_AREA = {"rows": 3}
_NAMES: dict[str, Promise] = {
    "nb": gettext_lazy("bokmål"),
    "nn": gettext_lazy("nynorsk"),
    "en": gettext_lazy("engelsk"),
}


def _day(label: Any, *, required: bool = True, help_text: Any = "") -> forms.DateField:
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, required=required, help_text=help_text, widget=widget)


def _add_texts(form: forms.Form, name: str, label: str, *, required: bool = True, long: bool = False) -> None:
    for code in LANGUAGES:
        form.fields[f"{name}_{code}"] = forms.CharField(
            label=f"{label}, {_NAMES[code]}",
            required=required,
            max_length=4000 if long else 200,
            widget=forms.Textarea(attrs=_AREA) if long else forms.TextInput(),
        )


class CodesField(forms.CharField):
    """A list of codes, divided by commas, spaces or lines."""

    def clean(self, value: Any) -> list[str]:
        text = super().clean(value).replace(",", " ").replace(";", " ")
        return list(dict.fromkeys(text.split()))

    def prepare_value(self, value: Any) -> Any:
        return ", ".join(value) if isinstance(value, list) else value


class AgreementTextsForm(forms.Form):
    """Titles, summaries, category, source and what the agreement took over from."""

    def __init__(self, *args: Any, agreements: Iterable[tuple[str, str]] = (), **options: Any) -> None:
        super().__init__(*args, **options)
        _add_texts(self, "title", _("Navn"))
        _add_texts(self, "summary", _("Kort om avtalen"), required=False, long=True)
        self.fields["category"] = forms.SlugField(
            label=_("Kategori"), max_length=60, help_text=_("En kode, for eksempel ict eller office.")
        )
        self.fields["source"] = forms.CharField(label=_("Kilde"), max_length=300, required=False)
        choices = list(agreements)
        if choices:
            self.fields["predecessors"] = forms.MultipleChoiceField(
                label=_("Tok over etter"), choices=choices, required=False, widget=forms.CheckboxSelectMultiple
            )


class TermsForm(forms.Form):
    """Days, options, the manager and the reason for a long duration."""

    def __init__(
        self, *args: Any, managers: Iterable[tuple[str, str]], options: Sequence[Sequence[date]] = (), **more: Any
    ) -> None:
        super().__init__(*args, **more)
        self.fields["manager"] = forms.ChoiceField(label=_("Avtaleforvalter"), choices=list(managers))
        self.fields["ruleset_date"] = _day(
            _("Kunngjort"), help_text=_("Dagen bestemmer hvilken versjon av regelverket som gjelder.")
        )
        self.fields["starts"] = _day(_("Gjelder fra"))
        self.fields["ends"] = _day(_("Gjelder til og med"))
        self.fields["latest_end"] = _day(_("Kan vare til"), help_text=_("Siste dag om alle opsjonene blir brukt."))
        self.fields["long_duration_reason"] = forms.CharField(
            label=_("Særlige grunner til at avtalen kan vare over 48 måneder"),
            required=False,
            max_length=2000,
            widget=forms.Textarea(attrs=_AREA),
        )
        self.rows = min(len(options) + 2, _MOST_OPTIONS)
        for index in range(self.rows):
            first, last = options[index] if index < len(options) else (None, None)
            number = index + 1
            for name, label, value in (
                ("starts", _("Opsjon %(number)s, fra") % {"number": number}, first),
                ("ends", _("Opsjon %(number)s, til og med") % {"number": number}, last),
            ):
                self.fields[f"option_{index}_{name}"] = _day(label, required=False)
                self.fields[f"option_{index}_{name}"].initial = value

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        for index in range(self.rows):
            first, last = given.get(f"option_{index}_starts"), given.get(f"option_{index}_ends")
            if (first is None) != (last is None):
                self.add_error(f"option_{index}_{'starts' if first is None else 'ends'}", _("fyll ut begge dagene"))
        return given

    def payload(self) -> dict[str, Any]:
        """The terms as a proposal keeps them. Call when the form is valid."""
        given = self.cleaned_data
        pairs = [(given[f"option_{index}_starts"], given[f"option_{index}_ends"]) for index in range(self.rows)]
        options = sorted([first.isoformat(), last.isoformat()] for first, last in pairs if first is not None)
        return {
            **{name: given[name].isoformat() for name in DAYS},
            "long_duration_reason": given["long_duration_reason"].strip(),
            "manager": given["manager"],
            "options": options,
        }


def options_of(options: Iterable[ExtensionOption]) -> list[tuple[date, date]]:
    """The options not yet used, as the form takes them."""
    return [(one.starts, one.ends) for one in options if one.exercised_on is None]


class KeyForm(forms.Form):
    """The key that stands in addresses."""

    key = forms.CharField(
        label=gettext_lazy("Nøkkel"),
        max_length=60,
        help_text=gettext_lazy("Står i adressen og kan ikke endres. Små bokstaver, tall og bindestrek."),
    )


class LotTextsForm(forms.Form):
    """Titles and estimated value of a lot."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        _add_texts(self, "title", _("Navn"))
        self.fields["estimated_value"] = AmountField(label=_("Anslått verdi uten mva."), required=False)


class ScopeForm(forms.Form):
    """What may be bought under a lot."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        _add_texts(self, "scope", _("Omfang"), long=True)
        self.fields["cpv"] = CodesField(label=_("CPV-koder"), help_text=_("Åtte sifre, hovedkoden først."))
        self.fields["categories"] = CodesField(label=_("Kategorier"), help_text=_("Koder, for eksempel laptop."))
        self.fields["regions"] = CodesField(
            label=_("Områder"), required=False, help_text=_("NUTS-koder, for eksempel NO081. Tomt: hele landet.")
        )


class CeilingForm(forms.Form):
    """A new maximum, with what the change builds on."""

    max_value = AmountField(label=gettext_lazy("Taket uten mva."), minimum=Decimal("0.01"))
    max_quantity = AmountField(label=gettext_lazy("Høyeste antall"), required=False)

    def __init__(self, *args: Any, bases: Iterable[tuple[str, str]] = (), **options: Any) -> None:
        super().__init__(*args, **options)
        choices = list(bases)
        if choices:
            self.fields["basis"] = forms.ChoiceField(
                label=_("Hva bygger endringen på?"),
                choices=choices,
                widget=forms.RadioSelect,
                help_text=_("Direktiv 2014/24/EU art. 72 og anskaffelsesforskriften § 28-1."),
            )
            self.fields["basis_note"] = forms.CharField(
                label=_("Hvorfor passer grunnlaget?"),
                max_length=2000,
                widget=forms.Textarea(attrs=_AREA),
                help_text=_("Vis til avtalens punkt, brev eller vedtak. Minst ti tegn."),
            )
        self.fields["below_used"] = forms.BooleanField(
            label=_("Sett taket lavere enn det som er brukt. Ingen kan da gjøre avrop."), required=False
        )


class RankingForm(forms.Form):
    """The suppliers of a lot and their places from a day on."""

    on = _day(gettext_lazy("Gjelder fra"))

    def __init__(self, *args: Any, suppliers: Sequence[tuple[str, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        self.suppliers = suppliers
        for number, name in suppliers:
            self.fields[f"rank_{number}"] = forms.IntegerField(
                label=_("Plass for %(supplier)s") % {"supplier": name},
                required=False,
                min_value=1,
                max_value=99,
                help_text=_("Tomt: ikke med lenger."),
            )
        self.fields["new_number"] = forms.CharField(
            label=_("Ny leverandør, organisasjonsnummer"), required=False, max_length=20
        )
        self.fields["new_rank"] = forms.IntegerField(
            label=_("Plass for den nye"), required=False, min_value=1, max_value=99
        )

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        if bool(given.get("new_number")) != bool(given.get("new_rank")) and not self.errors:
            missing = "new_rank" if given.get("new_number") else "new_number"
            self.add_error(missing, _("fyll ut både nummer og plass"))
        return given

    def ranking(self) -> list[tuple[int, str]]:
        """(rank, organisation number) as wanted. Call when the form is valid."""
        given = self.cleaned_data
        rows = [(given[f"rank_{number}"], number) for number, _name in self.suppliers if given[f"rank_{number}"]]
        if given["new_number"]:
            rows.append((given["new_rank"], given["new_number"].replace(" ", "")))
        return sorted(rows)


class JoiningForm(forms.Form):
    """Somebody who is to be able to call off."""

    number = forms.CharField(label=gettext_lazy("Organisasjonsnummer"), max_length=20)
    ground = forms.ChoiceField(
        label=gettext_lazy("Grunnlag"),
        choices=[
            (Participation.Ground.OBLIGATORY, gettext_lazy("Obligatorisk: statlig virksomhet som ikke har valgt bort")),
            (Participation.Ground.OPT_IN, gettext_lazy("Tilvalgt: kunngjøringen nevner virksomheten")),
            (Participation.Ground.LATER, gettext_lazy("Kommer med senere: kunngjøringen sier fra når")),
        ],
        widget=forms.RadioSelect,
    )
    valid_from = _day(gettext_lazy("Med fra"))
    valid_to = _day(gettext_lazy("Med til og med"), required=False)
    note = forms.CharField(
        label=gettext_lazy("Hvor nevner kunngjøringen virksomheten?"),
        required=False,
        max_length=300,
        help_text=gettext_lazy("Må fylles ut for alle som ikke er med obligatorisk."),
    )


class StayForm(forms.Form):
    """When somebody on the list takes part."""

    valid_from = _day(gettext_lazy("Med fra"))
    valid_to = _day(gettext_lazy("Med til og med"), required=False, help_text=gettext_lazy("Tomt: ut avtaleperioden."))
    own_contract_to = _day(
        gettext_lazy("Venter på egen avtale som varer til"),
        required=False,
        help_text=gettext_lazy("Virksomheten blir med dagen etter eller senere."),
    )
    note = forms.CharField(label=gettext_lazy("Merknad"), required=False, max_length=300)


class SheetForm(forms.Form):
    """A sheet of participants."""

    sheet = forms.FileField(label=gettext_lazy("Fil (CSV eller Excel)"))
