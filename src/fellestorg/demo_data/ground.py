"""Everything that is there before the first call-off: bodies, people, agreements, price lists."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from fellestorg.agreements.models import (
    AssortmentOption,
    CeilingBalance,
    ExtensionOption,
    FrameworkAgreement,
    Lot,
    Participation,
    PolicyVersion,
    SupplierPosition,
)
from fellestorg.catalogues.models import DeliveryTerms, Item, PriceLine
from fellestorg.demo_data import agencies, further_suppliers, people, suppliers
from fellestorg.demo_data.agreements import AGREEMENTS, AgreementData, LotData
from fellestorg.demo_data.clauses import lay_options, lay_regulation
from fellestorg.demo_data.copying import copy_rows
from fellestorg.demo_data.earlier_agreements import EARLIER_AGREEMENTS, FOLLOWS
from fellestorg.demo_data.price_lists import REGULATED_ON, VAT, goods_of, prices_of
from fellestorg.demo_data.seeded import chance
from fellestorg.demo_data.used_units import proof_of
from fellestorg.kernel import clock
from fellestorg.kernel.actors import SYSTEM, Actor, Grant
from fellestorg.kernel.events import Happening
from fellestorg.organisations.models import Organisation, Person, RoleGrant

_EARLIER = frozenset(one.key for one in EARLIER_AGREEMENTS)
_OPT_IN_SHARE = {"forbruksmateriell": 9, "mobil-2022": 6, "pc-utstyr": 7}
# Contracts of their own that some agencies had when the agreement began; the day after, they are in.
_OWN_CONTRACTS_TO = {
    "forbruksmateriell": date(2022, 8, 31),
    "mobil-2022": date(2022, 12, 31),
    "pc-utstyr": date(2023, 6, 30),
}


@dataclass
class Ground:
    """The saved rows that the history is made from. ``not_chosen`` are (lot, agency, option) by their keys."""

    organisations: dict[str, Organisation] = field(default_factory=dict)
    staff: dict[tuple[str, str], tuple[Person, RoleGrant]] = field(default_factory=dict)
    lots: dict[str, Lot] = field(default_factory=dict)
    data: dict[str, LotData] = field(default_factory=dict)
    policies: dict[str, PolicyVersion] = field(default_factory=dict)
    positions: dict[str, list[SupplierPosition]] = field(default_factory=dict)
    participations: dict[tuple[str, str], Participation] = field(default_factory=dict)
    items: dict[str, list[Item]] = field(default_factory=dict)
    prices: dict[str, list[PriceLine]] = field(default_factory=dict)
    terms: dict[str, list[DeliveryTerms]] = field(default_factory=dict)
    options: dict[str, list[AssortmentOption]] = field(default_factory=dict)
    not_chosen: frozenset[tuple[str, str, str]] = frozenset()
    events: list[Happening] = field(default_factory=list)


def lay(day: date) -> Ground:
    """Save the ground as it stands on ``day`` and return its rows; the events are left for the caller to record."""
    ground = Ground()
    _bodies(ground)
    _agreements(ground, day)
    _price_lists(ground)
    lay_options(ground)
    lay_regulation(ground, day)
    return ground


def at(day: date, hour: int = 8, minute: int = 0) -> datetime:
    """An instant by the clock on the wall in Norway."""
    return datetime.combine(day, time(hour, minute), clock.OSLO)


def _bodies(ground: Ground) -> None:
    bodies = [*agencies.organisations(), *suppliers.organisations(), *further_suppliers.organisations()]
    Organisation.objects.bulk_create(bodies, batch_size=500)
    ground.organisations = {one.number: one for one in bodies}
    persons, grants = people.people(bodies)
    Person.objects.bulk_create(persons, batch_size=500)
    RoleGrant.objects.bulk_create(grants, batch_size=500)
    for grant in grants:
        ground.staff.setdefault((grant.organisation.number, grant.role), (grant.person, grant))


def _agreements(ground: Ground, day: date) -> None:
    by_username = {person.username: person for person in Person.objects.filter(username__startswith="avtaleforvalter-")}
    for data in (*AGREEMENTS, *EARLIER_AGREEMENTS):
        used = [last for _, last, decided in data.extensions if decided is not None and decided <= day]
        agreement = FrameworkAgreement.objects.create(
            key=data.key,
            **_texts("title", data.title),
            **_texts("summary", data.summary),
            category=data.category,
            owner=ground.organisations[agencies.OWNER],
            manager=by_username[data.manager],
            starts=data.starts,
            ends=max([data.ends, *used]),
            latest_end=max([data.ends, *(last for _, last, _ in data.extensions)]),
            ruleset_date=data.notice,
            source=data.source,
        )
        _extensions(ground, agreement, data, day)
        participations = list(_participations(ground, data, agreement))
        Participation.objects.bulk_create(participations, batch_size=500)
        for one in participations:
            ground.participations[data.key, one.organisation.number] = one
        for lot_data in data.lots:
            _lot(ground, agreement, lot_data)
    saved = {one.key: one for one in FrameworkAgreement.objects.all()}
    for later, earlier in FOLLOWS.items():
        saved[later].predecessors.set([saved[key] for key in earlier])


def _lot(ground: Ground, agreement: FrameworkAgreement, data: LotData) -> None:
    lot = Lot.objects.create(
        agreement=agreement,
        key=data.key,
        number=data.number,
        **_texts("title", data.title),
        **_texts("scope", data.scope),
        cpv=list(data.cpv),
        categories=list(data.categories),
        max_value=Decimal(data.max_value),
        estimated_value=Decimal(data.estimated_value),
    )
    CeilingBalance.objects.create(lot=lot)
    positions = [
        SupplierPosition(
            lot=lot,
            supplier=ground.organisations[suppliers.SUPPLIERS[key][0]],
            rank=rank,
            valid_from=agreement.starts,
            valid_to=agreement.latest_end,
        )
        for rank, key in enumerate(data.suppliers, 1)
    ]
    SupplierPosition.objects.bulk_create(positions)
    policy = PolicyVersion.objects.create(
        lot=lot, version=1, valid_from=agreement.starts, document=data.policy, source=data.policy_source
    )
    terms = list(_terms(ground, lot, data.key))
    DeliveryTerms.objects.bulk_create(terms)
    ground.lots[data.key], ground.data[data.key] = lot, data
    ground.policies[data.key], ground.positions[data.key] = policy, positions
    ground.terms[data.key] = terms
    payload = {"version": 1, "valid_from": agreement.starts.isoformat(), "unreachable": []}
    stream = f"lot:{lot}"
    ground.events.append(
        Happening(stream, "policy_published", stream, SYSTEM, at(agreement.starts, 7), payload, (policy,))
    )


def _extensions(ground: Ground, agreement: FrameworkAgreement, data: AgreementData, day: date) -> None:
    subject, ends, manager = f"agreement:{data.key}", data.ends, agreement.manager
    actor = Actor(manager.key, manager.name, (Grant("agreement_manager", agencies.OWNER),), manager.language)
    for first, last, decided in data.extensions:
        used = decided if decided is not None and decided <= day else None
        ExtensionOption.objects.create(agreement=agreement, starts=first, ends=last, exercised_on=used)
        if used is not None:
            payload = {"ended": ends.isoformat(), "ends": last.isoformat()}
            ground.events.append(Happening(subject, "extension_exercised", subject, actor, at(used, 14), payload))
            ends = last


def _terms(ground: Ground, lot: Lot, key: str) -> Iterator[DeliveryTerms]:
    raised = suppliers.RAISED.get(key, {})
    for one in suppliers.TERMS[key]:
        first = DeliveryTerms(
            lot=lot,
            supplier=ground.organisations[suppliers.SUPPLIERS[one.supplier][0]],
            min_order=Decimal(one.min_order),
            small_order_fee=Decimal(one.fee),
            freight=Decimal(one.freight),
            free_freight_from=Decimal(one.free_from),
            spend_discounts=[{"from": limit, "rate": rate} for limit, rate in one.discounts],
            mode=one.mode,
            lead_days=one.lead_days,
            valid_from=lot.agreement.starts,
        )
        yield first
        if one.supplier in raised:
            fee, freight = raised[one.supplier]
            first.valid_to = date.fromordinal(REGULATED_ON.toordinal() - 1)
            yield DeliveryTerms(
                lot=lot,
                supplier=first.supplier,
                min_order=first.min_order,
                small_order_fee=Decimal(fee),
                freight=Decimal(freight),
                free_freight_from=first.free_freight_from,
                spend_discounts=first.spend_discounts,
                mode=first.mode,
                lead_days=first.lead_days,
                valid_from=REGULATED_ON,
            )


def _participations(ground: Ground, data: AgreementData, agreement: FrameworkAgreement) -> Iterator[Participation]:
    bodies = list(ground.organisations.values())
    invented = [one for one in bodies if one.kind == "agency" and one.fictional and one.number not in _named()]
    picked = chance("participation", data.key).sample(invented, 7)
    late, absent = {one.number for one in picked[:4]}, {one.number for one in picked[4:]}
    for one in bodies:
        if one.kind != Organisation.Kind.AGENCY or one.number == agencies.AUDITOR or one.number in absent:
            continue
        own_contract_to = None
        if one.number == agencies.LATE_AGENCY and data.key == "pc-utstyr":
            own_contract_to = date(2023, 12, 31)
        elif one.number in late and data.key in _OWN_CONTRACTS_TO:
            own_contract_to = _OWN_CONTRACTS_TO[data.key]
        yield Participation(
            agreement=agreement,
            organisation=one,
            ground="later" if own_contract_to else "obligatory",
            valid_from=own_contract_to + timedelta(days=1) if own_contract_to else data.starts,
            note="Egen avtale (demodata)" if own_contract_to else "",
            own_contract_to=own_contract_to,
        )
    local = [one for one in bodies if one.kind in (Organisation.Kind.MUNICIPALITY, Organisation.Kind.COUNTY)]
    for one in chance("opt-in", data.key).sample(local, _OPT_IN_SHARE.get(data.key, 0)):
        yield Participation(
            agreement=agreement,
            organisation=one,
            ground="opt_in",
            valid_from=data.starts,
            note="Navngitt i kunngjøringen, pilotordningen for kommuner (demodata)",
        )


def _named() -> frozenset[str]:
    return frozenset((agencies.MAIN_AGENCY, agencies.NYNORSK_AGENCY, agencies.SPLITTING_AGENCY, agencies.LATE_AGENCY))


def _price_lists(ground: Ground) -> None:
    for key, lot in ground.lots.items():
        goods = goods_of(key)
        # What nobody can buy any more has no price; the lists in use are open until the next one comes.
        until = lot.agreement.latest_end if lot.agreement.key in _EARLIER else None
        items = [
            Item(
                lot=lot,
                number=one.number,
                **_texts("name", one.name),
                category=one.category,
                unit=one.unit,
                cpv=one.cpv,
                standard_assortment=one.standard,
                used=", brukt" in one.name[0],
            )
            for one in goods
        ]
        copy_rows(items)
        prices = [
            PriceLine(
                item=item,
                supplier=position.supplier,
                supplier_number=price.supplier_number,
                product_name=price.product_name,
                model="fixed" if price.list_price is None else "list_minus_discount",
                unit_price=price.unit_price,
                list_price=price.list_price,
                discount_rate=price.discount_rate,
                tiers=[{"from": str(quantity), "unit_price": str(unit)} for quantity, unit in price.tiers],
                vat_rate=VAT,
                co2e_kg=price.co2e_kg,
                ecolabel=price.ecolabel,
                valid_from=price.valid_from,
                valid_to=price.valid_to or until,
                **proof_of(one, supplier),
            )
            for one, item in zip(goods, items, strict=True)
            for position, supplier in zip(ground.positions[key], ground.data[key].suppliers, strict=True)
            for price in prices_of(key, one, supplier, lot.agreement.starts)
        ]
        copy_rows(prices)
        ground.items[key], ground.prices[key] = items, prices


def _texts(name: str, texts: tuple[str, str, str]) -> dict[str, str]:
    return dict(zip((f"{name}_nb", f"{name}_nn", f"{name}_en"), texts, strict=True))
