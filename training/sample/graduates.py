"""Sample cohorts brought to their end, and certificates in every state: nobody real holds one of them."""

from django.conf import settings

from alliance.accounts.models import Organisation, User
from parks.models import Park

from ..certificates import consents, dossiers, issuing, revoking, trust
from ..models import AssessmentItem, Certificate, Cohort, Dossier, Enrolment, Moderation
from ..services import attempts, cohorts, moderation
from . import person, placements

MARKS = (8_400, 7_150, 9_050, 6_800, 7_900, 8_650)
SPOKEN = "样例陈述：第二段镜头由同组学员完成。"
PROPOSED = "样例：作品不是本人完成。"
DECIDED = "样例决定：陈述与记录不符。"


def make_sample_certificates(cohort: Cohort) -> None:
    """Of a cohort that has been taught: one holds a certificate, one lost it, one did not complete."""
    if not settings.DEMO:
        raise RuntimeError("Sample certificates exist only with DEMO=1.")
    rows = finish(cohort, placed=2)
    holder = certify(rows[0])
    for consent in ("is_searchable", "shows_mark", "in_directory"):
        consents.decide(holder, consent, True, by=holder.person)
    revoke(certify(rows[1]))


def archive(cohort: Cohort) -> None:
    """An older cohort that nobody was placed from: nobody completed it."""
    cohorts.move(cohort, "end_teaching", by=person("school"))
    cohorts.move(cohort, "complete", by=person("school"))
    cohorts.move(cohort, "archive", by=person("school"))


def begin_grading(cohort: Cohort) -> None:
    """Taught to its end; the marks of the last item are checked and not released yet."""
    rows = learners(cohort)
    *told, last = items(cohort)
    for item in told:
        tell(cohort, item, rows)
    check(cohort, last, rows)
    cohorts.move(cohort, "end_teaching", by=person("school"))


def finish(cohort: Cohort, *, placed: int) -> list[Enrolment]:
    """Mark everybody, send the first ones on their placement, and end: who meets every requirement has completed."""
    school = person("school")
    rows = learners(cohort)
    for item in items(cohort):
        tell(cohort, item, rows)
    host = person("park-a")
    park = Park.objects.get(organisation=host.duties.get().organisation)
    for row in rows[:placed]:
        if cohort.version.placement_minutes:
            placements.make_sample_placement_done(
                row, manager=school, tutor=person("trainer"), school=academy(), host=host, park=park
            )
        trust.check_identity(row, "in_person", by=school)
    cohorts.move(cohort, "end_teaching", by=school)
    cohorts.move(cohort, "complete", by=school)
    return list(Enrolment.objects.filter(pk__in=[row.pk for row in rows]).order_by("queue_no"))


def academy() -> Organisation:
    return Organisation.objects.get(slug="sample-academy")


def learners(cohort: Cohort) -> list[Enrolment]:
    return list(cohort.enrolments.filter(state=Enrolment.State.ACTIVE).order_by("queue_no"))


def items(cohort: Cohort) -> list[AssessmentItem]:
    found = AssessmentItem.objects.filter(unit__version=cohort.version).select_related("unit")
    return list(found.order_by("unit__position", "position"))


def tell(cohort: Cohort, item: AssessmentItem, rows: list[Enrolment]) -> None:
    """Marked, checked, released."""
    attempts.release(list(check(cohort, item, rows).attempts.all()), by=person("school"))


def check(cohort: Cohort, item: AssessmentItem, rows: list[Enrolment]) -> Moderation:
    """Marked by one person, checked by another."""
    trainer, school = person("trainer"), person("school")
    for place, row in enumerate(rows):
        attempts.set_mark(row, item, MARKS[(place + item.unit.position) % len(MARKS)], by=trainer)
    drawn = moderation.draw(cohort, item, by=trainer)
    for check in drawn.checks.all():
        moderation.say(check, "agree", by=school)
    moderation.close(drawn, by=school)
    return drawn


def certify(row: Enrolment) -> Certificate:
    """Prepared by one, approved and issued by another."""
    return issue(dossiers.prepare(row, by=person("school")), by=person("awarding"))


def issue(dossier: Dossier, *, by: User) -> Certificate:
    (approved,) = dossiers.approve([dossier], by=by)
    return issuing.issue(approved, by=by)


def revoke(certificate: Certificate) -> None:
    """Proposed by one, the holder heard, decided by another."""
    case = revoking.propose(certificate, "misconduct", PROPOSED, by=person("school"))
    revoking.state(case, SPOKEN, by=certificate.person)
    revoking.decide(case, "revoke", DECIDED, by=person("awarding"))
