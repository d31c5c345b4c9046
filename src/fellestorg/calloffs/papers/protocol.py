"""What the protocol of a call-off says: the whole decision in words, as it was made and on what it rested."""

from __future__ import annotations

from decimal import Decimal

from django.utils.translation import gettext as _

from fellestorg.agreements.words import category_name
from fellestorg.calloffs import shown, texts
from fellestorg.calloffs.cascade.story import asked_in_turn
from fellestorg.calloffs.models import CallOff
from fellestorg.calloffs.papers.case import Case, organisation_name, read_case
from fellestorg.calloffs.papers.net_prices import net_prices
from fellestorg.catalogues.words import unit_name
from fellestorg.kernel import clock
from fellestorg.kernel.events import RootHead
from fellestorg.kernel.text import localised
from fellestorg.organisations import rules
from fellestorg.ui.formats import NOTHING, day, instant, money, number, share
from fellestorg.ui.paper import Block, Bullets, Column, Facts, Paper, Section, Table, Text
from fellestorg.values import digest


def protocol(call_off: CallOff, head: RootHead, language: str, *, demo: bool) -> Paper:
    """The protocol of a call-off, in the language that is active and given. ``head`` is a root head that covers it."""
    case = read_case(call_off, language)
    agreement = call_off.lot.agreement
    title = _("Anskaffelsesprotokoll for avrop {number}").format(number=call_off.number)
    return Paper(
        title=title,
        lead=case.words.reason,
        language=language,
        author=organisation_name(agreement.owner, language),
        keywords=(call_off.number, agreement.key, str(call_off.decision_id)),
        header=(organisation_name(call_off.buyer, language), demo_mark(demo) or call_off.number),
        footer=title,
        of=_("av"),
        facts=_facts(case, language),
        sections=tuple(section for section in _sections(case, head) if section is not None),
        made_at=call_off.made_at,
    )


def demo_mark(demo: bool) -> str:
    """What every paper of the demo says."""
    return _("Demodata – ikke et virkelig kjøp") if demo else ""


def _facts(case: Case, language: str) -> tuple[tuple[str, str], ...]:
    call_off, lot = case.call_off, case.call_off.lot
    agreement = lot.agreement
    asked = call_off.requested_by.name if call_off.requested_by else _("kommandolinjen")
    rows = [
        (_("Avrop"), call_off.number),
        (_("Oppdragsgiver"), f"{organisation_name(call_off.buyer, language)} ({spaced(call_off.buyer.number)})"),
        (_("Rammeavtale"), f"{localised(agreement, 'title', language)} ({agreement.key})"),
        (_("Delkontrakt"), f"{lot.number}: {localised(lot, 'title', language)}"),
        (_("Besluttet"), instant(call_off.made_at)),
        (_("Bestilt av"), asked),
    ]
    if call_off.approved_by is not None:
        rows.append((_("Godkjent av"), call_off.approved_by.name))
    if call_off.closed_at is not None:
        ended = {
            CallOff.State.CANCELLED: _("Kansellert"),
            CallOff.State.REFUSED_APPROVAL: _("Ikke godkjent"),
            CallOff.State.LAPSED: _("Falt bort"),
            CallOff.State.NO_SUPPLIER: _("Ingen leverandør sa ja"),
        }
        when = instant(call_off.closed_at)
        reason = f": {call_off.closed_reason}" if call_off.closed_reason else ""
        rows.append((ended.get(CallOff.State(call_off.state), _("Avsluttet")), when + reason))
    if call_off.buyer_reference:
        rows.append((_("Referanse"), call_off.buyer_reference))
    rows.append((_("Leveres til"), call_off.deliver_to or NOTHING))
    if call_off.deliver_by:
        rows.append((_("Leveres senest"), day(call_off.deliver_by)))
    without_order = (CallOff.State.MINI_COMPETITION, CallOff.State.DPS_INVITATION, CallOff.State.NO_SUPPLIER)
    if call_off.state in without_order:
        rows.append((_("Verdi av behovet"), _without_vat(case.answer["amount"])))
    else:
        rows.append((_("Kontraktsverdi"), _without_vat(call_off.contract_value)))
    return tuple(rows)


