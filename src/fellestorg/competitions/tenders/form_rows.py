"""The form of a competition, read once for as long as none of its rows changes.

Thousands deliver in the last minutes, each against the same questions and price lines. The database is asked each time
for a mark over the rows that make the form: their keys and the transactions and commands that wrote them. Whoever
changes, adds or deletes a row gives another mark, in every process and within a transaction too.
"""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from fellestorg.competitions.models import Competition
from fellestorg.competitions.tenders import content, declaring
from fellestorg.competitions.tenders.ceilings import under_ceilings
from fellestorg.competitions.tenders.content import Form
from fellestorg.kernel.sql import prepared
from fellestorg.organisations.models import Organisation

_MOST_KEPT = 32
_ROWS = "string_agg(concat_ws(' ', t.id, t.xmin, t.cmin), ',' ORDER BY t.id)"
_MARK = f"""
SELECT md5(concat_ws(';', (SELECT oid FROM pg_database WHERE datname = current_database()),
    (SELECT {_ROWS} FROM competitions_competitionlot t WHERE t.competition_id = %(competition)s),
    (SELECT {_ROWS} FROM competitions_question t WHERE t.competition_id = %(competition)s),
    (SELECT {_ROWS} FROM competitions_qualificationrequirement t WHERE t.competition_id = %(competition)s),
    (SELECT {_ROWS} FROM competitions_pricesheetline t
     JOIN competitions_competitionlot l ON l.id = t.lot_id WHERE l.competition_id = %(competition)s)))
"""  # noqa: S608 (our own words)

_kept: dict[UUID, tuple[str, Form]] = {}


def form_of(competition: Competition, supplier: Organisation) -> Form:
    """What a competition asks of this supplier, its own ceilings included. Its rows are shared: nobody changes them."""
    mark = prepared(_MARK, {"competition": competition.pk})[0][0]
    kept = _kept.get(competition.pk)
    if kept is None or kept[0] != mark:
        kept = (mark, _read(competition))
        while len(_kept) >= _MOST_KEPT:
            _kept.pop(next(iter(_kept)), None)
        _kept[competition.pk] = kept
    return under_ceilings(kept[1], competition, supplier.number)


def _read(competition: Competition) -> Form:
    lots = list(competition.lots.prefetch_related("price_lines"))
    questions = list(competition.questions.select_related("lot").order_by("number"))
    form = content.form_of(competition.number, lots, questions)
    return replace(form, requirements=declaring.requirements_of(competition))
