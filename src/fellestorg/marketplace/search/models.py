"""What search knows of each public thing: one row, or two where buyers may see more than the public."""

from __future__ import annotations

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


class SearchEntry(models.Model):
    """A thing as search knows it. ``titles``, ``leads`` and ``text`` are of all languages; ``facets`` are marked words
    such as ``§type:service``, which stand in the vector beside the words so that one index answers both.

    Written in the transaction that changed the thing (``indexing.py``); never changed otherwise.
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
        indexes = [
            GinIndex(fields=["search"], name="search_entry_words", fastupdate=False),
            models.Index(fields=["first_seen_at"], name="search_entry_by_time"),
        ]
        triggers = vocabulary_triggers()

    def __str__(self) -> str:
        return f"{self.kind}:{self.key}"


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
