"""Add, try, switch and remove group robots; one that keeps failing is switched off, and its people are told."""

from collections.abc import Iterable

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import F
from django.db.models.functions import Now
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from alliance.accounts.models import Organisation, User
from alliance.accounts.permissions import Permission
from alliance.core import audit
from alliance.core.errors import RuleBroken

from .. import kinds, policies
from ..models import Delivery, Robot
from ..robots import calls, vault
from ..robots.guard import Refused
from ..robots.platforms import PLATFORMS, Outcome, Verdict
from .notices import notify
from .people import people_with

MOST = 10  # robots of one organisation
OFF_AFTER = 5  # refusals in a row

State = Robot.State


def group_kinds(organisation: Organisation) -> list[kinds.NoticeKind]:
    """What a group of such an organisation may be told."""
    return [
        kind
        for kind in kinds.notice_kinds()
        if kind.for_groups is not None and organisation.kind in kind.for_groups.organisation_kinds
    ]


@transaction.atomic
def add_robot(
    organisation: Organisation,
    *,
    platform: str,
    name: str,
    url: str,
    secret: str = "",
    codes: Iterable[str],
    language: str,
    by: User,
) -> Robot:
    """A group of this organisation is told of these kinds from now on."""
    if not policies.can_manage_robots(by, organisation):
        raise PermissionDenied
    Organisation.objects.select_for_update().get(pk=organisation.pk)
    if Robot.objects.kept().filter(organisation=organisation).count() >= MOST:
        raise RuleBroken(_("An organisation has at most %(n)d robots. Please remove one first.") % {"n": MOST})
    _check_address(platform, url)
    robot = Robot.objects.create(
        organisation=organisation,
        platform=platform,
        name=name,
        language=language,
        kinds=_allowed(organisation, codes),
        sealed_url=vault.seal(url),
        sealed_secret=vault.seal(secret) if secret and PLATFORMS[platform].has_secret else "",
        added_by=by,
        free_at=timezone.now(),
    )
    audit.record("robot.added", robot, by=by, on_behalf_of=organisation, platform=platform, kinds=robot.kinds)
    return robot


@transaction.atomic
def change_robot(
    robot: Robot, *, name: str, codes: Iterable[str], language: str, url: str = "", secret: str = "", by: User
) -> Robot:
    """Another name, other kinds, another address. An empty address or secret leaves the sealed one."""
    robot = _locked(robot, by)
    robot.name, robot.language, robot.kinds = name, language, _allowed(robot.organisation, codes)
    if url:
        _check_address(robot.platform, url)
        robot.sealed_url, robot.failures = vault.seal(url), 0
        # The secret belongs to the address.
        robot.sealed_secret = ""
    if secret and PLATFORMS[robot.platform].has_secret:
        robot.sealed_secret = vault.seal(secret)
    robot.save()
    audit.record(
        "robot.changed", robot, by=by, on_behalf_of=robot.organisation, kinds=robot.kinds, readdressed=bool(url)
    )
    return robot


@transaction.atomic
def switch_robot(robot: Robot, *, on: bool, by: User) -> Robot:
    robot = _locked(robot, by)
    state = State.ON if on else State.OFF
    if robot.state == state:
        return robot
    robot.state, robot.failures, robot.last_error = state, 0, ""
    robot.save(update_fields=["state", "failures", "last_error"])
    audit.record("robot.switched", robot, by=by, on_behalf_of=robot.organisation, state=str(state))
    return robot


@transaction.atomic
def remove_robot(robot: Robot, *, by: User) -> None:
    """The address is forgotten; what the group was told stays written."""
    robot = _locked(robot, by)
    robot.state, robot.sealed_url, robot.sealed_secret = State.REMOVED, "", ""
    robot.save(update_fields=["state", "sealed_url", "sealed_secret"])
    waiting = Delivery.objects.filter(robot=robot, state=Delivery.State.PENDING)
    waiting.update(state=Delivery.State.SUPPRESSED, last_error="robot_off")
    audit.record("robot.removed", robot, by=by, on_behalf_of=robot.organisation)


def try_robot(robot: Robot, *, by: User) -> Verdict:
    """Say hello in the group, now, and see what the platform answers."""
    with transaction.atomic():
        robot = _locked(robot, by)
        wait = calls.take_turn(robot.pk)
        if wait:
            raise RuleBroken(_("This group received many messages in the last minute. Please try again in a moment."))
        audit.record("robot.tried", robot, by=by, on_behalf_of=robot.organisation)
    with translation.override(robot.language):
        words = calls.Words(_("Hello! From now on this group will receive messages that concern it. This is a test."))
        verdict = calls.say(robot.platform, robot.sealed_url, robot.sealed_secret, words)
    if verdict.outcome is Outcome.TAKEN:
        succeeded(robot)
    else:
        Robot.objects.filter(pk=robot.pk).update(last_error=verdict.said[:300])
    return verdict


def succeeded(robot: Robot) -> None:
    Robot.objects.filter(pk=robot.pk).update(failures=0, last_error="", last_sent_at=Now())


@transaction.atomic
def failed(robot: Robot, said: str) -> None:
    """One more refusal; after several in a row the robot is switched off, and those who look after it are told."""
    from ..notices import ROBOT_OFF

    robot = Robot.objects.select_for_update().get(pk=robot.pk)
    if robot.state != State.ON:
        return
    robot.failures = F("failures") + 1
    robot.last_error = said[:300]
    robot.save(update_fields=["failures", "last_error"])
    robot.refresh_from_db()
    if robot.failures < OFF_AFTER:
        return
    robot.state = State.OFF
    robot.save(update_fields=["state"])
    audit.record("robot.switched", robot, by=None, state="off", failures=robot.failures)
    told = {person.pk: person for person in people_with(Permission.INVITE, robot.organisation)}
    if robot.added_by is not None and policies.can_manage_robots(robot.added_by, robot.organisation):
        told[robot.added_by.pk] = robot.added_by
    notify(ROBOT_OFF, to=told.values(), about=robot, key=f"{robot.pk}:{timezone.now():%Y%m%d%H%M%S}")


def _locked(robot: Robot, by: User) -> Robot:
    robot = Robot.objects.select_for_update(of=("self",)).select_related("organisation").get(pk=robot.pk)
    if not policies.can_manage_robots(by, robot.organisation):
        raise PermissionDenied
    if robot.state == State.REMOVED:
        raise RuleBroken(_("This robot was removed."))
    return robot


def _allowed(organisation: Organisation, codes: Iterable[str]) -> list[str]:
    known = {kind.code for kind in group_kinds(organisation)}
    chosen = sorted(set(codes))
    if not set(chosen) <= known:
        raise RuleBroken(_("Messages of this kind cannot be sent to a group."))
    return chosen


def _check_address(platform: str, url: str) -> None:
    try:
        PLATFORMS[platform].check(url)
    except Refused:
        words = _("This is not the address of a robot of %(platform)s. Copy it as the platform shows it, whole.")
        raise RuleBroken(words % {"platform": PLATFORMS[platform].title}) from None
