"""A small agreement with three suppliers, and call-offs under it, for the tests of documents."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db import transaction

from fellestorg.agreements.models import FrameworkAgreement, Lot, Participation, PolicyVersion, SupplierPosition
from fellestorg.calloffs import actions
from fellestorg.calloffs.models import CallOff
from fellestorg.calloffs.needs import parse_need
from fellestorg.catalogues.models import DeliveryTerms, Item, PriceLine
from fellestorg.kernel import clock, events
from fellestorg.kernel.actors import SYSTEM, Actor, Grant
from fellestorg.kernel.events import Happening
from fellestorg.kernel.models import Installation
from fellestorg.organisations.models import Organisation, Person, RoleGrant

BUYER, SI = "974760673", "986252932"
SUPPLIERS = {"982463718": "Eksempel Data AS", "914778271": "Eksempel Kontor AS", "981276957": "Eksempel Papir AS"}
DAY = date(2020, 1, 1)
RANK = {"steps": [{"when": {}, "mechanism": "rank"}], "decides": ["goods", "discount", "freight"], "tie_rule": "rank"}
NET_PRICE = {
    "steps": [
        {"when": {"amount_below": "500000"}, "mechanism": "lowest_net_price", "max_suppliers": 2},
        {"when": {}, "mechanism": "mini_competition"},
    ],
    "decides": ["goods", "discount", "small_order_fee", "freight"],
    "tie_rule": "rank",
}


def lot(policy: dict[str, Any] = NET_PRICE, *, form: str = "nb") -> Lot:
    """A lot with its agreement, buyer, people, suppliers, items and prices. The third supplier is suspended."""
    Installation.objects.get_or_create(id=1, defaults={"kind": "demo", "clock_offset": timedelta(0)})
    owner = Organisation.objects.create(number=SI, name="Statens innkjøpssenter", kind="agency")
    buyer = Organisation.objects.create(
        number=BUYER, name="Eksempeldirektoratet", kind="agency", language_form=form, address="Storgata 1, 0001 Oslo"
    )
    person = Person.objects.create(username="kari", name="Kari Kjøper", email="kari@example.no")
    RoleGrant.objects.create(person=person, organisation=buyer, role="buyer", valid_from=DAY)
    agreement = FrameworkAgreement.objects.create(
        key="kontor", title_nb="Kontorvarer", title_nn="Kontorvarer", title_en="Office supplies", category="office",
        owner=owner, manager=person, starts=DAY, ends=date(2099, 1, 1), latest_end=date(2099, 1, 1),
        long_duration_reason="eksempel", ruleset_date=DAY,
    )  # fmt: skip
    made = Lot.objects.create(
        agreement=agreement, key="papir", number=1, title_nb="Papir", title_nn="Papir", title_en="Paper",
        scope_nb="papir", scope_nn="papir", scope_en="paper", cpv=["30197630"], categories=["paper"],
        max_value=Decimal(1_000_000),
    )  # fmt: skip
    Participation.objects.create(agreement=agreement, organisation=buyer, ground="obligatory", valid_from=DAY)
    version = PolicyVersion.objects.create(lot=made, version=1, document=policy, valid_from=DAY)
    with transaction.atomic():
        events.record(Happening(f"lot:{made}", "policy_set", f"lot:{made}", SYSTEM, clock.now(), covers=(version,)))
    items = [
        Item.objects.create(
            lot=made, number=number, name_nb=nb, name_nn=nb, name_en=en, category="paper", unit=unit, cpv="30197630",
            standard_assortment=True,
        )
        for number, nb, en, unit in [
            ("PAP-A4", "Kopipapir A4 #1 <hvitt>", "Copy paper A4", "BX"),
            ("PAP-NOTAT", "Notatblokk", "Notepad", "EA"),
        ]
    ]  # fmt: skip
    for rank, (number, name) in enumerate(SUPPLIERS.items(), 1):
        supplier = Organisation.objects.create(number=number, name=name, kind="supplier", email=f"{rank}@example.no")
        suspended = {"suspended_from": DAY, "suspension_reason": "Leverer ikke"} if rank == 3 else {}
        SupplierPosition.objects.create(lot=made, supplier=supplier, rank=rank, valid_from=DAY, **suspended)
        DeliveryTerms.objects.create(
            lot=made, supplier=supplier, freight=Decimal(99), free_freight_from=Decimal(10_000), lead_days=3,
            min_order=Decimal(500), small_order_fee=Decimal(150), valid_from=DAY,
            spend_discounts=[{"from": "1000", "rate": "0.05"}],
        )  # fmt: skip
        for place, item in enumerate(items):
            PriceLine.objects.create(
                item=item, supplier=supplier, supplier_number=f"L{rank}-{place}", product_name=item.name_nb,
                model="fixed", unit_price=Decimal(50 + (rank if place else -rank) * 7), vat_rate=Decimal("0.25"),
                co2e_kg=Decimal("1.5") if rank == 1 else None, valid_from=DAY,
            )  # fmt: skip
    return made


def call_off(at: Lot, quantities: dict[str, str], *, request: str = "r1", limit: Decimal | None = None) -> CallOff:
    """A committed need of the buyer for some items."""
    person = Person.objects.get(username="kari")
    need = parse_need(
        {
            "request_id": request, "buyer": BUYER, "agreement": at.agreement.key, "lot": at.key,
            "lines": [{"item": item, "quantity": quantity} for item, quantity in quantities.items()],
            "buyer_reference": "PROSJEKT-7",
        },
        dated=False,
    )  # fmt: skip
    made = actions.commit(need, at, actor=buyer(limit), person=person).call_off
    assert made is not None
    return made


def buyer(limit: Decimal | None = None) -> Actor:
    """The one who buys, with a budget authority."""
    person = Person.objects.get(username="kari")
    return Actor(person.key, person.name, (Grant("buyer", BUYER, limit),))
