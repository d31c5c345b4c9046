"""The forms of preparing. Each part's form knows the row it shows (``initial_of``) and the fields it gives (``values``)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, ClassVar

from django import forms
from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from fellestorg.competitions.models import (
    AwardCriterion,
    Competition,
    CompetitionLot,
    PriceSheetLine,
    QualificationRequirement,
    Question,
)
from fellestorg.competitions.preparing.words import (
    CRITERION_KINDS,
    DOCUMENT_KINDS,
    LANGUAGES,
    QUESTION_KINDS,
    REQUIREMENT_KINDS,
)
from fellestorg.competitions.selecting.models import SelectionCriterion
from fellestorg.competitions.words import TASKS
from fellestorg.kernel.sheets import RowError, decimal_in
from fellestorg.kernel.text import in_language
from fellestorg.law.procedures import procedure, procedures
from fellestorg.organisations.forms import AmountField
from fellestorg.values import decimal_text

_AREA = forms.Textarea(attrs={"rows": 4})
# Competitions that start from an agreement or a purchasing system are started there.
STARTED_ELSEWHERE = ("mini_competition", "purchasing_system_call")


class NumberField(forms.CharField):
    """A number as people write it, with up to four decimals."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("widget", forms.TextInput(attrs={"inputmode": "decimal"}))
        super().__init__(max_length=40, **options)

    def clean(self, value: Any) -> Decimal | None:
        text = super().clean(value)
        if not text:
            return None
        try:
            return decimal_in(text, minimum=Decimal(-(10**12)))
        except RowError as error:
            raise forms.ValidationError(error.text, code=error.code) from None


class CpvField(forms.CharField):
    """CPV codes, the main one first, parted by spaces or commas; the check digit is left out."""

    def clean(self, value: Any) -> list[str]:
        return [code.partition("-")[0] for code in re.split(r"[\s,;]+", str(super().clean(value) or "")) if code]


