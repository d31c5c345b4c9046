"""What a firm's administrators change of what it shows, and the terms they accept when these are new."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from fellestorg.kernel import clock, events
from fellestorg.kernel.actors import Actor
from fellestorg.kernel.events import Happening
from fellestorg.marketplace.firms.checking import names_agree
from fellestorg.marketplace.firms.models import Firm, FirmMember, TermsAcceptance
from fellestorg.marketplace.firms.policy import acts_for
from fellestorg.marketplace.firms.registering import contact_problems
from fellestorg.marketplace.firms.terms import terms_on
from fellestorg.organisations.models import Person
from fellestorg.organisations.passwords import identity_number_problems
from fellestorg.values import BadInput, Problem, Refused


@transaction.atomic
def change(firm: Firm, *, name: str, website: str, email: str, actor: Actor, now: datetime) -> Firm:
    """Change how a firm is shown and reached.

    A verified firm cannot take a name that is not like the one its register has: SI verified that name. Raises BadInput
    with every problem, Refused for others than administrators.
    """
    row = Firm.objects.select_for_update(of=("self",)).select_related("organisation").get(pk=firm.pk)
    if not acts_for(actor, row, FirmMember.Role.ADMINISTRATOR).allowed:
        raise Refused("not_administrator", _("Bare firmaets administratorer kan gjøre dette."))
    given = {"name": " ".join(name.split()), "website": website.strip(), "email": email.strip()}
    problems = list(contact_problems(given["website"], given["email"]))
    for where, value in given.items():
        problems += identity_number_problems(value, where)
    if len(given["name"]) < 2:
        problems.append(Problem("name", "missing", _("oppgi navnet firmaet skal vises med")))
    elif given["name"] != row.name and row.verified_at and not names_agree(given["name"], row.organisation.name):
        text = _("navnet må ligne på det registrerte, %(name)s; det er det SI har kontrollert")
        problems.append(Problem("name", "name_differs", text % {"name": row.organisation.name}))
    BadInput.raise_if(problems)
    before = {key: getattr(row, key) for key in given if getattr(row, key) != given[key]}
    for key, value in given.items():
        setattr(row, key, value)
    row.save(update_fields=list(given))
    subject = f"firm:{row.organisation.number}"
    told = {"before": before, "after": {key: given[key] for key in before}}
    events.record(Happening(subject, "firm_changed", subject, actor, now, told))
    return row


@transaction.atomic
def accept_terms(firm: Firm, version: str, *, person: Person, actor: Actor, now: datetime) -> None:
    """Accept the terms as they are now, for the firm. Refused for an older version and for others than administrators."""
    if not acts_for(actor, firm, FirmMember.Role.ADMINISTRATOR).allowed:
        raise Refused("not_administrator", _("Bare firmaets administratorer kan gjøre dette."))
    terms = terms_on(clock.local_day(now))
    if version != terms.version:
        raise Refused("old_terms", _("Vilkårene er endret siden siden ble vist. Les dem på nytt."))
    shown = {"language": person.language, "sha256": terms.digest(person.language), "accepted_at": now}
    made = TermsAcceptance.objects.get_or_create(firm=firm, person=person, version=version, defaults=shown)[1]
    if made:
        subject = f"firm:{firm.organisation.number}"
        events.record(Happening(subject, "firm_terms_accepted", subject, actor, now, {"version": version}))
