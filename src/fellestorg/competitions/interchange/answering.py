"""A response to the ESPD becomes decisions on qualification: what somebody declares not to concern it is met, the rest is
awaited until the evidence is seen."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from fellestorg.competitions.evaluation import actions, queries
from fellestorg.competitions.evaluation.models import QualificationDecision
from fellestorg.competitions.interchange.espd_reading import EspdAnswers
from fellestorg.competitions.models import Competition, QualificationRequirement
from fellestorg.competitions.tenders.queries import opened
from fellestorg.kernel.actors import Actor
from fellestorg.law.grounds import exclusion_grounds
from fellestorg.organisations.models import Organisation, Person
from fellestorg.values import BadInput


@dataclass(frozen=True, slots=True)
class ProposedDecision:
    """What a requirement's answer comes to, and whether the same is decided already."""

    requirement: QualificationRequirement
    said_yes: bool
    outcome: str
    reason: str
    known: bool


def supplier_of(competition: Competition, answers: EspdAnswers) -> Organisation:
    """The tenderer that answered. Raises BadInput where it has no tender here, or the answer is for another competition."""
    other = answers.folder != competition.number and Competition.objects.filter(number=answers.folder).first()
    if other:
        text = _("Svaret gjelder %(number)s (%(title)s).") % {"number": other.number, "title": other.title}
        raise BadInput.of("ContractFolderID", "another_competition", text)
    for one in opened(competition):
        if one.supplier_number == answers.supplier:
            return one.supplier
    text = _("Svaret er fra %(number)s, som ikke har tilbud i konkurransen.")
    raise BadInput.of(
        "EconomicOperatorParty", "no_tender", text % {"number": answers.supplier or _("en leverandør uten nummer")}
    )


def proposed(competition: Competition, answers: EspdAnswers) -> list[ProposedDecision]:
    """The decisions that follow from the answers, requirement by requirement. A ground for exclusion is met when the answer
    is no, a selection criterion is only awaited or met when it is yes."""
    grounds = {one.code for one in exclusion_grounds()}
    held = queries.qualification(competition)
    found = []
    for one in competition.requirements.exclude(ground="").order_by("number"):
        if one.ground not in answers.answers:
            continue
        yes = answers.answers[one.ground]
        good = not yes if one.ground in grounds else yes
        outcome = QualificationDecision.Outcome.MET if good else QualificationDecision.Outcome.AWAITED
        reason = _("ESPD: leverandøren svarte ja.") if yes else _("ESPD: leverandøren svarte nei.")
        present = held.get((answers.supplier, one.key))
        known = present is not None and (present.outcome, present.reason) == (outcome, reason)
        found.append(ProposedDecision(one, yes, outcome, reason, known))
    if not found:
        raise BadInput.of("", "nothing_asked", _("Ingen av svarene gjelder et krav i denne konkurransen."))
    return found


@transaction.atomic
def take_in(competition: Competition, answers: EspdAnswers, *, actor: Actor, person: Person) -> int:
    """Decide as proposed. What is decided already stays; returns how many decisions are new."""
    supplier = supplier_of(competition, answers)
    new = [one for one in proposed(competition, answers) if not one.known]
    if new:
        given = [actions.Decided(one.requirement, supplier, one.outcome, one.reason) for one in new]
        actions.decide_requirements(competition, given, actor=actor, person=person)
    return len(new)
