"""What a tenderer declares of itself (ESPD) where the procedure has one stage: kept in the draft, delivered with the tender.

In two stages it came with the request to participate, and under an agreement when the agreement was made.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.utils.translation import gettext as _

from fellestorg.competitions.models import Competition, QualificationRequirement
from fellestorg.competitions.selecting.models import ParticipationRequest
from fellestorg.competitions.selecting.policy import two_stages
from fellestorg.competitions.selecting.requests import read
from fellestorg.competitions.tenders.content import Draft
from fellestorg.organisations.models import Organisation
from fellestorg.values import Problem

# Names among the answers of a draft. A question's key is a slug and has no colon.
_MET, _SAID = "krav:", "kravtekst:"
_LONGEST = 5000


@dataclass(frozen=True, slots=True)
class Asked:
    """A requirement in the form, with what the draft says of it."""

    requirement: QualificationRequirement
    name: str
    met: bool | None
    text_name: str
    text: str
    problem: str


def requirements_of(competition: Competition) -> list[QualificationRequirement]:
    """What is declared with the tender; nothing where it was declared before."""
    return [] if two_stages(competition) else list(competition.requirements.all())


def asked(
    requirements: Sequence[QualificationRequirement], draft: Draft, wrong: Sequence[Problem] = ()
) -> tuple[Asked, ...]:
    """The requirements ready to be drawn, each problem at its place."""
    told = {one.where: one.text for one in wrong}
    return tuple(
        Asked(
            one,
            f"a:{_MET}{one.key}",
            _met(draft, one.key),
            f"a:{_SAID}{one.key}",
            draft.answers.get(_SAID + one.key, ""),
            told.get(f"a:{_MET}{one.key}", ""),
        )
        for one in requirements
    )


def problems(requirements: Sequence[QualificationRequirement], draft: Draft) -> list[Problem]:
    """Every requirement that is not answered, and every ground for exclusion that holds without a word on it."""
    found = []
    for one in requirements:
        met, where = _met(draft, one.key), f"a:{_MET}{one.key}"
        if met is None:
            found.append(Problem(where, "required", _("Svar på «%(title)s».") % {"title": one.title}))
        elif not met and not draft.answers.get(_SAID + one.key, "").strip():
            text = _("«%(title)s»: skriv hva det gjelder, og hva dere har gjort med det.")
            found.append(Problem(where, "unexplained", text % {"title": one.title}))
    return found


def wire(requirements: Sequence[QualificationRequirement], draft: Draft) -> dict[str, dict[str, Any]]:
    """What goes into the sealed quality part, of a draft without problems: by requirement's key."""
    return {
        one.key: {
            "met": bool(_met(draft, one.key)),
            "text": draft.answers.get(_SAID + one.key, "").strip()[:_LONGEST],
        }
        for one in requirements
    }


def used_again(requirements: Sequence[QualificationRequirement], draft: Draft, supplier: Organisation) -> Draft:
    """The draft with answers from the supplier's newest request to participate, for the grounds that it has not answered
    itself. The same draft where there are none."""
    grounds = {one.ground: one.key for one in requirements if one.ground and _met(draft, one.key) is None}
    rows = ParticipationRequest.objects.filter(supplier=supplier).order_by("-received_at")
    row = rows.select_related("competition").first() if grounds else None
    if row is None or row.withdrawn:
        return draft
    before = read(row).declared
    earlier = {one.ground: before.get(one.key) for one in row.competition.requirements.exclude(ground="")}
    found: dict[str, str] = {}
    for ground, key in grounds.items():
        if (said := earlier.get(ground)) is not None:
            found |= {_MET + key: "yes" if said.met else "no", _SAID + key: said.text}
    return replace(draft, answers={**draft.answers, **found})


def declared(content: Mapping[str, Any]) -> Mapping[str, Mapping[str, Any]]:
    """What an opened quality part declares, by requirement's key: ``met`` and ``text``."""
    found: Mapping[str, Mapping[str, Any]] = content.get("declaration", {}).get("declared", {})
    return found


def _met(draft: Draft, key: str) -> bool | None:
    return {"yes": True, "no": False}.get(draft.answers.get(_MET + key, ""))
