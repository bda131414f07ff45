"""Joint projects for tests: two parks with their managers, and a project in any state of its life."""

from dataclasses import dataclass
from datetime import timedelta
from itertools import count
from typing import Any

from django.utils import timezone

from alliance.accounts.models import User
from investment.models import Criterion, Project, ProjectVersion
from investment.services import admission, parties, projects, versions
from parks.models import FieldOfWork, Park
from tests.factories import make_duty, make_officer, make_park, make_user

_numbers = count(1)
YUAN = 100


@dataclass
class Promoters:
    """A project with its two parks and whoever acts for them."""

    project: Project
    parks: list[Park]
    managers: list[User]
    officer: User

    @property
    def lead(self) -> User:
        return self.managers[0]

    @property
    def draft(self) -> ProjectVersion:
        return self.project.versions.get(state="draft")

    def fresh(self) -> Project:
        return Project.objects.prefetch_related("parties__park").select_related("version").get(pk=self.project.pk)


def make_promoters(*, parks: int = 2, **values: Any) -> Promoters:
    """A draft that is ready to be offered."""
    number = next(_numbers)
    made = [make_park() for _park in range(parks)]
    managers = [make_duty(make_user(), park.organisation, "park_manager").person for park in made]
    project = projects.start_project(
        made[0], title_zh=f"样例联合项目{number}", title_en=f"Sample joint project {number}", by=managers[0]
    )
    for park in made[1:]:
        parties.ask_park(project, park, by=managers[0])
    promoters = Promoters(project, made, managers, make_officer("investment_desk"))
    draft = promoters.draft
    versions.write_version(draft, ready_content(draft, **values), edition=draft.edition, by=managers[0])
    return promoters


def ready_content(version: ProjectVersion, **values: Any) -> dict[str, Any]:
    """Values with which every check holds."""
    shares = version.content["shares"]
    part, rest = divmod(10_000, len(shares))
    parts = [part + (1 if number < rest else 0) for number in range(len(shares))]
    need = values.get("need", 30_000_000 * YUAN)
    field = FieldOfWork.objects.first() or FieldOfWork.objects.create(code="sample", name_zh="样例", name_en="Sample")
    return {
        "summary_zh": "样例：两家园区共建数字内容公共服务平台。",
        "summary_en": "Sample: two parks build a shared platform for digital content.",
        "description_zh": "样例说明。",
        "description_en": "Sample description.",
        "risks_zh": "样例风险。",
        "risks_en": "Sample risks.",
        "offer_zh": "样例条款：仅供已核验投资方阅读。",
        "offer_en": "Sample terms: for verified investors alone.",
        "field": field.code,
        "kind": "platform",
        "need": need,
        "cost": need * 2,
        "least": 1_000_000 * YUAN,
        "months": 18,
        "starts_on": (timezone.localdate() + timedelta(days=200)).isoformat(),
        "uses": [{"text_zh": "样例用途", "text_en": "Sample use", "amount": need}],
        "shares": [
            {
                **share,
                "contribution_zh": "样例出资",
                "contribution_en": "Sample contribution",
                "cost": parts[number],
                "risk": parts[number],
                "benefit": parts[number],
            }
            for number, share in enumerate(shares)
        ],
    } | values


def sign_all(promoters: Promoters) -> Project:
    """Offer the draft and have every park sign it."""
    version = versions.offer_version(promoters.draft, by=promoters.lead)
    for park, manager in zip(promoters.parks, promoters.managers, strict=True):
        versions.sign_version(version, park, sha256=version.sha256, by=manager)
    promoters.project = promoters.fresh()
    return promoters.project


def check_all(promoters: Promoters, /, **unmet: bool) -> None:
    for criterion in Criterion.values:
        admission.check_criterion(
            promoters.project,
            criterion,
            is_met=unmet.get(criterion, True),
            evidence="Sample evidence",
            by=promoters.officer,
        )


# How a project comes to each state: (verb, "lead" or "desk").
ROAD = (
    ("submit", "lead"),
    ("take", "desk"),
    ("admit", "desk"),
    ("publish", "lead"),
    ("talk", "lead"),
    ("examine", "lead"),
    ("put_before", "lead"),
    ("agree", "lead"),
    ("build", "lead"),
    ("operate", "lead"),
    ("complete", "lead"),
)


def make_project(state: str = "published", **values: Any) -> Promoters:
    """A project that came to this state by its moves."""
    promoters = make_promoters(**values)
    if state == "draft":
        return promoters
    sign_all(promoters)
    for verb, who in ROAD:
        if promoters.project.state == state:
            break
        by = promoters.lead if who == "lead" else promoters.officer
        if verb == "admit":
            check_all(promoters)
        projects.move_project(promoters.project, verb, by=by)
        promoters.project = promoters.fresh()
    assert promoters.project.state == state, promoters.project.state
    return promoters
