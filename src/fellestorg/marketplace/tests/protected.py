"""Two rows of each table of the marketplace that is only added to, for the test that finds what was changed in them."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Model

from fellestorg.competitions.models import Competition
from fellestorg.marketplace.firms.models import Firm
from fellestorg.marketplace.guidance.models import Article, ArticleVersion
from fellestorg.marketplace.listings.models import Listing, ListingStep, ListingVersion
from fellestorg.marketplace.moderation.models import ModerationCase, ModerationStep
from fellestorg.marketplace.overview.models import Study, StudyVersion
from fellestorg.marketplace.shortlists.models import FixedShortlist, Shortlist, ShortlistUse
from fellestorg.organisations.models import Organisation, Person

TABLES = (
    "marketplace_articleversion",
    "marketplace_fixedshortlist",
    "marketplace_listingstep",
    "marketplace_moderationstep",
    "marketplace_shortlistuse",
    "marketplace_studyversion",
)


def protected_rows(body: Organisation, now: datetime) -> list[Model]:
    """The rows, saved, of a listing of this body's and of an article; their event is left to the caller."""
    person = Person.objects.create(username="protected-listing", name="P", email="p@demo.example")
    firm = Firm.objects.create(organisation=body, name="P", registered_at=now)
    listing = Listing.objects.create(firm=firm, key="protected", category="advisory", created_at=now)
    version = ListingVersion.objects.create(
        listing=listing, number=1, texts={}, made_at=now, made_by=person, saved_at=now
    )
    article = Article.objects.create(
        slug="protected", kind="article", door="guidance", created_at=now, review_on=now.date()
    )
    said = {"texts": {}, "links": {}, "sources": [], "change": {}, "published_at": now}
    versions = [
        ArticleVersion.objects.create(
            article=article,
            number=number,
            **said,
            written_by_key="person:1",
            written_by="A",
            published_by_key="person:2",
            published_by="B",
        )
        for number in (1, 2)
    ]
    case = ModerationCase.objects.create(version=version, kind="publication", opened_at=now)
    steps = [
        ModerationStep.objects.create(case=case, verb=verb, at=now, by=person) for verb in ("taken", "recommended")
    ]
    study = Study.objects.create(key="protected", kind="figures")
    imported = [
        StudyVersion.objects.create(
            study=study, number=number, texts={}, publisher="P", published_on=now.date(), imported_at=now,
            imported_by_key="k", imported_by="B",
        )
        for number in (1, 2)
    ]  # fmt: skip
    return [*_shortlists(body, person, now), *versions, *imported, *steps] + [
        ListingStep.objects.create(
            version=version, state=state, at=now, by="k", ruling="m", reason="r", sha256="x" * 64
        )
        for state in ("draft", "withdrawn")
    ]


def _shortlists(body: Organisation, person: Person, now: datetime) -> list[Model]:
    made: list[Model] = []
    for number in (1, 2):
        competition = Competition.objects.create(
            number=f"K-2098-5000{number}",
            procedure="open",
            title="P",
            language="nb",
            buyer=body,
            lead=person,
            created_at=now,
        )
        row = Shortlist.objects.create(
            buyer=body, purpose="market_study", title="P", need="P", made_at=now, made_by=person, saved_at=now
        )
        made += [
            FixedShortlist.objects.create(
                shortlist=row, content={"number": number}, sha256=f"{number}" * 64, fixed_at=now, fixed_by=person
            ),
            ShortlistUse.objects.create(
                shortlist=row, competition=competition, sha256="x" * 64, used_at=now, used_by=person
            ),
        ]
    return made
