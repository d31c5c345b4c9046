"""The words of the dialogue: refusals, messages and the event log."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

REFUSALS: dict[str, Promise] = {
    "only_suppliers_ask": _("Bare leverandører kan stille spørsmål."),
    "only_suppliers_follow": _("Bare leverandører kan følge en konkurranse."),
    "not_open_for_questions": _("Konkurransen er ikke åpen for spørsmål nå."),
    "questions_are_closed": _("Fristen for spørsmål er ute."),
    "answer_too_late": _(
        "Svar skulle vært gitt senest %(by)s (%(rule)s). Flytt tilbudsfristen til %(earliest)s eller senere, for alle."
    ),
}
MESSAGES: dict[str, tuple[Promise, Promise]] = {
    "competition_question_asked": (
        _("Nytt spørsmål i {title}"),
        _("En leverandør har spurt om noe i {title} ({number}). Svar til alle så snart du kan."),
    ),
    "competition_answered": (
        _("Nytt svar i {title}"),
        _("Svar nummer {answer} er lagt ut i {title} ({number}). Alle har fått det samtidig."),
    ),
    "competition_document_changed": (
        _("Et dokument er endret i {title}"),
        _("«{document}» er nå i versjon {version} i {title} ({number}). Nytt: {reason}"),
    ),
    "competition_deadline_moved": (
        _("Ny frist i {title}"),
        _("Fristen i {title} ({number}) er flyttet til {until}, for alle. Grunn: {reason}"),
    ),
}
DEADLINE_NAMES: dict[str, Promise] = {
    "questions_until": _("Frist for spørsmål"),
    "requests_until": _("Frist for forespørsler om å delta"),
    "tenders_until": _("Tilbudsfrist"),
}
VERBS: dict[str, str | Promise] = {
    "supplier_question_asked": _("En leverandør stilte et spørsmål"),
    "question_answered": _("Et spørsmål ble besvart for alle"),
    "deadline_moved": _("En frist ble flyttet for alle"),
    "evidence_attached": _("Et grunnlag ble lagt ved konkurransen"),
}
