"""What the suppliers of ``bench closing-hour`` send and hear: one process with sockets and nothing else, so that the
processor is the server's. A request is what a browser with the page's script sends."""

from __future__ import annotations

import asyncio
import json
import random
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

NUMBER = "K-2023-00001"
QUESTIONS = 25
EARLY = 8
_TOKEN = "b" * 32
_SHORTEST, _LONGEST = 20_000, 200_000
_LATE_SHARE = 0.02
_QUICK_SECONDS = 2.0
_TIMEOUT = 60.0
_TELL_SECONDS = 15.0
_FORM = "application/x-www-form-urlencoded"


@dataclass
class Heard:
    """What the load script saw: seconds by kind, what went wrong, and the receipts of what was accepted."""

    saves: list[float] = field(default_factory=list)
    deliveries: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    receipts: dict[int, str] = field(default_factory=dict)
    in_time_refused: int = 0
    late_refused: int = 0
    late_accepted: int = 0


async def deliver_early(port: int, sessions: Sequence[str], options: Any) -> Heard:
    """Some deliver early; what they wait is no figure, but what they sent must come out as everybody's."""
    heard = Heard()
    for number in range(options.suppliers, len(sessions)):
        await _supplier(port, number, sessions[number], [0.0], 0.0, heard, options.seed)
    heard.saves.clear()
    heard.deliveries.clear()
    return heard


async def load(
    port: int,
    sessions: Sequence[str],
    deadline: float,
    options: Any,
    close: Callable[[], None],
    heard: Heard,
    tell: Callable[[str], None],
) -> None:
    draw = random.Random(options.seed)  # noqa: S311 (when people press buttons)
    telling = asyncio.create_task(_tell_now_and_then(heard, tell))
    # Nobody is asked to be quicker than the network: what is to be in time is sent a second before.
    window = _QUICK_SECONDS if options.quick else deadline - time.time() - 1.0
    plans, late = [], []
    for number, session in enumerate(sessions):
        *saves, delivery = sorted(draw.uniform(0, window) for _ in range(options.saves + 1))
        if draw.random() < _LATE_SHARE or number == 0:
            late.append((number, session, draw.uniform(0.05, 2.0)))
            plans.append(_supplier(port, number, session, saves, None, heard, options.seed))
        else:
            plans.append(_supplier(port, number, session, saves, delivery, heard, options.seed))
    await asyncio.gather(*plans)
    close()
    await asyncio.sleep(max(0.0, deadline - time.time()) if not options.quick else 0.0)
    await asyncio.gather(*(_deliver(port, number, session, pause, heard, late=True) for number, session, pause in late))
    telling.cancel()


async def _tell_now_and_then(heard: Heard, tell: Callable[[str], None]) -> None:
    while True:
        await asyncio.sleep(_TELL_SECONDS)
        tell(f"{len(heard.saves)} saves and {len(heard.deliveries)} deliveries answered, {len(heard.errors)} errors")


async def _supplier(
    port: int, number: int, session: str, saves: list[float], delivery: float | None, heard: Heard, seed: int
) -> None:
    loop = asyncio.get_running_loop()
    start = loop.time()
    for instant in saves:
        await asyncio.sleep(max(0.0, start + instant - loop.time()))
        body = tender_body(seed, number)
        status, answer, seconds = await _post(port, f"/konkurranser/{NUMBER}/tilbud", session, body, "application/json")
        heard.saves.append(seconds)
        if status != 200:
            heard.errors.append(f"save {status} {answer[:200]!r}")
    if delivery is not None:
        await _deliver(port, number, session, max(0.0, start + delivery - loop.time()), heard, late=False)


async def _deliver(port: int, number: int, session: str, pause: float, heard: Heard, *, late: bool) -> None:
    await asyncio.sleep(pause)
    status, answer, seconds = await _post(port, f"/konkurranser/{NUMBER}/tilbud/lever", session, b"binding=1", _FORM)
    heard.deliveries.append(seconds)
    if status == 200 and late:
        heard.late_accepted += 1
    elif status == 200:
        heard.receipts[number] = json.loads(answer)["receipt"]
    elif status == 409 and late:
        heard.late_refused += 1
    else:
        heard.in_time_refused += status == 409
        heard.errors.append(f"delivery {status} {answer[:200]!r}")


async def _post(port: int, path: str, session: str, body: bytes, kind: str) -> tuple[int, bytes, float]:
    """Send a form as a browser with the page's script does, on a connection of its own: status, body, seconds."""
    head = (
        f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: close\r\nAccept: application/json\r\n"
        f"Cookie: sessionid={session}; csrftoken={_TOKEN}\r\nX-CSRFToken: {_TOKEN}\r\n"
        f"Content-Type: {kind}\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    begun, loop = time.perf_counter(), asyncio.get_running_loop()
    told = loop.create_future()
    waiting = loop.call_later(_TIMEOUT, told.cancel)
    try:
        await loop.create_connection(lambda: _Request(head.encode() + body, told), "127.0.0.1", port)
        answer = await told
    except (OSError, asyncio.CancelledError) as error:
        return 0, type(error).__name__.encode(), time.perf_counter() - begun
    finally:
        waiting.cancel()
    first, _sep, rest = answer.partition(b"\r\n")
    status = int(first.split()[1]) if first.startswith(b"HTTP/") else 0
    return status, rest.partition(b"\r\n\r\n")[2], time.perf_counter() - begun


class _Request(asyncio.Protocol):
    """One request on a connection; ``told`` gets the answer when the server has closed it."""

    def __init__(self, sent: bytes, told: asyncio.Future[bytes]) -> None:
        self.sent, self.told, self.answer = sent, told, bytearray()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.WriteTransport)
        transport.write(self.sent)
        self.sent = b""

    def data_received(self, data: bytes) -> None:
        self.answer += data

    def connection_lost(self, exc: Exception | None) -> None:
        if self.told.done():
            return
        if exc is None:
            self.told.set_result(bytes(self.answer))
        else:
            self.told.set_exception(exc)


@cache
def _text() -> str:
    """A long text of made-up words; it shrinks about as much as prose does."""
    draw = random.Random(0)  # noqa: S311 (letters of words)
    letters = "aaaeeeeeiiiooouurrrssstttllnnnkkmmddggvfphbøåæ"
    known = ["".join(draw.choices(letters, k=draw.randint(2, 11))) for _ in range(4000)]
    return " ".join(draw.choices(known, k=200_000))


def answers_of(seed: int, number: int) -> dict[str, str]:
    """What a supplier answers: some 20 to 200 KB of words, the same whenever it is asked."""
    text = _text()
    draw = random.Random(f"{seed}:{number}")  # noqa: S311 (which stretch of the text)
    each = draw.randint(_SHORTEST, _LONGEST) // QUESTIONS
    begin = draw.randrange(len(text) - each * QUESTIONS)
    return {f"q{place}": text[begin + place * each : begin + (place + 1) * each].strip() for place in range(QUESTIONS)}


def tender_body(seed: int, number: int) -> bytes:
    """The same as the page's script sends it, with a price of its own; put together by hand, as the text holds nothing
    that JSON writes otherwise, so that the load script leaves the processor to the server."""
    pairs = [f'["a:{key}","{value}"]' for key, value in answers_of(seed, number).items()]
    return f'[{",".join(pairs)},["p:alt:time","{price_of(number)}"]]'.encode()


def price_of(number: int) -> str:
    """A supplier's price, made up."""
    return f"{700 + number % 500},{number % 100:02d}"
