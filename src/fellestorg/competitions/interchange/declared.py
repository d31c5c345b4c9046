"""What suppliers declared of themselves, as responses to the ESPD: with the request to participate, or with the tender."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from fellestorg.competitions.evaluation.policy import may_see_tenders
from fellestorg.competitions.interchange.espd_writing import Said, response_xml
from fellestorg.competitions.models import Competition
from fellestorg.competitions.selecting.policy import may_read_requests, requests_opened, two_stages
from fellestorg.competitions.selecting.requests import candidates
from fellestorg.competitions.tenders.queries import opened
from fellestorg.kernel.actors import Actor
from fellestorg.organisations.models import Organisation
from fellestorg.values import Decision


@dataclass(frozen=True, slots=True)
class Declaration:
    """What a supplier said, by requirement's key."""

    supplier: Organisation
    said: Mapping[str, Said]


def may_read(actor: Actor, competition: Competition) -> Decision:
    """Those inside, when the requests or the tenders that carried the declarations have been opened."""
    return may_read_requests(actor, competition) if two_stages(competition) else may_see_tenders(actor, competition)


def is_opened(competition: Competition) -> bool:
    """Whether anybody may read them yet."""
    return requests_opened(competition) if two_stages(competition) else competition.opened_at is not None


def declarations(competition: Competition) -> list[Declaration]:
    """Everybody's, of those who declared anything. Only for callers that have asked ``may_read`` or ``is_opened``."""
    if two_stages(competition):
        given = [
            (one.row.supplier, {key: Said(said.met, said.text) for key, said in one.declared.items()})
            for one in candidates(competition)
        ]
    else:
        given = [
            (one.supplier, {key: Said(said["met"], said["text"]) for key, said in one.declared.items()})
            for one in opened(competition)
        ]
    return [Declaration(supplier, said) for supplier, said in given if said]


def espd_of(competition: Competition, number: str, *, lot: str = "", size: str = "", now: datetime) -> bytes | None:
    """A supplier's as a response, or None where it declared nothing."""
    found = next((one for one in declarations(competition) if one.supplier.number == number), None)
    if found is None:
        return None
    return response_xml(competition, found.supplier, found.said, lot=lot, size=size, now=now)
