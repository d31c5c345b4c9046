"""Suggestions in words, with the one press that follows each; and as data."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from fellestorg.calloffs.basket.suggestions import Alternative, Bundled, Suggested
from fellestorg.calloffs.needs import Need
from fellestorg.engines.suggestions import CleanDelivery, Reach
from fellestorg.ui.formats import money, number
from fellestorg.values import decimal_text, kroner

# A need with more lines than this has no address of its own: the link would be too long for a browser.
_MOST_IN_A_LINK = 40


@dataclass(frozen=True, slots=True)
class SuggestionShown:
    """One suggestion on a page: what, why, and how. ``fields`` go with the button to ``action``; ``href`` is a link
    instead. Neither where there is nothing to press."""

    kind: str
    title: str
    text: str
    note: str = ""
    tag: str = ""
    button: str = ""
    action: str = ""
    fields: tuple[tuple[str, str], ...] = ()
    href: str = ""


def shown_suggestions(found: Suggested, need: Need, *, in_basket: bool) -> list[SuggestionShown]:
    """The suggestions in the active language. In the basket a press changes the basket; elsewhere it asks anew."""
    made = [_waiting(one, found, need, in_basket) for one in found.waiting]
    made += [_alternative(one, found, need, in_basket) for one in found.alternatives]
    made += [_reach(one, found) for one in found.reach]
    if found.recent is not None:
        made.append(_recent(found.recent, found))
    return made + [_clean(one, found) for one in found.clean]


def suggestions_json(found: Suggested) -> list[dict[str, Any]]:
    """The suggestions as commands and other systems read them; ``kind`` says which fields follow."""
    bundles = [*([found.recent] if found.recent else []), *found.waiting]
    return [
        *(_bundle_json(one, found.handling_verified) for one in bundles),
        *(_reach_json(one) for one in found.reach),
        *(_alternative_json(one) for one in found.alternatives),
        *(
            {
                "kind": "zero_emission_delivery",
                "supplier": one.supplier,
                "more": None if one.more is None else kroner(one.more),
            }
            for one in found.clean
        ),
    ]


def _kr(amount: Decimal) -> str:
    """Whole kroner without decimals, as people say them."""
    return money(amount, 0 if amount == amount.to_integral_value() else 2)


def _saved(one: Bundled) -> str:
    amount = _kr(one.bundle.saves)
    if one.bundle.goods > 0 and one.bundle.charges <= 0:
        return _("spar {amount} i pris og håndtering").format(amount=amount)
    if one.bundle.goods > 0:
        return _("spar {amount} i pris, frakt og håndtering").format(amount=amount)
    if one.bundle.charges > 0:
        return _("spar {amount} i frakt og håndtering").format(amount=amount)
    return _("spar {amount} i egen håndtering").format(amount=amount)


def _what_is_money(one: Bundled, found: Suggested) -> str:
    """Which part of a saving is money under the contract, and which is the agency's own work."""
    parts = []
    if one.bundle.charges:
        parts.append(_("gebyr og frakt {amount}").format(amount=_kr(one.bundle.charges)))
    if one.bundle.goods:
        parts.append(_("varepris og rabatt {amount}").format(amount=_kr(one.bundle.goods)))
    text = ""
    if parts:
        text = _("Lavere faktura: {parts}.").format(parts=", ".join(parts)) + " "
    if one.bundle.handling:
        text += _("Egen håndtering: {amount}").format(amount=_kr(one.bundle.handling))
        text += "." if found.handling_verified else " " + _("(et anslag som ikke er kontrollert).")
    return text.strip()


def _waiting(one: Bundled, found: Suggested, need: Need, in_basket: bool) -> SuggestionShown:
    fields: list[tuple[str, str]] = [("waiting", "1")]
    if not in_basket:
        for line in need.lines:
            fields += [("item", line.item), ("quantity", decimal_text(line.quantity))]
    return SuggestionShown(
        "bundle_list",
        _("Samle bestillingen: {saved}").format(saved=_saved(one)),
        _("Handlelisten «{name}» venter på å bli bestilt under samme delkontrakt.").format(name=one.list_name),
        _what_is_money(one, found),
        button=_("Ta med i kurven"),
        action=reverse("take_shopping_list", args=[one.list_id]),
        fields=tuple(fields),
    )


def _recent(one: Bundled, found: Suggested) -> SuggestionShown:
    text = ngettext(
        "Ett avrop de siste 30 dagene ({numbers}) og dette behovet i én bestilling, med dagens priser. "
        "Det som er bestilt, kan ikke samles nå, men neste gang.",
        "{count} avrop de siste 30 dagene ({numbers}) og dette behovet i én bestilling, med dagens priser. "
        "Det som er bestilt, kan ikke samles nå, men neste gang.",
        len(one.numbers),
    )
    return SuggestionShown(
        "bundle_recent",
        _("Samle bestillingene neste gang: {saved}").format(saved=_saved(one)),
        text.format(count=len(one.numbers), numbers=", ".join(one.numbers)),
        _what_is_money(one, found),
    )


