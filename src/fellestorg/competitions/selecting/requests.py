"""Requests to participate: what a supplier declares and proves, received by the database's clock and read by nobody of the
buyer's before the deadline has passed."""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from uuid import UUID, uuid4

from django.db import IntegrityError, connection, transaction
from django.utils.translation import gettext as _

from fellestorg.competitions import telling
from fellestorg.competitions.acting import record, require
from fellestorg.competitions.interchange.espd_writing import Said, response_xml
from fellestorg.competitions.models import Competition
from fellestorg.competitions.selecting.models import ParticipationRequest, RequestFile
from fellestorg.competitions.selecting.policy import may_request
from fellestorg.competitions.tenders import drafts, sealing, vault
from fellestorg.competitions.tenders.submitting import to_the_second
from fellestorg.kernel.actors import Actor
from fellestorg.organisations.models import Organisation, Person
from fellestorg.values import BadInput, Problem, Refused

LARGEST_FILE = vault.LARGEST_FILE
_LATE = "request_before_the_deadline"


@dataclass(frozen=True, slots=True)
class Declared:
    """What a supplier says to a requirement: whether it is met, an explanation, and evidence by name."""

    met: bool
    text: str = ""
    file: str = ""
    file_name: str = ""
    file_sha256: str = ""


@dataclass(frozen=True, slots=True)
class Evidence:
    """A file that comes with a request: a new one, or one kept in the answer vault."""

    name: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Request:
    """A request as read: by requirement's key, and what else the supplier says."""

    row: ParticipationRequest
    declared: Mapping[str, Declared]
    text: str


@dataclass(frozen=True, slots=True)
class Filled:
    """What a supplier has filled in: requirement's key -> (met, explanation), and its evidence."""

    answers: Mapping[str, tuple[bool, str]]
    files: Mapping[str, Evidence] = field(default_factory=dict)
    text: str = ""


def submit(
    competition: Competition, supplier: Organisation, filled: Filled, *, person: Person, now: datetime
) -> ParticipationRequest:
    """Deliver a request; it replaces the supplier's earlier one.

    Raises BadInput for every requirement without an answer and every file that is too large, and Refused where requests
    are not taken or the deadline has passed by the database's clock when the row is written.
    """
    BadInput.raise_if(faults(competition, filled))
    requirements = list(competition.requirements.all())
    declared = {}
    files = {}
    for one in requirements:
        met, text = filled.answers[one.key]
        proof = filled.files.get(one.key)
        pk = uuid4()
        if proof is not None:
            files[pk] = (one.key, proof)
        declared[one.key] = Declared(
            met,
            text.strip(),
            str(pk) if proof else "",
            proof.name if proof else "",
            hashlib.sha256(proof.content).hexdigest() if proof else "",
        )
    content = {"declared": {key: asdict(one) for key, one in declared.items()}, "text": filled.text.strip()}
    return _received(competition, supplier, content, files, withdrawn=False, person=person, now=now)


def withdraw(
    competition: Competition, supplier: Organisation, *, person: Person, now: datetime
) -> ParticipationRequest:
    """Take the standing request back. Refused after the deadline, or where none stands."""
    if standing(competition, supplier) is None:
        raise Refused("no_request", _("Dere har ingen forespørsel her."))
    return _received(competition, supplier, {}, {}, withdrawn=True, person=person, now=now)


def standing(competition: Competition, supplier: Organisation) -> ParticipationRequest | None:
    """The supplier's request that counts: the newest, unless it says that it is withdrawn."""
    newest = ParticipationRequest.objects.filter(competition=competition, supplier=supplier).order_by("version").last()
    return newest if newest is not None and not newest.withdrawn else None


def candidates(competition: Competition) -> list[Request]:
    """The requests that count, by supplier's name. Only for callers that have asked ``policy.may_read_requests``."""
    rows = ParticipationRequest.objects.filter(competition=competition).select_related("supplier").order_by("version")
    newest = {row.supplier_id: row for row in rows}
    return sorted(
        (read(row) for row in newest.values() if not row.withdrawn), key=lambda one: one.row.supplier.name.casefold()
    )


def read(row: ParticipationRequest) -> Request:
    """What a request says. For its supplier, and after the deadline for those inside."""
    content = json.loads(sealing.unpack(bytes(row.sealed), drafts.installation_key(), row.pk.bytes))
    told = {key: Declared(**one) for key, one in content.get("declared", {}).items()}
    return Request(row, told, content.get("text", ""))


