"""What a reader is told of how a question was read."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext as _

from fellestorg.marketplace.search.language import MOST_PARTS, Note
from fellestorg.marketplace.search.queries import Found


def note_text(note: Note) -> str:
    """A note as a sentence."""
    said = {"said": note.said, "most": MOST_PARTS}
    match note.code:
        case "unknown_field":
            text = _("«%(said)s:» er ikke et filter, så vi søkte etter ordene. Filtre er type:, kategori:, firma:, avtale: og"
                     " det firmaene har svart.")  # fmt: skip
        case "empty_field":
            text = _("Etter «%(said)s:» må det stå en verdi. Vi søkte uten det filteret.")
        case "unknown_value":
            text = _("Ingenting har «%(said)s». Velg heller fra avgrensningene.")
        case "small_operator":
            text = _("Vi søkte etter ordet «%(said)s». Skriv det med store bokstaver hvis du mente det som kommando.")
        case "unclosed":
            text = _("Det mangler et tegn som avslutter %(said)s. Vi leste det som om det sto sist.")
        case _:
            text = _("Søket er langt. Vi brukte de første delene, høyst %(most)s.")
    return text % said


def told(found: Found) -> Mapping[str, object]:
    """How the question was read, as the twins of the page give it."""
    return {
        "corrected": [{"written": written, "instead": instead} for written, instead in found.corrected],
        "notes": [{"code": note.code, "about": note.said, "text": note_text(note)} for note in found.notes],
    }
