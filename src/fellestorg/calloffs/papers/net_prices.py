"""The suppliers' net prices on a protocol: the parts side by side, what decided, and who was left out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal

from django.utils.translation import gettext as _

from fellestorg.calloffs import shown
from fellestorg.calloffs.papers.case import Case
from fellestorg.ui.formats import money, number
from fellestorg.ui.paper import Block, Bullets, Column, Section, Table, Text

_SIDE_BY_SIDE = 5


def net_prices(case: Case) -> Section | None:
    """The section of net prices; None where nothing was priced and nobody was left out."""
    view = case.view
    if not any(offer.parts for offer in view.offers) and not any(offer.excluded for offer in view.offers):
        return None
    blocks: list[Block] = []
    if any(offer.parts for offer in view.offers):
        blocks.append(Text(_what_decides(case)))
        blocks += _price_tables(case)
        if any(offer.carbon_estimated for offer in view.offers if offer.parts):
            note = _("* Leverandøren har ikke oppgitt klimautslipp for alle varene. Det høyeste oppgitte er brukt.")
            blocks.append(Text(note))
    left_out = tuple(f"{offer.supplier}: {_excluded(case, offer)}" for offer in view.offers if offer.excluded)
    if left_out:
        blocks += [Text(_("Holdt utenfor:")), Bullets(left_out)]
    saving = _saving(case)
    if saving is not None:
        saved = _("Å dele behovet er {amount} billigere enn beste enkeltleverandør, når det som avgjør, legges sammen.")
        blocks.append(Text(saved.format(amount=money(saving)), "note"))
    return Section(_("Leverandørenes nettopriser"), tuple(blocks))


def _what_decides(case: Case) -> str:
    if not _deciding_parts(case):
        return case.view.price_note
    if len(_deciding_parts(case)) == len(case.view.parts):
        return _("Alle beløp er kroner uten mva. Alle delene avgjør.")
    said = _("Alle beløp er kroner uten mva. Dette avgjør: {parts}. De andre delene vises, men avgjør ikke.")
    return said.format(parts=", ".join(case.words.decides))


def _deciding_parts(case: Case) -> list[str]:
    """The parts that ranked the suppliers; none where the price did not decide."""
    return list(case.answer["decides"]) if case.answer["reason"]["code"] == "lowest_net_price" else []


def _price_tables(case: Case) -> Iterator[Table]:
    """The parts down, the suppliers side by side in order of rank, so many to a table as the page has room for."""
    view = case.view
    raw = {one["rank"]: one["parts"] for one in case.answer["offers"]}
    priced = [offer for offer in view.offers if offer.parts]
    deciding = _deciding_parts(case)
    some_decide = 0 < len(deciding) < len(view.parts)
    for start in range(0, len(priced), _SIDE_BY_SIDE):
        shown_here = priced[start : start + _SIDE_BY_SIDE]
        columns = (
            Column(_("Del av prisen"), width="1.4"),
            Column(_("Rolle")),
            *(Column(f"{offer.rank}. {_marked(offer)}", "right", "1") for offer in shown_here),
        )
        rows = []
        for part in view.parts:
            sign = -1 if part.key == "discount" else 1
            figures = [number(sign * Decimal(raw[offer.rank][part.key]), 2) for offer in shown_here]
            if part.key == "carbon":
                figures = [
                    f"{figure} *" if offer.carbon_estimated else figure
                    for figure, offer in zip(figures, shown_here, strict=True)
                ]
            role = _("avgjør") if part.key in deciding else _("vises")
            rows.append((part.name[:1].upper() + part.name[1:], role, *figures))
        if some_decide:
            sums = [number(_deciding(case, raw[offer.rank]), 2) for offer in shown_here]
            rows.append((_("Sum av det som avgjør"), _("avgjør"), *sums))
        nets = [number(offer.net or 0, 2) for offer in shown_here]
        rows.append((_("Nettopris"), _("avgjør") if len(deciding) == len(view.parts) else _("vises"), *nets))
        yield Table(columns, tuple(rows), totals=2 if some_decide else 1)


def _marked(offer: shown.OfferShown) -> str:
    if offer.chosen:
        return _("{supplier} (valgt)").format(supplier=offer.supplier)
    if offer.excluded:
        return _("{supplier} (holdt utenfor)").format(supplier=offer.supplier)
    return offer.supplier


def _deciding(case: Case, parts: Mapping[str, Decimal | str]) -> Decimal:
    """The sum of the parts that the agreement says decide."""
    signed = {key: -Decimal(amount) if key == "discount" else Decimal(amount) for key, amount in parts.items()}
    return sum((signed[key] for key in case.answer["decides"]), Decimal(0))


def _saving(case: Case) -> Decimal | None:
    """What a split saves against the best single supplier; ``None`` where nothing was split or nobody has it all."""
    best = case.answer["best"]
    able = [one["parts"] for one in case.answer["offers"] if one["parts"] and not one["excluded_because"]]
    if best is None or len(case.answer["orders"]) < 2 or not able:
        return None
    return min(_deciding(case, parts) for parts in able) - _deciding(case, best["parts"])


def _excluded(case: Case, offer: shown.OfferShown) -> str:
    raw = next(one for one in case.answer["offers"] if one["rank"] == offer.rank)
    if raw["excluded_because"] == "suspended":
        because = next(
            one["suspended_because"] for one in case.facts["suppliers"] if one["supplier"] == raw["supplier"]
        )
        return f"{offer.excluded}. {because}"
    return f"{offer.excluded}: {', '.join(offer.missing)}"
