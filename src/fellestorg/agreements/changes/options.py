"""The options of a lot: goods that an agency may buy only when it has chosen them. By four eyes once the lot is in use."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from fellestorg.agreements.models import AssortmentOption
from fellestorg.agreements.proposals import Compared, Kind, Payload, Target, is_draft, register_kind
from fellestorg.agreements.words import category_name
from fellestorg.kernel import events
from fellestorg.kernel.actors import Actor
from fellestorg.kernel.events import Happening
from fellestorg.kernel.text import LANGUAGES
from fellestorg.values import BadInput, Problem

KIND = "options"
NAMES = tuple(f"name_{code}" for code in LANGUAGES)


def register() -> None:
    """Tell the proposals of this kind."""
    register_kind(KIND, Kind(gettext_lazy("Opsjon i sortimentet"), _rests_on, _check, _compare, _apply))


def option_payload(key: str, names: Mapping[str, str], categories: Sequence[str], source: str) -> dict[str, Any]:
    """An option as a proposal keeps it. ``names`` by field; those left out are as in bokmål."""
    nb = names["name_nb"].strip()
    return {
        "key": key,
        **{name: names.get(name, "").strip() or nb for name in NAMES},
        "categories": list(dict.fromkeys(one.lower() for one in categories)),
        "source": source.strip(),
    }


def payload_of(option: AssortmentOption) -> dict[str, Any]:
    """An option that stands, as a proposal would keep it."""
    names = {name: getattr(option, name) for name in NAMES}
    return option_payload(option.key, names, option.categories, option.source)


def _rests_on(target: Target, payload: Payload) -> dict[str, Any]:
    found = AssortmentOption.objects.filter(lot=target.the_lot, key=payload["key"]).first()
    return payload_of(found) if found else {}


def _check(target: Target, payload: Payload, now: datetime) -> None:
    lot = target.the_lot
    required = ("key", "name_nb", "source")
    problems = [Problem(name, "missing", _("må fylles ut")) for name in required if not payload[name]]
    if not payload["categories"]:
        problems.append(Problem("categories", "missing", _("oppgi minst én kategori")))
    outside = [one for one in payload["categories"] if one not in lot.categories]
    if outside:
        told = {"codes": ", ".join(outside), "known": ", ".join(lot.categories)}
        text = _("%(codes)s ligger ikke i delkontrakten; den har %(known)s") % told
        problems.append(Problem("categories", "not_in_lot", text))
    others = AssortmentOption.objects.filter(lot=lot, categories__overlap=payload["categories"])
    other = others.exclude(key=payload["key"]).first() if payload["categories"] else None
    if other is not None:
        # An agency that chose one of two options of the same goods could not know whether it may buy them.
        text = _("noen av varene ligger alt i opsjonen %(key)s") % {"key": other.key}
        problems.append(Problem("categories", "in_another_option", text))
    BadInput.raise_if(problems)


def _compare(target: Target, before: Mapping[str, Any], payload: Payload) -> list[Compared]:
    labels = (_("Navn, bokmål"), _("Navn, nynorsk"), _("Navn, engelsk"))
    rows = [Compared(_("Nøkkel"), before.get("key", ""), payload["key"])]
    rows += [Compared(label, before.get(n, ""), payload[n]) for n, label in zip(NAMES, labels, strict=True)]
    rows.append(Compared(_("Kategorier"), _goods(before), _goods(payload)))
    rows.append(Compared(_("Kilde"), before.get("source", ""), payload["source"]))
    if set(payload["categories"]) - set(before.get("categories", [])) and not is_draft(target):
        text = _("Virksomheter som ikke har valgt opsjonen, kan ikke kjøpe disse varene fra den dagen det er godkjent.")
        rows.append(Compared(_("Følge"), "", text))
    return rows


def _goods(option: Mapping[str, Any]) -> str:
    return ", ".join(map(category_name, option.get("categories", [])))


def _apply(target: Target, payload: Payload, actor: Actor, now: datetime) -> None:
    before = _rests_on(target, payload)
    values = {name: payload[name] for name in (*NAMES, "categories", "source")}
    AssortmentOption.objects.update_or_create(lot=target.the_lot, key=payload["key"], defaults=values)
    told = {"before": before or None, "after": dict(payload)}
    events.record(Happening(target.subject, "option_changed", target.subject, actor, now, told))
