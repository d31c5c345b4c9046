"""The evaluation plan: model, scale, parameters, weights and tie rule, fixed before opening (R3), in versions that stay."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from fellestorg.competitions.acting import for_change, record, refuse
from fellestorg.competitions.models import Competition, EvaluationPlan
from fellestorg.engines.evaluation import MODELS, PRICED_QUALITY
from fellestorg.kernel.actors import Actor
from fellestorg.organisations.models import Person
from fellestorg.values import BadInput, Problem, decimal_text, digest

SHORTEST_REASON = 30
"""Characters of the reason for a model that needs one (R1), and for a new version after the notice."""


def criteria_wire(competition: Competition) -> list[dict[str, Any]]:
    """The criteria as ``fellestorg evaluate`` reads them."""
    rows = []
    for one in competition.criteria.all():
        row: dict[str, Any] = {"id": one.key, "kind": one.kind, "weight": decimal_text(one.weight)}
        if one.max_value is not None:
            row["max_value"] = decimal_text(one.max_value)
        if one.weight_from is not None and one.weight_to is not None:
            row |= {"weight_from": decimal_text(one.weight_from), "weight_to": decimal_text(one.weight_to)}
        rows.append({**row, "environment": one.environment} if one.kind == "points" else row)
    return rows


def current_plan(competition: Competition) -> EvaluationPlan | None:
    """The newest version of the plan, or None."""
    return competition.plans.order_by("-version").first()


def is_outdated(competition: Competition, plan: EvaluationPlan) -> bool:
    """Whether the criteria have changed since the plan was fixed."""
    return bool(plan.criteria != criteria_wire(competition))


def plan_digest(plan: EvaluationPlan) -> str:
    """The digest over all that decides the ranking."""
    return digest(
        {
            "model": plan.model,
            "scale": decimal_text(plan.scale),
            "parameters": plan.parameters,
            "criteria": plan.criteria,
            "tie_break": list(plan.tie_break),
        }
    )


@transaction.atomic
def fix_plan(
    competition: Competition,
    *,
    model: str,
    scale: Decimal,
    parameters: dict[str, Any],
    tie_break: list[str],
    reason: str,
    rehearsal: dict[str, Any],
    actor: Actor,
    person: Person,
    now: Any,
) -> EvaluationPlan:
    """Fix the plan, or its next version. Raises BadInput where the model is unknown, lacks what it needs, or needs a
    reason that is missing; Refused for anybody but the lead, and once tenders have been opened."""
    locked = for_change(competition, actor, now)
    if locked.opened_at is not None:
        refuse("plan_fixed_by_opening")
    criteria = criteria_wire(locked)
    BadInput.raise_if(_problems(locked, model, scale, parameters, tie_break, reason, criteria))
    before = current_plan(locked)
    plan = EvaluationPlan(
        competition=locked,
        version=before.version + 1 if before else 1,
        model=model,
        scale=scale,
        parameters=parameters,
        criteria=criteria,
        tie_break=tie_break,
        reason=reason.strip(),
        rehearsal=rehearsal,
        made_at=now,
        made_by=person,
    )
    plan.digest = plan_digest(plan)
    plan.save()
    payload = {"version": plan.version, "model": model, "digest": plan.digest, "reason": plan.reason}
    record(locked, "evaluation_plan_fixed", actor, now, payload, plan)
    return plan


def _problems(
    competition: Competition,
    model: str,
    scale: Decimal,
    parameters: dict[str, Any],
    tie_break: list[str],
    reason: str,
    criteria: list[dict[str, Any]],
) -> list[Problem]:
    if model not in MODELS:
        return [Problem("model", "unknown_model", _("Velg en modell."))]
    found = []
    short = len(reason.strip()) < SHORTEST_REASON
    if MODELS[model].needs_reason and short:
        found.append(
            Problem(
                "reason",
                "model_without_reason",
                _(
                    "Denne modellen lar et tilbud som ikke vinner, avgjøre. Skriv hvorfor den brukes, minst %(least)s tegn."
                )
                % {"least": SHORTEST_REASON},
            )
        )
    elif competition.published_at is not None and short:
        found.append(
            Problem(
                "reason",
                "change_without_reason",
                _("Skriv hvorfor planen endres etter kunngjøringen, minst %(least)s tegn.")
                % {"least": SHORTEST_REASON},
            )
        )
    if model in PRICED_QUALITY:
        found += [
            Problem(
                "model", "no_max_value", _("Sett en høyeste pengeverdi på kriteriet «%(key)s».") % {"key": one["id"]}
            )
            for one in criteria
            if one["kind"] == "points" and "max_value" not in one
        ]
    if model == "linear_to_reference" and not parameters.get("reference_price"):
        found.append(Problem("reference_price", "no_reference_price", _("Oppgi referanseprisen som kunngjøres.")))
    if scale <= 0:
        found.append(Problem("scale", "not_positive", _("Skalaen skal være større enn 0.")))
    known = {one["id"] for one in criteria}
    if not tie_break or not set(tie_break) <= known or len(set(tie_break)) != len(tie_break):
        found.append(
            Problem(
                "tie_break",
                "no_tie_rule",
                _("Velg hva som avgjør når tilbudene står likt, med hvert kriterium én gang."),
            )
        )
    return found
