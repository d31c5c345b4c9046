"""Who is shared how: quotas of the travel agencies, coverage cases and subscriptions, admissions to the purchasing system.

Quotas, the cap of 15 % and the mechanisms are public; every assignment, count, case and admission is demo data. Planted:
Berg-Hansen has drifted to 71 % of the employees, the secondary supplier of telephony has 14.8 % of the subscriptions,
and one course venue is bankrupt.
"""

from __future__ import annotations

import hashlib
from datetime import date, timedelta
from decimal import Decimal

from fellestorg.agreements.models import Admission, Lot, QuotaShare, SupplierAssignment
from fellestorg.agreements.quotas.queries import balance
from fellestorg.agreements.quotas.rules import Buyer, Quota, propose
from fellestorg.calloffs.coverage.models import CoverageCase, UnitCount
from fellestorg.demo_data import agencies
from fellestorg.demo_data.further_suppliers import FURTHER_SUPPLIERS, VENUES
from fellestorg.demo_data.ground import Ground, at
from fellestorg.demo_data.seeded import chance, identifier
from fellestorg.kernel.actors import Actor
from fellestorg.kernel.events import Happening
from fellestorg.kernel.models import StoredFile
from fellestorg.organisations.models import Insolvency, Organisation

_SHARES = (("berghansen", "0.55", "0.70"), ("egencia", "0.30", "0.45"))
# What the drift has come to: within half a per mille of 71 %.
_DRIFTED = (Decimal("0.7095"), Decimal("0.7105"))
_UNASSIGNED = 6
# The day of each count, and the subscriptions of the primary and the secondary then. The last is 2,516 of 17,000: 14.8 %,
# so that 40 more are exactly 15 %.
_COUNTS = (
    (date(2022, 12, 31), 15_960, 212),
    (date(2023, 6, 30), 14_905, 1_840),
    (date(2023, 10, 31), 14_484, 2_516),
)
_CATEGORIES = ("course_day", "course_overnight", "conference_day", "conference_overnight")
# Of the venues, these did not apply or were refused (demo_data/applications.py).
_NOT_ADMITTED = ("kurssted-11", "kurssted-13", "kurssted-14")
_BANKRUPT, _BANKRUPT_ON = "kurssted-12", date(2023, 10, 16)
_REGIONS = ("NO081", "NO0A2", "NO060", "NO074", "NO092")
# Where, who asked (by role of the demo's agencies), first day, what was tried, and how it was decided.
_CASES = (
    ("main", "Feltstasjonen ved Storvatnet (demodata)", date(2023, 8, 14), "documented",
     "Byttet SIM-kort og telefon, og prøvd utendørs antenne sammen med primærleverandøren. Fortsatt ikke signal.",
     "Målingene viser at primærleverandøren ikke dekker stedet. Sekundærleverandøren gjør det."),
    ("nynorsk", "Målestasjonen i Indre Fjorden (demodata)", date(2023, 10, 9), "submitted",
     "Prøvd to ulike telefonar og WiFi-tale. Leverandøren har vore på synfaring.", ""),
    ("other", "Kontoret i kjelleren, Demoveien 7 (demodata)", date(2023, 5, 3), "rejected",
     "Flyttet ruteren i etasjen over.",
     "Stedet har dekning utendørs. Dette løses med innendørs forsterker fra primærleverandøren."),
    ("other", "Anleggsområdet på Høgheia (demodata)", date(2022, 11, 21), "closed",
     "Målt signal på fire punkter i to uker uten dekning fra primærleverandøren.",
     "Godt dokumentert med målinger over to uker."),
)  # fmt: skip


def lay(ground: Ground, day: date) -> None:
    """Save the rows as they stand on ``day``; their events are left in the ground for the caller to record."""
    lots = {
        one.agreement.key: one
        for one in Lot.objects.select_related("agreement__owner", "agreement__manager").filter(
            agreement__key__in=("reisebyra", "telefoni", "kurs-og-konferanse")
        )
    }
    _assign(ground, lots["reisebyra"], day)
    _count(ground, lots["telefoni"], day)
    _cases(ground, lots["telefoni"], day)
    _admit(ground, lots["kurs-og-konferanse"], day)


