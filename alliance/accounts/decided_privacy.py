"""What the secretariat decides about personal data: facts for the privacy notice, clocks, periods."""

from django.utils.translation import gettext_lazy as _

from alliance.core.alliance_settings import CLOCKS, LEGAL, Setting, register
from alliance.core.pagecache import public_data_changed

from .models import Breach


def _fact(code: str, label: object, help: object) -> Setting:
    return register(
        Setting(
            code,
            label,  # type: ignore[arg-type]
            help,  # type: ignore[arg-type]
            kind="bilingual",
            default={},
            group=LEGAL,
            longest=1000,
            is_long=True,
            then=public_data_changed,
        )
    )


FOREIGN_REPRESENTATIVE = _fact(
    "foreign_representative",
    _("Representative for people abroad"),
    _(
        "Where a law abroad requires one (GDPR, article 27): name, address, e-mail. "
        "Otherwise say that none is required."
    ),
)
DATA_LOCATION = _fact(
    "data_location",
    _("Where the data are stored"),
    _("Country, operator of the data centre, and whether anything leaves the mainland of China."),
)
PROCESSORS = _fact(
    "data_processors",
    _("Processors engaged by the alliance"),
    _("Hosting, mail, backups: each with name, purpose and kinds of data. One to a line."),
)


def _clock(code: str, label: object, help: object, default: int, minimum: int, maximum: int, unit: object) -> Setting:
    return register(
        Setting(code, label, help, default=default, minimum=minimum, maximum=maximum, unit=unit, group=CLOCKS)  # type: ignore[arg-type]
    )


DATA_REQUEST_DAYS = _clock(
    "data_request_days",
    _("Answer to a request about personal data"),
    _("Working days. The law and the national standard allow fifteen at most."),
    15,
    1,
    15,
    _("working days"),
)
CLOSING_DAYS = _clock(
    "closing_days",
    _("Time between asking to close an account and its closing"),
    _("Until then the person can change their mind. The rules allow fifteen working days at most."),
    14,
    1,
    15,
    _("days"),
)
# From memory of the incident rules: a lawyer decides. They leave less time the graver it is.
BREACH_HOURS: dict[str, Setting] = {
    level: _clock(
        f"breach_hours_{level}",
        label,
        _("Hours from the moment it became known until the Chinese authority has to be told."),
        default,
        1,
        72,
        _("hours"),
    )
    for level, label, default in (
        (Breach.Level.GENERAL.value, _("Data incident, general: told within"), 24),
        (Breach.Level.LARGER.value, _("Data incident, relatively serious: told within"), 4),
        (Breach.Level.SERIOUS.value, _("Data incident, serious: told within"), 1),
        (Breach.Level.GRAVE.value, _("Data incident, particularly serious: told within"), 1),
    )
}
LOG_DAYS = _clock(
    "security_log_days",
    _("Sign-ins and failed attempts are kept"),
    _("The Cybersecurity Law asks for six months at least. The audit chain itself is kept for good."),
    400,
    180,
    3650,
    _("days"),
)
INVITATION_KEEP_DAYS = _clock(
    "invitation_keep_days",
    _("Invitations that led to nothing are kept"),
    _("The name and address of somebody who never joined are then deleted."),
    90,
    1,
    730,
    _("days"),
)
