"""Names of the overview's verbs in the log."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

VERBS = {
    "study_imported": _("Undersøkelse lest inn"),
    "study_withdrawn": _("Undersøkelse trukket"),
}
