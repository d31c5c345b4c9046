"""Two shortlists, made up: one fixed and attached to a competition that is prepared, one that a buyer is writing."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from fellestorg.demo_data import agencies
from fellestorg.demo_data.competitions import started
from fellestorg.demo_data.ground import Ground, at
from fellestorg.kernel.actors import Actor, Grant
from fellestorg.marketplace.listings.models import Listing
from fellestorg.marketplace.shortlists import actions, using
from fellestorg.marketplace.shortlists.actions import Judged, Wish
from fellestorg.organisations.models import Organisation, Person

COMPETITION = "Arkivlagring i sky (demodata)"
FIXED, DRAFT = "Lagring av saksarkiv (demodata)", "Sak, møter og innsyn (demodata)"
_NEED = (
    "Vi skal lagre 40 TB saksarkiv i ti år. Data skal ligge i Norge, sletting skal kunne låses, og vi må kunne ta alt "
    "med oss ut igjen (demodata)."
)
_STORAGE = {
    "viddelager-objekt": Judged(
        "chosen", "Objektlager med låst sletting og åpent grensesnitt. Dekker behovet (demodata)."
    ),
    "fjordlager": Judged("chosen", "Har kopi i et annet fylke. Låst sletting må avklares i konkurransen (demodata)."),
    "dalarkiv-kopi": Judged("left_out", "Er for sikkerhetskopi og kan ikke leses fra til daglig (demodata)."),
}
_CASES = ("saksgang-5", "innsynsrom", "motebok")
_ASKED = ("data_location", "availability", "exit_days")


def lay(ground: Ground, day: date) -> None:
    """Save both as they stand on ``day``, in the load's transaction, once what is public can be searched."""
    if not Listing.objects.filter(state=Listing.State.PUBLISHED, key__in=_STORAGE).exists():
        return
    _attached(ground.organisations[agencies.OWNER], day)
    _begun(ground.organisations[agencies.MAIN_AGENCY], day)


def _attached(buyer: Organisation, day: date) -> None:
    lead, actor = _person("prosjektleder", "project_lead", buyer)
    begun, fixed = at(day - timedelta(days=6), 10), at(day - timedelta(days=5), 14)
    wish = Wish("market_study", FIXED, _NEED, "category=cips-storage")
    made = actions.begin(buyer, wish, actor=actor, person=lead, now=begun)
    actions.save(
        made,
        title=FIXED,
        need=_NEED,
        common_grounds="",
        judged=_STORAGE,
        actor=actor,
        now=at(day - timedelta(days=6), 11),
    )
    actions.fix(made, actor=actor, person=lead, now=fixed)
    competition = started(
        "cloud-archive", COMPETITION, buyer, lead, actor, fixed + timedelta(minutes=20), cpv="72317000", value=1_800_000,
        most=3_600_000, lots=("Arkivlagring",),
    )  # fmt: skip
    made.refresh_from_db()
    using.use(made, competition, actor=actor, person=lead, now=fixed + timedelta(minutes=40))


def _begun(buyer: Organisation, day: date) -> None:
    buying, actor = _person("innkjoper", "buyer", buyer)
    need = "Saksbehandling, møter og postliste for 60 brukere, med norsk støtte (demodata)."
    wish = Wish("mini_competition", DRAFT, need, keys=_public(_CASES), questions=_ASKED)
    now = at(day - timedelta(days=1), 13)
    made = actions.begin(buyer, wish, actor=actor, person=buying, now=now)
    judged = {_CASES[0]: Judged("chosen", "Dekker saksbehandling og arkiv for alle brukerne (demodata).")}
    actions.save(made, title=DRAFT, need=need, common_grounds="", judged=judged, actor=actor, now=now)


def _public(keys: Sequence[str]) -> tuple[str, ...]:
    return tuple(Listing.objects.filter(state=Listing.State.PUBLISHED, key__in=keys).values_list("key", flat=True))


def _person(username: str, role: str, body: Organisation) -> tuple[Person, Actor]:
    person = Person.objects.get(username=username)
    return person, Actor(person.key, person.name, (Grant(role, body.number),), person.language)
