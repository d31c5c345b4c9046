"""The words that stand in the names of items: what search bends, takes apart and corrects by."""

from __future__ import annotations

import pgtrigger
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import F

from fellestorg.catalogues.models.vectors import stem_of


class Word(models.Model):
    """A word in lower case that stands or has stood in an item's name, with its stems. Words with digits are not kept.

    Rows are added by the triggers of :class:`~fellestorg.catalogues.models.Item` and never removed. The same word may
    stand twice where two transactions met it at once: a unique index would make them wait for each other.
    """

    id = models.BigAutoField(primary_key=True)
    word = models.CharField(max_length=100)
    stem_nb = models.GeneratedField(
        expression=stem_of("word", "norwegian_stem"), output_field=models.CharField(max_length=100), db_persist=True
    )
    stem_en = models.GeneratedField(
        expression=stem_of("word", "english_stem"), output_field=models.CharField(max_length=100), db_persist=True
    )

    class Meta:
        indexes = [
            models.Index(fields=["word"], name="word_by_word"),
            models.Index(fields=["stem_nb"], name="word_by_norwegian_stem"),
            models.Index(fields=["stem_en"], name="word_by_english_stem"),
            GinIndex(OpClass(F("word"), name="gin_trgm_ops"), name="word_by_trigrams"),
        ]

    def __str__(self) -> str:
        return self.word


_LEARN = """
INSERT INTO catalogues_word (word)
SELECT one.word FROM (SELECT DISTINCT unnest(tsvector_to_array({rows}.search)) AS word FROM {source}) one
WHERE one.word !~ '[0-9§]' AND length(one.word) BETWEEN 2 AND 100
  AND NOT EXISTS (SELECT 1 FROM catalogues_word known WHERE known.word = one.word);
RETURN NULL;
"""


def vocabulary_triggers() -> list[pgtrigger.Trigger]:
    """Triggers of the items that add their new words, once a statement however many rows it writes."""
    added = _LEARN.format(rows="added", source="added")
    renamed = _LEARN.format(
        rows="added", source="added JOIN removed ON removed.id = added.id AND removed.search <> added.search"
    )
    return [
        pgtrigger.Trigger(
            name="words_added",
            level=pgtrigger.Statement,
            when=pgtrigger.After,
            operation=pgtrigger.Insert,
            referencing=pgtrigger.Referencing(new="added"),  # type: ignore[no-untyped-call]
            func=added,
        ),
        pgtrigger.Trigger(
            name="words_changed",
            level=pgtrigger.Statement,
            when=pgtrigger.After,
            operation=pgtrigger.Update,
            referencing=pgtrigger.Referencing(old="removed", new="added"),  # type: ignore[no-untyped-call]
            func=renamed,
        ),
    ]
