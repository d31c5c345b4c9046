"""The agreements on travel, furniture, payment, telephony, reuse and cloud: laid in bulk, so that a demo starts soon."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from fellestorg.agreements.models import (
    AgreementHalt,
    CeilingBalance,
    ExtensionOption,
    FrameworkAgreement,
    Lot,
    Participation,
    PolicyVersion,
    SupplierPosition,
)
from fellestorg.catalogues.models import DeliveryTerms, Item, PriceLine
from fellestorg.demo_data import agencies
from fellestorg.demo_data.agreements import AgreementData, LotData
from fellestorg.demo_data.copying import copy_rows
from fellestorg.demo_data.further_goods import articles_of
from fellestorg.demo_data.further_suppliers import FURTHER_SUPPLIERS
from fellestorg.demo_data.ground import Ground, at
from fellestorg.demo_data.ict_services import ICT_SERVICES
from fellestorg.demo_data.office_agreements import OFFICE_AGREEMENTS
from fellestorg.demo_data.travel_agreements import TRAVEL_AGREEMENTS
from fellestorg.kernel.actors import SYSTEM
from fellestorg.kernel.events import Happening
from fellestorg.kernel.text import LANGUAGES
from fellestorg.organisations.models import Organisation, Person

FURTHER_AGREEMENTS = (*TRAVEL_AGREEMENTS, *OFFICE_AGREEMENTS, *ICT_SERVICES)
FURTHER_FOLLOWS = {"kontormobler-demo": ("kontormobler",)}
# The pilot of the dynamic purchasing system: the demo's two main agencies and three invented ones.
_PILOTS = 5


def lay(ground: Ground, day: date) -> None:
    """Save these agreements with their lots, suppliers, policies and prices as they stand on ``day``."""
    managers = {one.username: one for one in Person.objects.filter(username__startswith="avtaleforvalter-")}
    owner = ground.organisations[agencies.OWNER]
    agreements = [_agreement(one, owner, managers[one.manager], day) for one in FURTHER_AGREEMENTS]
    copy_rows(agreements)
    pairs = list(zip(FURTHER_AGREEMENTS, agreements, strict=True))
    copy_rows(
        [
            ExtensionOption(
                agreement=row, starts=first, ends=last, exercised_on=decided if decided and decided <= day else None
            )
            for data, row in pairs
            for first, last, decided in data.extensions
        ]
    )
    copy_rows([_halt(row, data) for data, row in pairs if data.halt is not None])
    copy_rows([one for data, row in pairs for one in _participations(ground, data, row)])
    lots = [(data, lot_data, _lot(row, lot_data)) for data, row in pairs for lot_data in data.lots]
    copy_rows([lot for _data, _lot_data, lot in lots])
    CeilingBalance.objects.bulk_create([CeilingBalance(lot=lot) for _data, _lot_data, lot in lots])
    copy_rows([one for _data, lot_data, lot in lots for one in _positions(ground, lot_data, lot)])
    copy_rows([one for _data, lot_data, lot in lots for one in _policies(ground, lot_data, lot, day)])
    copy_rows([one for _data, lot_data, lot in lots for one in _terms(ground, lot_data, lot)])
    _price_lists(ground, lots)
    by_key = {row.key: row for row in agreements}
    for later, earlier in FURTHER_FOLLOWS.items():
        by_key[later].predecessors.set([by_key[key] for key in earlier])


def _agreement(data: AgreementData, owner: Organisation, manager: Person, day: date) -> FrameworkAgreement:
    used = [last for _first, last, decided in data.extensions if decided is not None and decided <= day]
    return FrameworkAgreement(
        key=data.key,
        instrument=data.instrument,
        **_texts("title", data.title),
        **_texts("summary", data.summary),
        category=data.category,
        owner=owner,
        manager=manager,
        starts=data.starts,
        ends=max([data.ends, *used]),
        latest_end=max([data.ends, *(last for _first, last, _decided in data.extensions)]),
        long_duration_reason=data.long_duration_reason,
        ruleset_date=data.notice,
        source=data.source,
    )


def _halt(agreement: FrameworkAgreement, data: AgreementData) -> AgreementHalt:
    halt = data.halt
    assert halt is not None
    return AgreementHalt(
        agreement=agreement,
        kind=halt.kind,
        since=halt.since,
        **_texts("reason", halt.reason),
        responsible=halt.responsible,
        expected=halt.expected,
        source=halt.source,
        registered_by=agreement.manager.name,
        registered_at=at(halt.since, 10),
    )


def _participations(ground: Ground, data: AgreementData, agreement: FrameworkAgreement) -> list[Participation]:
    if data.participants == "none":
        return []
    bodies = [
        one
        for one in ground.organisations.values()
        if one.kind == Organisation.Kind.AGENCY and one.number != agencies.AUDITOR
    ]
    if data.participants == "pilot":
        first = (agencies.MAIN_AGENCY, agencies.NYNORSK_AGENCY)
        others = [one for one in bodies if one.fictional and one.number not in first]
        bodies = [*(ground.organisations[number] for number in first), *others[: _PILOTS - len(first)]]
    return [
        Participation(agreement=agreement, organisation=one, ground="obligatory", valid_from=data.starts)
        for one in bodies
    ]


def _lot(agreement: FrameworkAgreement, data: LotData) -> Lot:
    return Lot(
        agreement=agreement,
        key=data.key,
        number=data.number,
        **_texts("title", data.title),
        **_texts("scope", data.scope),
        cpv=list(data.cpv),
        regions=list(data.regions),
        categories=list(data.categories),
        max_value=Decimal(data.max_value),
        estimated_value=Decimal(data.estimated_value),
    )


def _positions(ground: Ground, data: LotData, lot: Lot) -> list[SupplierPosition]:
    """Places in rank. A purchasing system has none: whoever is admitted is invited (``allocations``)."""
    if lot.agreement.instrument == "dps":
        return []
    later = dict(data.later)
    return [
        SupplierPosition(
            lot=lot,
            supplier=_supplier(ground, key),
            rank=rank,
            valid_from=later.get(key, lot.agreement.starts),
            valid_to=lot.agreement.latest_end,
        )
        for rank, key in enumerate(data.suppliers, 1)
    ]


def _policies(ground: Ground, data: LotData, lot: Lot, day: date) -> list[PolicyVersion]:
    """The policy's versions, each with its event left in the ground for the caller to record. What counts from a later
    day was published by the demo's day all the same."""
    versions = [(lot.agreement.starts, data.policy, data.policy_source), *data.later_policies]
    made = []
    for number, (since, document, source) in enumerate(versions, 1):
        row = PolicyVersion(lot=lot, version=number, valid_from=since, document=document, source=source)
        stream, told = f"lot:{lot}", {"version": number, "valid_from": since.isoformat(), "unreachable": []}
        when = at(min(lot.agreement.starts, day), 7)
        ground.events.append(Happening(stream, "policy_published", stream, SYSTEM, when, told, (row,)))
        made.append(row)
    return made


