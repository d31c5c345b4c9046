"""A firm with people, and a listing with every answer it needs, as tests of listings want them."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from fellestorg.kernel import clock
from fellestorg.kernel.actors import Actor, Grant
from fellestorg.marketplace.firms.models import Firm, FirmMember
from fellestorg.marketplace.listings import actions, drafts, files, queries
from fellestorg.marketplace.listings.actions import Ruling
from fellestorg.marketplace.listings.answers import Given
from fellestorg.marketplace.listings.drafts import Price
from fellestorg.marketplace.listings.models import Listing, ListingVersion
from fellestorg.marketplace.listings.questions import Question, questions_of
from fellestorg.organisations import tokens
from fellestorg.organisations.models import ApiToken, Organisation, Person, RoleGrant
from fellestorg.values import digest

NOW = datetime(2023, 11, 1, 8, tzinfo=UTC)
PDF = b"%PDF-1.7 demodata"
SI = Actor("person:900001", "SI", (Grant("agreement_manager", "986252932"),))
BUYER = Actor("person:900002", "Innkjøper", (Grant("buyer", "986252932"),))
PUBLIC = Actor("public", "")
NUMBERS = ("310000006", "310000014", "310000022")


def firm(name: str = "Demosky AS", number: str = NUMBERS[0], state: str = "verified") -> Firm:
    organisation = Organisation.objects.create(number=number, name=name, kind="supplier", fictional=True)
    return Firm.objects.create(organisation=organisation, name=name, state=state, registered_at=NOW, verified_at=NOW)


def member(of: Firm, role: str = "editor", username: str = "redaktor") -> tuple[Person, Actor]:
    person = Person.objects.create(username=username, name="Rita Demo", email=f"{username}@demodata.example")
    RoleGrant.objects.create(person=person, organisation=of.organisation, role="supplier", valid_from=date(2020, 1, 1))
    FirmMember.objects.create(firm=of, person=person, role=role, started_at=NOW)
    return person, Actor(person.key, person.name, (Grant("supplier", of.organisation.number),))


def filled(
    of: Firm, person: Person, actor: Actor, title: str = "Demolager", category: str = "cips-storage", **more: Given
) -> ListingVersion:
    """A draft that may be submitted; ``more`` are answers of the test's own."""
    version = actions.create(of, category, title, actor=actor, person=person, now=NOW)
    file = files.add(version, "avtale.pdf", PDF, actor=actor, person=person, now=NOW)
    given = {one.key: _answer(one, str(file.pk)) for one in questions_of(category) if one.required} | more
    drafts.save_answers(version, given, actor=actor, now=NOW)
    texts = {"title": title, "summary": "Lagrer demodata.", "description": "Lagrer demodata i Norge."}
    drafts.save_texts(version, "nb", {"nb": texts}, actor=actor, now=NOW)
    units = {"cips-storage": "gb_month", "advisory": "hour", "training": "course_place"}
    price = Price("Standard", units.get(category, "user_month"), "0,25")
    return drafts.save_prices(version, [price], actor=actor, now=NOW)


def laid(of: Firm, person: Person, state: str = "submitted", key: str = "demolager", **answers: Any) -> ListingVersion:
    """A listing's only version as plain rows, no event behind them: for tests of what happens to it afterwards."""
    listing = Listing.objects.create(
        firm=of, key=key, category="cips-storage", created_at=NOW,
        state=state if state in ("published", "removed") else "unpublished",
    )  # fmt: skip
    texts = {"nb": {"title": "Demolager", "summary": "Lagrer demodata.", "description": "Lagrer demodata i Norge."}}
    version = ListingVersion(
        listing=listing, number=1, state=state, texts=texts, answers=answers, made_at=NOW, made_by=person, saved_at=NOW
    )
    if state != "draft":
        version.sha256, version.submitted_at, version.submitted_by = digest(version.content()), NOW, person
    if state == "published":
        version.published_at = NOW
    version.save()
    return version


def api_key(of: Firm, person: Person, actor: Actor) -> str:
    """A key for the firm's own system, made by one of its people."""
    name, scope = "Eget system", ApiToken.Scope.LISTINGS
    _row, key = tokens.make_token(of.organisation, scope, name, 90, actor=actor, person=person, now=clock.now())
    return key


def ruling(version: ListingVersion, kind: str = "publish", *by: str, **more: Any) -> Ruling:
    return Ruling(kind, version.pk, version.sha256, "moderation:1", by or ("person:900001", "person:900003"), **more)


def published(of: Firm, person: Person, actor: Actor, title: str = "Demolager", **more: Any) -> ListingVersion:
    version = actions.submit(filled(of, person, actor, title, **more), actor=actor, person=person, now=NOW)
    return actions.publish(version, ruling(version), actor=SI, now=NOW)


def seen(actor: Actor, key: str) -> queries.Published:
    (one,) = queries.published(actor, NOW.date(), keys=[key])
    return one


def _answer(question: Question, file: str) -> Given:
    values: dict[str, Any] = {
        "yes_no": "ja",
        "number": str(question.minimum or 1),
        "countries": ["NO", "SE"],
        "text": "Demodata.",
        "link": "https://demodata.example/",
        "file": file,
    }
    raw = values.get(question.kind) or [next(iter(question.options))]
    raw = raw[0] if question.kind == "choice" else raw
    return Given(raw) if question.may_be_declared or question.kind == "file" else Given(raw, file=file)
