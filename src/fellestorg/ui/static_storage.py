"""Where static files are found on the web: worked out once for each, since every page names some ten of them."""

from __future__ import annotations

from typing import Any

from django.contrib.staticfiles.storage import StaticFilesStorage


class RememberingStorage(StaticFilesStorage):
    """Django's own, which otherwise joins the same addresses again for every page."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._urls: dict[str | None, str] = {}

    def url(self, name: str | None) -> str:
        """The address of a file."""
        if name not in self._urls:
            self._urls[name] = super().url(name)
        return self._urls[name]
