"""Addresses for those who manage agreements. They stand before the agreements' own, whose keys would catch them."""

from django.urls import path

from fellestorg.agreements.changes import pages as proposal_pages
from fellestorg.agreements.managing import agreement as manage_agreement
from fellestorg.agreements.managing import clauses as manage_clauses
from fellestorg.agreements.managing import halting
from fellestorg.agreements.managing import lot_terms as manage_lot_terms
from fellestorg.agreements.managing import participants as manage_participants
from fellestorg.agreements.managing import policy as manage_policy

urlpatterns = [
    path("avtaler/endringer", proposal_pages.proposals_list, name="proposals"),
    path("avtaler/endringer.csv", proposal_pages.proposals_csv, name="proposals_csv"),
    path("avtaler/endringer.json", proposal_pages.proposals_json, name="proposals_json"),
    path("avtaler/endringer/<int:key>", proposal_pages.proposal, name="proposal"),
    path("avtaler/endringer/<int:key>/godkjenn", proposal_pages.approve, name="approve_proposal"),
    path("avtaler/endringer/<int:key>/avvis", proposal_pages.reject, name="reject_proposal"),
    path("avtaler/endringer/<int:key>/pa-nytt", proposal_pages.anew, name="propose_anew"),
    path("avtaler/endringer/<int:key>/trekk", proposal_pages.withdraw, name="withdraw_proposal"),
    path("avtaler/ny", manage_agreement.new, name="new_agreement"),
    path("avtaler/<slug:key>/forleng/<int:option>", manage_agreement.extend, name="extend_agreement"),
    path("avtaler/<slug:key>/rediger", manage_agreement.edit, name="edit_agreement"),
    path("avtaler/<slug:key>/stans", halting.halt_agreement, name="halt_agreement"),
    path("avtaler/<slug:key>/ny-delkontrakt", manage_agreement.new_lot, name="new_lot"),
    path("avtaler/<slug:key>/deltakere/forvalt", manage_participants.manage, name="manage_participants"),
    path("avtaler/<slug:key>/deltakere/mal.csv", manage_participants.template_csv, name="participants_template_csv"),
    path("avtaler/<slug:key>/deltakere/mal.xlsx", manage_participants.template_xlsx, name="participants_template_xlsx"),
    path("avtaler/<slug:key>/deltakere/<int:participation>", manage_participants.move, name="move_participation"),
    path("avtaler/<slug:key>/<slug:lot>/forvalt/rediger", manage_lot_terms.edit_lot, name="edit_lot"),
    path("avtaler/<slug:key>/<slug:lot>/forvalt/leverandorer", manage_lot_terms.ranking, name="edit_ranking"),
    path("avtaler/<slug:key>/<slug:lot>/forvalt/avropsregler", manage_policy.edit, name="edit_policy"),
    path("avtaler/<slug:key>/<slug:lot>/forvalt/opsjoner", manage_clauses.options_page, name="manage_options"),
    path("avtaler/<slug:key>/<slug:lot>/forvalt/regulering", manage_clauses.regulation_page, name="manage_regulation"),
]
