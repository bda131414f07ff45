"""Where certificates stand in the menus."""

from django.utils.translation import gettext_lazy as _

from . import policies


def register() -> None:
    from alliance.core import navigation

    navigation.register(
        navigation.Entry("public", _("Verify a certificate"), "training:verify", order=60),
        navigation.Entry(
            "desk",
            _("My certificates"),
            "training:my_certificates",
            order=46,
            # Trainees seldom have a duty; whoever has one finds the page from the desk of certificates.
            who=lambda request: not getattr(request, "duties", None) and request.user.is_authenticated,
        ),
        navigation.Entry(
            "desk",
            _("Certificates"),
            "training:certificates",
            order=45,
            who=lambda request: policies.sees_desk(request.user),
        ),
        navigation.Entry(
            "office",
            _("Signing keys"),
            "training:issuer_keys",
            order=60,
            who=lambda request: policies.can_turn_keys(request.user),
        ),
    )
