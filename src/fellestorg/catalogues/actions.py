"""The verbs of catalogues."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from fellestorg.agreements.models import FrameworkAgreement, Lot, SupplierPosition
from fellestorg.agreements.policy import may_manage
from fellestorg.catalogues.models import Item, PriceLine
from fellestorg.catalogues.rules import COLUMNS, REQUIRED, Price, read_new_item, read_price
from fellestorg.kernel import clock, events
from fellestorg.kernel.actors import Actor
from fellestorg.kernel.events import Happening
from fellestorg.kernel.sheets import RowProblem, SheetRow, read_sheet
from fellestorg.organisations.models import Organisation
from fellestorg.values import BadInput, Refused

_BATCH = 2000


@dataclass(frozen=True, slots=True)
class Imported:
    """What came of a price list. Where anything is rejected, nothing was written and ``accepted`` is 0."""

    read: int
    accepted: int
    rejected: tuple[RowProblem, ...]
    new: int
    changed: int
    unchanged: int

    def as_json(self) -> dict[str, object]:
        return {
            "read": self.read,
            "accepted": self.accepted,
            "rejected": [problem.as_json() for problem in self.rejected],
            "changes": {"new": self.new, "changed": self.changed, "unchanged": self.unchanged},
        }


@transaction.atomic
def import_prices(
    content: bytes,
    agreement: FrameworkAgreement,
    lot: Lot | None,
    supplier: Organisation,
    *,
    actor: Actor,
    now: datetime,
    valid_from: date | None = None,
    preview: bool = False,
) -> Imported:
    """Bring in a supplier's price list from a day on (default today). It is CSV with the columns of ``rules.COLUMNS``.

    A price that is the same is left alone; a changed one closes the old row the day before and adds another, so that
    decisions keep what they used. Items not in the file keep their prices. All or nothing; ``preview`` writes nothing.
    Raises Refused where the actor does not manage the agreement, BadInput where the file as a whole cannot be read or
    the supplier has no place in the lot.
    """
    if not may_manage(actor, agreement).allowed:
        raise Refused("not_agreement_manager", _("Bare avtaleforvalteren og SI-administrator kan lese inn prislister."))
    today = clock.local_day(now)
    day = valid_from or today
    lots = _lots(agreement, lot, supplier, day)
    rows = read_sheet(content, COLUMNS, REQUIRED)
    plan = _plan(rows, lots, supplier, day, today)
    if plan.problems:
        return Imported(len(rows), 0, tuple(sorted(plan.problems, key=lambda one: one.row)), 0, 0, 0)
    done = Imported(len(rows), len(rows), (), len(plan.new), len(plan.changed), plan.unchanged)
    if preview:
        return done
    _write(plan, supplier, day)
    subject = f"catalogue:{agreement.key}/{supplier.number}"
    payload = {
        "from": day.isoformat(),
        "rows": len(rows),
        "new": done.new,
        "changed": done.changed,
        "unchanged": done.unchanged,
        "items_made": len(plan.items),
        "sha256": hashlib.sha256(content).hexdigest(),
    }
    events.record(Happening(f"catalogue:{agreement.key}", "prices_imported", subject, actor, now, payload))
    return done


@dataclass
class _Plan:
    """What a file would do: items to make, prices to add, rows to close, and everything wrong with it."""

    problems: list[RowProblem] = field(default_factory=list)
    items: list[Item] = field(default_factory=list)
    new: list[tuple[Item, Price]] = field(default_factory=list)
    changed: list[tuple[Item, Price, PriceLine]] = field(default_factory=list)
    unchanged: int = 0


def _lots(agreement: FrameworkAgreement, lot: Lot | None, supplier: Organisation, day: date) -> dict[int, Lot]:
    """The lots the file may be about: those where the supplier has a place on the day. Locks the places, so that two
    imports of one supplier's prices come one after the other."""
    held = Q(valid_to=None) | Q(valid_to__gte=day)
    positions = SupplierPosition.objects.select_for_update(of=("self",)).select_related("lot")
    positions = positions.filter(held, lot__agreement=agreement, supplier=supplier).order_by("id")
    if lot is not None:
        positions = positions.filter(lot=lot)
    found = {position.lot_id: position.lot for position in positions}
    if not found:
        raise BadInput.of("supplier", "no_position", _("leverandøren er ikke med i avtalen"))
    return found


