"""What SI should look at before it verifies a firm: where the register and what was told do not agree. Pure but for the
register's roles, whose names are compared and never kept."""

from __future__ import annotations

import logging
import re
from urllib.parse import urlsplit

from fellestorg.marketplace.firms.models import Registration
from fellestorg.organisations.models import Organisation, Person
from fellestorg.organisations.registry.client import RegistryDownError
from fellestorg.organisations.registry.looking import Answer, registry
from fellestorg.organisations.rules import NORWAY

log = logging.getLogger(__name__)
# Words in firms' names that tell nothing of which firm it is.
_COMMON = frozenset(
    [
        "as",
        "asa",
        "ab",
        "aps",
        "gmbh",
        "oy",
        "ltd",
        "inc",
        "norge",
        "norway",
        "norwegian",
        "norden",
        "nordic",
        "group",
        "gruppen",
        "the",
        "og",
        "and",
    ]
)
_SIGNING = frozenset(("DAGL", "LEDE", "NEST", "MEDL", "INNH", "FFØR", "BEST"))
"""Roles of the register that may go with a right to represent: manager, chair, deputy chair, member, owner …"""


def warnings_of(
    name: str, right: str, website: str, person: Person, organisation: Organisation, answer: Answer
) -> list[str]:
    """Codes of what does not agree; their words are in ``words.py``."""
    found = []
    if organisation.country != NORWAY:
        found.append("foreign")
    elif not answer.asked:
        found.append("not_asked")
    called = answer.unit.name if answer.unit else organisation.name
    if not names_agree(name, called):
        found.append("name_differs")
    if answer.unit is not None and answer.unit.dissolving:
        found.append("dissolving")
    site = (answer.unit.website if answer.unit else "") or website
    if site and not _same_domain(person.email, site):
        found.append("mail_elsewhere")
    if right == Registration.Right.ROLE and answer.source == "api" and answer.unit is not None:
        found += [] if _has_role(organisation.number, person.name) else ["role_not_found"]
    return found


def names_agree(shown: str, called: str) -> bool:
    """Whether two names have a word in common that tells which firm it is."""
    first, second = _words(shown), _words(called)
    return bool(first & second) or "".join(sorted(first)) == "".join(sorted(second))


def _words(name: str) -> set[str]:
    words = set(re.findall(r"[^\W_]+", name.casefold()))
    return words - _COMMON or words


def _same_domain(email: str, site: str) -> bool:
    host = urlsplit(site if "//" in site else f"//{site}").hostname or ""
    mail = email.rpartition("@")[2].casefold()
    wanted = ".".join(host.casefold().split(".")[-2:])
    return bool(wanted) and (mail == wanted or mail.endswith(f".{wanted}"))


def _has_role(number: str, name: str) -> bool:
    there = registry()
    try:
        roles = there.roles(number) if there else []
    except RegistryDownError as error:
        log.warning("the register did not tell of roles: %s", error)
        return False
    wanted = set(name.casefold().split())
    return any(one.code in _SIGNING and wanted <= set(one.person.casefold().split()) for one in roles if wanted)