def _reach(one: Reach, found: Suggested) -> SuggestionShown:
    supplier = _name(found.names, one.supplier)
    goals = {
        "no_small_order_fee": _("å slippe gebyret for liten ordre"),
        "free_freight": _("fri frakt"),
        "spend_discount": _("rabatt på hele bestillingen"),
        "tier": _("lavere pris per enhet"),
    }
    if one.kind == "tier":
        more = _("{count} til av {item}").format(count=number(one.more), item=_name(found.items, one.item))
    else:
        more = _("varer for {amount} til").format(amount=_kr(one.more))
    title = _("{more} gir {goal}").format(more=more[:1].upper() + more[1:], goal=goals[one.kind])
    if one.pays < 0:
        text = _("Hos {supplier} blir bestillingen {less} billigere i alt, selv om du kjøper mer.")
        return SuggestionShown(one.kind, title, text.format(supplier=supplier, less=_kr(-one.pays)))
    if one.pays == 0:
        return SuggestionShown(
            one.kind, title, _("Hos {supplier} koster det det samme i alt.").format(supplier=supplier)
        )
    text = _(
        "Hos {supplier} sparer det {saves}, men du betaler {pays} mer i alt. Kjøp ikke mer enn du trenger: vent heller, "
        "eller samle med andre behov."
    )
    return SuggestionShown(one.kind, title, text.format(supplier=supplier, saves=_kr(one.saves), pays=_kr(one.pays)))


def _alternative(one: Alternative, found: Suggested, need: Need, in_basket: bool) -> SuggestionShown:
    swap = one.swap
    if swap.kroner < 0:
        price = _("{amount} mindre").format(amount=_kr(-swap.kroner))
    elif swap.kroner > 0:
        price = _("{amount} mer").format(amount=_kr(swap.kroner))
    else:
        price = _("samme pris")
    carbon = _("{kg} kg CO2 mindre").format(kg=number(-swap.co2e_kg, 1)) if swap.co2e_kg else _("like mye CO2")
    if swap.now.estimated or swap.then.estimated:
        carbon += " " + _("(anslått)")
    notes = []
    if one.used:
        notes.append(one.used)
    if one.ecolabel:
        notes.append(_("Har miljømerke."))
    if swap.becomes_competition:
        notes.append(_("Varen er utenfor det som kan bestilles direkte: da må det holdes minikonkurranse."))
    shown = SuggestionShown(
        "alternative",
        _name(found.items, swap.instead),
        _("I stedet for {count} × {item}: {price}, {carbon}.").format(
            count=number(one.quantity), item=_name(found.items, swap.item), price=price, carbon=carbon
        ),
        " ".join(notes),
        tag=_("Brukt") if one.used else _("Grønnere"),
        button=_("Bytt"),
        action=reverse("swap_in_basket"),
        fields=(("item", swap.item), ("instead", swap.instead)),
    )
    return shown if in_basket else _as_link(shown, need)


def _as_link(shown: SuggestionShown, need: Need) -> SuggestionShown:
    """The same as a link to the answer of the changed need, for a need that is in no basket."""
    item, instead = (value for _field, value in shown.fields)
    if len(need.lines) > _MOST_IN_A_LINK:
        return SuggestionShown(shown.kind, shown.title, shown.text, shown.note, shown.tag)
    lines = "\n".join(
        f"{instead if line.item == item else line.item};{decimal_text(line.quantity)}" for line in need.lines
    )
    asked = urlencode({"buyer": need.buyer, "lines": lines})
    return SuggestionShown(
        shown.kind, shown.title, shown.text, shown.note, shown.tag, shown.button,
        href=f"{reverse('new_call_off')}?{asked}",
    )  # fmt: skip


def _clean(one: CleanDelivery, found: Suggested) -> SuggestionShown:
    supplier = _name(found.names, one.supplier)
    if one.more is None:
        return SuggestionShown(
            "clean", _("Utslippsfri levering"), _("{supplier} leverer uten utslipp.").format(supplier=supplier)
        )
    if one.more > 0:
        price = _("{amount} mer").format(amount=_kr(one.more))
    elif one.more < 0:
        price = _("{amount} mindre").format(amount=_kr(-one.more))
    else:
        price = _("det samme")
    text = _(
        "{supplier} leverer uten utslipp. Der koster behovet {price}. Avropsreglene avgjør hvem det bestilles fra."
    )
    return SuggestionShown("clean", _("Utslippsfri levering"), text.format(supplier=supplier, price=price))


def _name(names: Any, key: str) -> str:
    return str((names or {}).get(key, key))


def _bundle_json(one: Bundled, handling_verified: bool) -> dict[str, Any]:
    return {
        "kind": "bundle_recent" if one.numbers else "bundle_list",
        "with": list(one.numbers) or [one.list_name],
        "saves": kroner(one.bundle.saves),
        "parts": {
            "fees_and_freight": kroner(one.bundle.charges),
            "goods": kroner(one.bundle.goods),
            "handling": kroner(one.bundle.handling),
        },
        "handling_verified": handling_verified,
    }


def _reach_json(one: Reach) -> dict[str, Any]:
    return {
        "kind": one.kind,
        "supplier": one.supplier,
        "item": one.item or None,
        "threshold": decimal_text(one.threshold),
        "more": decimal_text(one.more),
        "pays": kroner(one.pays),
        "saves": kroner(one.saves),
    }


def _alternative_json(one: Alternative) -> dict[str, Any]:
    return {
        "kind": "alternative",
        "item": one.swap.item,
        "instead": one.swap.instead,
        "kroner": kroner(one.swap.kroner),
        "co2e_kg": decimal_text(one.swap.co2e_kg),
        "co2e_estimated": one.swap.now.estimated or one.swap.then.estimated,
        "used": bool(one.used),
        "ecolabel": one.ecolabel,
        "mini_competition": one.swap.becomes_competition,
    }