class StartForm(forms.Form):
    """The first page: what, by which procedure, for whom."""

    procedure = forms.ChoiceField(label=_("Prosedyre"), widget=forms.RadioSelect)
    buyer = forms.ChoiceField(label=_("Oppdragsgiver"))
    title = forms.CharField(label=_("Tittel"), max_length=200)
    description = forms.CharField(label=_("Kort om hva som skal kjøpes"), required=False, widget=_AREA, max_length=5000)
    language = forms.ChoiceField(label=_("Språk i dokumentene og tilbudene"), choices=list(LANGUAGES.items()))
    cpv = CpvField(
        label=_("CPV-koder"), required=False, max_length=400, help_text=_("Hovedkoden først. For eksempel 30213100.")
    )
    estimated_value = AmountField(label=_("Anslått verdi uten mva."), required=False)
    maximum_value = AmountField(
        label=_("Høyeste verdi uten mva."),
        required=False,
        help_text=_("Det meste det kan kjøpes for i hele perioden. Kunngjøres (FA-3)."),
    )
    lots = forms.CharField(
        label=_("Delkontrakter"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=4000,
        help_text=_("Én per linje. La stå tomt når konkurransen ikke deles."),
    )

    def __init__(self, *args: Any, buyers: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _choices(self.fields["buyer"], buyers)
        _choices(
            self.fields["procedure"],
            [
                (key, f"{in_language(one.title)} ({one.law})")
                for key, one in procedures().items()
                if key not in STARTED_ELSEWHERE
            ],
        )

    def values(self) -> dict[str, Any]:
        """What the competition is started with, the buyer apart."""
        given = {name: value for name, value in self.cleaned_data.items() if name != "buyer"}
        return {**given, "lots": [line.strip() for line in given["lots"].splitlines() if line.strip()]}


class AboutForm(forms.Form):
    """What the competition is called and worth, changed later."""

    title = forms.CharField(label=_("Tittel"), max_length=200)
    description = forms.CharField(label=_("Kort om hva som skal kjøpes"), required=False, widget=_AREA, max_length=5000)
    language = forms.ChoiceField(label=_("Språk i dokumentene og tilbudene"), choices=list(LANGUAGES.items()))
    cpv = CpvField(label=_("CPV-koder"), required=False, max_length=400)
    estimated_value = AmountField(label=_("Anslått verdi uten mva."), required=False)
    maximum_value = AmountField(label=_("Høyeste verdi uten mva."), required=False)

    @staticmethod
    def initial_of(competition: Competition) -> dict[str, Any]:
        """The form as the competition stands."""
        plain = ("title", "description", "language", "estimated_value", "maximum_value")
        return {**{name: getattr(competition, name) for name in plain}, "cpv": " ".join(competition.cpv)}


class PartForm(forms.Form):
    """A form of one row of a part. ``competition`` gives what there is to choose among."""

    model: ClassVar[type[models.Model]]

    def __init__(self, *args: Any, competition: Competition, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.competition = competition
        self.prepare()

    def prepare(self) -> None:
        """Fill the choices."""

    @classmethod
    def initial_of(cls, row: Any) -> dict[str, Any]:
        """The form as the row stands."""
        return {name: _typed(getattr(row, name)) for name in cls.base_fields if hasattr(row, name)}

    def values(self) -> dict[str, Any]:
        """The row's fields."""
        return dict(self.cleaned_data)


class LotForm(PartForm):
    """A lot."""

    model = CompetitionLot
    title = forms.CharField(label=_("Tittel"), max_length=200)
    description = forms.CharField(label=_("Beskrivelse"), required=False, widget=_AREA, max_length=5000)
    estimated_value = AmountField(label=_("Anslått verdi uten mva."), required=False)
    maximum_value = AmountField(label=_("Høyeste verdi uten mva."), required=False)
    winners = forms.IntegerField(label=_("Antall leverandører som får kontrakt"), min_value=1, max_value=50, initial=1)

    def prepare(self) -> None:
        if procedure(self.competition.procedure).move("award") is None:
            del self.fields["winners"]


class RequirementForm(PartForm):
    """A qualification requirement."""

    model = QualificationRequirement
    title = forms.CharField(label=_("Krav"), max_length=200)
    kind = forms.ChoiceField(label=_("Hvordan vurderes det?"), choices=list(REQUIREMENT_KINDS.items()))
    text = forms.CharField(label=_("Utdyping"), required=False, widget=_AREA, max_length=5000)
    evidence = forms.CharField(
        label=_("Dokumentasjon"), required=False, max_length=1000, help_text=_("Det leverandøren viser kravet med.")
    )


class CriterionForm(PartForm):
    """An award criterion. Weights are given in per cent."""

    model = AwardCriterion
    kind = forms.ChoiceField(label=_("Slag"), choices=list(CRITERION_KINDS.items()))
    title = forms.CharField(label=_("Kriterium"), max_length=200)
    weight = NumberField(label=_("Vekt i prosent"))
    weight_from = NumberField(
        label=_("Vekt fra, i prosent"), required=False, help_text=_("Bare når vekten kunngjøres som et område.")
    )
    weight_to = NumberField(label=_("Vekt til, i prosent"), required=False)
    text = forms.CharField(
        label=_("Hvordan blir det vurdert?"),
        required=False,
        widget=_AREA,
        max_length=5000,
        help_text=_("Si hva som gir 0 poeng og hva som gir full poengsum."),
    )
    max_value = AmountField(
        label=_("Full poengsum er verdt, i kroner"), required=False, help_text=_("Brukes når kvaliteten prissettes.")
    )
    environment = forms.BooleanField(label=_("Kriteriet gjelder klima eller miljø"), required=False)
    minimum_points = NumberField(
        label=_("Laveste poengsum"), required=False, help_text=_("Et tilbud under dette kan ikke vinne.")
    )
    innovation = forms.BooleanField(
        label=_("Innovasjon: kriteriet gir poeng for å være bedre enn minstekravet"), required=False
    )
    minimum = forms.CharField(
        label=_("Minstekravet"),
        required=False,
        widget=_AREA,
        max_length=5000,
        help_text=_("Bare for innovasjon. Det alle må oppfylle. Det gir 0 poeng her."),
    )
    measured_by = forms.CharField(
        label=_("Hvordan måles det som er bedre?"),
        required=False,
        widget=_AREA,
        max_length=5000,
        help_text=_("Bare for innovasjon. Si hva som måles, hvordan, og hva som gir full poengsum."),
    )

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("innovation"):
            if given.get("kind") == "price":
                self.add_error("innovation", gettext("Innovasjon belønnes med poeng, ikke med pris."))
            if not given.get("minimum"):
                self.add_error("minimum", gettext("Skriv hva som er minstekravet."))
            if not given.get("measured_by"):
                self.add_error("measured_by", gettext("Skriv hvordan det som er bedre, blir målt."))
        return given

    @classmethod
    def initial_of(cls, row: Any) -> dict[str, Any]:
        shares = {name: getattr(row, name) for name in ("weight", "weight_from", "weight_to")}
        percents = {name: _typed(share * 100) if share is not None else None for name, share in shares.items()}
        return {**super().initial_of(row), **percents}

    def values(self) -> dict[str, Any]:
        given = dict(self.cleaned_data)
        for name in ("weight", "weight_from", "weight_to"):
            given[name] = given[name] / 100 if given[name] is not None else None
        return given


class SelectionCriterionForm(PartForm):
    """A criterion for who is invited. The weight is given in per cent, and left out where the order decides."""

    model = SelectionCriterion
    title = forms.CharField(label=_("Kriterium"), max_length=200)
    weight = NumberField(label=_("Vekt i prosent"), required=False, help_text=_("La stå tomt når rekkefølgen avgjør."))
    text = forms.CharField(
        label=_("Hvordan blir det vurdert?"),
        widget=_AREA,
        max_length=5000,
        help_text=_("Si hva som gir 0 poeng og hva som gir 10."),
    )

    @classmethod
    def initial_of(cls, row: Any) -> dict[str, Any]:
        return {**super().initial_of(row), "weight": _typed(row.weight * 100) if row.weight is not None else None}

    def values(self) -> dict[str, Any]:
        weight = self.cleaned_data["weight"]
        return {**self.cleaned_data, "weight": weight / 100 if weight is not None else None}


class QuestionForm(PartForm):
    """A typed question."""

    model = Question
    text = forms.CharField(label=_("Spørsmål eller krav"), widget=_AREA, max_length=5000)
    help = forms.CharField(label=_("Forklaring"), required=False, max_length=1000)
    kind = forms.ChoiceField(label=_("Svaret er"), choices=list(QUESTION_KINDS.items()))
    purpose = forms.ChoiceField(label=_("Svaret brukes til"))
    lot = forms.ChoiceField(label=_("Delkontrakt"), required=False)
    required = forms.BooleanField(label=_("Må besvares"), required=False, initial=True)
    must = forms.BooleanField(label=_("Absolutt krav: et nei fører til avvisning"), required=False)
    options = forms.CharField(
        label=_("Svarene en kan velge mellom"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=4000,
        help_text=_("Ett per linje. Bare når svaret er ett av flere."),
    )
    minimum = NumberField(label=_("Minste tall"), required=False)
    maximum = NumberField(label=_("Største tall"), required=False)
    unit = forms.CharField(label=_("Enhet"), required=False, max_length=20)

    def prepare(self) -> None:
        criteria = self.competition.criteria.filter(kind="points")
        requirements = self.competition.requirements.filter(ground="")
        purposes: list[Any] = [("", _("Kravspesifikasjonen"))]
        purposes += [(f"criterion:{one.pk}", one.title) for one in criteria]
        purposes += [(f"requirement:{one.pk}", one.title) for one in requirements]
        self.fields["purpose"].required = False
        _choices(self.fields["purpose"], purposes)
        lots = [(str(one.pk), one.title) for one in self.competition.lots.all()]
        _choices(self.fields["lot"], [("", _("Alle")), *lots])

    @classmethod
    def initial_of(cls, row: Any) -> dict[str, Any]:
        purpose = f"criterion:{row.criterion_id}" if row.criterion_id else ""
        purpose = f"requirement:{row.requirement_id}" if row.requirement_id else purpose
        options = "\n".join(row.options)
        return {**super().initial_of(row), "lot": row.lot_id or "", "purpose": purpose, "options": options}

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("kind") == "choice" and len(given.get("options", "").split("\n")) < 2:
            self.add_error("options", gettext("Skriv minst to svar å velge mellom."))
        if given.get("must") and given.get("kind") not in (None, "yes_no"):
            self.add_error("must", gettext("Et absolutt krav besvares med ja eller nei."))
        low, high = given.get("minimum"), given.get("maximum")
        if low is not None and high is not None and high < low:
            self.add_error("maximum", gettext("Største tall er mindre enn minste tall."))
        return given

    def values(self) -> dict[str, Any]:
        given = dict(self.cleaned_data)
        what, _colon, pk = given.pop("purpose").partition(":")
        given["criterion_id"] = int(pk) if what == "criterion" else None
        given["requirement_id"] = int(pk) if what == "requirement" else None
        lot = given.pop("lot")
        given["lot_id"] = int(lot) if lot else None
        given["options"] = [line.strip() for line in given["options"].splitlines() if line.strip()]
        return given


class PriceLineForm(PartForm):
    """A line of the price sheet."""

    model = PriceSheetLine
    lot = forms.ChoiceField(label=_("Delkontrakt"))
    title = forms.CharField(label=_("Vare eller tjeneste"), max_length=300)
    unit = forms.CharField(label=_("Enhet"), max_length=40, initial="stk.")
    quantity = NumberField(label=_("Mengde"), help_text=_("Brukes til å regne ut summen som sammenlignes."))
    max_unit_price = NumberField(
        label=_("Høyeste enhetspris"), required=False, help_text=_("For eksempel avtaleprisen.")
    )

    def prepare(self) -> None:
        _choices(self.fields["lot"], [(str(one.pk), one.title) for one in self.competition.lots.all()])

    @classmethod
    def initial_of(cls, row: Any) -> dict[str, Any]:
        return {**super().initial_of(row), "lot": row.lot_id}

    def values(self) -> dict[str, Any]:
        given = dict(self.cleaned_data)
        return {**given, "lot": self.competition.lots.get(pk=given["lot"])}


class SheetForm(forms.Form):
    """A price sheet as a file."""

    file = forms.FileField(label=_("Fil (XLSX eller CSV)"), widget=forms.FileInput(attrs={"accept": ".csv,.xlsx"}))


class DocumentForm(forms.Form):
    """A document, or its next version."""

    kind = forms.ChoiceField(label=_("Slag"), choices=list(DOCUMENT_KINDS.items()))
    title = forms.CharField(label=_("Tittel"), max_length=200)
    text = forms.CharField(
        label=_("Tekst"), required=False, widget=forms.Textarea(attrs={"rows": 10}), max_length=200_000
    )
    file = forms.FileField(label=_("Fil"), required=False)
    reason = forms.CharField(
        label=_("Hva er nytt?"),
        required=False,
        max_length=2000,
        help_text=_("Må fylles ut når konkurransen er sendt ut."),
    )


class MemberForm(forms.Form):
    """Somebody and their task."""

    person = forms.CharField(label=_("Brukernavn eller e-post"), max_length=254)
    task = forms.ChoiceField(label=_("Oppgave"), choices=list(TASKS.items()))


class DeadlinesForm(forms.Form):
    """The dates. Only those that the procedure has are shown, by its own names for them (``titles``, by field)."""

    questions_until = forms.DateTimeField(required=False)
    requests_until = forms.DateTimeField(required=False)
    tenders_until = forms.DateTimeField(required=False)
    validity_until = forms.DateField(
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    reason = forms.CharField(
        label=_("Hvorfor er fristen kortere enn regelen?"), required=False, widget=_AREA, max_length=2000
    )
    voluntary_standstill = forms.BooleanField(label=_("Frivillig karensperiode"), required=False)

    def __init__(self, *args: Any, titles: Mapping[str, str], voluntary: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("questions_until", "requests_until", "tenders_until"):
            self.fields[name].widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
        for name in ("questions_until", "requests_until", "tenders_until", "validity_until"):
            if name in titles:
                self.fields[name].label = titles[name]
            else:
                del self.fields[name]
        if not voluntary:
            del self.fields["voluntary_standstill"]


class EnvironmentForm(forms.Form):
    """How the rule on climate and environment is met."""

    how = forms.ChoiceField(label=_("Hvordan følges regelen?"), widget=forms.RadioSelect)
    reason = forms.CharField(
        label=_("Begrunnelse"),
        required=False,
        widget=_AREA,
        max_length=4000,
        help_text=_("Står i dokumentene. Må fylles ut når det ikke er vekten som svarer på regelen."),
    )

    def __init__(self, *args: Any, ways: list[tuple[str, Any]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _choices(self.fields["how"], ways)


def _choices(field: forms.Field, choices: list[Any]) -> None:
    assert isinstance(field, forms.ChoiceField)
    field.choices = choices


def _typed(value: Any) -> Any:
    """A number as it is typed in Norwegian."""
    return decimal_text(value).replace(".", ",") if isinstance(value, Decimal) else value
