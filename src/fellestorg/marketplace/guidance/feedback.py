"""«Hjalp dette?»: one answer a reader, counted. Who a reader is, is known only as a digest that leads nowhere."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.db.models import Count, Q
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from fellestorg.marketplace.guidance import private
from fellestorg.marketplace.guidance.models import Article, Feedback
from fellestorg.marketplace.guidance.policy import require_pace
from fellestorg.values import BadInput, Problem

LONGEST_COMMENT = 500
MOST_IN_A_QUARTER, MOST_ON_ONE = 30, 300


@dataclass(frozen=True, slots=True)
class Helped:
    """How many answered, and how many of them it helped."""

    yes: int
    no: int

    @property
    def total(self) -> int:
        return self.yes + self.no


@transaction.atomic
def give(
    article: Article, reader: str, answer: str, comment: str, *, version: int, language: str, now: datetime
) -> Feedback:
    """Say whether the article helped: ``answer`` is ``ja`` or ``nei``. Said again, the last word counts.

    ``reader`` is a person's key or a session's; only a digest of it is kept, another for each article. Raises BadInput;
    Refused where too much is sent at once.
    """
    said, wrong = private.short("comment", comment, LONGEST_COMMENT, required=False)
    if answer not in ("ja", "nei"):
        wrong = [Problem("answer", "missing", _("svar ja eller nei")), *wrong]
    BadInput.raise_if(wrong)
    # The reader's own pace; and the article's, for a new session is soon made.
    require_pace(f"feedback:{reader}", now, most=MOST_IN_A_QUARTER)
    require_pace(f"feedback-on:{article.pk}", now, most=MOST_ON_ONE)
    row, _new = Feedback.objects.update_or_create(
        article=article,
        voter=digest(article, reader),
        defaults={
            "helped": answer == "ja",
            "comment": said,
            "version": version,
            "language": language,
            "given_at": now,
        },
    )
    return row


def digest(article: Article, reader: str) -> str:
    """The reader of one article, in a form that tells neither who it is nor what else they read."""
    return salted_hmac(
        f"guidance-feedback:{article.pk}", reader, secret=settings.ACCOUNT_KEY, algorithm="sha256"
    ).hexdigest()


def helped(article: Article) -> Helped:
    """The count for one article."""
    found = Feedback.objects.filter(article=article).aggregate(
        yes=Count("pk", filter=Q(helped=True)), no=Count("pk", filter=Q(helped=False))
    )
    return Helped(found["yes"], found["no"])


def all_helped() -> dict[int, Helped]:
    """The counts of all articles, by key."""
    rows = Feedback.objects.values("article").annotate(
        yes=Count("pk", filter=Q(helped=True)), no=Count("pk", filter=Q(helped=False))
    )
    return {row["article"]: Helped(row["yes"], row["no"]) for row in rows.order_by()}


def comments(article: Article) -> list[Feedback]:
    """What readers wrote, the newest first. For SI."""
    return list(Feedback.objects.filter(article=article).exclude(comment="")[:100])
