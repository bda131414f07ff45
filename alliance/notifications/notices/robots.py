"""What those who look after a group robot must know of it."""

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from alliance.accounts.models import User

from .. import policies
from ..kinds import Facts, Message, NoticeKind, register
from ..robots.platforms import PLATFORMS
from .running import RUNNING


def _robot_off(facts: Facts, language: str, recipient: User | None) -> Message:
    robot = facts.about
    names = {"robot": robot.name, "platform": PLATFORMS[robot.platform].title, "said": robot.last_error}
    return Message(
        subject=_("The robot of the group “%(robot)s” was switched off") % names,
        lines=(
            _("%(platform)s refused several messages in a row, so the group is told nothing more for now.") % names,
            _("Its last answer: %(said)s") % names,
            _("Look whether the robot is still in the group, correct its address or secret, and switch it on again."),
        ),
        url=reverse("notifications:robot", args=[robot.pk]),
        action=_("See the robot"),
    )


ROBOT_OFF = register(
    NoticeKind(
        code="notifications.robot_off",
        title=gettext_lazy("A group robot was switched off"),
        sentence=gettext_lazy("A robot of your organisation was refused several times in a row."),
        group=RUNNING,
        render=_robot_off,
        may_see=lambda person, facts: policies.can_manage_robots(person, facts.about.organisation),
        concerns=policies.looks_after_robots,
        refs={"about": ("notifications.Robot", "organisation")},
    )
)
