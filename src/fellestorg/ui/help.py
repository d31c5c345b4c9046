"""The help: short pages, each about doing one thing, whole in every language, registered by the room they are about.

A page's texts are templates, ``<template>.nb.html``, ``.nn.html`` and ``.en.html``, each an article's inside.
"""

from __future__ import annotations

from dataclasses import dataclass

from fellestorg.ui.formats import language
from fellestorg.ui.shell import Text


@dataclass(frozen=True, slots=True)
class HelpPage:
    """One page of help. ``template`` is the path of its templates without language and ending."""

    slug: str
    title: Text
    summary: Text
    template: str
    order: int

    def template_in(self, code: str) -> str:
        """The template of one language."""
        return f"{self.template}.{code}.html"

    @property
    def current_template(self) -> str:
        """The template of the active language."""
        return self.template_in(language())


_pages: dict[str, HelpPage] = {}


def add_help(*pages: HelpPage) -> None:
    """Register pages, usually from ``AppConfig.ready``. A page with a known slug takes the old one's place."""
    _pages.update({page.slug: page for page in pages})


def help_pages() -> list[HelpPage]:
    """Every registered page, in reading order."""
    return sorted(_pages.values(), key=lambda page: (page.order, page.slug))


def help_page(slug: str) -> HelpPage | None:
    """The page at an address; ``None`` where there is none."""
    return _pages.get(slug)
