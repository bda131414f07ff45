"""Sample projects in every state, each brought there by its moves."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from parks.models import Park

from .. import content
from ..models import Criterion, Project, ProjectVersion
from ..services import admission, parties, projects, versions
from ..silence import SILENT_DAYS
from . import person

State = Project.State
YUAN = 100
LEAD, SECOND, THIRD = "sample-park-a", "sample-park-b", "sample-park-c"
MANAGERS = {LEAD: "promoter-a", SECOND: "promoter-b", THIRD: "promoter-c"}
# Titles in both languages, field, kind, capital sought in million yuan, months, first use, second use.
TOPICS: tuple[tuple[str, str, str, str, int, int, tuple[str, str], tuple[str, str]], ...] = (
    ("动画渲染共享中心", "Shared render centre for animation", "animation", "platform", 32, 18,
     ("渲染设备", "Render equipment"), ("软件与人员", "Software and staff")),
    ("旧厂房数字影棚改造", "Digital film studio in a former mill", "film", "construction", 86, 24,
     ("土建改造", "Conversion of the building"), ("影棚设备", "Studio equipment")),
    ("非遗文创联合品牌", "Joint brand for heritage crafts", "crafts", "operation", 12, 12,
     ("产品开发", "Product development"), ("联合门店", "Joint shops")),
    ("数字展陈技术平台", "Platform for digital exhibitions", "digital_media", "platform", 25, 15,
     ("平台研发", "Development"), ("示范展陈", "Demonstration exhibits")),
    ("夜间文旅演艺", "Evening performances for visitors", "performing_arts", "content", 18, 12,
     ("节目创作", "Creation"), ("舞美设备", "Stage equipment")),
    ("设计打样公共车间", "Open workshop for design prototypes", "design", "equipment", 15, 10,
     ("打样设备", "Prototyping equipment"), ("场地改造", "Fitting out")),
    ("园区版权交易服务", "Copyright services between parks", "publishing", "platform", 9, 9,
     ("系统建设", "System"), ("运营团队", "Team")),
)  # fmt: skip
# Each state once or more; a project goes the road below until it is there.
STATES = (
    State.DRAFT, State.SUBMITTED, State.IN_REVIEW, State.RETURNED, State.REJECTED, State.ADMITTED,
    State.PUBLISHED, State.PUBLISHED, State.PUBLISHED, State.ON_HOLD, State.EXPIRED, State.IN_DIALOGUE,
    State.IN_DIALOGUE, State.DUE_DILIGENCE, State.IC_REVIEW, State.FINANCING_AGREED, State.IMPLEMENTATION,
    State.OPERATION, State.COMPLETED, State.CANCELLED, State.WITHDRAWN,
)  # fmt: skip
ROAD = (
    "submit",
    "take",
    "admit",
    "publish",
    "talk",
    "examine",
    "put_before",
    "agree",
    "build",
    "operate",
    "complete",
)
BY_DESK = ("take", "return", "reject", "admit")
# Which move leads to the states beside the road, and from where.
BESIDE = {
    State.RETURNED: (
        State.IN_REVIEW,
        "return",
        "样例理由：请补充用途说明。 Sample reason: say more of its use.",
    ),
    State.REJECTED: (State.IN_REVIEW, "reject", "样例理由：规模不足。 Sample reason: too small."),
    State.ON_HOLD: (State.PUBLISHED, "hold", "样例理由：等待规划调整。 Sample reason: waiting for planning."),
    State.EXPIRED: (State.PUBLISHED, "expire", ""),
    State.CANCELLED: (State.IMPLEMENTATION, "cancel", "样例理由：建设条件变化。 Sample reason: conditions changed."),
    State.WITHDRAWN: (
        State.PUBLISHED,
        "withdraw",
        "样例理由：改由一家承担。 Sample reason: one goes on alone.",
    ),
}


def make() -> list[Project]:
    parks = {slug: Park.objects.get(slug=slug) for slug in MANAGERS}
    return [_make(number, state, parks) for number, state in enumerate(STATES)]


def _make(number: int, state: str, parks: dict[str, Park]) -> Project:
    title_zh, title_en, *rest = TOPICS[number % len(TOPICS)]
    part = number // len(TOPICS) + 1
    suffix_zh, suffix_en = ("", "") if part == 1 else (f"（{'一二三'[part - 1]}期）", f", phase {part}")
    project = projects.start_project(
        parks[LEAD],
        title_zh=f"样例：{title_zh}{suffix_zh}",
        title_en=f"Sample: {title_en}{suffix_en}",
        by=person(MANAGERS[LEAD]),
        is_sample=True,
    )
    with_third = number % 3 == 0
    for slug in (SECOND, THIRD) if with_third else (SECOND,):
        parties.ask_park(project, parks[slug], by=person(MANAGERS[LEAD]))
    draft = project.versions.get(state=ProjectVersion.State.DRAFT)
    values = _content(draft, rest, number)
    versions.write_version(draft, values, edition=draft.edition, by=person(MANAGERS[LEAD]))
    if state == State.DRAFT:
        return project
    _sign(project, parks)
    _go(project, state)
    return project


def _content(draft: ProjectVersion, topic: list[Any], number: int) -> dict[str, Any]:
    field, kind, millions, months, first, second = topic
    need = millions * 1_000_000 * YUAN
    main = need * 7 // 10
    shares = draft.content["shares"]
    parts = {2: ((6_000, 4_000), (5_500, 4_500)), 3: ((5_000, 3_000, 2_000), (4_000, 3_500, 2_500))}[len(shares)]
    return {
        "summary_zh": "样例项目：几家样例园区共建共享，用来演示联合投资的流程。",
        "summary_en": "A sample: sample parks build and share together, to show how joint investment works.",
        "description_zh": (
            "样例说明，用来演示门户。\n\n- **做什么**：由几家园区共同建设并共用\n"
            "- **为谁**：园区内企业与周边创作者\n- **已有什么**：场地与运营团队"
        ),
        "description_en": (
            "A sample that shows how the portal works.\n\n- **What**: built and used by several parks\n"
            "- **For whom**: companies in the parks and makers nearby\n- **What is there**: rooms and a team"
        ),
        "risks_zh": "样例风险：使用率低于预期；设备更新快。应对：分期投入，先签使用意向。",
        "risks_en": "Sample risks: less use than expected; equipment ages fast. Answer: in stages, users sign first.",
        "offer_zh": "样例条款：股权或收益分成，由各方商定。",
        "offer_en": "Sample terms: equity or a share of revenue, to be agreed.",
        "field": field,
        "kind": kind,
        "need": need,
        "cost": need * 3 // 2,
        "least": 1_000_000 * YUAN,
        "months": months,
        "starts_on": (timezone.localdate() + timedelta(days=120 + 15 * number)).isoformat(),
        "uses": [
            {"text_zh": first[0], "text_en": first[1], "amount": main},
            {"text_zh": second[0], "text_en": second[1], "amount": need - main},
        ],
        "shares": [
            {
                **share,
                "contribution_zh": "场地与运营" if place == 0 else "资金与渠道",
                "contribution_en": "Rooms and operation" if place == 0 else "Capital and channels",
                "cost": parts[0][place],
                "risk": parts[0][place],
                "benefit": parts[1][place],
            }
            for place, share in enumerate(shares)
        ],
    }


def _sign(project: Project, parks: dict[str, Park]) -> None:
    version = project.versions.get(state=ProjectVersion.State.DRAFT)
    version = versions.offer_version(version, by=person(MANAGERS[LEAD]))
    signing = content.parks_of(version.content)
    for slug, park in parks.items():
        if park.pk in signing:
            versions.sign_version(version, park, sha256=version.sha256, by=person(MANAGERS[slug]))


def _go(project: Project, state: str) -> None:
    goal, verb, reason = BESIDE.get(state, (state, "", ""))
    for step in ROAD:
        project.refresh_from_db()
        if project.state == goal:
            break
        if step == "admit":
            for criterion in Criterion.values:
                admission.check_criterion(
                    project,
                    criterion,
                    is_met=True,
                    evidence="样例依据：样例材料。 Sample evidence.",
                    by=person("investment"),
                )
        if step == "build" and project.kind == Project.Kind.CONSTRUCTION:
            projects.enter_code(project, "2026-330000-87-01-123456", by=person(MANAGERS[LEAD]))
        projects.move_project(project, step, by=person("investment" if step in BY_DESK else MANAGERS[LEAD]))
    if verb:
        if verb == "expire":
            # Nothing was heard of it for half a year.
            silent = timezone.now() - timedelta(days=SILENT_DAYS + 1)
            Project.objects.filter(pk=project.pk).update(news_at=silent)
        by = None if verb == "expire" else person("investment" if verb in BY_DESK else MANAGERS[LEAD])
        projects.move_project(project, verb, by=by, reason=reason)
