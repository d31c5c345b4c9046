"""The data of the marketplace; each sub-package keeps its own models, and Django finds them from here."""

from fellestorg.marketplace.firms.models import Firm, FirmMember

__all__ = ["Firm", "FirmMember"]