def _assign(ground: Ground, lot: Lot, day: date) -> None:
    starts, manager = lot.agreement.starts, _manager(lot)
    suppliers = {key: _supplier(ground, key) for key, _low, _high in _SHARES}
    QuotaShare.objects.bulk_create(
        QuotaShare(
            lot=lot,
            supplier=suppliers[key],
            measure="employees",
            low=Decimal(low),
            high=Decimal(high),
            valid_from=starts,
            source="Rammeavtalen for reisebyrå, juni 2020: Berg-Hansen 55–70 %, Egencia 30–45 % av de ansatte",
        )
        for key, low, high in _SHARES
    )
    taking_part = balance(lot, max(day, starts)).buyers
    new = {one.number for one in chance("unassigned", "reisebyra").sample(taking_part, _UNASSIGNED)}
    new -= {agencies.MAIN_AGENCY, agencies.NYNORSK_AGENCY}
    old = [Buyer(one.number, one.weight) for one in taking_part if one.number not in new]
    # Shares are of everybody, so those without a supplier make the two that share the rest weigh more among themselves.
    scale = Decimal(sum(one.weight for one in taking_part)) / sum(one.weight for one in old)
    low, high = (one * scale for one in _DRIFTED)
    first, second = (suppliers[key].number for key, _low, _high in _SHARES)
    found = propose((Quota(first, low, high), Quota(second, 1 - high, 1 - low)), old)
    wanted = {one.number: one.after for one in found.moves} if found else {}
    by_number = {one.number: one for one in ground.organisations.values()}
    rows = []
    for index, (number, supplier) in enumerate(sorted(wanted.items())):
        sent = index % 5 != 0
        rows.append(
            SupplierAssignment(
                lot=lot,
                organisation=by_number[number],
                supplier=by_number[supplier],
                valid_from=starts,
                contract="sent" if sent else "missing",
                contract_on=starts + timedelta(days=14) if sent else None,
            )
        )
    SupplierAssignment.objects.bulk_create(rows)
    told = {"on": starts.isoformat(), "before": [], "after": sorted([*pair] for pair in wanted.items())}
    stream = f"lot:{lot}"
    ground.events.append(Happening(stream, "agencies_assigned", stream, manager, at(min(starts, day), 9), told))


def _count(ground: Ground, lot: Lot, day: date) -> None:
    manager, stream = _manager(lot), f"lot:{lot}"
    for counted_on, primary, secondary in _COUNTS:
        if counted_on >= day:
            continue
        for key, units in (("telia", primary), ("unifon", secondary)):
            now = at(counted_on + timedelta(days=1), 8)
            row = UnitCount.objects.create(
                lot=lot,
                supplier=_supplier(ground, key),
                counted_on=counted_on,
                units=units,
                source="Leverandørens rapport (demodata)",
                registered_by=manager.name,
                registered_at=now,
            )
            told = {"supplier": row.supplier.number, "on": counted_on.isoformat(), "units": units, "source": row.source}
            ground.events.append(Happening(stream, "units_counted", stream, manager, now, told, (row,)))


