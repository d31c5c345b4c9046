"""The data of the marketplace; each sub-package keeps its own models, and Django finds them from here."""

from fellestorg.marketplace.firms.models import Firm, FirmMember
from fellestorg.marketplace.guidance.models import (
    Article,
    ArticleDraft,
    ArticleVersion,
    ExpertQuestion,
    Feedback,
    Wish,
    WishVote,
)
from fellestorg.marketplace.listings.models import Listing, ListingFile, ListingStep, ListingVersion

__all__ = [
    "Article",
    "ArticleDraft",
    "ArticleVersion",
    "ExpertQuestion",
    "Feedback",
    "Firm",
    "FirmMember",
    "Listing",
    "ListingFile",
    "ListingStep",
    "ListingVersion",
    "Wish",
    "WishVote",
]
