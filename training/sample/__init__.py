"""Joint training for the embedded run: programmes that show every state, plainly marked as samples.

All of it is made through the services, by the sample people of `alliance/sample.py`; real parks and schools promise
nothing here. `make()` may run at every start: what is there stays as people left it.
"""

from django.conf import settings
from django.db import transaction

from alliance.accounts.models import Organisation, User
from parks.models import Park

_known: dict[str, User] = {}


def person(login: str) -> User:
    """Read once while the samples are made."""
    if login not in _known:
        _known[login] = User.objects.get(email=f"{login}@sample.example")
    return _known[login]


@transaction.atomic
def make() -> None:
    from ..models import Programme
    from . import assessment, courses, enrolments, graduates, placements, programmes, seldom, sessions

    if not settings.DEMO:
        raise RuntimeError("Sample training exists only with DEMO=1.")
    if Programme.objects.filter(is_sample=True).exists():
        return
    _known.clear()
    made = enrolments.make_sample_enrolments(programmes.make())
    running = made["ani-04"]
    school, trainer, host = person("school"), person("trainer"), person("park-a")
    assessment.make_sample_assessment(
        running, marker=trainer, second=school, manager=school, awarding=person("awarding")
    )
    academy = Organisation.objects.get(slug="sample-academy")
    park = Park.objects.get(organisation=host.duties.get().organisation)
    placements.make_sample_placements(running, manager=school, tutor=trainer, school=academy, host=host, park=park)
    sessions.make_sample_sessions(running.version)
    graduates.make_sample_certificates(made["ani-02"])
    seldom.show_other_states(running, made["ani-03"], made["ani-02"])
    graduates.archive(made["ani-01"])
    graduates.begin_grading(made["ani-03"])
    courses.make_sample_courses()
