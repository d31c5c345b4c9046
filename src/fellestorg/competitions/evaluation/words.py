"""What the evaluation's refusals, kinds and outcomes are called."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from fellestorg.competitions.evaluation.models import Clarification, QualificationDecision

REASONS: dict[str, Promise] = {
    "not_opened": _("Tilbudene er ikke åpnet."),
    "not_evaluating": _("Konkurransen evalueres ikke nå."),
    "not_declared_impartial": _("Du må erklære at du er habil før du gir poeng."),
    "quality_not_closed": _("Prisene vises først når kvaliteten er omforent og lukket."),
    "quality_closed": _("Kvaliteten er lukket. Den må åpnes igjen, med en grunn, før poeng kan endres."),
    "scores_missing": _("Det mangler %(missing)s poeng før kvaliteten kan lukkes."),
    "own_scores_first": _("Alle evaluerere gir egne poeng først. %(missing)s mangler."),
    "no_such_tender": _("Leverandøren har ikke noe tilbud som er med her."),
    "not_asked": _("Spørsmålet er ikke stilt til dere."),
    "already_answered": _("Spørsmålet er besvart."),
    "answer_awaited": _("Leverandøren har fortsatt tid til å svare."),
    "explanation_not_asked": _("Leverandøren må først få forklare den lave prisen, og svaret må være vurdert."),
    "not_rejected": _("Tilbudet er ikke avvist."),
    "no_tender_remains": _("Ingen tilbud er igjen."),
    "ranking_is_current": _("Ingenting er endret siden forrige rangering."),
    "no_evaluator": _("Ingen er satt opp til å evaluere."),
    "evaluators_not_declared": _("Disse har ikke erklært at de er habile: %(names)s."),
    "unqualified_not_rejected": _("%(name)s oppfyller ikke et kvalifikasjonskrav og må avvises."),
    "qualification_waits": _("Kvalifikasjonen er ikke avgjort for: %(names)s."),
    "clarification_waits": _("Et spørsmål til en leverandør er ikke vurdert."),
    "lot_not_ranked": _("Delkontrakten «%(lot)s» er ikke rangert."),
    "ranking_is_stale": _("Poeng eller tilbud i «%(lot)s» er endret siden rangeringen. Ranger på nytt."),
    "tie_not_settled": _("Tilbudene i «%(lot)s» står likt, og regelen for likhet avgjør det ikke."),
}
OUTCOMES: dict[str, Promise] = {
    QualificationDecision.Outcome.MET: _("Oppfylt"),
    QualificationDecision.Outcome.NOT_MET: _("Ikke oppfylt"),
    QualificationDecision.Outcome.AWAITED: _("Venter på dokumentasjon"),
}
KINDS: dict[str, Promise] = {
    Clarification.Kind.CLARIFICATION: _("Avklaring"),
    Clarification.Kind.EVIDENCE: _("Ettersending av dokumentasjon"),
    Clarification.Kind.LOW_PRICE: _("Forklaring på lav pris"),
}
VERBS: dict[str, Promise] = {
    "impartiality_declared": _("Habilitet ble erklært"),
    "team_member_stepped_back": _("Et medlem trådte til side"),
    "requirement_decided": _("Et kvalifikasjonskrav ble avgjort"),
    "score_given": _("Poeng ble gitt"),
    "score_agreed": _("Omforente poeng ble satt"),
    "quality_closed": _("Kvaliteten ble lukket"),
    "quality_reopened": _("Kvaliteten ble åpnet igjen"),
    "clarification_asked": _("En leverandør ble bedt om avklaring"),
    "clarification_answered": _("En avklaring ble besvart"),
    "clarification_assessed": _("En avklaring ble vurdert"),
    "tender_rejected": _("Et tilbud ble avvist"),
    "tender_taken_in": _("Et avvist tilbud ble tatt inn igjen"),
    "tenders_ranked": _("Tilbudene ble rangert"),
}
