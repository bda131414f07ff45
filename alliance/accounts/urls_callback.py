"""Where providers send people back to, without a language: these addresses are registered with them once."""

from django.urls import path, register_converter
from django.urls.converters import StringConverter

from .views.connections import come_back


class OneServer(StringConverter):
    """allauth names the server it means; as there is one, its address is the same whichever it is."""

    regex = "oidc"

    def to_url(self, value: str) -> str:
        return "oidc"


register_converter(OneServer, "one_server")

urlpatterns = [
    *(
        path(f"{code}/", come_back, {"code": code}, name=f"{code}_callback")
        for code in ("weixin", "dingtalk", "feishu")
    ),
    path("<one_server:provider_id>/", come_back, {"code": "oidc"}, name="openid_connect_callback"),
]
