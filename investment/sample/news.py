"""News and results of the sample projects, so that every part of their pages can be seen."""

from django.utils import timezone

from ..models import Project, ProjectOutcome, ProjectUpdate
from ..services import outcomes, updates
from . import person
from .projects import LEAD, MANAGERS

State, Kind = Project.State, ProjectOutcome.Kind
# What became of projects in these states; the share of the capital sought that was financed, in per cent.
RESULTS = {
    State.FINANCING_AGREED: ((Kind.FINANCED, 100),),
    State.OPERATION: ((Kind.PARTLY, 60),),
    State.COMPLETED: ((Kind.FINANCED, 100), (Kind.DELIVERED, 0)),
    State.CANCELLED: ((Kind.FAILED, 0),),
    State.EXPIRED: ((Kind.NOT_FINANCED, 0),),
}
SAID = {
    Kind.FINANCED: (
        "样例：资金按约定分两期到位。",
        "Sample: the money came in two parts as agreed.",
        "样例：先谈分担，再谈估值。",
        "Sample: settle the shares before the value.",
    ),
    Kind.PARTLY: (
        "样例：到位六成，其余由园区自筹。",
        "Sample: six tenths came, the parks found the rest.",
        "样例：分期建设可先行投用。",
        "Sample: in stages, the first part can open early.",
    ),
    Kind.DELIVERED: (
        "样例：按期建成并投入使用。",
        "Sample: built in time and in use.",
        "样例：运营团队宜在开工前到位。",
        "Sample: have the team before work begins.",
    ),
    Kind.FAILED: (
        "样例：建设条件变化，项目终止。",
        "Sample: conditions changed, the project ended.",
        "样例：场地权属须在立项前核清。",
        "Sample: clear who owns the site first.",
    ),
    Kind.NOT_FINANCED: (
        "样例：半年内没有投资方跟进。",
        "Sample: no investor followed within half a year.",
        "样例：收益测算应附依据。",
        "Sample: give the grounds of expected returns.",
    ),
}


def make() -> None:
    lead = person(MANAGERS[LEAD])
    for project in Project.objects.public().filter(is_sample=True).order_by("pk"):
        for kind, share in RESULTS.get(State(project.state), ()):
            happened_zh, happened_en, learnt_zh, learnt_en = SAID[kind]
            outcomes.record_outcome(
                project,
                kind,
                happened_on=timezone.localdate(),
                amount=(project.need or 0) * share // 100 or None,
                happened_zh=happened_zh,
                happened_en=happened_en,
                learnt_zh=learnt_zh,
                learnt_en=learnt_en,
                by=lead,
            )
    for project in Project.objects.filter(is_sample=True, state=State.IN_DIALOGUE).order_by("pk"):
        updates.publish_update(
            project,
            title_zh="样例：首轮现场踏勘完成",
            title_en="Sample: first visit to the site",
            text_zh="样例：两家园区与设计单位完成踏勘，**下一步**为方案比选。",
            text_en="Sample: both parks and the designers saw the site. **Next**: a choice between designs.",
            by=lead,
        )
        updates.publish_update(
            project,
            title_zh="样例：合作方式说明",
            title_en="Sample: how to take part",
            text_zh="样例：仅供已核验投资方阅读的说明。",
            text_en="Sample: a note for verified investors alone.",
            disclosure=ProjectUpdate.Disclosure.VERIFIED,
            by=lead,
        )
