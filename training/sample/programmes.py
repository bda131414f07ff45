"""Sample programmes in every state, with a curriculum that two sample parks reviewed."""

from typing import Any

from alliance.accounts.models import Organisation, User

from ..models import Competency, CurriculumVersion, Programme, TrainingField
from ..services import curricula, programmes
from . import person

ANIMATION = {
    "title_zh": "样例：二维动画人才联合培养",
    "title_en": "Sample: joint training of 2D animators",
    "summary_zh": "样例项目。面向园区企业的动画助理：学完能独立完成一分钟二维短片的分镜、原画与合成。",
    "summary_en": "A sample. For animation assistants, who learn to storyboard, animate and composite one minute.",
    "description_zh": (
        "样例项目，用来演示门户。\n\n- 三家样例园区推荐学员并接收实习\n"
        "- 样例艺术学院授课并发证\n- 课程由两家样例园区评审"
    ),
    "description_en": (
        "A sample that shows how the portal works.\n\n- three sample parks nominate trainees and host placements\n"
        "- the Sample Academy teaches and awards\n- two sample parks review the curriculum"
    ),
}
OTHERS = (
    ("design", "draft", "样例：文创产品设计", "Sample: design of cultural products"),
    ("film", "in_review", "样例：短片制作", "Sample: making short films"),
    ("digital_media", "approved", "样例：数字展陈", "Sample: digital exhibitions"),
    ("cultural_tourism", "rejected", "样例：文旅讲解", "Sample: guiding visitors"),
)
COMPETENCIES = (
    ("C-ANI-01", "原画绘制", "Key animation"),
    ("C-ANI-02", "合成与校色", "Compositing and grading"),
    ("C-ANI-03", "分镜设计", "Storyboarding"),
)
UNITS: tuple[dict[str, Any], ...] = (
    {
        "code": "U1",
        "title_zh": "分镜",
        "title_en": "Storyboarding",
        "minutes": 40 * 60,
        "weight": 3_000,
        "credits": 300,
        "outcome": ("能把剧本改写为可拍的分镜", "Turns a script into a storyboard that can be animated", "C-ANI-03"),
        "item": ("一分钟分镜", "Storyboard of one minute"),
    },
    {
        "code": "U2",
        "title_zh": "原画与动画",
        "title_en": "Key frames and in-betweens",
        "minutes": 60 * 60,
        "weight": 4_000,
        "credits": 500,
        "outcome": ("能独立完成镜头的原画与动画", "Animates a shot alone, from keys to in-betweens", "C-ANI-01"),
        "item": ("两个镜头", "Two finished shots"),
    },
    {
        "code": "U3",
        "title_zh": "合成与交付",
        "title_en": "Compositing and delivery",
        "minutes": 40 * 60,
        "weight": 3_000,
        "credits": 450,
        "outcome": ("能按交付规范合成短片", "Composites a short film to a delivery standard", "C-ANI-02"),
        "item": ("成片", "The finished film"),
    },
)
VERSION = {
    "minutes": 140 * 60,
    "credits": 1_250,
    "pass_mark": 6_000,
    "attendance_minimum": 8_000,
    "placement_minutes": 40 * 60,
    "resits": 1,
    "resit_cap": 7_000,
    "validity_months": 36,
    "renewal_minutes": 16 * 60,
    "description_zh": "样例课程：二维动画制作（二级）。",
    "description_en": "A sample curriculum: 2D animation production, level 2.",
}


def make() -> Programme:
    """The animation programme runs; beside it stand programmes in the other states."""
    for code, zh, en in COMPETENCIES:
        Competency.objects.get_or_create(code=code, defaults={"field_id": "animation", "name_zh": zh, "name_en": en})
    school, academy = person("school"), Organisation.objects.get(slug="sample-academy")
    programme = programmes.start_programme(academy, by=school, is_sample=True, field=_field("animation"), **ANIMATION)
    for letter in "abc":
        _join(programme, f"park-{letter}", "placement_host", by=school)
    run(programme)
    publish(write_curriculum(programme, academy, "ANI-201", by=school), by=school)
    programme = programmes.move_programme(programme, "start", by=school)
    _in_review(programme, by=school)
    for field, state, zh, en in OTHERS:
        _other(academy, field, state, zh, en, by=school)
    return programme


def _field(code: str) -> TrainingField:
    found = TrainingField.objects.filter(parent__isnull=True)
    return found.filter(code=code).first() or found[0]


def _join(programme: Programme, login: str, role: str, *, by: User) -> None:
    manager = person(login)
    partner = programmes.ask_partner(programme, manager.duties.get().organisation, role, by=by)
    programmes.accept_partnership(partner, by=manager)