def espd_of(request: Request, *, lot: str = "", size: str = "", now: datetime) -> bytes:
    """What a request declares, as a response to the ESPD (``espd_writing.response_xml``)."""
    said = {key: Said(one.met, one.text) for key, one in request.declared.items()}
    return response_xml(request.row.competition, request.row.supplier, said, lot=lot, size=size, now=now)


def file_content(request: Request, file: str) -> tuple[str, bytes] | None:
    """Name and content of a file of a request, or None where it has none such."""
    found = next((one for one in request.declared.values() if one.file == file), None)
    row = RequestFile.objects.filter(pk=UUID(file), request=request.row).first() if found else None
    if found is None or row is None:
        return None
    return found.file_name, sealing.unbox(bytes(row.sealed), drafts.installation_key(), row.pk.bytes)


def _received(
    competition: Competition,
    supplier: Organisation,
    content: Mapping[str, object],
    files: Mapping[UUID, tuple[str, Evidence]],
    *,
    withdrawn: bool,
    person: Person,
    now: datetime,
) -> ParticipationRequest:
    plain = json.dumps(content, sort_keys=True, ensure_ascii=False).encode()
    try:
        with transaction.atomic():
            _hold(competition, supplier)
            require(may_request(competition, now))
            before = ParticipationRequest.objects.filter(competition=competition, supplier=supplier).count()
            row = ParticipationRequest(
                competition=competition,
                supplier=supplier,
                version=before + 1,
                withdrawn=withdrawn,
                receipt=_receipt(),
                sha256=hashlib.sha256(plain).hexdigest(),
                received_at=now,
                submitted_by=person,
            )
            row.sealed = sealing.pack(plain, drafts.installation_key(), row.pk.bytes)
            row.save(force_insert=True)
            # The instant is the database's, not ours.
            row.refresh_from_db(fields=["received_at"])
            kept = [
                RequestFile(
                    id=pk,
                    request=row,
                    requirement=key,
                    sealed=sealing.box(proof.content, drafts.installation_key(), pk.bytes),
                )
                for pk, (key, proof) in files.items()
            ]
            RequestFile.objects.bulk_create(kept)
            _told(row, kept)
            return row
    except IntegrityError as error:
        diagnosis = getattr(error.__cause__, "diag", None)
        if diagnosis is not None and diagnosis.constraint_name == _LATE:
            raise Refused("requests_are_closed", _("Fristen for forespørsler er ute.")) from None
        raise


def _told(row: ParticipationRequest, files: Sequence[RequestFile]) -> None:
    competition, at = row.competition, row.received_at
    # The log is read by the buyer's people too: before the deadline it must not say who has asked.
    nobody = Actor(f"candidate:{row.receipt}", "Leverandør")
    payload = {"receipt": row.receipt, "sha256": row.sha256}
    code = "request_withdrawn" if row.withdrawn else "request_received"
    record(competition, code, nobody, at, payload, row, *files)
    facts = {"receipt": row.receipt, "sha256": row.sha256, "at": to_the_second(at)}
    page = "" if row.withdrawn else f"/foresporsel/kvittering/{row.receipt}"
    telling.tell(telling.people_of(row.supplier, at), code, competition, at, facts, page=page)


def _hold(competition: Competition, supplier: Organisation) -> None:
    """Hold off whoever would move the competition, and another request of the same supplier."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM competitions_competition WHERE id = %s FOR SHARE", [competition.pk])
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"request:{competition.pk}:{supplier.pk}"]
        )


def faults(competition: Competition, filled: Filled) -> list[Problem]:
    """Every requirement without an answer, and every file that is too large."""
    found = [
        Problem(f"a:{one.key}", "required", _("Svar på «%(title)s».") % {"title": one.title})
        for one in competition.requirements.all()
        if one.key not in filled.answers
    ]
    return found + [
        Problem(f"f:{key}", "too_large", _("Fila er større enn 10 MB."))
        for key, one in filled.files.items()
        if len(one.content) > LARGEST_FILE
    ]


def _receipt() -> str:
    drawn = secrets.token_hex(6).upper()
    return f"F-{drawn[:4]}-{drawn[4:8]}-{drawn[8:]}"
