"""An auditor reads everything and writes nothing: held for every address of the house, those to come included."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from fellestorg.kernel.models import Event
from fellestorg.organisations.models import Organisation, Person, RoleGrant

pytestmark = pytest.mark.usefixtures("demo")
ARGUMENTS = {"key": "pc-utstyr", "lot": "mac", "number": "986252932"}
MAY = {"/logg-inn", "/logg-inn/konto", "/logg-ut", "/sprak"}
# What one signs in with is one's own, an auditor's too; a demo has none of it.
OWN = ("/velkommen/", "/meg/konto")


def addresses(patterns: list[Any] | None = None, before: str = "/") -> Iterator[str]:
    """Every address of the house, with something in each place."""
    for one in get_resolver().url_patterns if patterns is None else patterns:
        if isinstance(one, URLResolver):
            yield from addresses(one.url_patterns, before + str(one.pattern))
        elif isinstance(one, URLPattern):
            path = before + str(one.pattern)
            for name, converter in one.pattern.converters.items():
                kind_of = type(converter).__name__
                value = "1" if kind_of == "IntConverter" else ARGUMENTS.get(name, "x")
                value = str(UUID(int=0)) if kind_of == "UUIDConverter" else value
                for spelled in (f"<{kind}:{name}>" for kind in ("str", "slug", "int", "uuid", "path")):
                    path = path.replace(spelled, value)
            yield path.replace("//", "/")


def signed_in(username: str) -> Client:
    made = Client()
    made.post("/logg-inn", {"person": username})
    return made


def test_every_post_by_an_auditor_is_refused() -> None:
    auditor, found = signed_in("revisor"), sorted(set(addresses()))
    assert len(found) > 50
    before = Event.objects.count()
    for path in found:
        if path not in MAY:
            assert auditor.post(path).status_code == (404 if path.startswith(OWN) else 403), path
    assert Event.objects.count() == before


def test_an_auditor_reads_what_everybody_reads_and_the_log() -> None:
    auditor = signed_in("revisor")
    for path in (
        "/",
        "/avtaler",
        "/avtaler/pc-utstyr/mac/tak",
        "/hendelser",
        "/virksomheter/986252932",
        "/avrop",
        "/meg",
    ):
        assert auditor.get(path).status_code == 200, path


def test_somebody_who_holds_another_role_too_may_write_with_it() -> None:
    person = Person.objects.get(username="revisor")
    agency = Organisation.objects.filter(kind="agency")[0]
    RoleGrant.objects.create(person=person, organisation=agency, role="buyer", valid_from="2023-01-01")
    assert signed_in("revisor").post("/meg/sprak", {"language": "nn"}).status_code == 302
