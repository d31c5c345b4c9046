"""Addresses of people and organisations."""

from django.urls import path

from fellestorg.organisations import account_pages, insolvency_pages, pages, setup_pages, sign_in, token_pages, welcome

urlpatterns = [
    path("logg-inn", sign_in.sign_in, name="sign_in"),
    path("logg-ut", sign_in.sign_out, name="sign_out"),
    path("glemt-passord", account_pages.forgotten, name="forgotten"),
    path("velkommen/<str:token>", welcome.welcome, name="welcome"),
    path("velkommen/<str:token>/kode", welcome.welcome_code, name="welcome_code"),
    path("meg/konto", account_pages.account, name="account"),
    path("meg/konto/passord", account_pages.change_password, name="change_password"),
    path("meg/konto/kodeapp", account_pages.change_code_app, name="change_code_app"),
    path("meg/konto/koder", account_pages.renew_recovery_codes, name="renew_recovery_codes"),
    path("meg/konto/andre-steder", account_pages.sign_out_elsewhere, name="sign_out_elsewhere"),
    path("oppsett", setup_pages.checklist, name="setup"),
    path("oppsett/e-post", setup_pages.unsent, name="unsent_mail"),
    path("oppsett/e-post/igjen", setup_pages.send_again, name="send_mail_again"),
    path("oppsett/<slug:kind>", setup_pages.sheet, name="setup_sheet"),
    path("oppsett/<slug:kind>/ny", setup_pages.single, name="setup_single"),
    path("oppsett/<slug:kind>/mal.<slug:form>", setup_pages.template, name="setup_template"),
    path("virksomheter", pages.organisations, name="organisations"),
    path("virksomheter.csv", pages.organisations_csv, name="organisations_csv"),
    path("virksomheter.json", pages.organisations_json, name="organisations_json"),
    path("virksomheter/<str:number>", pages.organisation, name="organisation"),
    path("virksomheter/<str:number>/konkurs", insolvency_pages.insolvent, name="insolvent"),
    path("virksomheter/<str:number>/nokler", token_pages.api_tokens, name="api_tokens"),
    path("virksomheter/<str:number>/nokler.csv", token_pages.api_tokens_csv, name="api_tokens_csv"),
    path("virksomheter/<str:number>/nokler.json", token_pages.api_tokens_json, name="api_tokens_json"),
    path("virksomheter/<str:number>/nokler/<slug:name>/trekk", token_pages.revoke_api_token, name="revoke_api_token"),
    path("virksomheter/<str:number>/roller", pages.grant, name="grant_role"),
    path("virksomheter/<str:number>/roller/<int:key>/avslutt", pages.revoke, name="revoke_role"),
    path("virksomheter/<str:number>/inviter/<str:username>", pages.invite, name="invite"),
    path("meg", pages.me, name="me"),
    path("meg/sprak", pages.my_language, name="my_language"),
    path("meg/vikar", pages.my_deputy, name="my_deputy"),
    path("meldinger", pages.inbox, name="messages"),
    path("meldinger/lest", pages.mark_read, name="mark_read"),
]
