"""A search as it was: what was asked, when, and which listings it found, in the versions that were public."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any
from urllib.parse import parse_qs

from django.utils.translation import gettext as _

from fellestorg.kernel import clock
from fellestorg.kernel.actors import Actor
from fellestorg.marketplace.listings.queries import published
from fellestorg.marketplace.search.queries import search
from fellestorg.marketplace.search.saving import query_of, wanted_of
from fellestorg.values import BadInput, Refused

MOST_FOUND = 40
_LONGEST = 1000


def freeze(query: str, actor: Actor, now: datetime) -> dict[str, Any]:
    """Ask the search of an address once more, for services alone, and keep what it finds as this actor sees it.

    Raises BadInput where it finds nothing or is too long, Refused where it finds more than can be considered one by one:
    a list that leaves some unlooked at treats nobody alike.
    """
    wanted = wanted_of(parse_qs(query.replace("\x00", "")[: 2 * _LONGEST]))
    wanted = replace(wanted, chosen={**wanted.chosen, "type": ("service",)}, order="title")
    if len(asked := query_of(wanted)) > _LONGEST:
        raise BadInput.of("query", "too_long", _("Søket er for langt til å tas vare på."))
    found = search(wanted, actor, now, stop=MOST_FOUND, counts=False)
    if not found.total:
        raise BadInput.of("query", "nothing_found", _("Søket finner ingen tjenester."))
    if found.total > MOST_FOUND:
        text = _("Søket finner {count} tjenester. Avgrens det til høyst {most}, så alle kan vurderes.")
        raise Refused("too_many_found", text.format(count=found.total, most=MOST_FOUND))
    seen = published(actor, clock.local_day(now), keys=[hit.key for hit in found.hits])
    return {
        "query": asked,
        "text": wanted.text.strip(),
        "facets": {facet: list(codes) for facet, codes in sorted(wanted.chosen.items())},
        "at": now.isoformat(),
        "total": found.total,
        "corrected": [list(pair) for pair in found.corrected],
        "listings": [
            {
                "key": one.key,
                "version": one.number,
                "sha256": one.sha256,
                "title": one.text("title", one.main_language),
                "firm": one.firm.organisation.number,
            }
            for one in seen
        ],
    }
