"""What the privacy notice says, as data: each use of personal data with its purpose, basis and period (6.66).

What depends on who runs the portal comes from the settings of the alliance; a fact nobody has written yet shows as such
and is never made up. Changing the words means a new version in `purposes.NOTICE`, which asks people again.
"""

from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from alliance.core.alliance_settings import Setting
from alliance.core.legal import LEGAL_ADDRESS, LEGAL_ENTITY, PRIVACY_CONTACT, PRIVACY_REPRESENTATIVE

from .checks import outbound_hosts
from .decided_privacy import DATA_LOCATION, FOREIGN_REPRESENTATIVE, LOG_DAYS, PROCESSORS
from .providers import switched_on

Words = str | Promise
WRITTEN_ON = date(2026, 11, 28)


@dataclass(frozen=True)
class Use:
    """One use of personal data. `basis`: as the Personal Information Protection Law and the GDPR name it."""

    title: Words
    data: Words
    purpose: Words
    basis: Words
    period: Words


CONTRACT = _("Needed for the account you asked for (PIPL art. 13(1)(2); GDPR art. 6(1)(b))")
DUTY = _("Duty under the law (PIPL art. 13(1)(3); GDPR art. 6(1)(c))")
CONSENT = _("Your separate consent (PIPL art. 13(1)(1); GDPR art. 6(1)(a))")
CONTRACT_AND_DUTY = _(
    "Needed for acting in an organisation's name, and a duty to keep records (PIPL art. 13(1)(2) and (3); "
    "GDPR art. 6(1)(b) and (c))"
)

USES = (
    Use(
        _("Account"),
        _("Name, e-mail address, password (as a hash that cannot be turned back), language, appearance"),
        _("To sign you in, to address you, to answer you in your language"),
        CONTRACT,
        _("Until the account is closed"),
    ),
    Use(
        _("Work contact"),
        _("Position and telephone, if you give them"),
        _("So that your team and the secretariat reach you; not shown to the public"),
        CONTRACT,
        _("Until you delete them or close the account"),
    ),
    Use(
        _("Protection of the account"),
        _("Second factor, sessions, network address and device of sign-ins and failed attempts"),
        _("To keep others out, and to show you who signed in"),
        DUTY,
        _("As long as the setting below says, six months at least; what protects the account, until it is closed"),
    ),
    Use(
        _("Duties and invitations"),
        _("Role, organisation, term, substitute; the address an invitation goes to"),
        _("So that it is clear who may act for which organisation"),
        CONTRACT_AND_DUTY,
        _("Kept under a number when the account is closed; invitations that led to nothing are deleted"),
    ),
    Use(
        _("What you do in the portal"),
        _("Time, action and object, under your number"),
        _("The audit chain: so that decisions can be proved and mistakes undone"),
        CONTRACT_AND_DUTY,
        _("Permanently; the chain holds no name and no text you wrote"),
    ),
    Use(
        _("Messages"),
        _("That you were told of something, when, and by which way"),
        _("To tell you what concerns you, and to prove that you were told"),
        CONTRACT,
        _("Kept under a number when the account is closed"),
    ),
    Use(
        _("Linked accounts"),
        _("The number of your account at the provider and the name it shows there"),
        _("To sign you in with it"),
        CONSENT,
        _("Until you unlink the account or withdraw your consent"),
    ),
    Use(
        _("Training"),
        _("Nominations, attendance, work you hand in, marks, appeals, placements and who confirms them"),
        _("To give places fairly, to teach and mark you, and to prove what was learned"),
        CONTRACT_AND_DUTY,
        _(
            "Kept under a number when the account is closed, because marks and certificates rest on it; "
            "your words are deleted"
        ),
    ),
    Use(
        _("Certificates"),
        _("Your name as you want it on the certificate, what you reached, its number and state"),
        _("So that whoever holds the number and your name, or the file, can check it; more is shown only if you agree"),
        CONTRACT,
        _("As long as the certificate can be checked, also after the account is closed"),
    ),
    Use(
        _("Joint investment"),
        _("What you sign, ask, answer and agree to meet for, in the name of a park or an investor"),
        _("So that parks and investors deal with people who may act for them, and can rely on what was said"),
        CONTRACT_AND_DUTY,
        _("Kept under a number when the account is closed; signatures stay as long as others rely on them"),
    ),
    Use(
        _("Data rooms"),
        _("Which page you read or took, when, from which network address; your name on every page you see"),
        _("To keep confidential documents confidential: the parks of the project see the log"),
        CONTRACT_AND_DUTY,
        _("As long as the log of the room is kept; under a number when the account is closed"),
    ),
    Use(
        _("Requests about your data, consents"),
        _("What you asked, agreed to and took back, and when"),
        _("To answer you in time, and to prove it"),
        DUTY,
        _("Kept under a number when the account is closed; your words are deleted"),
    ),
)


@dataclass(frozen=True)
class Fact:
    """Something only the operator knows."""

    label: Words
    setting: Setting

    @property
    def value(self) -> str:
        return self.setting.value()


HANDLER = (
    Fact(_("Handler of the personal data"), LEGAL_ENTITY),
    Fact(_("Address"), LEGAL_ADDRESS),
    Fact(_("Contact"), PRIVACY_CONTACT),
    Fact(_("Person in charge of personal data protection"), PRIVACY_REPRESENTATIVE),
)
REACH = {
    "mail": _("Mail server: hands over the letters to you"),
    "weixin": _("Weixin: confirms who you are when you sign in with it"),
    "dingtalk": _("DingTalk: confirms who you are when you sign in with it"),
    "feishu": _("Feishu: confirms who you are when you sign in with it"),
    "oidc": _("Sign-in server: confirms who you are when you sign in with it"),
}


def facts() -> dict:
    """What the page shows beside its fixed words."""
    return {
        "uses": USES,
        "handler": HANDLER,
        "location": Fact(_("Where the data are stored"), DATA_LOCATION),
        "processors": Fact(_("Entrusted with processing"), PROCESSORS),
        "representative": Fact(_("Representative for people abroad"), FOREIGN_REPRESENTATIVE),
        "providers": list(switched_on().values()),
        "hosts": [(host, REACH.get(why, why)) for host, why in outbound_hosts()],
        "log_days": LOG_DAYS.value(),
        "secretariat": settings.SECRETARIAT_EMAIL,
        "written_on": WRITTEN_ON,
    }
