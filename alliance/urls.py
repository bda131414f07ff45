"""Every address. Pages live under their language; what machines ask for stands outside."""

from django.conf.urls.i18n import i18n_patterns
from django.urls import include, path

from alliance.core import views as core
from alliance.core.files import serve as files
from alliance.reports.views import metrics

urlpatterns = [
    path("healthz", core.healthz, name="healthz"),
    path("readyz", core.readyz, name="readyz"),
    path("metrics", metrics.metrics, name="metrics"),
    path("robots.txt", core.robots, name="robots"),
    path("sitemap.xml", core.sitemap_file, name="sitemap"),
    path("favicon.ico", core.favicon, name="favicon"),
    path("media/<path:name>", files.media, name="media"),
    path("account/callback/", include("alliance.accounts.urls_callback")),
    # The addresses in signed certificates.
    path("", include("training.urls_credentials")),
    *i18n_patterns(
        path("", include("alliance.front_urls")),
        path("", include("alliance.core.urls")),
        path("account/", include("alliance.accounts.urls_allauth")),
        path("", include("alliance.accounts.urls")),
        path("", include("alliance.notifications.urls")),
        path("", include("parks.urls")),
        path("", include("training.urls")),
        path("", include("investment.urls")),
        path("", include("alliance.reports.urls")),
    ),
]

handler400 = "alliance.core.views.bad_request"
handler403 = "alliance.core.views.forbidden"
handler404 = "alliance.core.views.not_found"
handler500 = "alliance.core.views.server_error"
