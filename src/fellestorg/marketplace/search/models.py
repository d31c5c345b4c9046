"""What search knows of each public thing: one row, or two where buyers may see more than the public."""

from __future__ import annotations

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import Case, F, Func, Q, Value, When
from django.db.models.lookups import Regex

from fellestorg.catalogues.models.vectors import BETWEEN_WORDS
from fellestorg.catalogues.models.vocabulary import vocabulary_triggers
from fellestorg.kernel.sql import SortKey
from fellestorg.organisations.models import Person

_SIGNS = "-" + BETWEEN_WORDS.replace("-", "")


def _words(*fields: str) -> Func:
    """The words of some fields with their places, divided as the catalogue divides names."""
    text = Func(*(F(field) for field in fields), template="(%(expressions)s)", arg_joiner=" || ' ' || ")
    text.output_field = models.TextField()
    divided = Func(
        text, Value(BETWEEN_WORDS), Value(" " * len(BETWEEN_WORDS)), function="translate",
        output_field=models.TextField(),
    )  # fmt: skip
    plain = Case(When(Regex(text, Value(f"[{_SIGNS}]")), then=divided), default=text, output_field=models.TextField())
    return Func(plain, template="to_tsvector('pg_catalog.simple', %(expressions)s)", output_field=SearchVectorField())


# The number of an entry's marks, after its own key in two halves of which the first is negative; all of four bytes.
_INDEX = """
IF TG_OP = 'DELETE' THEN
  DELETE FROM marketplace_searchindex WHERE id = OLD.id;
  RETURN NULL;
END IF;
IF TG_OP = 'UPDATE' AND (NEW.facets, NEW.audience, NEW.shown_until, NEW.first_seen_at, NEW.search)
    IS NOT DISTINCT FROM (OLD.facets, OLD.audience, OLD.shown_until, OLD.first_seen_at, OLD.search) THEN
  RETURN NULL;
END IF;
INSERT INTO marketplace_searchmark (mark)
SELECT DISTINCT one FROM unnest(NEW.facets) one
WHERE NOT EXISTS (SELECT 1 FROM marketplace_searchmark known WHERE known.mark = one);
INSERT INTO marketplace_searchindex (id, numbers, audience, shown_until, first_seen_at, search)
SELECT NEW.id, int4send((-1 - (NEW.id >> 31))::int) || int4send((NEW.id & 2147483647)::int) || coalesce((
  SELECT string_agg(int4send(one.id), '') FROM (
    SELECT min(known.id) AS id FROM marketplace_searchmark known WHERE known.mark = ANY (NEW.facets) GROUP BY known.mark
  ) one
), ''), NEW.audience, NEW.shown_until, NEW.first_seen_at, NEW.search
ON CONFLICT (id) DO UPDATE SET numbers = excluded.numbers, audience = excluded.audience,
  shown_until = excluded.shown_until, first_seen_at = excluded.first_seen_at, search = excluded.search;
RETURN NULL;
"""


class SearchEntry(models.Model):
    """A thing as search knows it. ``titles``, ``leads`` and ``text`` are of all languages; ``facets`` are marked words
    such as ``§type:service``, which stand in the vector beside the words so that one index answers both.

    Written in the transaction that changed the thing (``indexing.py``); never changed otherwise. It shows what was found;
    what is looked through is :class:`SearchIndex`.
    """

    id = models.BigAutoField(primary_key=True)
    kind = models.CharField(max_length=20, help_text="a registered kind, e.g. service or article")
    key = models.CharField(max_length=120, help_text="the thing's own key within its kind")
    audience = models.CharField(max_length=8, help_text="all, or public and buyers where they see different texts")
    titles = models.JSONField(help_text="by language; at least one")
    leads = models.JSONField(default=dict)
    title = models.TextField(help_text="every language's, for the vector")
    lead = models.TextField(blank=True)
    text = models.TextField(blank=True)
    address = models.CharField(max_length=300)
    facets = ArrayField(models.TextField(), default=list)
    shown_until = models.DateTimeField(null=True, help_text="where it stops being of use by itself, as a deadline does")
    at = models.DateTimeField(help_text="when the thing was made public or last changed")
    first_seen_at = models.DateTimeField(help_text="when search first knew it; alerts go by this")
    name = models.CharField(max_length=300, help_text="the title it is put in order by, the same for every reader")
    sort_name = SortKey("name")
    title_search = models.GeneratedField(expression=_words("title"), output_field=SearchVectorField(), db_persist=True)
    search = models.GeneratedField(
        expression=Func(
            _words("title", "lead", "text"),
            Func(F("facets"), function="array_to_tsvector"),
            template="(%(expressions)s)",
            arg_joiner=" || ",
        ),
        output_field=SearchVectorField(),
        db_persist=True,
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "key", "audience"], name="search_entry_once"),
            models.CheckConstraint(
                condition=Q(audience__in=["all", "public", "buyers"]), name="search_entry_audience_is_known"
            ),
        ]
        indexes = [models.Index(fields=["first_seen_at"], name="search_entry_by_time")]
        triggers = [
            *vocabulary_triggers(),
            pgtrigger.Trigger(
                name="looked_through",
                level=pgtrigger.Row,
                when=pgtrigger.After,
                operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
                func=_INDEX,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind}:{self.key}"


class SearchIndex(models.Model):
    """What a search looks through of each entry, under the entry's key: by what it is found, who may see it, and its
    facets as numbers for ``counting.py``. Kept by the trigger of :class:`SearchEntry`.

    A search reads thousands of these and shows twenty entries, so they are narrow: the vector is kept beside the table
    (the migration says so), and the columns that are read come first.
    """

    id = models.BigIntegerField(primary_key=True)
    numbers = models.BinaryField(help_text="the entry's key and its marks' numbers; see the trigger")
    audience = models.CharField(max_length=8)
    shown_until = models.DateTimeField(null=True)
    first_seen_at = models.DateTimeField()
    search = SearchVectorField()

    class Meta:
        indexes = [GinIndex(fields=["search"], name="search_index_words", fastupdate=False)]

    def __str__(self) -> str:
        return str(self.pk)


class SearchMark(models.Model):
    """A facet's value that some entry has or has had, such as ``§type:service``, with the number that it is indexed by.

    Rows are added by the trigger of :class:`SearchEntry` and never removed. The same mark may stand twice where two
    transactions met it at once: a unique index would make them wait for each other.
    """

    id = models.AutoField(primary_key=True)
    mark = models.TextField()

    class Meta:
        indexes = [models.Index(fields=["mark"], name="search_mark_by_mark")]

    def __str__(self) -> str:
        return self.mark


class SavedSearch(models.Model):
    """A search that somebody keeps; with ``alerts`` they are told once a day of what is new in it."""

    id = models.BigAutoField(primary_key=True)
    person = models.ForeignKey(Person, models.CASCADE, related_name="saved_searches")
    name = models.CharField(max_length=120)
    query = models.CharField(max_length=1000, help_text="the address' parameters, as on the page")
    alerts = models.BooleanField(default=True)
    saved_at = models.DateTimeField()
    told_until = models.DateTimeField(help_text="what search knew by then has been told of")

    class Meta:
        ordering = ["name", "id"]
        constraints = [models.UniqueConstraint(fields=["person", "query"], name="search_saved_once")]
