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
from fellestorg.marketplace.moderation.models import (
    CaseAccess,
    Complaint,
    FreshnessNotice,
    ListingReport,
    ModerationCase,
    ModerationStep,
)
from fellestorg.marketplace.opportunities.models import AdvanceNotice, OpportunitySubscription
from fellestorg.marketplace.overview.models import Study, StudyVersion
from fellestorg.marketplace.search.models import SavedSearch, SearchEntry, SearchIndex, SearchMark
from fellestorg.marketplace.shortlists.models import FixedShortlist, Shortlist, ShortlistEntry, ShortlistUse

__all__ = [
    "AdvanceNotice",
    "Article",
    "ArticleDraft",
    "ArticleVersion",
    "CaseAccess",
    "Complaint",
    "ExpertQuestion",
    "Feedback",
    "Firm",
    "FirmFile",
    "FirmInvitation",
    "FirmMember",
    "FirmStep",
    "FixedShortlist",
    "FreshnessNotice",
    "JoinRequest",
    "Listing",
    "ListingFile",
    "ListingReport",
    "ListingStep",
    "ListingVersion",
    "ModerationCase",
    "ModerationStep",
    "OpportunitySubscription",
    "Registration",
    "SavedSearch",
    "SearchEntry",
    "SearchIndex",
    "SearchMark",
    "Shortlist",
    "ShortlistEntry",
    "ShortlistUse",
    "Study",
    "StudyVersion",
    "TermsAcceptance",
    "Wish",
    "WishVote",
]
