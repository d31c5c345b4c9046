"""Finding the page of an address. The house has hundreds of addresses, and Django tries one after the other."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from django.core.exceptions import ImproperlyConfigured
from django.urls import URLPattern, URLResolver
from django.urls.exceptions import Resolver404
from django.urls.resolvers import ResolverMatch, RoutePattern


class Joined(URLResolver):
    """The addresses of several rooms, looked up by their first word and number of parts. Of two that fit, the first
    counts, as in a list. Raises ImproperlyConfigured for an address without a first word or of any length."""

    def __init__(self, *rooms: Sequence[URLPattern]) -> None:
        patterns = [pattern for room in rooms for pattern in room]
        super().__init__(RoutePattern(""), patterns)
        self._by_shape: dict[tuple[str, int], list[URLPattern]] = defaultdict(list)
        for pattern in patterns:
            route = str(pattern.pattern)
            if not isinstance(pattern.pattern, RoutePattern) or "<path:" in route or route.startswith("<"):
                raise ImproperlyConfigured(f"{route!r}: an address begins with a word and has a number of parts")
            self._by_shape[_shape(route)].append(pattern)

    def resolve(self, path: str) -> ResolverMatch:
        path = str(path)
        for pattern in self._by_shape.get(_shape(path), ()):
            if found := pattern.resolve(path):
                return found
        raise Resolver404({"path": path, "tried": []})


def _shape(path: str) -> tuple[str, int]:
    return path.partition("/")[0], path.count("/")
