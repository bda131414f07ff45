"""Who stands behind the portal in the eyes of the law, as the secretariat writes it. Empty until it does."""

from django.utils.translation import gettext_lazy as _

from .alliance_settings import LEGAL, Setting, register
from .pagecache import public_data_changed

LEGAL_ENTITY = register(
    Setting(
        "legal_entity",
        _("Name of the legal entity"),
        _("Who answers for the portal and the personal data in it; the privacy notice names it."),
        kind="bilingual",
        default={},
        group=LEGAL,
        longest=200,
        then=public_data_changed,
    )
)
LEGAL_ADDRESS = register(
    Setting(
        "legal_address",
        _("Registered address"),
        _("Where letters to the legal entity arrive."),
        kind="bilingual",
        default={},
        group=LEGAL,
        is_long=True,
        then=public_data_changed,
    )
)
PRIVACY_CONTACT = register(
    Setting(
        "privacy_contact",
        _("Contact for questions about personal data"),
        _("Name or office, e-mail and telephone, as visitors should read it."),
        kind="bilingual",
        default={},
        group=LEGAL,
        is_long=True,
        then=public_data_changed,
    )
)
PRIVACY_REPRESENTATIVE = register(
    Setting(
        "privacy_representative",
        _("Person in charge of personal data protection"),
        _("Named where the law asks for one; left empty, the notice says nothing about it."),
        kind="bilingual",
        default={},
        group=LEGAL,
        is_long=True,
        then=public_data_changed,
    )
)
