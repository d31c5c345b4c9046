"""What an order says to its supplier, and the VAT of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_FLOOR, Decimal

from django.utils.translation import gettext as _

from fellestorg.calloffs.models import CallOff, Order, OrderLine
from fellestorg.calloffs.papers.case import organisation_name
from fellestorg.calloffs.papers.protocol import demo_mark, spaced
from fellestorg.calloffs.used_units import used_of, used_text
from fellestorg.catalogues.models import DeliveryTerms
from fellestorg.catalogues.words import unit_name
from fellestorg.kernel import clock
from fellestorg.kernel.text import localised
from fellestorg.ui.formats import NOTHING, day, instant, money, number, share
from fellestorg.ui.paper import Block, Bullets, Column, Paper, Section, Table, Text
from fellestorg.values import quote
from fellestorg.values.money import ORE

# What comes with the goods, in the order it is written. Handling and carbon are the buyer's own, and no invoice's.
_CHARGES = ("discount", "small_order_fee", "freight")


@dataclass(frozen=True, slots=True)
class VatLine:
    """What is taxed at one rate (kroner without VAT) and the VAT of it, both to the øre."""

    rate: Decimal
    base: Decimal
    vat: Decimal


def vat_lines(amounts: Sequence[tuple[Decimal, Decimal]], total: Decimal) -> tuple[VatLine, ...]:
    """The VAT of an order, by rate, highest first.

    ``amounts`` are (rate, amount without VAT) of its lines and ``total`` the order without VAT, charges and discount
    included. Those follow the goods: they are spread over the rates as the goods are (merverdiavgiftsloven § 4-2), and
    the bases add up to the total to the øre. Nothing is known of the VAT of an order without lines: an empty answer.
    """
    goods: dict[Decimal, Decimal] = {}
    for rate, amount in amounts:
        goods[rate] = goods.get(rate, Decimal(0)) + amount
    whole = sum(goods.values(), Decimal(0))
    if not goods or whole <= 0:
        return ()
    exact = {rate: total * amount / whole for rate, amount in goods.items()}
    bases = {rate: base.quantize(ORE, rounding=ROUND_FLOOR) for rate, base in exact.items()}
    # The øre that rounding down left over go to those that lost most, so that nothing is lost.
    left = int((quote(total) - sum(bases.values(), Decimal(0))) / ORE)
    for rate in sorted(exact, key=lambda one: (bases[one] - exact[one], -one))[:left]:
        bases[rate] += ORE
    return tuple(VatLine(rate, bases[rate], quote(bases[rate] * rate)) for rate in sorted(bases, reverse=True))


def order_form(order: Order, language: str, *, demo: bool) -> Paper:
    """The order document to the supplier, in the language that is active and given."""
    call_off = order.call_off
    agreement = call_off.lot.agreement
    title = _("Bestilling {number}").format(number=order.number)
    buyer = organisation_name(call_off.buyer, language)
    lines = list(order.lines.select_related("item", "price_line"))
    return Paper(
        title=title,
        lead="",
        language=language,
        author=buyer,
        keywords=(order.number, call_off.number, agreement.key),
        header=(buyer, demo_mark(demo) or order.number),
        footer=title,
        of=_("av"),
        facts=_facts(order, language),
        sections=(
            Section(_("Varer og tjenester"), _lines(order, lines, language)),
            Section(_("Beløp"), _amounts(order, lines)),
            Section(_("Vilkår"), (Bullets(_terms(call_off, order)),)),
        ),
        made_at=order.created_at,
    )


def _facts(order: Order, language: str) -> tuple[tuple[str, str], ...]:
    call_off, supplier = order.call_off, order.supplier
    buyer, lot = call_off.buyer, call_off.lot
    rows = [
        (_("Bestillingsnummer"), order.number),
        (_("Avrop"), call_off.number),
        (_("Dato"), instant(order.created_at)),
        (_("Kjøper"), f"{organisation_name(buyer, language)}, {_('org.nr.')} {spaced(buyer.number)}"),
        (_("Leverandør"), f"{organisation_name(supplier, language)}, {_('org.nr.')} {spaced(supplier.number)}"),
        (_("Rammeavtale"), f"{localised(lot.agreement, 'title', language)} ({lot.agreement.key})"),
        (_("Delkontrakt"), f"{lot.number}: {localised(lot, 'title', language)}"),
        (_("Leveres til"), call_off.deliver_to or NOTHING),
        (_("Leveres senest"), day(call_off.deliver_by) if call_off.deliver_by else _("etter avtalens leveringstid")),
        (_("Kjøpers referanse"), call_off.buyer_reference or NOTHING),
    ]
    if call_off.requested_by is not None:
        rows.append((_("Kontaktperson"), f"{call_off.requested_by.name}, {call_off.requested_by.email}"))
    return tuple(rows)


def _lines(order: Order, lines: Sequence[OrderLine], language: str) -> tuple[Block, ...]:
    if not lines:
        return (Text(order.call_off.title),)
    columns = (
        Column(_("Nr."), "right"),
        Column(_("Deres varenr.")),
        Column(_("Vårt varenr.")),
        Column(_("Vare"), width="1"),
        Column(_("Antall"), "right"),
        Column(_("Enhet")),
        Column(_("Pris per enhet"), "right"),
        Column(_("Beløp"), "right"),
        Column(_("Mva."), "right"),
    )
    rows = tuple(
        (
            str(place),
            line.price_line.supplier_number,
            line.item.number,
            _product(line, language),
            number(line.quantity),
            unit_name(line.item.unit),
            number(line.unit_price, 2),
            number(line.amount, 2),
            share(line.vat_rate),
        )
        for place, line in enumerate(lines, 1)
    )
    return (Text(_("Alle priser er kroner uten mva.")), Table(columns, rows, size=8))


def _product(line: OrderLine, language: str) -> str:
    name = line.price_line.product_name or localised(line.item, "name", language)
    if not line.item.used:
        return name
    used = used_of(line.price_line, line.item.cpv, clock.local_day(line.order.created_at))
    return f"{name}\n{used_text(used)}"


def _amounts(order: Order, lines: Sequence[OrderLine]) -> tuple[Block, ...]:
    names = {"discount": _("Rabatt"), "small_order_fee": _("Gebyr for liten ordre"), "freight": _("Frakt")}
    rows: list[tuple[str, str]] = []
    if order.parts:
        rows.append((_("Varer"), money(order.parts["goods"])))
    for part in _CHARGES:
        amount = Decimal(order.parts.get(part, "0"))
        if amount:
            rows.append((names[part], money(-amount if part == "discount" else amount)))
    rows.append((_("Sum uten mva."), money(order.contract_value)))
    vat = vat_lines([(line.vat_rate, line.amount) for line in lines], order.contract_value)
    for one in vat:
        label = _("Mva. {rate} av {base}").format(rate=share(one.rate), base=money(one.base))
        rows.append((label, money(one.vat)))
    if vat:
        total = sum((one.base + one.vat for one in vat), Decimal(0))
        rows.append((_("Sum med mva."), money(total)))
    columns = (Column(_("Post"), width="1"), Column(_("Kroner"), "right"))
    table = Table(columns, tuple(rows), totals=1, size=9)
    if vat:
        return (table,)
    return (table, Text(_("Merverdiavgift kommer i tillegg.")))


def _terms(call_off: CallOff, order: Order) -> tuple[str, ...]:
    points = [
        _("Rammeavtalens vilkår og priser gjelder for bestillingen. Andre vilkår gjelder ikke."),
        _(
            "Faktura sendes som EHF (Peppol BIS Billing 3.0) til {number} og merkes med bestillingsnummer "
            "og kjøpers referanse."
        ).format(number=spaced(call_off.buyer.number)),
        _("Gi beskjed straks hvis noe ikke kan leveres som bestilt."),
    ]
    delivery = _delivery_terms(call_off, order)
    if delivery is not None:
        modes = {
            DeliveryTerms.Mode.ROAD: _("vei"),
            DeliveryTerms.Mode.ZERO_EMISSION: _("utslippsfri transport"),
            DeliveryTerms.Mode.PICK_UP: _("henting"),
            DeliveryTerms.Mode.DIGITAL: _("digital levering"),
        }
        said = _("Avtalt leveringstid er {days} virkedager. Leveringsmåte: {mode}.")
        points.insert(1, said.format(days=delivery.lead_days, mode=modes[DeliveryTerms.Mode(delivery.mode)]))
    return tuple(points)


def _delivery_terms(call_off: CallOff, order: Order) -> DeliveryTerms | None:
    """The terms the decision was based on, not those of today."""
    for made in call_off.decision.answer["orders"]:
        if made["supplier"] == order.supplier.number and made.get("terms"):
            return DeliveryTerms.objects.filter(pk=made["terms"]).first()
    return None
