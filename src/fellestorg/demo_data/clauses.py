"""What the consumables agreement says of options and price regulation, and what came of it. Invented for the demo.

Most agencies have chosen every option. The few that have not are invented ones, and bought nothing of it.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from fellestorg.agreements.models import AssortmentOption, OptionChoice, RegulationClause
from fellestorg.agreements.options import option_fact
from fellestorg.catalogues.models import PriceLine, PriceRegulation, RegulatedLine
from fellestorg.demo_data import agencies, suppliers
from fellestorg.demo_data.price_lists import REGULATED_ON, REGULATION
from fellestorg.demo_data.seeded import chance
from fellestorg.kernel import clock
from fellestorg.kernel.actors import Actor, Grant
from fellestorg.kernel.events import Happening
from fellestorg.law.indexes import price_index
from fellestorg.organisations.models import Organisation
from fellestorg.values import decimal_text

if TYPE_CHECKING:
    from fellestorg.demo_data.ground import Ground

LOT = "forbruk"
_OPTIONS = (
    ("blekk", ("Blekk", "Blekk", "Ink"), "ink"),
    ("lyskilder", ("Lyskilder", "Lyskjelder", "Light sources"), "light_source"),
    ("toner", ("Toner", "Tonar", "Toner"), "toner"),
)
_SOURCE = "Rammeavtalen for forbruksmateriell: virksomheten velger opsjonene toner, blekk og lyskilder ved oppstart"
# Told in the stories: one can sign in as the first agency's local agreement manager and choose ink.
_TOLD = {(agencies.MAIN_AGENCY, "blekk"): "unanswered", (agencies.NYNORSK_AGENCY, "lyskilder"): "declined"}
_DECLINING = 6
_BASE, _USED = date(2021, 12, 1), date(2022, 12, 1)
_NOTICED = datetime(2023, 1, 20, 10, 15, tzinfo=clock.OSLO)


def lay_options(ground: Ground) -> None:
    """The options, and what each agency answered when it joined."""
    lot = ground.lots[LOT]
    options = [
        AssortmentOption(
            lot=lot, key=key, name_nb=nb, name_nn=nn, name_en=en, categories=[category], source=f"{_SOURCE} (demodata)"
        )
        for key, (nb, nn, en), category in _OPTIONS
    ]
    AssortmentOption.objects.bulk_create(options)
    ground.options[LOT] = options
    taking_part = [one for (key, _number), one in ground.participations.items() if key == lot.agreement.key]
    without = {**_not_chosen([one.organisation for one in taking_part]), **_TOLD}
    ground.not_chosen = frozenset((LOT, number, key) for number, key in without)
    OptionChoice.objects.bulk_create(
        [
            OptionChoice(
                option=option,
                organisation=one.organisation,
                chosen=(one.organisation.number, option.key) not in without,
                valid_from=one.valid_from,
                chosen_by=ground.staff[one.organisation.number, "local_agreement_manager"][0].name,
                chosen_at=datetime.combine(one.valid_from, datetime.min.time(), clock.OSLO)
                - timedelta(days=12, hours=-10),
            )
            for one in taking_part
            for option in options
            if without.get((one.organisation.number, option.key)) != "unanswered"
        ],
        batch_size=1000,
    )


def options_of(ground: Ground, lot: str, agency: str) -> list[dict[str, Any]]:
    """The lot's options as the engine reads them for an agency."""
    return [option_fact(one, (lot, agency, one.key) not in ground.not_chosen) for one in ground.options.get(lot, [])]


def may_buy(ground: Ground, lot: str, agency: str, category: str) -> bool:
    """Whether an agency has chosen the option a category belongs to, where it belongs to one."""
    return not any(
        category in one.categories and (lot, agency, one.key) in ground.not_chosen
        for one in ground.options.get(lot, [])
    )


def lay_regulation(ground: Ground, day: date) -> None:
    """The clause, and the regulation of March 2023 that the price list already shows."""
    lot = ground.lots[LOT]
    RegulationClause.objects.create(
        lot=lot,
        series="KPI",
        base_month=_BASE,
        first_on=REGULATED_ON,
        notice_days=30,
        delivery_fees=True,
        source="Rammeavtalen for forbruksmateriell: årlig regulering etter konsumprisindeksen (demodata)",
    )
    if day < _NOTICED.date():
        return
    index = price_index("KPI")
    proposer, approver = lot.agreement.manager, ground.staff[agencies.OWNER, "si_admin"][0]
    regulation = PriceRegulation.objects.create(
        lot=lot,
        year=REGULATED_ON.year,
        takes_effect=REGULATED_ON,
        series="KPI",
        base_month=_BASE,
        base_value=index.values[_BASE],
        month=_USED,
        value=index.values[_USED],
        index_source=index.source,
        index_verified=index.verified,
        max_rise=None,
        capped=False,
        factor=REGULATION,
        price_decimals=2,
        fees=_fees(ground),
        clause_source="Rammeavtalen for forbruksmateriell (demodata)",
        reason="Årlig regulering etter avtalen.",
        proposed_by=proposer.name,
        approved_by=approver.name,
        noticed_at=_NOTICED,
    )
    lines = _pairs(ground.prices[LOT])
    RegulatedLine.objects.bulk_create(
        [RegulatedLine(regulation=regulation, before=before, after=after) for before, after in lines], batch_size=1000
    )
    actor = Actor(approver.key, approver.name, (Grant("si_admin", agencies.OWNER),), approver.language)
    payload = {
        "from": REGULATED_ON.isoformat(),
        "rate": decimal_text(REGULATION - 1),
        "series": "KPI",
        "base_month": _BASE.isoformat(),
        "month": _USED.isoformat(),
        "lines": len(lines),
    }
    stream = f"lot:{lot}"
    ground.events.append(Happening(stream, "prices_regulated", stream, actor, _NOTICED, payload, (regulation,)))


def _not_chosen(taking_part: list[Organisation]) -> dict[tuple[str, str], str]:
    told = {number for number, _key in _TOLD}
    invented = [one.number for one in taking_part if one.fictional and one.kind == "agency" and one.number not in told]
    found = {}
    for key, _names, _category in _OPTIONS:
        picked = chance("options", key).sample(invented, min(_DECLINING, len(invented)))
        for index, number in enumerate(picked):
            found[number, key] = "unanswered" if index == 0 else "declined"
    return found


def _pairs(prices: list[PriceLine]) -> list[tuple[PriceLine, PriceLine]]:
    """Fixed prices of the standard assortment on both sides of the day."""
    before = {(one.supplier_id, one.item_id): one for one in prices if one.valid_from < REGULATED_ON}
    return [
        (before[one.supplier_id, one.item_id], one)
        for one in prices
        if one.valid_from == REGULATED_ON
        and one.model == PriceLine.Model.FIXED
        and one.item.standard_assortment
        and (one.supplier_id, one.item_id) in before
    ]


def _fees(ground: Ground) -> list[dict[str, str]]:
    first = {one.supplier: one for one in suppliers.TERMS[LOT]}
    found = []
    for key, (fee, freight) in suppliers.RAISED[LOT].items():
        number = ground.organisations[suppliers.SUPPLIERS[key][0]].number
        for name, before, after in (("small_order_fee", first[key].fee, fee), ("freight", first[key].freight, freight)):
            found.append({"supplier": number, "fee": name, "before": str(Decimal(before)), "after": after})
    return found