def _terms(ground: Ground, data: LotData, lot: Lot) -> list[DeliveryTerms]:
    """Furniture is carried to the door for a price; nothing else here has freight or fees around it."""
    if not lot.agreement.key.startswith("kontormobler"):
        return []
    return [
        DeliveryTerms(
            lot=lot,
            supplier=_supplier(ground, key),
            min_order=Decimal(0),
            small_order_fee=Decimal(0),
            freight=Decimal(490),
            free_freight_from=Decimal(15_000),
            spend_discounts=[],
            mode="zero_emission" if key == "ombruksverkstedet" else "road",
            lead_days=20,
            valid_from=lot.agreement.starts,
        )
        for key in data.suppliers
    ]


def _price_lists(ground: Ground, lots: list[tuple[AgreementData, LotData, Lot]]) -> None:
    listed = [
        (
            lot,
            one,
            Item(
                lot=lot,
                number=one.number,
                **_texts("name", one.name),
                category=one.category,
                unit=one.unit,
                cpv=one.cpv,
                standard_assortment=one.standard,
                used=one.used,
            ),
        )
        for data, lot_data, lot in lots
        for one in articles_of(data, lot_data)
    ]
    copy_rows([item for _lot, _one, item in listed])
    copy_rows(
        [
            PriceLine(
                item=item,
                supplier=_supplier(ground, offer.supplier),
                supplier_number=one.number,
                product_name=f"{one.name[0]} (demodata)"[:200],
                model="fixed" if offer.list_price is None else "list_minus_discount",
                unit_price=offer.unit_price,
                list_price=offer.list_price,
                discount_rate=offer.discount,
                tiers=[],
                vat_rate=one.vat,
                co2e_kg=one.co2e,
                ecolabel=one.label,
                properties=one.properties,
                visual_grade="A" if one.used else "",
                valid_from=lot.agreement.starts,
            )
            for lot, one, item in listed
            for offer in one.offers
        ]
    )


def _supplier(ground: Ground, key: str) -> Organisation:
    return ground.organisations[FURTHER_SUPPLIERS[key][0]]


def _texts(name: str, texts: tuple[str, str, str]) -> dict[str, Any]:
    return {f"{name}_{code}": text for code, text in zip(LANGUAGES, texts, strict=True)}
