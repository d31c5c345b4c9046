"""Forms of the guidance: articles, questions, answers and wishes."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from fellestorg.marketplace.guidance.words import DOORS, KINDS, WISH_STATES

_DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
_MARKUP = _(
    "Første linje er «# Tittel», så ingressen, så deler med «## Overskrift». Tom linje gir nytt avsnitt, «- » punktliste, "
    "**ord** uthevet, [ord](/avtaler) lenke i Fellestorg, «!diagram navn» en figur. I en veiviser er hver del et steg."
)


def _area(rows: int) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows})


class ArticleForm(forms.Form):
    """The draft of an article: texts in three languages, links and sources."""

    text_nb = forms.CharField(label=_("Tekst, bokmål"), widget=_area(18), help_text=_MARKUP)
    text_nn = forms.CharField(label=_("Tekst, nynorsk"), widget=_area(10), required=False)
    text_en = forms.CharField(label=_("Tekst, engelsk"), widget=_area(10), required=False)
    sources = forms.CharField(
        label=_("Kilder"),
        required=False,
        widget=_area(4),
        help_text=_(
            "Én på hver linje: tekst | https://adresse | verifisert. Utelat det siste når du ikke har lest kilden selv."
        ),
    )
    categories = forms.MultipleChoiceField(label=_("Kategorier"), required=False, widget=forms.CheckboxSelectMultiple)
    related = forms.MultipleChoiceField(label=_("Les også"), required=False, widget=forms.CheckboxSelectMultiple)
    agreements = forms.CharField(
        label=_("Avtaler"), required=False, help_text=_("Nøklene med komma mellom, som ombruk-ikt, pc-utstyr.")
    )
    rules = forms.CharField(
        label=_("Regler"), required=False, help_text=_("Regelnumrene med komma mellom, som FA-3, CLOUD-DPA.")
    )
    change_nb = forms.CharField(
        label=_("Hva er nytt, bokmål"), required=False, max_length=300, help_text=_("Står i artikkelens endringslogg.")
    )
    change_nn = forms.CharField(label=_("Hva er nytt, nynorsk"), required=False, max_length=300)
    change_en = forms.CharField(label=_("Hva er nytt, engelsk"), required=False, max_length=300)

    def __init__(
        self, *args: Any, categories: list[tuple[str, str]], related: list[tuple[str, str]], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        for name, choices in (("categories", categories), ("related", related)):
            field = self.fields[name]
            assert isinstance(field, forms.MultipleChoiceField)
            field.choices = choices


class PlaceForm(forms.Form):
    """Where a new article is to stand."""

    slug = forms.CharField(
        label=_("Adresse"),
        max_length=80,
        help_text=_("Små bokstaver og bindestrek, som kjope-lagring. Kan ikke endres."),
    )
    kind = forms.ChoiceField(label=_("Type"), choices=list(KINDS.items()))
    door = forms.ChoiceField(label=_("Del av markedsplassen"), choices=list(DOORS.items()))


class ReviewForm(forms.Form):
    """When an article is to be read through."""

    review_on = forms.DateField(label=_("Skal gjennomgås innen"), widget=_DAY)


class ReasonForm(forms.Form):
    """Why."""

    reason = forms.CharField(label=_("Begrunnelse"), widget=_area(2), help_text=_("Minst ti tegn."))


class QuestionForm(forms.Form):
    """A question to SI."""

    title = forms.CharField(label=_("Spørsmålet i én linje"), max_length=140)
    body = forms.CharField(
        label=_("Fortell mer"),
        widget=_area(7),
        help_text=_("Skriv ikke navn, telefonnummer, e-post eller noe som er taushetsbelagt."),
    )
    category = forms.ChoiceField(label=_("Hva gjelder det?"), required=False)

    def __init__(self, *args: Any, categories: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["category"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", _("Vet ikke, eller noe annet")), *categories]


class AnswerForm(forms.Form):
    """The question as SI words it for all, and the answer."""

    question_nb = forms.CharField(label=_("Spørsmål, bokmål"), required=False, max_length=140)
    answer_nb = forms.CharField(label=_("Svar, bokmål"), required=False, widget=_area(7))
    question_nn = forms.CharField(label=_("Spørsmål, nynorsk"), required=False, max_length=140)
    answer_nn = forms.CharField(label=_("Svar, nynorsk"), required=False, widget=_area(7))
    question_en = forms.CharField(label=_("Spørsmål, engelsk"), required=False, max_length=140)
    answer_en = forms.CharField(label=_("Svar, engelsk"), required=False, widget=_area(7))
    related = forms.MultipleChoiceField(
        label=_("Artikler som svarer på mer"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, related: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["related"]
        assert isinstance(field, forms.MultipleChoiceField)
        field.choices = related


class WishForm(forms.Form):
    """A wish."""

    title = forms.CharField(label=_("Hva ønsker du?"), max_length=140)
    body = forms.CharField(
        label=_("Hvorfor, og hva ville det hjelpe med?"),
        required=False,
        widget=_area(4),
        help_text=_("Alle kan lese det. Skriv ikke navn på folk."),
    )


class DecideForm(forms.Form):
    """What becomes of a wish."""

    state = forms.ChoiceField(label=_("Status"), choices=list(WISH_STATES.items()))
    reason_nb = forms.CharField(
        label=_("Begrunnelse, bokmål"), required=False, widget=_area(2), help_text=_("Må fylles ut når ønsket avslås.")
    )
    reason_nn = forms.CharField(label=_("Begrunnelse, nynorsk"), required=False, widget=_area(2))
    reason_en = forms.CharField(label=_("Begrunnelse, engelsk"), required=False, widget=_area(2))
