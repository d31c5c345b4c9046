"""What an agreement took over from, what takes over from it, and the time between that nothing covers: in words."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.urls import reverse
from django.utils.translation import gettext as _

from fellestorg.agreements import gaps
from fellestorg.agreements.gaps import Gap
from fellestorg.agreements.halts import halt_on
from fellestorg.agreements.models import FrameworkAgreement
from fellestorg.agreements.policy import may_manage
from fellestorg.agreements.words import category_in_sentence, listed
from fellestorg.kernel.actors import Actor
from fellestorg.kernel.text import localised
from fellestorg.law import rule_book
from fellestorg.ui import formats


@dataclass(frozen=True, slots=True)
class Neighbour:
    """An agreement before or after another."""

    title: str
    link: str
    starts: date
    ends: date


@dataclass(frozen=True, slots=True)
class Succession:
    """``gaps`` are sentences for everybody, ``warnings`` for those who manage the agreement."""

    before: tuple[Neighbour, ...]
    after: tuple[Neighbour, ...]
    gaps: tuple[str, ...]
    warnings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class GapNote:
    """A gap that somebody has to do something about, on the front page."""

    title: str
    link: str
    text: str


def succession(agreement: FrameworkAgreement, day: date) -> Succession:
    """An agreement's neighbours and gaps as they are known on a day."""
    known = gaps.gaps_around(agreement, day)
    coming = set(_to_act_on(day))
    return Succession(
        tuple(_neighbour(one, day) for one in agreement.predecessors.order_by("starts") if _began(one, day)),
        tuple(_neighbour(one, day) for one in agreement.successors.order_by("starts")),
        tuple(told for one in known if (told := gap_in_words(one, day))),
        tuple(warning_in_words(one) for one in known if one in coming and one.after == agreement.key),
    )


def gap_notes(actor: Actor, today: date) -> list[GapNote]:
    """The gaps to come, and those begun, after the agreements that somebody manages."""
    agreements = FrameworkAgreement.objects.select_related("owner", "manager").in_bulk(field_name="key")
    mine = {key: one for key, one in agreements.items() if may_manage(actor, one).allowed}
    return [
        GapNote(localised(mine[one.after], "title"), reverse("agreement", args=[one.after]), warning_in_words(one))
        for one in _to_act_on(today)
        if one.after in mine
    ]


def gap_in_words(gap: Gap, day: date) -> str:
    """A gap that has been, is, or is known to come between two agreements; empty while an agreement may yet follow."""
    words = {"first": formats.day(gap.first), "categories": categories_in_words(gap.categories)}
    if gap.last is None:
        if gap.first > day:
            return ""
        return _("Fra %(first)s er det ingen fellesavtale for %(categories)s.") % words
    words["last"] = formats.day(gap.last)
    if gap.last < day:
        return _("Fra %(first)s til %(last)s var det ingen fellesavtale for %(categories)s.") % words
    if gap.first <= day:
        return _("Fra %(first)s til %(last)s er det ingen fellesavtale for %(categories)s.") % words
    return _("Fra %(first)s til %(last)s blir det ingen fellesavtale for %(categories)s.") % words


def warning_in_words(gap: Gap) -> str:
    """What the agreement manager has to know of a gap to come."""
    words = {"first": formats.day(gap.first), "categories": categories_in_words(gap.categories)}
    if gap.last is None:
        text = _("Ingen etterfølger: fra %(first)s er det ingen fellesavtale for %(categories)s.") % words
    else:
        words["last"] = formats.day(gap.last)
        text = (
            _("Etterfølgeren kommer for sent: fra %(first)s til %(last)s dekker ingen avtale %(categories)s.") % words
        )
    if gap.options_to is not None:
        text += " " + _("Opsjoner kan forlenge avtalen til %(day)s.") % {"day": formats.day(gap.options_to)}
    return text


def categories_in_words(categories: Iterable[str]) -> str:
    return listed(category_in_sentence(one) for one in categories)


def _to_act_on(today: date) -> list[Gap]:
    return gaps.coming_gaps(today, within_days=rule_book().rule("GAP", on=today).count("show_days_before"))


def _began(one: FrameworkAgreement, day: date) -> bool:
    """Whether an agreement was ever in force: one that was cancelled before its first day took part in nothing."""
    halt = halt_on(one, day)
    return halt is None or halt.since > one.starts


def _neighbour(one: FrameworkAgreement, day: date) -> Neighbour:
    ends = gaps.end_on(one, one.extensions.all(), day)
    return Neighbour(localised(one, "title"), reverse("agreement", args=[one.key]), one.starts, ends)
