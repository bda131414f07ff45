"""A sample cohort that meets today: a room, a session to open at once, weekly ones after it, one cancelled."""

from datetime import datetime, timedelta

from django.conf import settings
from django.utils import timezone

from alliance.accounts.models import Organisation
from parks.models import Park

from .. import seats
from ..models import Cohort, CurriculumVersion, Room, Session
from ..services import cohorts, feeds, rooms, sessions
from . import person

CODE = "sample-sessions"


def make_sample_sessions(version: CurriculumVersion) -> Cohort:
    """Through the services, as everybody does it; `version` is a published one of the sample programme."""
    if not settings.DEMO:
        raise RuntimeError("Sample sessions exist only with DEMO=1.")
    if found := Cohort.objects.filter(code=CODE).first():
        return found
    school, trainer, trainee, sender = person("school"), person("trainer"), person("trainee"), person("manager")
    academy = Organisation.objects.get(slug="sample-academy")
    room = rooms.add_room(
        academy,
        by=school,
        name_zh="样例教室 301",
        name_en="Sample room 301",
        address_zh="样例路 1 号",
        address_en="1 Sample Road",
        seats=30,
    )
    now = timezone.now()
    cohort = cohorts.create(
        version,
        by=school,
        code=CODE,
        title_zh="样例班次：今天上课",
        title_en="Sample cohort that meets today",
        host=academy,
        shared=10,
        enrol_from=now - timedelta(hours=1),
        enrol_until=now + timedelta(minutes=5),
        starts_at=now + timedelta(minutes=10),
        ends_at=now + timedelta(weeks=12),
    )
    cohort = cohorts.move(cohort, "open", by=school)
    # Sample parks are drafts, whose people nobody finds; so a real park lends its name, and the pages say “sample”.
    park = Park.objects.get(organisation=sender.duties.get().organisation)
    place = seats.apply(cohort, park, learner="employed", by=trainee)
    seats.approve(place, by=sender)
    seats.accept(place, by=trainee)
    cohort = cohorts.move(cohort, "confirm", by=school)
    _plan(cohort, room, now + timedelta(minutes=15))
    feeds.renew(cohort, by=school)
    feeds.renew(trainer, by=trainer)
    return cohort


def _plan(cohort: Cohort, room: Room, first_at: datetime) -> None:
    """The first session can be opened at once; one of the later ones does not take place."""
    school, trainer = person("school"), person("trainer")
    planned: list[Session] = []
    for number, unit in enumerate(cohort.version.units.all()):
        begin = first_at + timedelta(days=number)
        planned += sessions.add_sessions(
            cohort,
            by=school,
            unit=unit,
            times=sessions.weekly(begin, begin + timedelta(hours=2), 4, skip_holidays=False),
            room=room,
            trainer=trainer,
        )
    sessions.cancel_session(planned[1], by=school, reason="样例：场地检修，本次课取消。")
