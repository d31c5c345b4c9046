"""What others have found out about the market, imported version by version."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from fellestorg.kernel.models import append_only


class Study(models.Model):
    """A study of the market, or one year's survey of how agencies run their IT. All that it says is in its versions."""

    class Kind(models.TextChoices):
        FIGURES = "figures"
        SURVEY = "survey"

    id = models.BigAutoField(primary_key=True)
    key = models.SlugField(max_length=80, unique=True, help_text="in the address of its page")
    kind = models.CharField(max_length=8, choices=Kind)
    year = models.PositiveSmallIntegerField(null=True, help_text="of a survey: the year it was made")

    class Meta:
        ordering = ["key"]
        constraints = [
            models.UniqueConstraint(fields=["year"], condition=Q(kind="survey"), name="one_survey_a_year"),
            models.CheckConstraint(
                condition=Q(kind="survey", year__isnull=False) | Q(kind="figures", year=None), name="survey_has_a_year"
            ),
        ]

    def __str__(self) -> str:
        return self.key

    @property
    def stream(self) -> str:
        """Where the event log tells of it; also its subject there."""
        return f"study:{self.key}"


class StudyVersion(models.Model):
    """What was imported at one time, or that it was withdrawn (``withdrawn_reason``). Never changed: the next is added.

    - ``texts``: ``{language: {"title", "method"}}``, at least one language.
    - ``figures`` of a study: ``[{"geography", "category", "measure", "period", "value", "unit", "note"}]``; the value
      as decimal text, the others keys of ``vocabulary.toml`` or the importer's own words.
    - ``answers`` of a survey: ``[{"agency": organisation number, "answers": {question: [option, …]}}]``; no answers for
      an agency that was asked and did not answer. **Never public**: only sums of them leave the room.
    """

    id = models.BigAutoField(primary_key=True)
    study = models.ForeignKey(Study, models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    texts = models.JSONField()
    publisher = models.CharField(max_length=200)
    published_on = models.DateField()
    licence = models.CharField(max_length=200, blank=True)
    url = models.URLField(max_length=300, blank=True)
    verified = models.BooleanField(default=False, help_text="somebody has compared it with the primary source")
    figures = models.JSONField(default=list)
    answers = models.JSONField(default=list)
    imported_at = models.DateTimeField()
    imported_by_key = models.CharField(max_length=80)
    imported_by = models.CharField(max_length=200)
    withdrawn_reason = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering = ["study", "-number"]
        constraints = [models.UniqueConstraint(fields=["study", "number"], name="study_version_once")]
        triggers = append_only()

    def text(self, field: str, language: str) -> str:
        """Title or method in a language, or in bokmål, or in the one it has."""
        for code in (language, "nb", *self.texts):
            if found := self.texts.get(code, {}).get(field):
                return str(found)
        return ""
