"""Every address of the house: each room has its own, and this file only joins them."""

from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.urls import path

from fellestorg.agreements import urls as agreements
from fellestorg.calloffs import urls as calloffs
from fellestorg.catalogues import urls as catalogues
from fellestorg.competitions import urls as competitions
from fellestorg.kernel import urls as kernel
from fellestorg.kernel.addresses import Joined
from fellestorg.marketplace import urls as marketplace
from fellestorg.organisations import urls as organisations
from fellestorg.travel import urls as travel
from fellestorg.ui import urls as ui


def health(request: HttpRequest) -> HttpResponse:
    """Whether this process serves and reaches its database; for load balancers and for starting up."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return HttpResponse("ok", content_type="text/plain")


urlpatterns = [
    path("helse", health, name="health"),
    Joined(
        marketplace.urlpatterns,
        travel.urlpatterns,
        calloffs.urlpatterns,
        competitions.urlpatterns,
        catalogues.urlpatterns,
        agreements.urlpatterns,
        organisations.urlpatterns,
        kernel.urlpatterns,
        ui.urlpatterns,
    ),
]

handler400 = "fellestorg.ui.pages.bad_request"
handler403 = "fellestorg.ui.pages.permission_denied"
handler404 = "fellestorg.ui.pages.not_found"
handler500 = "fellestorg.ui.pages.server_error"
