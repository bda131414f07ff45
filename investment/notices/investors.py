"""What investors and the investment desk hear of registration and verification."""

from typing import Any

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from alliance.accounts.models import Organisation, User
from alliance.accounts.permissions import Permission
from alliance.notifications import services
from alliance.notifications.kinds import Facts, Message

from .. import policies
from .. import policies_investors as allowed
from ..decided import VERIFY_DAYS
from ..models import Investor, InvestorStep
from .kinds import for_the_desk, notice, task
from .people import desk, once, people_of

_INVESTOR = {"about": ("investment.Investor", "organisation")}
_STEP = {"about": ("investment.InvestorStep", "investor__organisation")}
State = Investor.State


def desk_url(investor: Investor) -> str:
    return reverse("investment:desk_investor", args=[investor.organisation.slug])


def office_url(investor: Investor) -> str:
    return reverse("investment:office_investor", args=[investor.organisation.slug])


def _handed_in(facts: Facts, language: str, recipient: User | None) -> Message:
    investor: Investor = facts.about
    return Message(
        subject=_("To verify: %(investor)s") % {"investor": investor.organisation.name},
        lines=(_("An investor handed its documents in. Compare them with the public registers."),),
        url=office_url(investor),
        action=_("Look at the investor"),
    )


def _moved(facts: Facts, language: str, recipient: User | None) -> Message:
    step: InvestorStep = facts.about
    names = {"investor": step.investor.organisation.name, "state": step.get_to_state_display()}
    lines = [_("%(investor)s is now: %(state)s.") % names]
    if step.verified_until:
        lines.append(_("The verification holds until %(day)s.") % {"day": date_format(step.verified_until)})
    if step.reason_code:
        lines.append(_("Kind of reason: %(reason)s") % {"reason": step.get_reason_code_display()})
    if step.reason:
        lines.append(_("Reason: %(reason)s") % {"reason": step.reason})
    lines += {
        State.SUSPENDED: [_("Your interests rest until this is cleared up; no clock of theirs runs.")],
        State.REVOKED: [_("Your open interests were closed. Confidentiality goes on to bind.")],
        State.EXPIRED: [_("Your interests rest. Apply again: your entry and documents are still there.")],
        State.REFUSED: [_("You can put it right and apply again.")],
    }.get(step.to_state, [])
    return Message(
        subject=_("%(state)s: %(investor)s") % names,
        lines=tuple(lines),
        url=desk_url(step.investor),
        action=_("Open your investor page"),
    )


def _runs_out(facts: Facts, language: str, recipient: User | None) -> Message:
    investor: Investor = facts.about
    days = int(facts["days"])
    words = ngettext("%(n)d day", "%(n)d days", days) % {"n": days}
    return Message(
        subject=_("Your verification ends within %(days)s: %(investor)s")
        % {"days": words, "investor": investor.organisation.name},
        lines=(
            _("Afterwards your interests rest until you are verified anew."),
            _("Have the newest documents ready, and apply again on the day it ends; nothing has to be typed twice."),
        ),
        url=desk_url(investor),
        action=_("Open your investor page"),
    )


def _own(person: User, facts: Facts) -> bool:
    about: Any = facts.about
    return allowed.invests_for(person, about if isinstance(about, Investor) else about.investor)


INVESTOR_HANDED_IN = notice(
    "investor_handed_in",
    gettext_lazy("An investor to verify"),
    gettext_lazy("An investor hands its documents in to the investment desk."),
    _handed_in,
    refs=_INVESTOR,
    may_see=for_the_desk,
    concerns=policies.oversees,
)
INVESTOR_MOVED = notice(
    "investor_moved",
    gettext_lazy("Your verification as an investor"),
    gettext_lazy("Your organisation was verified, refused, suspended, restored or revoked, or it ran out."),
    _moved,
    refs=_STEP,
    may_see=_own,
    concerns=policies.invests_any,
    must=True,
)
INVESTOR_RUNS_OUT = notice(
    "investor_runs_out",
    gettext_lazy("Your verification ends soon"),
    gettext_lazy("30 and 7 days before the verification of your organisation ends."),
    _runs_out,
    refs=_INVESTOR,
    may_see=_own,
    concerns=policies.invests_any,
    must=True,
)
VERIFY_INVESTOR = task(
    "verify_investor",
    gettext_lazy("Verify an investor"),
    gettext_lazy("Compare number, name and authority with the documents and public records, then decide."),
    Permission.OVERSEE_INVESTMENT,
    office_url,
    refs=_INVESTOR,
    describe=lambda facts: facts.about.organisation.name,
    clock_days=VERIFY_DAYS,
    outcomes={
        State.ORGANISATION_VERIFIED: gettext_lazy("verified"),
        State.REFUSED: gettext_lazy("refused"),
    },
)


def tell_handed_in(investor: Investor, *, by: User) -> None:
    secretariat = Organisation.objects.secretariat()
    services.open_task(VERIFY_INVESTOR, about=investor, organisation=secretariat, opened_by=by)
    key = f"{investor.pk}:{investor.handed_in_at:%s.%f}"
    services.notify(INVESTOR_HANDED_IN, to=desk(), about=investor, actor=by, key=key)


def tell_moved(step: InvestorStep, *, by: User | None) -> None:
    investor = step.investor
    services.close_tasks(investor, kind=VERIFY_INVESTOR, by=by, outcome=step.to_state)
    if step.to_state == State.CONTACT_VERIFIED and step.verb != "reopen":
        return
    services.notify(INVESTOR_MOVED, to=once(people_of(investor), but=by), about=step, actor=by, key=step.pk)


def tell_runs_out(investor: Investor, days: int) -> bool:
    """Once for each term and each number of days; gives whether it was news."""
    key = f"{investor.pk}:{investor.verified_until}:{days}"
    to = people_of(investor, Permission.SIGN_AS_INVESTOR)
    return services.notify(INVESTOR_RUNS_OUT, to=to, about=investor, key=key, days=days) is not None
