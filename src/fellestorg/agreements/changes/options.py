"""The options of a lot: goods that an agency may buy only when it has chosen them. By four eyes once the lot is in use.

An option ends by being given a last day. What was decided under it stays, and it is never taken up again: then nobody
could tell on which days it held.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from fellestorg.agreements.models import AssortmentOption
from fellestorg.agreements.proposals import Compared, Kind, Payload, Target, as_proposed, is_draft, register_kind
from fellestorg.agreements.words import category_name
from fellestorg.kernel import clock, events
from fellestorg.kernel.actors import Actor
from fellestorg.kernel.events import Happening
from fellestorg.kernel.text import LANGUAGES
from fellestorg.ui.formats import day as shown_day
from fellestorg.values import BadInput, Problem

KIND = "options"
NAMES = tuple(f"name_{code}" for code in LANGUAGES)


def register() -> None:
    """Tell the proposals of this kind."""
    name = gettext_lazy("Opsjon i sortimentet")
    register_kind(KIND, Kind(name, _rests_on, _check, _compare, _apply, anew=as_proposed(_rests_on)))


def option_payload(
    key: str, names: Mapping[str, str], categories: Sequence[str], source: str, valid_to: date | None = None
) -> dict[str, Any]:
    """An option as a proposal keeps it. ``names`` by field; those left out are as in bokmål. ``valid_to`` is the last day
    on which the goods must be chosen; without one the payload has no such key."""
    nb = names["name_nb"].strip()
    return {
        "key": key,
        **{name: names.get(name, "").strip() or nb for name in NAMES},
        "categories": list(dict.fromkeys(one.lower() for one in categories)),
        "source": source.strip(),
        **({"valid_to": valid_to.isoformat()} if valid_to else {}),
    }


def payload_of(option: AssortmentOption) -> dict[str, Any]:
    """An option that stands, as a proposal would keep it."""
    names = {name: getattr(option, name) for name in NAMES}
    return option_payload(option.key, names, option.categories, option.source, option.valid_to)


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
    problems += last_day_problems(_rests_on(target, payload), payload, is_draft(target), now)
    # Those that have ended leave their goods to others.
    lasting = Q(valid_to=None) | Q(valid_to__gte=clock.local_day(now))
    others = AssortmentOption.objects.filter(lasting, lot=lot, categories__overlap=payload["categories"])
    other = others.exclude(key=payload["key"]).first() if payload["categories"] else None
    if other is not None:
        # An agency that chose one of two options of the same goods could not know whether it may buy them.
        text = _("noen av varene ligger alt i opsjonen %(key)s") % {"key": other.key}
        problems.append(Problem("categories", "in_another_option", text))
    BadInput.raise_if(problems)


def last_day_problems(before: Mapping[str, Any], payload: Payload, draft: bool, now: datetime) -> list[Problem]:
    """What is wrong with the last day of an option: one that has been, unless nothing could be called off; and any change of
    one that has ended."""
    today, then, last = clock.local_day(now).isoformat(), before.get("valid_to", ""), payload.get("valid_to", "")
    if then and then < today and before != payload:
        text = _("opsjonen tok slutt %(day)s og kan ikke endres; lag en ny") % {"day": shown_day(then, "medium")}
        return [Problem("valid_to", "ended", text)]
    if last and last < today and last != then and not draft:
        return [Problem("valid_to", "passed", _("kan ikke være en dag som har vært"))]
    return []


def _compare(target: Target, before: Mapping[str, Any], payload: Payload) -> list[Compared]:
    labels = (_("Navn, bokmål"), _("Navn, nynorsk"), _("Navn, engelsk"))
    rows = [Compared(_("Nøkkel"), before.get("key", ""), payload["key"])]
    rows += [Compared(label, before.get(n, ""), payload[n]) for n, label in zip(NAMES, labels, strict=True)]
    rows.append(Compared(_("Kategorier"), _goods(before), _goods(payload)))
    rows.append(Compared(_("Kilde"), before.get("source", ""), payload["source"]))
    rows.append(Compared(_("Siste dag"), _last_day(before), _last_day(payload)))
    if _last_day(payload) != _last_day(before) and payload.get("valid_to"):
        free = date.fromisoformat(payload["valid_to"]) + timedelta(days=1)
        text = _(
            "Fra %(day)s kan alle som er med, kjøpe disse varene uten å velge dem. "
            "Skal varene ut av avtalen, endrer du omfanget."
        )
        rows.append(Compared(_("Følge"), "", text % {"day": shown_day(free, "medium")}))
    if set(payload["categories"]) - set(before.get("categories", [])) and not is_draft(target):
        text = _("Virksomheter som ikke har valgt opsjonen, kan ikke kjøpe disse varene fra den dagen det er godkjent.")
        rows.append(Compared(_("Følge"), "", text))
    return rows


def _last_day(option: Mapping[str, Any]) -> str:
    return shown_day(option["valid_to"], "medium") if option.get("valid_to") else ""


def _goods(option: Mapping[str, Any]) -> str:
    return ", ".join(map(category_name, option.get("categories", [])))


def _apply(target: Target, payload: Payload, actor: Actor, now: datetime) -> None:
    before = _rests_on(target, payload)
    last = payload.get("valid_to")
    values: dict[str, Any] = {name: payload[name] for name in (*NAMES, "categories", "source")}
    values["valid_to"] = date.fromisoformat(last) if last else None
    AssortmentOption.objects.update_or_create(lot=target.the_lot, key=payload["key"], defaults=values)
    told = {"before": before or None, "after": dict(payload)}
    events.record(Happening(target.subject, "option_changed", target.subject, actor, now, told))
