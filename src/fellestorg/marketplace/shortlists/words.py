"""Words for purposes, states, refusals and verbs of shortlists."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

PURPOSES: dict[str, Promise] = {
    "mini_competition": _("Minikonkurranse"),
    "market_study": _("Markedsundersøkelse"),
}
STATES: dict[str, tuple[Promise, str]] = {
    "draft": (_("Kladd"), "neutral"),
    "fixed": (_("Låst"), "success"),
    "dropped": (_("Forkastet"), "neutral"),
}
VERDICTS: dict[str, tuple[Promise, str]] = {
    "open": (_("Ikke vurdert"), "warning"),
    "chosen": (_("Valgt"), "success"),
    "left_out": (_("Ikke valgt"), "neutral"),
}
REFUSALS: dict[str, Promise] = {
    "not_a_buyer_here": _("Bare de som kjøper inn for virksomheten, kan gjøre dette."),
    "not_a_draft": _("Kortlista er låst og kan ikke endres. Lag en ny ut fra den."),
    "not_fixed": _("Lås kortlista før den brukes som grunnlag."),
    "found_by_search": _("Søket fant denne tjenesten. Skriv hvorfor den ikke er valgt, i stedet for å ta den ut."),
    "used_already": _("Kortlista er alt lagt ved denne konkurransen."),
    "wrong_purpose": _("En kortliste for minikonkurranse kan bare legges ved en minikonkurranse."),
    "other_buyer": _("Kortlista og konkurransen må høre til samme virksomhet."),
    "not_whole": _("Innholdet stemmer ikke med fingeravtrykket. Kortlista kan ikke brukes som grunnlag."),
}
VERBS: dict[str, str | Promise] = {
    "shortlist_begun": _("En kortliste ble påbegynt"),
    "shortlist_saved": _("En kortliste ble endret"),
    "shortlist_dropped": _("En kortliste ble forkastet"),
    "shortlist_fixed": _("En kortliste ble låst"),
    "shortlist_used": _("En kortliste ble lagt ved en konkurranse"),
}


def refusal_text(code: str) -> str:
    """Why not, in the active language."""
    return str(REFUSALS.get(code, REFUSALS["not_a_buyer_here"]))
