"""The form in which a buyer states a need, and what it becomes."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from fellestorg.calloffs.needs import Need, Stated, parse_need
from fellestorg.values import BadInput, Problem, decimal_text

_LARGEST_FILE = 1024 * 1024
# The rules are known from 2017; nobody plans a call-off decades ahead.
_FIRST_DAY, _LAST_DAY = date(2018, 1, 1), date(2040, 12, 31)
# Only what says that it heads a column of quantities: a first line that merely cannot be read must not vanish.
_HEADING = re.compile(r"ant\b|antal|mengde|tal\b|stk|kvantum|quantity|qty", re.IGNORECASE)


class NeedForm(forms.Form):
    """What, how much, where and when. One of the three ways of saying what is enough."""

    buyer = forms.ChoiceField(label=_("Virksomhet"))
    text = forms.CharField(
        label=_("Hva trenger du?"), required=False, max_length=500, help_text=_("For eksempel: 10 bærbare PC-er")
    )
    lines = forms.CharField(
        label=_("Varelinjer"),
        required=False,
        max_length=100_000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_(
            "Én vare på hver linje: varenummer og antall, for eksempel PC-14-STD;10. Lim gjerne inn fra et regneark."
        ),
    )
    file = forms.FileField(
        label=_("Varelinjer fra fil"), required=False, help_text=_("CSV med kolonnene varenummer og antall.")
    )
    amount = forms.CharField(
        label=_("Anslått beløp i kroner, uten mva."),
        required=False,
        max_length=30,
        help_text=_("Bruk dette når varene ikke er valgt ennå."),
    )
    category = forms.ChoiceField(label=_("Varegruppe for beløpet"), required=False)
    deliver_to = forms.CharField(label=_("Leveres til"), required=False, max_length=300)
    deliver_by = forms.DateField(
        label=_("Leveres senest"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    buyer_reference = forms.CharField(
        label=_("Deres referanse"), required=False, max_length=100, help_text=_("Følger bestillingen og fakturaen.")
    )
    day = forms.DateField(
        label=_("Dato å prøve for"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("La stå tomt for i dag. En annen dag gir svaret med avtalene, prisene og reglene fra den dagen."),
    )
    coverage_case = forms.CharField(
        label=_("Dekningssak"),
        required=False,
        max_length=60,
        widget=forms.Select,
        help_text=_("Velg en sak bare når primærleverandøren ikke har dekning der dette skal brukes."),
    )
    changed_terms = forms.CharField(
        label=_("Trenger du andre vilkår enn avtalens?"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("La stå tomt når avtalens vilkår passer. Et avrop kan ikke endre avtalen."),
    )
    terms = forms.CharField(
        label=_("Trenger du vilkår som avtalen ikke sier noe om?"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Ett på hver linje. Da kan det bli minikonkurranse, der vilkårene fastsettes."),
    )

    def __init__(
        self,
        *args: Any,
        buyers: list[tuple[str, str]],
        categories: list[tuple[str, str]],
        coverage_cases: Sequence[tuple[str, str]] = (),
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["buyer"].choices = buyers  # type: ignore[attr-defined]
        self.fields["category"].choices = [("", "–"), *categories]  # type: ignore[attr-defined]
        self.coverage_cases = coverage_cases
        case = self.fields["coverage_case"].widget
        assert isinstance(case, forms.Select)
        case.choices = [("", _t("Ingen")), *coverage_cases]

    def clean_day(self) -> date | None:
        day: date | None = self.cleaned_data["day"]
        if day is not None and not _FIRST_DAY <= day <= _LAST_DAY:
            raise forms.ValidationError(_("Velg en dag fra 2018 til 2040."))
        return day

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        stated = [name for name in ("text", "lines", "file", "amount") if data.get(name)]
        if len(stated) != 1 and not self.errors:
            text = _t("Si hva du trenger på én måte: med ord, varelinjer, fil eller beløp.")
            self.add_error(None if len(stated) > 1 else "text", text)
        return data

    def need(self, request_id: str) -> Need:
        """The need. Raises BadInput naming the line of the text or file that cannot be read."""
        data = self.cleaned_data
        wire: dict[str, Any] = {
            "request_id": request_id,
            "buyer": data["buyer"],
            "deliver_to": data["deliver_to"],
            "deliver_by": data["deliver_by"].isoformat() if data["deliver_by"] else None,
            "buyer_reference": data["buyer_reference"],
            "facts": {
                "changed_terms": [line for line in data["changed_terms"].splitlines() if line.strip()],
                "terms": [line for line in data["terms"].splitlines() if line.strip()],
                "coverage_case": data["coverage_case"] or None,
            },
        }
        if data["lines"] or data["file"]:
            wire["lines"] = read_lines(data["lines"] or _decoded(data["file"]))
        elif data["amount"]:
            wire["amount"] = norwegian_decimal(data["amount"])
            wire["category"] = data["category"]
        else:
            wire["text"] = data["text"]
        return parse_need(wire, dated=False)


def read_lines(text: str) -> list[dict[str, str]]:
    """Lines such as ``PC-14-STD;10``, tab, semicolon or comma between, with or without a heading.

    Raises BadInput with every line that cannot be read.
    """
    lines: list[dict[str, str]] = []
    problems: list[Problem] = []
    for number, cells in enumerate(csv.reader(io.StringIO(text), delimiter=_delimiter(text)), 1):
        cells = [cell.strip() for cell in cells]
        if not any(cells):
            continue
        if len(cells) == 1:
            # Somebody wrote the number and the quantity with a space between.
            cells = cells[0].rsplit(None, 1)
        if len(cells) < 2 or not cells[0]:
            problems.append(
                Problem(_t("linje %(number)d") % {"number": number}, "not_a_line", _t("skriv varenummer og antall"))
            )
            continue
        quantity = norwegian_decimal(cells[1])
        if not re.fullmatch(r"\d+(\.\d+)?", quantity):
            if not lines and not problems and is_quantity_heading(cells[1]):
                continue
            problems.append(
                Problem(
                    _t("linje %(number)d") % {"number": number},
                    "unreadable_quantity",
                    _t("«%(found)s» er ikke et antall") % {"found": cells[1][:40]},
                )
            )
            continue
        lines.append({"item": cells[0], "quantity": quantity})
    BadInput.raise_if(problems)
    return lines


def is_quantity_heading(text: str) -> bool:
    """Whether a cell says that it heads a column of quantities."""
    return _HEADING.match(text.strip()) is not None


def norwegian_decimal(text: str) -> str:
    """A number as Norwegians write it (``1 234,50``) as a decimal string; anything else comes back as it was."""
    compact = re.sub(r"[\s\u00a0\u202f]", "", text).removesuffix("kr").removesuffix(",-")
    if re.fullmatch(r"\d{1,3}(\.\d{3})+(,\d+)?", compact):
        compact = compact.replace(".", "")
    return compact.replace(",", ".")


def wire_need(need: Need) -> dict[str, Any]:
    """The need in its wire shape, to travel from the answer to the button and back."""
    wire: dict[str, Any] = {
        "request_id": need.request_id,
        "buyer": need.buyer,
        "agreement": need.agreement,
        "lot": need.lot,
        "deliver_to": need.deliver_to,
        "deliver_by": need.deliver_by.isoformat() if need.deliver_by else None,
        "buyer_reference": need.buyer_reference,
        "facts": {"changed_terms": list(need.changed_terms), **_stated(need.stated)},
    }
    if need.lines:
        wire["lines"] = [{"item": line.item, "quantity": decimal_text(line.quantity)} for line in need.lines]
    elif need.amount is not None:
        wire |= {"amount": decimal_text(need.amount), "category": need.category}
    else:
        wire["text"] = need.text
    return wire


def _stated(stated: Stated) -> dict[str, Any]:
    """What a need states for the policies that ask, without what it does not state."""
    facts: dict[str, Any] = {
        "coverage_case": stated.coverage_case,
        "terms": list(stated.terms),
        "route": stated.route,
        "location": stated.location,
        "unavailable": [{"supplier": one.supplier, "reason": one.reason} for one in stated.unavailable],
    }
    return {name: value for name, value in facts.items() if value}


def basket_text(lines: Mapping[str, str]) -> str:
    """A basket as the text of the form's lines."""
    return "\n".join(f"{item};{quantity}" for item, quantity in lines.items())


def _decoded(file: Any) -> str:
    if file.size > _LARGEST_FILE:
        raise BadInput.of("file", "file_too_large", _t("Fila er større enn 1 MB."))
    content: bytes = file.read()
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise BadInput.of("file", "unreadable", _t("Fila er ikke tekst. Lagre regnearket som CSV."))


def _delimiter(text: str) -> str:
    first = text.strip().splitlines()[0] if text.strip() else ""
    return next((mark for mark in ("\t", ";", ",") if mark in first), ";")
