"""Articles with their versions, what readers say of them, questions to SI, and wishes with votes."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from fellestorg.kernel.models import append_only
from fellestorg.organisations.models import Organisation, Person


class Article(models.Model):
    """An article, or a guide whose sections are steps. What it says stands in its versions; here is what is kept of it:
    who looks after it, and when it is to be read through anew."""

    class Kind(models.TextChoices):
        ARTICLE = "article"
        GUIDE = "guide"

    id = models.BigAutoField(primary_key=True)
    slug = models.SlugField(max_length=80, unique=True)
    kind = models.CharField(max_length=8, choices=Kind)
    door = models.CharField(max_length=12, help_text="one of the marketplace's four doors")
    order = models.PositiveSmallIntegerField(default=100)
    editor = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+", help_text="who looks after it")
    created_at = models.DateTimeField()
    review_on = models.DateField(help_text="when it is to be read through, changed or not")
    review_told_for = models.DateField(null=True, help_text="the review day that its editor has been told of")
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["door", "order", "slug"]

    def __str__(self) -> str:
        return self.slug


class ArticleVersion(models.Model):
    """One published version. Never changed: the next one is added.

    ``texts`` is ``{"nb": "# Title…", "nn": …, "en": …}`` as ``guidance.text`` reads it, an empty text where a language is
    not written yet. ``links`` has lists of ``categories``, ``agreements``, ``rules`` and ``related`` (slugs).
    ``sources`` is a list of ``{"text", "url", "verified"}``. ``change`` tells readers what is new, by language.
    """

    id = models.BigAutoField(primary_key=True)
    article = models.ForeignKey(Article, models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    texts = models.JSONField()
    links = models.JSONField()
    sources = models.JSONField()
    change = models.JSONField()
    written_by_key = models.CharField(max_length=80)
    written_by = models.CharField(max_length=200)
    published_by_key = models.CharField(max_length=80)
    published_by = models.CharField(max_length=200)
    published_at = models.DateTimeField()

    class Meta:
        ordering = ["article", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["article", "number"], name="article_version_once"),
            # What comes with the product is the house's own.
            models.CheckConstraint(
                condition=~Q(published_by_key=F("written_by_key")) | Q(written_by_key="system"),
                name="article_published_by_another",
            ),
        ]
        triggers = append_only()


class ArticleDraft(models.Model):
    """What the next version of an article will say, while it is written. ``authors`` are the keys of all who wrote in it."""

    id = models.BigAutoField(primary_key=True)
    article = models.OneToOneField(Article, models.CASCADE, related_name="draft")
    texts = models.JSONField()
    links = models.JSONField()
    sources = models.JSONField()
    change = models.JSONField()
    authors = models.JSONField()
    written_by_key = models.CharField(max_length=80)
    written_by = models.CharField(max_length=200)
    written_at = models.DateTimeField()
    submitted_at = models.DateTimeField(null=True, help_text="when it was sent to a second person")


class Feedback(models.Model):
    """Whether an article helped. One for each person or session, known only by a digest; the last word counts."""

    id = models.BigAutoField(primary_key=True)
    article = models.ForeignKey(Article, models.PROTECT, related_name="feedback")
    voter = models.CharField(max_length=64)
    helped = models.BooleanField()
    comment = models.CharField(max_length=500, blank=True)
    version = models.PositiveIntegerField()
    language = models.CharField(max_length=2)
    given_at = models.DateTimeField()

    class Meta:
        ordering = ["-given_at", "-id"]
        constraints = [models.UniqueConstraint(fields=["article", "voter"], name="feedback_once_a_reader")]


class ExpertQuestion(models.Model):
    """A question to SI. The answer goes to whoever asked; published by a second person it is guidance for all.

    ``public`` is ``{"nb": {"question", "answer"}, …}``: the question as SI words it for all, and the answer.
    """

    class State(models.TextChoices):
        RECEIVED = "received"
        ANSWERED = "answered"
        PUBLISHED = "published"
        CLOSED = "closed"

    id = models.BigAutoField(primary_key=True)
    asked_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    language = models.CharField(max_length=2)
    title = models.CharField(max_length=140)
    body = models.TextField()
    category = models.CharField(max_length=60, blank=True)
    asked_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=State, default=State.RECEIVED)
    handler = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    public = models.JSONField(default=dict)
    related = models.JSONField(default=list, help_text="slugs of articles")
    answered_by_key = models.CharField(max_length=80, blank=True)
    answered_by = models.CharField(max_length=200, blank=True)
    answered_at = models.DateTimeField(null=True)
    published_by_key = models.CharField(max_length=80, blank=True)
    published_by = models.CharField(max_length=200, blank=True)
    published_at = models.DateTimeField(null=True)
    closed_reason = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering = ["-asked_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state="published")
                | (Q(published_at__isnull=False) & ~Q(published_by_key="") & ~Q(published_by_key=F("answered_by_key"))),
                name="answer_published_by_another",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["received", "closed"]) | Q(answered_at__isnull=False),
                name="answered_at_a_time",
            ),
        ]


class Wish(models.Model):
    """Something that somebody wants better. Public at once, without the name; SI says what becomes of it.

    ``reason`` is why it got its state, by language; a wish that is declined has one.
    """

    class State(models.TextChoices):
        RECEIVED = "received"
        CONSIDERED = "considered"
        PLANNED = "planned"
        DONE = "done"
        DECLINED = "declined"

    id = models.BigAutoField(primary_key=True)
    wished_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    language = models.CharField(max_length=2)
    title = models.CharField(max_length=140)
    body = models.TextField(blank=True)
    wished_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=State, default=State.RECEIVED)
    reason = models.JSONField(default=dict)
    state_at = models.DateTimeField()
    hidden_at = models.DateTimeField(null=True, help_text="taken off the list by SI")

    class Meta:
        ordering = ["-wished_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state="declined") | Q(reason__has_key="nb"), name="wish_declined_with_a_reason"
            )
        ]


class WishVote(models.Model):
    """Somebody wants a wish to come true. One vote for each person; taken back, it is gone."""

    id = models.BigAutoField(primary_key=True)
    wish = models.ForeignKey(Wish, models.CASCADE, related_name="votes")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    given_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["wish", "person"], name="one_vote_for_a_wish")]
