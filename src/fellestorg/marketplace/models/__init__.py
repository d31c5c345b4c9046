"""The data of the marketplace; each sub-package keeps its own models, and Django finds them from here."""

from fellestorg.marketplace.firms.models import (
    Firm,
    FirmFile,
    FirmInvitation,
    FirmMember,
    FirmStep,
    JoinRequest,
    Registration,
    TermsAcceptance,
)
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
from fellestorg.marketplace.moderation.models import ModerationCase, ModerationStep
from fellestorg.marketplace.search.models import SavedSearch, SearchEntry

__all__ = [
    "Article",
    "ArticleDraft",
    "ArticleVersion",
    "ExpertQuestion",
    "Feedback",
    "Firm",
    "FirmFile",
    "FirmInvitation",
    "FirmMember",
    "FirmStep",
    "JoinRequest",
    "Listing",
    "ListingFile",
    "ListingStep",
    "ListingVersion",
    "ModerationCase",
    "ModerationStep",
    "Registration",
    "SavedSearch",
    "SearchEntry",
    "TermsAcceptance",
    "Wish",
    "WishVote",
]
