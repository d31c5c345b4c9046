"""Every address of the house: each room has its own, and this file only joins them."""

from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.urls import include, path


def health(request: HttpRequest) -> HttpResponse:
    """Whether this process serves and reaches its database; for load balancers and for starting up."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return HttpResponse("ok", content_type="text/plain")


urlpatterns = [
    path("helse", health, name="health"),
    path("", include("fellestorg.marketplace.urls")),
    path("", include("fellestorg.travel.urls")),
    path("", include("fellestorg.calloffs.urls")),
    path("", include("fellestorg.competitions.urls")),
    path("", include("fellestorg.catalogues.urls")),
    path("", include("fellestorg.agreements.urls")),
    path("", include("fellestorg.organisations.urls")),
    path("", include("fellestorg.kernel.urls")),
    path("", include("fellestorg.ui.urls")),
]

handler400 = "fellestorg.ui.pages.bad_request"
handler403 = "fellestorg.ui.pages.permission_denied"
handler404 = "fellestorg.ui.pages.not_found"
handler500 = "fellestorg.ui.pages.server_error"
