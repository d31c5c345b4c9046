"""What the kinds of opportunities, their facets and what is told are called."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import resources

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from fellestorg.kernel.text import in_language

KINDS = {
    "planned": _("Planlagt konkurranse"),
    "consultation": _("Høring"),
    "competition": _("Åpen konkurranse"),
    "system": _("Innkjøpsordning som tar opp leverandører"),
}
TONES = {"planned": "neutral", "consultation": "info", "competition": "success", "system": "accent"}
FREQUENCIES = {"daily": _("Hver dag det er noe nytt"), "weekly": _("Én gang i uka")}
VERBS = {
    "advance_notice_published": _("Kommende konkurranse kunngjort"),
    "advance_notice_changed": _("Kommende konkurranse endret"),
    "advance_notice_withdrawn": _("Kommende konkurranse trukket"),
}
MESSAGES: Mapping[str, tuple[str | Promise, str | Promise]] = {
    "opportunities_digest": (
        _("Muligheter: {new} nye, {moved} endret"),
        "{text}",
    ),
    "opportunities_confirm": (
        _("Bekreft at du vil ha e-post om muligheter"),
        _(
            "Noen har bedt om at denne adressen får e-post om konkurranser og høringer: {choice}.\n\n"
            "Var det deg, åpner du lenken og bekrefter. Ellers gjør du ingenting: da lagres ikke adressen, og du får ikke "
            "flere e-poster. Lenken virker i to døgn."
        ),
    ),
}


def division_name(code: str) -> str:
    """A CPV division by its two digits, with what it is called; the digits alone where they name none."""
    names = _divisions().get(code)
    return f"{in_language(names)} (CPV {code})" if names else f"CPV {code}"


@cache
def _divisions() -> Mapping[str, Mapping[str, str]]:
    document = tomllib.loads(resources.files(__package__).joinpath("cpv.toml").read_text("utf-8"))
    found: Mapping[str, Mapping[str, str]] = document["cpv"]["divisions"]
    return found
