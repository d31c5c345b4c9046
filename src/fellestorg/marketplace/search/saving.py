"""Searches that people keep, and what they are told of once a day."""

from __future__ import annotations

from datetime import datetime
from urllib.parse import parse_qs, urlencode

from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from fellestorg.kernel import messages
from fellestorg.kernel.actors import ANONYMOUS, Actor, Grant
from fellestorg.kernel.messages import Recipient
from fellestorg.marketplace.search.facets import facets
from fellestorg.marketplace.search.models import SavedSearch
from fellestorg.marketplace.search.queries import ORDERS, Wanted, search
from fellestorg.organisations.models import Person
from fellestorg.values import BadInput, Refused

MOST_SAVED = 30
_MOST_NAMED = 5


def wanted_of(parameters: dict[str, list[str]]) -> Wanted:
    """What an address asks for. What nobody can have chosen there is passed over."""
    chosen = {
        facet.key: tuple(dict.fromkeys(code for code in parameters.get(facet.key, []) if code)) for facet in facets()
    }
    order = (parameters.get("sorter") or [""])[0]
    return Wanted(
        (parameters.get("q") or [""])[0],
        {facet: codes for facet, codes in chosen.items() if codes},
        order if order in ORDERS else "relevance",
    )


def query_of(wanted: Wanted) -> str:
    """The address' parameters of a question, in one order: the same question is saved once."""
    pairs = [("q", wanted.text.strip())] if wanted.text.strip() else []
    pairs += [(facet, code) for facet, codes in sorted(wanted.chosen.items()) for code in sorted(codes)]
    return urlencode(pairs)


def save(person: Person, name: str, wanted: Wanted, *, alerts: bool, now: datetime) -> SavedSearch:
    """Keep a search. Raises BadInput without a name or a question, Refused where it is kept or there are too many."""
    query = query_of(wanted)
    if not query:
        raise BadInput.of("q", "missing", _("Søk etter noe før du lagrer søket."))
    if not 0 < len(name.strip()) <= 120:
        raise BadInput.of("name", "missing", _("Gi søket et navn på høyst 120 tegn."))
    if len(query) > 1000:
        raise BadInput.of("q", "too_long", _("Søket er for langt til å lagres."))
    if person.saved_searches.count() >= MOST_SAVED:
        raise Refused("too_many", _("Du har %(n)s lagrede søk. Slett ett før du lagrer et nytt.") % {"n": MOST_SAVED})
    try:
        with transaction.atomic():
            return SavedSearch.objects.create(
                person=person, name=name.strip(), query=query, alerts=alerts, saved_at=now, told_until=now
            )
    except IntegrityError:
        raise Refused("saved_already", _("Du har lagret dette søket før.")) from None


def forget(person: Person) -> None:
    """Throw away what a person keeps."""
    SavedSearch.objects.filter(person=person).delete()


def tell(now: datetime) -> int:
    """Tell everybody who wants it what is new in their searches since they were told last. Gives how many were told."""
    told = 0
    for saved in SavedSearch.objects.filter(alerts=True, person__active=True).select_related("person"):
        with transaction.atomic():
            row = SavedSearch.objects.select_for_update().get(pk=saved.pk)
            wanted = wanted_of(parse_qs(row.query))
            new = Wanted(wanted.text, wanted.chosen, "newest", row.told_until)
            found = search(new, _reader(saved.person, now), now, stop=_MOST_NAMED, counts=False)
            SavedSearch.objects.filter(pk=row.pk).update(told_until=now)
            if not found.total:
                continue
            titles = "\n".join("– " + "".join(piece.text for piece in hit.title) for hit in found.hits)
            facts = {"name": row.name, "count": found.total, "titles": titles}
            link = f"{reverse('search_all')}?{row.query}&sorter=newest"
            told_to = Recipient(saved.person.key, saved.person.email, saved.person.language)
            messages.tell([told_to], "saved_search_new", facts, link=link, at=now)
            told += 1
    return told


def _reader(person: Person, now: datetime) -> Actor:
    """The person as search knows them: whether they see what firms show to buyers alone."""
    day = now.date()
    held = person.grants.filter(valid_from__lte=day).exclude(valid_to__lt=day).select_related("organisation")
    grants = tuple(Grant(one.role, one.organisation.number) for one in held)
    return Actor(person.key, person.name, grants, person.language) if grants else ANONYMOUS