def _sections(case: Case, head: RootHead) -> list[Section | None]:
    return [
        _warnings(case),
        _need(case),
        _reasons(case),
        net_prices(case),
        asked_in_turn(case.call_off),
        _orders(case),
        _invited(case),
        _ceiling(case),
        _rules(case),
        _proof(case, head),
    ]


def _warnings(case: Case) -> Section | None:
    boxes: list[Block] = [Text(warning, "warning") for warning in case.words.warnings]
    if case.view.unverified:
        boxes.append(
            Text(_("Minst én regel er ikke kontrollert mot primærkilden. Den er merket i listen over regler."), "note")
        )
    return Section(_("Merk"), tuple(boxes)) if boxes else None


def _need(case: Case) -> Section:
    need = case.facts["need"]
    if not need["lines"]:
        stated = _("{amount} uten mva., oppgitt av virksomheten. Varegruppe: {category}.")
        text = stated.format(
            amount=money(need["amount"]), category=category_name(need["category"]) if need["category"] else NOTHING
        )
        return Section(_("Behovet"), (Text(text),))
    rows = []
    for line in need["lines"]:
        item = case.items.get(line["item"])
        standard = _("standardsortiment") if line["standard"] else _("utenfor standardsortimentet")
        rows.append(
            (
                line["item"],
                localised(item, "name") if item else NOTHING,
                standard,
                number(line["quantity"]),
                unit_name(item.unit) if item else "",
            )
        )
    columns = (
        Column(_("Varenummer")),
        Column(_("Vare"), width="1"),
        Column(_("Sortiment")),
        Column(_("Antall"), "right"),
        Column(_("Enhet")),
    )
    return Section(_("Behovet"), (Table(columns, tuple(rows)),))


def _reasons(case: Case) -> Section:
    columns = (
        Column(_("Nr.")),
        Column(_("Spørsmål"), width="1"),
        Column(_("Svar"), width="1.5"),
        Column(_("Regel")),
    )
    rows = tuple((str(step.step), step.condition, _answer(step), _rule(step)) for step in case.words.trace)
    intro = _("Avropsmåten følger av avtalens avropsregler og loven. Stegene står i den rekkefølgen de ble prøvd.")
    return Section(_("Avropsmåten og hvorfor"), (Text(intro), Table(columns, rows)))


def _answer(step: texts.RenderedStep) -> str:
    if step.note:
        return step.because
    return " ".join(filter(None, [_("Ja.") if step.holds else _("Nei."), step.because]))


def _rule(step: texts.RenderedStep) -> str:
    return step.rule if step.verified else f"{step.rule}\n{_('ikke kontrollert')}"


def _orders(case: Case) -> Section | None:
    orders = case.view.orders or _ordered_in_turn(case)
    if not orders:
        return None
    blocks: list[Block] = []
    columns = (
        Column(_("Varenummer")),
        Column(_("Vare"), width="1"),
        Column(_("Antall"), "right"),
        Column(_("Pris per enhet"), "right"),
        Column(_("Beløp"), "right"),
        Column(_("CO2e (kg)"), "right"),
    )
    for order in orders:
        rows = tuple(
            (
                line.item,
                line.name,
                number(line.quantity),
                number(line.unit_price, 2),
                number(line.amount, 2),
                number(line.co2e_kg, 1) + (" *" if line.co2e_estimated else ""),
            )
            for line in order.lines
        )
        total = _("{supplier}: {amount} uten mva.").format(supplier=order.supplier, amount=money(order.contract_value))
        blocks.append(Text(total))
        if rows:
            blocks.append(Table(columns, rows))
    never = case.call_off.state in (CallOff.State.REFUSED_APPROVAL, CallOff.State.LAPSED)
    heading = _("Dette ble det bedt om, men det ble ikke bestilt") if never else _("Dette er besluttet bestilt")
    return Section(heading, tuple(blocks))


