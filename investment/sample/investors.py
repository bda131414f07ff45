"""Sample investors in several states, and their interests in sample projects."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.core.files.base import ContentFile
from django.utils import timezone

from alliance.accounts.models import Organisation, User
from alliance.core.models import StoredFile

from .. import nda_template
from ..models import Interest, Investor, InvestorDocument, Project
from ..services import agreements, interests, investors
from . import person

YUAN = 100
# Well formed, and nobody's.
CODE = "91330000MA00000007"
LEAD = "promoter-a"
MESSAGE = (
    "样例函件：我们关注园区共建的公共服务平台，希望了解运营主体和收益安排。\n"
    "Sample letter: we look for shared platforms of parks, and would like to learn who runs it and how it earns."
)
DECLARATION = "样例声明：我方股东持有园区丙运营公司 8% 股权。 Sample: our owner holds 8 per cent of Park C's operator."
REASON = "样例理由：样例。 Sample reason."
FUND = {"kind": "fund", "country": "CN", "about_zh": "样例基金，用于演示。", "about_en": "A sample fund, for show."}
ABROAD = {
    "kind": "corporate",
    "country": "SG",
    "foreign_id": "SAMPLE-2020001",
    "about_en": "A sample investor from abroad, for show.",
}
# How far each interest of the fund goes, in the order of projects open to investors.
STAGES = (
    ("acknowledge", "review", "accept", "sign", "open_dd"),
    ("acknowledge", "accept"),
    ("acknowledge",),
    ("decline",),
)


def make(projects: Sequence[Project]) -> list[Investor]:
    """A mainland fund and one from abroad, both verified; others wait, were refused or ran out."""
    fund = _verified("sample-fund", FUND, by=person("investor"), days=400)
    abroad = _verified("sample-capital", ABROAD, by=person("investor-abroad"), days=25)
    others = [_other("waits"), _other("refused"), _other("expired")]
    opened = [project for project in projects if _state(project) in Project.OPEN_STATES]
    for project, way in zip(opened, STAGES, strict=False):
        _interest(fund, project, way, by=person("investor"))
    for project in opened[4:6]:
        _interest(abroad, project, (), by=person("investor-abroad"), shares_owner=True, owner_declaration=DECLARATION)
    if len(opened) > 6:
        interests.draft_interests(fund, [opened[6]], by=person("analyst"), message=MESSAGE)
    return [fund, abroad, *others]


def _state(project: Project) -> str:
    project.refresh_from_db()
    return project.state


def _verified(slug: str, values: dict[str, Any], *, by: User, days: int) -> Investor:
    organisation = Organisation.objects.get(slug=slug)
    if values["country"] == "CN":
        Organisation.objects.filter(pk=organisation.pk).update(credit_code=CODE)
    investor = investors.register_investor(values, by=by, organisation=organisation, is_sample=True)
    return _verify(_hand_in(investor, by), days)


def _hand_in(investor: Investor, by: User) -> Investor:
    for kind in (InvestorDocument.Kind.LICENCE, InvestorDocument.Kind.AUTHORITY):
        body = b"%PDF-1.7\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
        stored = StoredFile(
            original_name=f"样例-sample-{kind}.pdf",
            media_type="application/pdf",
            size=len(body),
            sha256="0" * 64,
            state=StoredFile.State.READY,
            uploaded_by=str(by.pk),
        )
        stored.content.save("sample.pdf", ContentFile(body), save=False)
        stored.save()
        InvestorDocument.objects.create(investor=investor, kind=kind, file=stored, uploaded_by=by)
    return investors.hand_in(investor, by=by)


def _verify(investor: Investor, days: int) -> Investor:
    checks = [{"check": "register", "evidence": "样例登记 sample register"}]
    until = timezone.localdate() + timedelta(days=days)
    return investors.move_investor(investor, "verify", by=person("investment"), until=until, checks=checks)


def _other(state: str) -> Investor:
    """Further entries of the person abroad, each in another state."""
    by = person("investor-abroad")
    names = {"waits": ("样例银行", "Sample Bank"), "refused": ("样例基金会", "Sample Foundation")}
    zh, en = names.get(state, ("样例家族办公室", "Sample Family Office"))
    kinds = {"waits": "bank", "refused": "foundation"}
    values = {
        "name_zh": zh,
        "name_en": en,
        "kind": kinds.get(state, "family"),
        "country": "HK",
        "foreign_id": f"SAMPLE-{state}",
    }
    investor = _hand_in(investors.register_investor(values, by=by, is_sample=True), by)
    if state == "refused":
        return investors.move_investor(
            investor, "refuse", by=person("investment"), reason=REASON, code=Investor.Reason.AUTHORITY
        )
    if state == "expired":
        investor = _verify(investor, 30)
        Investor.objects.filter(pk=investor.pk).update(verified_until=timezone.localdate() - timedelta(days=1))
        return investors.move_investor(investor, "expire", by=None)
    return investor


def _interest(investor: Investor, project: Project, way: Sequence[str], *, by: User, **values: Any) -> Interest:
    values = {"message": MESSAGE, "shares_owner": False, "amounts": {project.pk: 5_000_000 * YUAN}} | values
    (interest,) = interests.send_interests(interests.draft_interests(investor, [project], by=by, **values), by=by)
    for verb in way:
        if verb == "sign":
            agreement = _agreement(project)
            agreements.accept_agreement(interest, sha256=agreement.sha256, name=by.name[:100], by=by)
        elif verb == "decline":
            interest = interests.move_interest(
                interest, verb, by=person(LEAD), reason=REASON, code=Interest.Reason.SIZE
            )
        else:
            interest = interests.move_interest(interest, verb, by=person(LEAD))
    return interest


def _agreement(project: Project) -> Any:
    texts = nda_template.texts(project)
    return agreements.write_agreement(
        project,
        text_zh=texts["text_zh"].replace("【仲裁机构名称】", "样例仲裁委员会"),
        text_en=texts["text_en"].replace("[name of the arbitration institution]", "the Sample Arbitration Commission"),
        valid_days=365,
        by=person(LEAD),
    )
