"""What the demo's bodies plan and ask the market about: one of each that stands, one in nynorsk, one withdrawn. Demodata."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from decimal import Decimal

from fellestorg.agreements.models import FrameworkAgreement
from fellestorg.demo_data.ground import Ground, at
from fellestorg.kernel import clock
from fellestorg.marketplace.opportunities import notices
from fellestorg.marketplace.opportunities.models import AdvanceNotice
from fellestorg.marketplace.opportunities.notices import Told
from fellestorg.organisations.models import Organisation, Person
from fellestorg.organisations.queries import actor_for

_CONTACT = "marked@demodata.example"


def lay(ground: Ground, day: date) -> None:
    """Save the notices as they stand on ``day``, with their events."""
    furniture = FrameworkAgreement.objects.filter(key="kontormobler").first()
    _publish(
        "prosjektleder",
        day - timedelta(days=21),
        Told(
            "planned", "Kontormøbler, ny rammeavtale (demodata)", "nb",
            "Vi planlegger en ny rammeavtale for kontormøbler, med vekt på ombruk, reparasjon og lang levetid. Flere "
            "delkontrakter, slik at mindre produsenter kan levere. Verdi og tid er demodata.",
            ("39130000", "50850000"), _CONTACT, expected_on=day + timedelta(days=120), agreement=furniture,
            estimated_value=Decimal(240_000_000),
        ),
    )  # fmt: skip
    _publish(
        "prosjektleder",
        day - timedelta(days=9),
        Told(
            "consultation", "Skylagring: hva bør staten spørre etter? (demodata)", "nb",
            "Vi forbereder en konkurranse om lagring i sky og vil høre fra markedet: Hvilke krav til datalokasjon og exit "
            "gir reell konkurranse? Hva koster det å hente ut dataene? Hva kan små leverandører svare på?",
            ("72317000", "48820000"), _CONTACT,
            answer_until=datetime.combine(day + timedelta(days=21), time(23, 59, 59), clock.OSLO),
        ),
    )  # fmt: skip
    _publish(
        "innkjopar",
        day - timedelta(days=5),
        Told(
            "planned", "Opplæring i klarspråk (demodata)", "nn",
            "Me planlegg ein konkurranse om kurs i klarspråk for dei tilsette. Tid og omfang er demodata.",
            ("80500000",), _CONTACT, expected_on=day + timedelta(days=45),
        ),
    )  # fmt: skip
    row, lead = _publish(
        "prosjektleder",
        day - timedelta(days=30),
        Told(
            "planned", "Trykksaker, felles avtale (demodata)", "nb", "Vi vurderer en felles avtale for trykksaker.",
            ("22100000",), _CONTACT, expected_on=day + timedelta(days=200),
        ),
    )  # fmt: skip
    since = at(day - timedelta(days=12), 14)
    notices.withdraw(row, "Behovet er for lite til en felles avtale (demodata).", actor=actor_for(lead, day), now=since)


def _publish(username: str, day: date, told: Told) -> tuple[AdvanceNotice, Person]:
    person = Person.objects.get(username=username)
    actor = actor_for(person, day)
    buyer = Organisation.objects.get(number=sorted(actor.organisations())[0])
    return notices.publish(told, buyer, actor=actor, person=person, now=at(day, 10)), person
