"""Each reader is told in their own language: titles, amounts and days included."""

from __future__ import annotations

import pytest

from fellestorg.calloffs.tests.world import committed, somebody
from fellestorg.kernel.messages import text_of
from fellestorg.kernel.models import Message
from fellestorg.ui import formats

pytestmark = pytest.mark.usefixtures("demo")


def told(code: str, recipient: str, number: str) -> Message:
    return Message.objects.get(code=code, recipient=recipient, link=f"/avrop/{number}")


def test_a_notice_shows_the_agreement_and_the_amount_in_the_readers_language() -> None:
    call_off = committed(10).call_off
    assert call_off is not None
    message = told("order_ready", somebody("atea")[0].key, call_off.number)
    agreement, value = call_off.lot.agreement, call_off.contract_value
    for language, title, amount in (
        ("nb", agreement.title_nb, f"{formats.number(value, 2, 'nb')} kr"),
        ("nn", agreement.title_nn, f"{formats.number(value, 2, 'nn')} kr"),
        ("en", agreement.title_en, f"NOK {formats.number(value, 2, 'en')}"),
    ):
        _, body = text_of(message.code, message.params, language)
        assert title in body and amount in body
        assert "{" not in body


def test_a_notice_of_approval_writes_the_day_as_people_do() -> None:
    call_off = committed(23).call_off
    assert call_off is not None and call_off.reserve_until is not None
    message = told("approval_asked", somebody("godkjenner")[0].key, call_off.number)
    for language in ("nb", "nn", "en"):
        _, body = text_of(message.code, message.params, language)
        assert formats.day(call_off.reserve_until, code=language) in body
