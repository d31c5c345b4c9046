"""The verbs of catalogues."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from django.db import transaction
from django.utils.translation import gettext as _

from fellestorg.agreements.models import FrameworkAgreement, Lot
from fellestorg.agreements.policy import may_manage
from fellestorg.catalogues.intake.actions import person_of, received, write_accepted
from fellestorg.catalogues.intake.bulk import Beside
from fellestorg.catalogues.intake.faults import Faults
from fellestorg.catalogues.models import PriceListSubmission
from fellestorg.kernel.actors import Actor
from fellestorg.kernel.sheets import RowProblem
from fellestorg.organisations.models import Organisation
from fellestorg.values import Refused


@dataclass(frozen=True, slots=True)
class Imported:
    """What came of a price list. Where anything is rejected, nothing was written and ``accepted`` is 0.

    ``faults`` counts all that is wrong; ``rejected`` tells the first thousand.
    """

    read: int
    accepted: int
    rejected: tuple[RowProblem, ...]
    faults: int
    new: int
    changed: int
    unchanged: int
    removed: int = 0

    def as_json(self) -> dict[str, object]:
        changes = {"new": self.new, "changed": self.changed, "unchanged": self.unchanged}
        if self.removed:
            changes["removed"] = self.removed
        answer: dict[str, object] = {
            "read": self.read,
            "accepted": self.accepted,
            "rejected": [problem.as_json() for problem in self.rejected],
            "changes": changes,
        }
        if self.faults > len(self.rejected):
            answer["faults"] = self.faults
        return answer


def import_prices(
    content: bytes | Path,
    agreement: FrameworkAgreement,
    lot: Lot | None,
    supplier: Organisation,
    *,
    actor: Actor,
    now: datetime,
    valid_from: date | None = None,
    preview: bool = False,
    replaces: bool = False,
    file_name: str = "",
) -> Imported:
    """Bring in a supplier's price list from a day on (default: the file's own, else today), accepted at once.

    CSV and XLSX have the columns of ``rules.COLUMNS``; Peppol Catalogue 3 is read too. A price that is the same is left
    alone; a changed one closes the old row the day before and adds another, so that decisions keep what they used. Items
    not in the file keep their prices, unless it ``replaces`` the whole list or says so itself. All or nothing; ``preview``
    writes nothing. Raises Refused where the actor does not manage the agreement, BadInput where the file as a whole
    cannot be read or the supplier has no place in the lot.
    """
    if not may_manage(actor, agreement).allowed:
        raise Refused("not_agreement_manager", _("Bare avtaleforvalteren og SI-administrator kan lese inn prislister."))
    faults, beside = Faults(), None if preview else Beside()
    with _as_file(content) as path, transaction.atomic():
        submission = received(
            path, agreement, lot, supplier, actor=actor, now=now, valid_from=valid_from, replaces=replaces,
            file_name=file_name or path.name, faults=faults, backwards=True, beside=beside,
        )  # fmt: skip
        if faults.count:
            transaction.set_rollback(True)
            return Imported(submission.read, 0, faults.told, faults.count, 0, 0, 0)
        if preview:
            transaction.set_rollback(True)
        else:
            submission.state = PriceListSubmission.State.ACCEPTED
            submission.decided_by = person_of(actor)
            submission.decided_by_name, submission.decided_at = actor.name, now
            submission.save()
            write_accepted(submission, "prices_imported", actor=actor, now=now, beside=beside)
    return Imported(
        submission.read,
        submission.read,
        (),
        0,
        submission.new,
        submission.changed,
        submission.unchanged,
        submission.removed,
    )


@contextmanager
def _as_file(content: bytes | Path) -> Iterator[Path]:
    if isinstance(content, Path):
        yield content
        return
    with tempfile.NamedTemporaryFile() as file:
        file.write(content)
        file.flush()
        yield Path(file.name)
