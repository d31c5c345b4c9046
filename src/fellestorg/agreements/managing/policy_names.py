"""What the fields, mechanisms and faults of the policy language are called in its form, in the active language."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from fellestorg.agreements.words import measure_name, table_name
from fellestorg.engines.policy import Field
from fellestorg.values import Problem

_LABELS: dict[str, Promise] = {
    "amount_below": gettext_lazy("Verdien er under (kr uten mva.)"),
    "amount_from": gettext_lazy("Verdien er minst (kr uten mva.)"),
    "standard_assortment": gettext_lazy("Standardsortimentet"),
    "category": gettext_lazy("Alt er i en av disse kategoriene"),
    "region": gettext_lazy("Det skal leveres i ett av disse områdene"),
    "coverage_case": gettext_lazy("Dekningssak"),
    "terms_needed": gettext_lazy("Vilkårene"),
    "service": gettext_lazy("Tjenester"),
    "only_rank": gettext_lazy("Bare leverandøren med dette nummeret i rangeringen"),
    "max_suppliers": gettext_lazy("Kan deles på høyst så mange leverandører"),
    "hours": gettext_lazy("Arbeidstimer til å svare"),
    "measure": gettext_lazy("Andelen regnes av"),
    "rank": gettext_lazy("Sekundærleverandørens nummer i rangeringen"),
    "max_share": gettext_lazy("Høyeste andel (prosent)"),
    "table": gettext_lazy("Leverandørene slås opp etter"),
    "reason": gettext_lazy("Hvorfor det ikke kan gjøres avrop"),
}
# What a condition asks, when it must hold and when it must not.
_TRUTHS: dict[str, tuple[Promise, Promise]] = {
    "standard_assortment": (gettext_lazy("Alt er i det"), gettext_lazy("Noe er utenfor det")),
    "coverage_case": (gettext_lazy("Det er vist til en"), gettext_lazy("Det er ikke vist til noen")),
    "terms_needed": (gettext_lazy("Noen er ikke fastsatt i avtalen"), gettext_lazy("Alle er fastsatt i avtalen")),
    "service": (gettext_lazy("Alt er tjenester"), gettext_lazy("Noe er varer")),
}
_MECHANISMS: dict[str, Promise] = {
    "rank": gettext_lazy("Bestill hos den som er rangert først"),
    "lowest_net_price": gettext_lazy("Bestill der nettoprisen er lavest"),
    "mini_competition": gettext_lazy("Inviter alle til minikonkurranse"),
    "cascade": gettext_lazy("Spør én om gangen i rangert rekkefølge"),
    "assigned": gettext_lazy("Bestill hos den virksomheten er tildelt"),
    "secondary": gettext_lazy("Bestill hos sekundærleverandøren, med tak på andelen"),
    "table": gettext_lazy("Bestill etter tabellen over ruter eller steder"),
    "dps_invitation": gettext_lazy("Inviter alle i kategorien i innkjøpsordningen"),
    "service_order": gettext_lazy("Bestill tjenesten hos den som er rangert først"),
    "refuse": gettext_lazy("Ingen avrop"),
}
_TIES: dict[str, Promise] = {
    "rank": gettext_lazy("Den som er rangert høyest"),
    "lowest_carbon": gettext_lazy("Den med lavest klimautslipp"),
    "draw": gettext_lazy("Loddtrekning som kan gjentas"),
}
_LANGUAGE_NAMES: dict[str, Promise] = {
    "nb": gettext_lazy("bokmål"),
    "nn": gettext_lazy("nynorsk"),
    "en": gettext_lazy("engelsk"),
}


def label_of(name: str) -> str:
    """What a field of the language is called; its code, made readable, where nobody has named it."""
    known = _LABELS.get(name)
    return str(known) if known is not None else name.replace("_", " ").capitalize()


def mechanism_name(code: str) -> str:
    """What a mechanism does, in a few words."""
    known = _MECHANISMS.get(code)
    return str(known) if known is not None else code.replace("_", " ").capitalize()


def tie_name(code: str) -> str:
    """What a rule for equal offers is called."""
    return str(_TIES.get(code, code))


def language_name(code: str) -> str:
    """A language's name inside a label."""
    return str(_LANGUAGE_NAMES[code])


def truth_choices(name: str) -> list[tuple[str, str]]:
    """(value, label) of a condition that must hold, must not, or does not matter."""
    holds, fails = _TRUTHS.get(name, (_("Ja"), _("Nei")))
    return [("", _("Uten betydning")), ("true", str(holds)), ("false", str(fails))]


def option_choices(field: Field) -> list[tuple[str, str]]:
    """(value, label) of a field with fixed options, an empty one first."""
    known = {"measure": measure_name, "table": table_name}
    name = known.get(field.name, str)
    return [("", _("Velg")), *((code, name(code).capitalize()) for code in field.options)]


def problem_text(problem: Problem) -> str:
    """What is wrong with a policy document, in the active language; the language itself says it in English."""
    known = {
        "no_otherwise": _("det siste steget kan ikke ha noe vilkår"),
        "missing": _("må fylles ut"),
        "cannot_split": _("bare laveste nettopris kan deles på flere"),
        "not_here": _("denne framgangsmåten spør ikke om dette"),
        "not_a_share": _("ventet en andel over 0 og høyst 100 prosent"),
        "unknown": _("det finnes ikke noe slikt valg"),
        "unknown_field": _("det finnes ikke noe slikt felt"),
        "unknown_part": _("velg minst én av delene av nettoprisen"),
        "not_a_list": _("ventet en liste av koder"),
        "not_a_truth": _("ventet ja eller nei"),
        "not_a_number": _("ventet et helt tall, 1 eller høyere"),
        "not_an_object": _("ventet et objekt"),
    }
    return known.get(problem.code, problem.text)
