"""Names of states, kinds and verbs, and the texts of messages, as lazy translations."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

KINDS = {"article": _("Artikkel"), "guide": _("Veiviser")}
DOORS = {
    "guidance": _("Veiledning"),
    "procurement": _("Anskaffelse"),
    "security": _("Informasjonssikkerhet"),
    "market": _("Oversikt over markedet"),
}
WISH_STATES = {
    "received": _("Mottatt"),
    "considered": _("Vurderes nå"),
    "planned": _("Planlagt"),
    "done": _("Er gjort"),
    "declined": _("Avslått"),
}
WISH_TONES = {
    "received": "neutral",
    "considered": "info",
    "planned": "info",
    "done": "success",
    "declined": "warning",
}
QUESTION_STATES = {
    "received": _("Venter på svar"),
    "answered": _("Besvart, ikke publisert"),
    "published": _("Publisert"),
    "closed": _("Lukket"),
}
VERBS = {
    "article_drafted": _("Utkast til artikkel skrevet"),
    "article_submitted": _("Artikkel sendt til en annen"),
    "article_published": _("Artikkel publisert"),
    "article_draft_discarded": _("Utkast til artikkel forkastet"),
    "article_reviewed": _("Artikkel gjennomgått"),
    "article_editor_set": _("Redaktør for artikkel satt"),
    "article_withdrawn": _("Artikkel trukket"),
    "expert_question_asked": _("Spørsmål sendt til SI"),
    "expert_question_taken": _("Spørsmål tatt av saksbehandler"),
    "expert_question_answered": _("Spørsmål besvart"),
    "expert_answer_published": _("Svar publisert for alle"),
    "expert_question_closed": _("Spørsmål lukket"),
    "wish_stated": _("Ønske meldt"),
    "wish_decided": _("Ønske vurdert"),
    "wish_hidden": _("Ønske tatt bort"),
}
MESSAGES = {
    "article_submitted": (
        _("Les og publiser: {title}"),
        _("{who} har skrevet et utkast til artikkelen «{title}». En annen enn forfatteren må publisere det."),
    ),
    "article_review_due": (
        _("Artikkel skal gjennomgås: {title}"),
        _("Artikkelen «{title}» skal gjennomgås innen {day}. Endre den, eller si at den fortsatt stemmer."),
    ),
    "expert_question_asked": (
        _("Nytt spørsmål: {title}"),
        _("En innkjøper har sendt et spørsmål: «{title}»."),
    ),
    "expert_question_answered": (
        _("Svar på spørsmålet ditt: {title}"),
        _("SI har svart på spørsmålet ditt «{title}». Svaret kan bli publisert for alle, uten navnet ditt."),
    ),
    "expert_question_closed": (
        _("Spørsmålet ditt er lukket: {title}"),
        _("SI har lukket spørsmålet ditt «{title}». Grunn: {reason}"),
    ),
    "wish_decided": (
        _("Ønsket ditt er {state}: {title}"),
        _("SI har vurdert ønsket ditt «{title}»: {state}."),
    ),
    "wish_hidden": (
        _("Ønsket ditt er tatt bort: {title}"),
        _("SI har tatt bort ønsket ditt «{title}» fra lista. Grunn: {reason}"),
    ),
}
