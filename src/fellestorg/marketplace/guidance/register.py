"""What the guidance adds to the rest of the house when it starts."""

from __future__ import annotations

from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from fellestorg.agreements.models import FrameworkAgreement
from fellestorg.agreements.panels import Panel, add_agreement_panel
from fellestorg.kernel import messages
from fellestorg.kernel.actors import Actor
from fellestorg.kernel.verbs import register_subject, register_verbs
from fellestorg.marketplace.doors import Way, add_way
from fellestorg.marketplace.guidance import queries, words
from fellestorg.ui.help import HelpPage, add_help


def register() -> None:
    """Called when the marketplace is ready."""
    add_way(
        Way("guidance", _("Artikler og veivisere"), _("Skyreisen steg for steg, og korte artikler."), "guidance", 10),
        Way(
            "guidance",
            _("Spørsmål og svar"),
            _("Spør en ekspert hos SI, eller les hva andre har spurt om."),
            "expert_questions",
            20,
        ),
        Way("guidance", _("Ordliste"), _("Hva ordene betyr, på tre språk."), "glossary", 30),
        Way("guidance", _("Ønsker"), _("Meld hva som bør bli bedre, og se hva som skjer med det."), "wishes", 40),
        Way(
            "procurement",
            _("Råd om anskaffelse"),
            _("Verdi, krav, standardvilkår og forhandlere."),
            "guidance_procurement",
            60,
        ),
        Way(
            "security",
            _("Ansvar, trusler og personvern"),
            _("Delt ansvar, trusselrapporter, referansearkitektur og overføring ut av EØS."),
            "guidance_security",
            10,
        ),
    )
    messages.register(words.MESSAGES)
    register_verbs(words.VERBS)
    register_subject("article", lambda key: f"/skytjenester/veiledning/{key}")
    register_subject("expert_question", lambda key: f"/skytjenester/sporsmal/{key}")
    register_subject("wish", lambda key: f"/skytjenester/onsker/{key}")
    add_agreement_panel("guidance", _about_the_agreement)
    add_help(
        HelpPage(
            "veiledning-om-sky",
            _("Veiledning om sky"),
            _("Finne artikler, spørre en ekspert, melde ønsker, og for SI: skrive og publisere."),
            "marketplace/guidance/help/veiledning-om-sky",
            90,
        )
    )


def _about_the_agreement(agreement: FrameworkAgreement, actor: Actor) -> Panel | None:
    found = queries.linked("agreements", agreement.key, (get_language() or "nb")[:2])
    return Panel("marketplace/guidance/agreement_panel.html", {"articles": found}) if found else None
