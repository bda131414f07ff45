"""Sample programmes after their best time: suspended, winding down, archived.

The one that winds down is a short course whose certificates run out soon: one was renewed, one corrected, one is
proposed for revocation; four more are approved, prepared, returned, to be prepared.
"""

from typing import Any, NamedTuple

from django.utils import timezone

from ..certificates import dossiers, later, revoking
from ..models import Certificate, CurriculumVersion, Dossier, Programme
from ..services import curricula, programmes
from . import graduates, person, seldom
from .enrolments import Makers
from .programmes import publish, run, start


class Course(NamedTuple):
    field: str
    code: str
    zh: str
    en: str
    unit_zh: str
    unit_en: str
    outcome_zh: str
    outcome_en: str


SAFETY = Course(
    "film", "SAF-101", "样例：片场安全", "Sample: safety on the film set",
    "用电与高空作业", "Electricity and work at height",
    "能在开机前查出常见隐患", "Finds the usual dangers before filming begins",
)  # fmt: skip
SUSPENDED = Course(
    "design", "COP-101", "样例：版权入门", "Sample: first steps in copyright",
    "登记与授权", "Registering and licensing",
    "能为作品办理登记", "Registers a work",
)  # fmt: skip
ARCHIVED = Course(
    "digital_media", "AUD-101", "样例：声音采集", "Sample: recording sound",
    "外景录音", "Recording outdoors",
    "能录下可用的同期声", "Records usable sound on location",
)  # fmt: skip
VERSION: dict[str, Any] = {
    "minutes": 8 * 60,
    "credits": 50,
    "pass_mark": 6_000,
    "attendance_minimum": 8_000,
    "resits": 1,
    "validity_months": 3,
    "renewal_minutes": 2 * 60,
    "description_zh": "样例课程。",
    "description_en": "A sample curriculum.",
}
DOUBT = "样例：考勤记录有误，正在核对。"
HEARD = "样例陈述：学时以签到表为准，已附上。"
CLEARED = "样例决定：学时足够，撤销提议。"
RETURNED = "样例：请先核对姓名的写法。"


def make_sample_courses() -> None:
    school, desk = person("school"), person("training")
    suspended, version = _running(SUSPENDED)
    seldom.show_other_versions(version)
    programmes.move_programme(suspended, "suspend", by=school, reason="样例：教师进修，下学期恢复。")
    archived, _version = _running(ARCHIVED)
    programmes.move_programme(archived, "close", by=school)
    programmes.move_programme(archived, "archive", by=desk)
    safety, version = _running(SAFETY)
    _certified(version)
    programmes.move_programme(safety, "close", by=school)


def _running(course: Course) -> tuple[Programme, CurriculumVersion]:
    programme = start(graduates.academy(), course.field, course.zh, course.en, by=person("school"))
    run(programme)
    version = publish(_written(programme, course), by=person("school"))
    return programmes.move_programme(programme, "start", by=person("school")), version


def _written(programme: Programme, course: Course) -> CurriculumVersion:
    school = person("school")
    version = curricula.start_curriculum(
        programme, graduates.academy(), code=course.code, title_zh=course.zh, title_en=course.en, by=school
    )
    curricula.write_version(version, by=school, **VERSION)
    unit = {"code": "U1", "title_zh": course.unit_zh, "title_en": course.unit_en, "minutes": VERSION["minutes"]}
    unit |= {"weight": 10_000, "credits": VERSION["credits"], "pass_mark": 6_000, "is_mandatory": True}
    curricula.write_units(version, [unit], by=school)
    outcome = {"code": "O1", "text_zh": course.outcome_zh, "text_en": course.outcome_en, "is_mandatory": True}
    item = {"code": "A1", "title_zh": "实操考核", "title_en": "Practical test", "weight": 10_000, "is_summative": True}
    curricula.write_unit(
        version.units.get(), [outcome | {"competencies": []}], [item | {"outcomes": ["O1"]}], by=school
    )
    version.refresh_from_db()
    return version


def _certified(version: CurriculumVersion) -> None:
    school, awarding = person("school"), person("awarding")
    makers = Makers(version, first=41)
    cohort = makers.begun(
        "safety-01", "样例：第一期", "Sample: intake 1", people="aabbcca", quotas="aabbcc", days=-64, offset=5, each=1
    )
    rows = graduates.finish(cohort, placed=7)
    renewed, misspelt, doubted = [graduates.certify(row) for row in rows[:3]]
    again = later.prepare_renewal(renewed, by=school, reassessed_on=timezone.localdate())
    _dropped(graduates.issue(again, by=awarding))
    name = f"{misspelt.holder_name} (更正)"
    graduates.issue(later.prepare_correction(misspelt, name, by=school), by=awarding)
    revoking.propose(doubted, "requirement_not_met", DOUBT, by=school)
    approved, _waiting, returned = [dossiers.prepare(row, by=school) for row in rows[3:6]]
    dossiers.find_or_open(rows[6], version, Dossier.Purpose.FIRST, holder_name=rows[6].person.name)
    dossiers.approve([approved], by=awarding)
    dossiers.send_back(returned, by=awarding, reason=RETURNED)


def _dropped(certificate: Certificate) -> None:
    """Proposed for revocation without ground: it stays valid."""
    case = revoking.propose(certificate, "requirement_not_met", DOUBT, by=person("school"))
    revoking.state(case, HEARD, by=certificate.person)
    revoking.decide(case, "drop", CLEARED, by=person("awarding"))