def write_curriculum(programme: Programme, author: Organisation, code: str, *, by: User) -> CurriculumVersion:
    """A complete draft."""
    version = curricula.start_curriculum(
        programme,
        author,
        code=code,
        title_zh="二维动画制作（二级）",
        title_en="2D animation production, level 2",
        by=by,
    )
    curricula.write_version(version, by=by, **VERSION)
    rows = [
        {name: unit[name] for name in ("code", "title_zh", "title_en", "minutes", "weight", "credits")}
        | {"pass_mark": 6_000, "is_mandatory": True}
        for unit in UNITS
    ]
    curricula.write_units(version, rows, by=by)
    for unit, row in zip(version.units.all(), UNITS, strict=True):
        zh, en, competency = row["outcome"]
        item_zh, item_en = row["item"]
        outcome = {"code": "O1", "text_zh": zh, "text_en": en, "is_mandatory": True, "competencies": [competency]}
        item = {
            "code": "A1",
            "title_zh": item_zh,
            "title_en": item_en,
            "weight": 10_000,
            "is_summative": True,
            "outcomes": ["O1"],
        }
        curricula.write_unit(unit, [outcome], [item], by=by)
    version.refresh_from_db()
    return version


def publish(version: CurriculumVersion, *, by: User) -> CurriculumVersion:
    return curricula.move_version(approve(version, by=by), "publish", by=by)


def approve(version: CurriculumVersion, *, by: User) -> CurriculumVersion:
    """Reviewed by two sample parks, approved."""
    for letter in "ab":
        curricula.ask_reviewer(version, person(f"park-{letter}").duties.get().organisation, by=by)
    curricula.move_version(version, "submit", by=by)
    for letter in "ab":
        reviewer = person(f"park-{letter}")
        curricula.review_version(
            version, reviewer.duties.get().organisation, "approve", by=reviewer, comment="样例评审：学时与考核匹配。"
        )
    return curricula.move_version(version, "approve", by=by)


def _in_review(programme: Programme, *, by: User) -> None:
    """The next version: one park has agreed to it, another is still to read it."""
    version = curricula.start_version(programme.curricula.get(), by=by)
    words = VERSION["description_zh"] + "补充推荐书目。", VERSION["description_en"] + " With a reading list."
    curricula.write_version(
        version, by=by, description_zh=words[0], description_en=words[1], reading_list="样例：《动画师生存手册》"
    )
    for letter in "bc":
        curricula.ask_reviewer(version, person(f"park-{letter}").duties.get().organisation, by=by)
    curricula.move_version(version, "submit", by=by)
    reviewer = person("park-b")
    curricula.review_version(
        version, reviewer.duties.get().organisation, "approve", by=reviewer, comment="样例：同意。"
    )


def _draft(programme: Programme, author: Organisation, *, by: User) -> None:
    """A curriculum that is being written: its weights do not sum, and a unit has no outcome yet."""
    version = curricula.start_curriculum(
        programme, author, code="FLM-101", title_zh="样例：短片制作", title_en="Sample: making short films", by=by
    )
    curricula.write_version(version, by=by, minutes=60 * 60, credits=300)
    units = [
        {"code": "U1", "title_zh": "剧本", "title_en": "Script", "minutes": 20 * 60, "weight": 4_000, "credits": 100},
        {"code": "U2", "title_zh": "拍摄", "title_en": "Shooting", "minutes": 40 * 60, "weight": 4_000, "credits": 200},
    ]
    curricula.write_units(version, [unit | {"pass_mark": 6_000, "is_mandatory": True} for unit in units], by=by)


def start(academy: Organisation, field: str, zh: str, en: str, *, by: User) -> Programme:
    """A draft beside the programme that everything is shown with."""
    return programmes.start_programme(
        academy,
        by=by,
        is_sample=True,
        field=_field(field),
        title_zh=zh,
        title_en=en,
        summary_zh="样例项目，用来演示各种状态。",
        summary_en="A sample that shows the states of a programme.",
    )


def run(programme: Programme) -> None:
    """The academy teaches and awards, and the training desk agrees."""
    hand_in(programme)
    programmes.move_programme(programme, "approve", by=person("training"))


def hand_in(programme: Programme) -> None:
    school, academy = person("school"), Organisation.objects.get(slug="sample-academy")
    for role in ("teaching", "awarding"):
        programmes.ask_partner(programme, academy, role, by=school)
    programmes.move_programme(programme, "submit", by=school)


def _other(academy: Organisation, field: str, state: str, zh: str, en: str, *, by: User) -> None:
    programme = start(academy, field, zh, en, by=by)
    if state == "draft":
        return
    hand_in(programme)
    if state == "in_review":
        _draft(programme, academy, by=by)
    elif state == "approved":
        programmes.move_programme(programme, "approve", by=person("training"))
    elif state == "rejected":
        programmes.move_programme(
            programme, "reject", by=person("training"), reason="样例理由：实习岗位尚未落实，落实后可重新发起。"
        )
