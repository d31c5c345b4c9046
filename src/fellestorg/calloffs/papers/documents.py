"""A call-off's documents: made once, kept for good, and given out as they were made."""

from __future__ import annotations

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from fellestorg.calloffs.models import CallOff, Document, Order
from fellestorg.calloffs.papers.order_form import order_form
from fellestorg.calloffs.papers.protocol import protocol
from fellestorg.kernel import clock, files, root_heads
from fellestorg.kernel.actors import SYSTEM
from fellestorg.kernel.events import RootHead
from fellestorg.kernel.models import Installation
from fellestorg.ui.paper import pdf
from fellestorg.values import Refused

PROTOCOL, ORDER = "protocol", "order"
PDF = "application/pdf"
UNSETTLED = (CallOff.State.AWAITING_APPROVAL, CallOff.State.OFFERED)


def make(call_off: CallOff) -> list[Document]:
    """Make what is missing of a call-off's protocol and orders, in the buyer's language form, and return them all.

    Nothing while somebody still has to approve, or a supplier to answer: then nothing has been settled. Safe to run
    twice, also at once.
    """
    if call_off.state in UNSETTLED:
        return []
    made = [ensure(call_off, PROTOCOL)]
    if call_off.state == CallOff.State.COMMITTED:
        made += [ensure(call_off, ORDER, order) for order in call_off.orders.all()]
    return made


def ensure(call_off: CallOff, kind: str, order: Order | None = None, *, language: str = "") -> Document:
    """The document, made now if it is not there. ``language`` is the buyer's own form unless another is asked for.

    Raises Refused while the call-off awaits approval or a supplier's answer. Called outside transactions, because it
    seals the event log.
    """
    language = language or call_off.buyer.language_form
    name = _file_name(call_off, kind, order, language)
    found = Document.objects.filter(call_off=call_off, kind=kind, file__name=name).select_related("file").first()
    if found is not None:
        return found
    if call_off.state == CallOff.State.AWAITING_APPROVAL:
        raise Refused("not_decided", _("Dokumentene lages når avropet er godkjent."))
    if call_off.state == CallOff.State.OFFERED:
        raise Refused("not_decided", _("Dokumentene lages når en leverandør har sagt ja, eller alle har sagt nei."))
    content = protocol_pdf(call_off, language=language) if order is None else order_pdf(order, language=language)
    with transaction.atomic():
        file = files.store(
            call_off.subject,
            kind,
            name,
            PDF,
            content,
            at=clock.now(),
            actor=SYSTEM,
            stream=f"lot:{call_off.lot}",
        )
        document, _made = Document.objects.get_or_create(
            file=file, defaults={"call_off": call_off, "order": order, "kind": kind}
        )
    return document


def protocol_pdf(call_off: CallOff, *, language: str = "", head: RootHead | None = None) -> bytes:
    """The protocol as an accessible PDF. Seals the event log first, unless the root head to print is given."""
    language = language or call_off.buyer.language_form
    with translation.override(language):
        return pdf(protocol(call_off, head or root_heads.seal(), language, demo=_demo()))


def order_pdf(order: Order, *, language: str = "") -> bytes:
    """The order document to the supplier as an accessible PDF."""
    language = language or order.call_off.buyer.language_form
    with translation.override(language):
        return pdf(order_form(order, language, demo=_demo()))


def _demo() -> bool:
    return Installation.objects.filter(kind=Installation.Kind.DEMO).exists()


def _file_name(call_off: CallOff, kind: str, order: Order | None, language: str) -> str:
    stem = f"protokoll-{call_off.number}" if order is None else f"bestilling-{order.number}"
    return f"{stem}{'' if language == call_off.buyer.language_form else f'-{language}'}.pdf"
