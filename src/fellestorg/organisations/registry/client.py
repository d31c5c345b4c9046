"""The register's public interface over HTTP, asked politely: few questions, a limit to every answer, and waiting where it
asks us to wait."""

from __future__ import annotations

import http.client
import json
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, TypeVar
from urllib.parse import urlencode, urlsplit

from fellestorg.organisations.registry.units import BadAnswerError, Unit, unit_of

T = TypeVar("T")
MOST_BYTES = 5_000_000
_SECONDS = 5
_TRIES = 3
_LONGEST_WAIT = 20.0
_PAGE = 1000
_TOGETHER = 100
_DEEPEST = 10_000
"""The interface gives no more than this of one question (page times size)."""
_GONE = (404, 410)
_LATER = (429, 500, 502, 503, 504)


class RegistryDownError(Exception):
    """The register gave no answer that can be used, this time."""


@dataclass(frozen=True, slots=True)
class Update:
    """That a unit changed. ``id`` counts upwards in the feed."""

    id: int
    number: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Role:
    """A role somebody holds in a unit (``DAGL``, ``LEDE``, ``MEDL`` …). Names are compared and never kept."""

    code: str
    person: str


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: Any, **__: Any) -> None:
        return None


@dataclass(frozen=True, slots=True)
class Registry:
    """The interface at an address such as ``https://data.brreg.no/enhetsregisteret/api``."""

    base: str
    wait: Callable[[float], None] = time.sleep

    def unit(self, number: str) -> Unit | None:
        """One unit, or None where there never was one. One that is removed is a unit that is deleted."""
        status, data = self._get(f"/enheter/{number}")
        if status == 410:
            return Unit(number, "", deleted=True)
        if status == 404:
            return None
        [unit] = _all(unit_of, [data])
        if unit.number != number:
            raise RegistryDownError(f"asked for {number} and was told of {unit.number}")
        return unit

    def units(self, numbers: Sequence[str]) -> dict[str, Unit]:
        """Those of some units that are on the register now, by number. One question for a hundred."""
        found: dict[str, Unit] = {}
        for at in range(0, len(numbers), _TOGETHER):
            given = {"organisasjonsnummer": ",".join(numbers[at : at + _TOGETHER]), "size": str(_TOGETHER)}
            status, data = self._get("/enheter", given)
            if status == 200:
                found |= {one.number: one for one in _all(unit_of, _embedded(data, "enheter"))}
        return {number: found[number] for number in numbers if number in found}

    def search(self, name: str, most: int = 20) -> list[Unit]:
        """The units whose name is most like this one, at most so many, page after page."""
        found: list[Unit] = []
        size = min(most, 100)
        for page in range(-(-min(most, _DEEPEST) // size)):
            status, data = self._get("/enheter", {"navn": name, "size": str(size), "page": str(page)})
            if status != 200:
                break
            rows = _embedded(data, "enheter")
            found += _all(unit_of, rows)
            pages = data.get("page", {}).get("totalPages", 0) if isinstance(data.get("page"), Mapping) else 0
            if not isinstance(pages, int) or page + 1 >= pages:
                break
        return found[:most]

    def roles(self, number: str) -> list[Role]:
        """Who holds which role in a unit today. Empty where the register tells none."""
        status, data = self._get(f"/enheter/{number}/roller")
        if status in _GONE:
            return []
        found = []
        for group in _list(data, "rollegrupper"):
            for row in _list(group, "roller"):
                person, kind = row.get("person"), row.get("type")
                if row.get("fratraadt") is True or not isinstance(person, Mapping) or not isinstance(kind, Mapping):
                    continue
                names: Any = person.get("navn")
                if isinstance(names, Mapping):
                    parts = [names.get(part) for part in ("fornavn", "mellomnavn", "etternavn")]
                    found.append(Role(str(kind.get("kode", ""))[:10], " ".join(p for p in parts if isinstance(p, str))))
        return found

    def updates(self, after: int, since: datetime) -> Iterator[Update]:
        """What changed after an id; where none is known (0), since an instant. Asked for in steps, in order of ids."""
        given = {"size": str(_PAGE)}
        if after:
            given["oppdateringsid"] = str(after + 1)
        else:
            given["dato"] = since.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")
        while True:
            status, data = self._get("/oppdateringer/enheter", given)
            if status != 200:
                return
            rows = _embedded(data, "oppdaterteEnheter")
            found = sorted(_all(_update, rows), key=lambda one: one.id)
            fresh = [one for one in found if one.id > after]
            yield from fresh
            if not fresh or len(rows) < _PAGE:
                return
            after = fresh[-1].id
            given = {"size": str(_PAGE), "oppdateringsid": str(after + 1)}
            self.wait(0.2)

    def _get(self, path: str, given: Mapping[str, str] | None = None) -> tuple[int, Any]:
        """Status and parsed answer. Raises RegistryDownError after three tries, and for what cannot be read."""
        if urlsplit(self.base).scheme not in ("http", "https"):
            raise RegistryDownError(f"FELLESTORG_BRREG_URL is no web address: {self.base!r}")
        address = self.base.rstrip("/") + path + (f"?{urlencode(given)}" if given else "")
        trouble = ""
        for turn in range(_TRIES):
            try:
                return _ask(address)
            except _TryLater as later:
                trouble = str(later)
                if turn + 1 < _TRIES:
                    self.wait(min(later.wait or 0.5 * 3**turn, _LONGEST_WAIT))
        raise RegistryDownError(f"{path}: {trouble}")


class _TryLater(Exception):
    def __init__(self, text: str, wait: float = 0) -> None:
        super().__init__(text)
        self.wait = wait


def _ask(address: str) -> tuple[int, Any]:
    request = urllib.request.Request(  # noqa: S310 the scheme is checked
        address, headers={"Accept": "application/json", "User-Agent": "Fellestorg"}
    )
    try:
        with urllib.request.build_opener(_NoRedirects).open(request, timeout=_SECONDS) as response:
            content = response.read(MOST_BYTES + 1)
    except urllib.error.HTTPError as error:
        with error:
            if error.code in _GONE:
                return error.code, {}
            if error.code in _LATER:
                waiting = error.headers.get("Retry-After", "")
                raise _TryLater(f"status {error.code}", float(waiting) if waiting.isdecimal() else 0) from None
        raise RegistryDownError(f"status {error.code}") from None
    except (OSError, http.client.HTTPException) as error:
        raise _TryLater(str(error) or type(error).__name__) from None
    if len(content) > MOST_BYTES:
        raise RegistryDownError(f"an answer of more than {MOST_BYTES} bytes")
    try:
        data = json.loads(content)
    except ValueError:
        raise RegistryDownError("an answer that is not JSON") from None
    if not isinstance(data, dict):
        raise RegistryDownError("an answer that is not an object")
    return 200, data


def _all(reading: Callable[[Any], T], rows: list[Any]) -> list[T]:
    try:
        return [reading(row) for row in rows]
    except BadAnswerError as error:
        raise RegistryDownError(str(error)) from None


def _update(row: Any) -> Update:
    try:
        at = datetime.fromisoformat(str(row["dato"]).replace("Z", "+00:00"))
        number = int(row["oppdateringsid"])
        return Update(number, str(row["organisasjonsnummer"])[:9], at)
    except (KeyError, TypeError, ValueError):
        raise BadAnswerError("a change without id, day or number") from None


def _embedded(data: Mapping[str, Any], key: str) -> list[Any]:
    inside = data.get("_embedded")
    return _list(inside, key) if isinstance(inside, Mapping) else []


def _list(data: Any, key: str) -> list[Any]:
    value = data.get(key) if isinstance(data, Mapping) else None
    return [one for one in value if isinstance(one, Mapping)] if isinstance(value, list) else []
