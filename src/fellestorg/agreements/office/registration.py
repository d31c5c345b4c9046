"""What the agreement's page and the front page show of the office: the document that counts, news, contacts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from fellestorg.agreements.models import FrameworkAgreement, FrameworkDocument
from fellestorg.agreements.office import contacts, documents, news
from fellestorg.agreements.office.contacts import ContactView
from fellestorg.agreements.office.news import NewsView
from fellestorg.kernel.actors import ANONYMOUS, Actor

_LATEST = 3


@dataclass(frozen=True, slots=True)
class Office:
    """What an agreement's manager keeps, as one reader sees it on a day."""

    day: date
    document: FrameworkDocument | None
    news: tuple[NewsView, ...]
    contacts: tuple[ContactView, ...]


def office_of(agreement: FrameworkAgreement, actor: Actor, language: str, day: date) -> Office:
    """The document that counts on a day, the latest news and the contacts."""
    return Office(
        day,
        documents.in_force(agreement, day),
        tuple(news.news_of(agreement, language)[:_LATEST]),
        tuple(contacts.contacts_of(agreement, names=actor.key != ANONYMOUS.key)),
    )


def register() -> None:
    """Register the kind of change, messages and verbs; called when the room is ready."""
    from django.utils.translation import gettext_lazy as _

    from fellestorg.agreements.office import publishing as document_publishing
    from fellestorg.kernel import messages
    from fellestorg.kernel.verbs import register_verbs

    document_publishing.register()
    messages.register(
        {"news_published": ("{title}", _("Nytt om {agreement}: {title}. Les hele nyheten i Fellestorg."))}
    )
    register_verbs(
        {
            "document_drafted": _("Utkast til rammedokument startet"),
            "document_discarded": _("Utkast til rammedokument forkastet"),
            "document_published": _("Rammedokument publisert"),
            "news_published": _("Nyhet publisert"),
            "news_withdrawn": _("Nyhet trukket"),
            "contact_added": _("Kontakt lagt til"),
            "contact_changed": _("Kontakt endret"),
            "contact_removed": _("Kontakt fjernet"),
        }
    )