def _ordered_in_turn(case: Case) -> tuple[shown.OrderShown, ...]:
    """The order of the supplier that said yes, where the suppliers were asked in turn."""
    accepted = case.call_off.ranked_offers.filter(state="accepted").first()
    titles = {number: localised(item, "name") for number, item in case.items.items()}
    return (shown.order_shown(accepted.order, case.names, titles),) if accepted else ()


def _invited(case: Case) -> Section | None:
    if not case.view.invitees:
        return None
    if case.view.due is not None:
        invited = _(
            "Alle som er tatt opp i kategorien, skal inviteres til å gi tilbud. Ingen bestilling er gjort, og ingenting er "
            "trukket fra taket. Tilbudsfristen er tidligst {due}. Disse skal inviteres:"
        )
        blocks = (Text(invited.format(due=day(case.view.due))), Bullets(case.view.invitees))
        return Section(_("Invitasjon i innkjøpsordning"), blocks)
    text = _(
        "Behovet avgjøres ved minikonkurranse. Ingen bestilling er gjort, og ingenting er trukket fra taket. "
        "Alle som kan levere, skal inviteres:"
    )
    return Section(_("Minikonkurranse"), (Text(text), Bullets(case.view.invitees)))


def _ceiling(case: Case) -> Section:
    ceiling = case.view.ceiling
    rows = [
        (_("Tak for delkontrakten"), money(ceiling.limit)),
        (_("Brukt før avropet"), f"{money(ceiling.used)} ({share(ceiling.share_before, 1)})"),
        (_("Dette avropet"), money(ceiling.after - ceiling.used)),
        (_("Brukt etter avropet"), f"{money(ceiling.after)} ({share(ceiling.share_after, 1)})"),
        (_("Igjen under taket"), money(ceiling.left_after)),
    ]
    if ceiling.exhausted_on:
        rows.append((_("Brukt opp, med dagens takt"), day(ceiling.exhausted_on)))
    return Section(_("Avtalens tak"), (Facts(tuple(rows)),))


def _rules(case: Case) -> Section:
    columns = (
        Column(_("Regel")),
        Column(_("Hva den gjelder"), width="1"),
        Column(_("Gjelder fra")),
        Column(_("Kilde"), width="1.3"),
        Column(_("Kontrollert")),
    )
    on = clock.local_day(case.call_off.made_at)
    rows = tuple(
        (
            rule["id"],
            texts.rule_title(rule["id"], on),
            day(rule["version"], "short"),
            rule["source"],
            _("ja") if rule["verified"] else _("nei"),
        )
        for rule in case.answer["rules"]
    )
    return Section(_("Regler som er brukt"), (Table(columns, rows, size=8),))


def _proof(case: Case, head: RootHead) -> Section:
    decision = case.call_off.decision
    explained = _(
        "Beslutningen er låst og kan regnes ut på nytt av de samme fakta, med samme svar. Med logghodet kan hvem som "
        "helst kontrollere at ingenting i loggen er endret, fjernet eller flyttet etterpå."
    )
    rows = (
        (_("Beslutning"), str(decision.pk)),
        (_("Beregnet med"), decision.engine),
        (_("Avropsregler"), _("versjon {number}").format(number=case.facts["policy"]["version"])),
        (_("Sjekksum av fakta"), digest(case.facts)),
        (_("Logghode"), str(head)),
    )
    return Section(_("Etterprøving"), (Text(explained), Facts(rows)))


def spaced(organisation_number: str) -> str:
    """``986252932`` as ``986 252 932``, with spaces that do not break."""
    return rules.spaced(organisation_number, "\N{NO-BREAK SPACE}")


def _without_vat(amount: Decimal | str) -> str:
    return _("{amount} uten mva.").format(amount=money(amount))