def _plan(rows: Iterable[SheetRow], lots: Mapping[int, Lot], supplier: Organisation, day: date, today: date) -> _Plan:
    plan = _Plan()
    items: dict[str, list[Item]] = {}
    for item in Item.objects.filter(lot__in=lots):
        items.setdefault(item.number, []).append(item)
    later_or_now = Q(valid_to=None) | Q(valid_to__gte=day)
    current: dict[int, list[PriceLine]] = {}
    for line in PriceLine.objects.filter(later_or_now, item__lot__in=lots, supplier=supplier).order_by("valid_from"):
        current.setdefault(line.item_id, []).append(line)
    seen: dict[str, int] = {}
    for row in rows:
        number = row.cells["item"]
        if number in seen:
            text = _("varen står alt på linje %(line)s") % {"line": seen[number]}
            plan.problems.append(RowProblem(row.number, "item", "item_twice", text))
            continue
        seen[number] = row.number
        found = _item(row, items.get(number, []), lots, plan)
        price, problems = read_price(row, found.name_nb if found else number)
        plan.problems += problems
        if found is None or price is None:
            continue
        made_now = found._state.adding
        if made_now:
            plan.items.append(found)
        _place(row, found, price, [] if made_now else current.get(found.pk, []), day, today, plan)
    return plan


def _item(row: SheetRow, known: list[Item], lots: Mapping[int, Lot], plan: _Plan) -> Item | None:
    """The item a row is about: one the lot has, or a new one that the row describes."""
    if len(known) == 1:
        return known[0]
    if not row.cells["item"]:
        plan.problems.append(RowProblem(row.number, "item", "missing", _("varenummeret mangler")))
        return None
    if known or len(lots) > 1:
        text = _("varen kan ligge i flere delkontrakter; les inn én delkontrakt om gangen")
        if not known:
            text = _("varen finnes ikke i avtalen; velg delkontrakt for å ta inn nye varer")
        code = "ambiguous_item" if known else "unknown_item"
        plan.problems.append(RowProblem(row.number, "item", code, text))
        return None
    lot = next(iter(lots.values()))
    described, problems = read_new_item(row, lot.categories)
    plan.problems += problems
    if described is None:
        return None
    return Item(
        lot=lot,
        number=row.cells["item"],
        name_nb=described.name_nb,
        name_nn=described.name_nn,
        name_en=described.name_en,
        category=described.category,
        unit=described.unit,
        cpv=described.cpv,
        standard_assortment=described.standard_assortment,
        used=described.used,
    )


def _place(
    row: SheetRow, item: Item, price: Price, lines: list[PriceLine], day: date, today: date, plan: _Plan
) -> None:
    """Where a price goes among the rows that hold on the day or later."""
    now_valid = next((line for line in lines if line.valid_from <= day), None)
    later = [line for line in lines if line.valid_from > day]
    if now_valid is not None and _says(now_valid) == price:
        plan.unchanged += 1
    elif later or (now_valid is not None and now_valid.valid_from == day):
        newest = (later or lines)[-1].valid_from
        text = _("varen har alt en annen pris fra %(day)s; velg en senere dag") % {"day": newest.isoformat()}
        plan.problems.append(RowProblem(row.number, "item", "later_price", text))
    elif now_valid is None:
        plan.new.append((item, price))
    elif day < today:
        text = _("prisen kan ikke endres fra en dag som har vært")
        plan.problems.append(RowProblem(row.number, "item", "day_passed", text))
    else:
        plan.changed.append((item, price, now_valid))


def _says(line: PriceLine) -> Price:
    """What a row in the database says, comparable with what a row in a file says."""
    tiers = tuple((Decimal(tier["from"]), Decimal(tier["unit_price"])) for tier in line.tiers)
    return Price(
        line.supplier_number,
        line.product_name,
        line.model,
        line.unit_price,
        line.list_price,
        line.discount_rate,
        tiers,
        line.vat_rate,
        line.co2e_kg,
        line.ecolabel,
    )


def _write(plan: _Plan, supplier: Organisation, day: date) -> None:
    Item.objects.bulk_create(plan.items, batch_size=_BATCH)
    closed = [old.pk for _item_, _price, old in plan.changed]
    PriceLine.objects.filter(pk__in=closed).update(valid_to=day - timedelta(days=1))
    wanted = [*plan.new, *((item, price) for item, price, _old in plan.changed)]
    PriceLine.objects.bulk_create(
        (
            PriceLine(
                item=item,
                supplier=supplier,
                supplier_number=price.supplier_number,
                product_name=price.product_name,
                model=price.model,
                unit_price=price.unit_price,
                list_price=price.list_price,
                discount_rate=price.discount_rate,
                tiers=price.tiers_json,
                vat_rate=price.vat_rate,
                co2e_kg=price.co2e_kg,
                ecolabel=price.ecolabel,
                valid_from=day,
            )
            for item, price in wanted
        ),
        batch_size=_BATCH,
    )