def _cases(ground: Ground, lot: Lot, day: date) -> None:
    manager, stream = _manager(lot), f"lot:{lot}"
    numbers = {"main": agencies.MAIN_AGENCY, "nynorsk": agencies.NYNORSK_AGENCY, "other": agencies.SPLITTING_AGENCY}
    for whose, place, failed_from, state, tried, reason in _CASES:
        registered, decided = at(failed_from + timedelta(days=9), 10), at(failed_from + timedelta(days=15), 14)
        if decided > at(day, 8):
            state = "submitted"
        if registered > at(day, 8):
            continue
        buyer = ground.organisations[numbers[whose]]
        person = ground.staff[buyer.number, "local_agreement_manager"][0]
        waits = state == "submitted"
        case = CoverageCase.objects.create(
            lot=lot,
            buyer=buyer,
            place=place,
            failed_from=failed_from,
            tried=tried,
            state=state,
            registered_by_key=person.key,
            registered_by=person.name,
            registered_at=registered,
            decided_by_key="" if waits else manager.key,
            decided_by="" if waits else manager.name,
            decided_at=None if waits else decided,
            decision_reason="" if waits else reason,
            closed_at=at(failed_from + timedelta(days=120), 9) if state == "closed" else None,
        )
        file = _paper(case)
        actor = Actor(person.key, person.name)
        told = {"buyer": buyer.number, "place": place, "from": failed_from.isoformat(), "files": 1}
        ground.events.append(
            Happening(stream, "coverage_case_registered", case.subject, actor, registered, told, (file,))
        )
        if not waits:
            verb = "coverage_case_rejected" if state == "rejected" else "coverage_case_documented"
            about = {"buyer": buyer.number, "place": place, "reason": reason}
            ground.events.append(Happening(stream, verb, case.subject, manager, decided, about))


def _paper(case: CoverageCase) -> StoredFile:
    """A page that stands for the measurements."""
    content = _pdf(f"Dekningsmaaling, sak {case.pk} (demodata)")
    return StoredFile.objects.create(
        id=identifier("coverage paper", case.pk),
        subject=case.subject,
        kind="coverage",
        name=f"dekning-{case.pk}-1.pdf",
        media_type="application/pdf",
        sha256=hashlib.sha256(content).hexdigest(),
        content=content,
        made_at=case.registered_at,
    )


def _pdf(text: str) -> bytes:
    """The smallest PDF with a line of plain letters on it."""
    drawn = f"BT /F1 18 Tf 72 760 Td ({text.replace('(', '[').replace(')', ']')}) Tj ET".encode("ascii")
    parts = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 5 0 R/Resources<</Font<</F1 4 0 R>>>>>>",
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
        b"<</Length %d>>stream\n%s\nendstream" % (len(drawn), drawn),
    ]
    content, places = b"%PDF-1.4\n", []
    for number, part in enumerate(parts, 1):
        places.append(len(content))
        content += b"%d 0 obj%s endobj\n" % (number, part)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    ends = b"trailer<</Size 6/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % len(content)
    return content + b"xref\n0 6\n0000000000 65535 f \n" + table + ends


def _admit(ground: Ground, lot: Lot, day: date) -> None:
    starts = lot.agreement.starts
    rows = []
    for index, key in enumerate(VENUES):
        if key in _NOT_ADMITTED:
            continue
        draw = chance("admission", key)
        since = starts if index < 9 else starts + timedelta(days=60 * (index - 8))
        regions = draw.sample(_REGIONS, draw.choice((1, 2))) if index % 3 else []
        rows += [
            Admission(
                lot=lot,
                supplier=_supplier(ground, key),
                category=category,
                regions=regions,
                valid_from=since,
                source="Vedtak om opptak (demodata)",
            )
            for category in sorted(draw.sample(_CATEGORIES, draw.choice((2, 3, 4))))
        ]
    Admission.objects.bulk_create(rows)
    if day > _BANKRUPT_ON:
        recorded, manager = at(_BANKRUPT_ON + timedelta(days=1), 9), _manager(lot)
        supplier = _supplier(ground, _BANKRUPT)
        row = Insolvency.objects.create(
            organisation=supplier,
            since=_BANKRUPT_ON,
            source="Konkursregisteret (demodata)",
            recorded_by=manager.name,
            recorded_at=recorded,
        )
        subject = f"organisation:{supplier.number}"
        told = {"since": row.since.isoformat(), "source": row.source, "suspended": []}
        ground.events.append(Happening(subject, "insolvency_recorded", subject, manager, recorded, told))


def _manager(lot: Lot) -> Actor:
    manager = lot.agreement.manager
    return Actor(manager.key, manager.name, (), manager.language)


def _supplier(ground: Ground, key: str) -> Organisation:
    return ground.organisations[FURTHER_SUPPLIERS[key][0]]
