"""Who is told what after the evaluation. In the transaction of what it tells about."""

from __future__ import annotations

from datetime import datetime

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from fellestorg.competitions.award.models import AwardLetter, Complaint
from fellestorg.competitions.models import Competition
from fellestorg.competitions.telling import people_of, tell
from fellestorg.kernel.messages import Recipient
from fellestorg.organisations.models import Organisation

BODIES: dict[str, Promise] = {
    "buyer": _("Oppdragsgiveren"),
    "kofa": _("Klagenemnda (KOFA)"),
    "court": _("Tingretten (midlertidig forføyning)"),
}
TEXTS: dict[str, tuple[Promise, Promise]] = {
    "competition_awarded": (
        _("Valget er gjort i konkurransen {title}"),
        _("Brevet til dere, med begrunnelse, karensperiode og klagemulighet, ligger på konkurransens side."),
    ),
    "competition_reversed": (
        _("Valget i konkurransen {title} er omgjort"),
        _("Grunn: {reason} Dere får en ny melding med ny karensperiode når et nytt valg er gjort."),
    ),
    "competition_cancelled": (_("Konkurransen {title} er avlyst"), _("Grunn: {reason}")),
    "complaint_registered": (
        _("Klage i konkurransen {title}"),
        _("{supplier} har klaget. Kontrakten kan ikke inngås før klagen er besvart."),
    ),
    "complaint_answered": (_("Klagen i konkurransen {title} er besvart"), _("{answer}")),
}


def awarded(letter: AwardLetter, *, at: datetime) -> None:
    tell(people_of(letter.supplier, at), "competition_awarded", letter.competition, at, page=f"/brev/{letter.pk}")


def reversed_(competition: Competition, supplier: Organisation, reason: str, *, at: datetime) -> None:
    tell(people_of(supplier, at), "competition_reversed", competition, at, {"reason": reason})


def cancelled(letter: AwardLetter, reason: str, *, at: datetime) -> None:
    tell(people_of(letter.supplier, at), "competition_cancelled", letter.competition, at, {"reason": reason})


def complained(complaint: Complaint, *, at: datetime) -> None:
    lead = complaint.competition.lead
    told = [Recipient(lead.key, lead.email, lead.language)]
    facts = {"supplier": complaint.supplier.name}
    tell(told, "complaint_registered", complaint.competition, at, facts, page="/etter")


def complaint_answered(complaint: Complaint, *, at: datetime) -> None:
    facts = {"answer": complaint.answer}
    tell(people_of(complaint.supplier, at), "complaint_answered", complaint.competition, at, facts)
