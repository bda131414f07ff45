"""Sample people for the embedded run: one for every role, plainly named as samples, with one generated password."""

import base64
import hashlib
from datetime import date
from typing import NamedTuple

from django.conf import settings
from django.db import transaction

from alliance.accounts import second_factor
from alliance.accounts.models import Organisation, User
from alliance.accounts.purposes import AT_SIGN_UP
from alliance.accounts.roles import ROLES
from alliance.accounts.services import consents
from alliance.accounts.services.duties import appoint
from alliance.accounts.services.joining import ask_to_join
from alliance.core import audit
from alliance.core.local import addresses
from parks.models import Park


class SamplePerson(NamedTuple):
    """`at` is a slug of a park or of the sample school, or the kind of the one organisation of its kind; without it the
    person holds no duty."""

    login: str
    name: str
    role: str = ""
    at: str = ""


PEOPLE = (
    SamplePerson("manager", "样例园区负责人 Sample Manager", "park_manager", "taoxichuan"),
    SamplePerson("editor", "样例资料编辑 Sample Editor", "park_editor", "taoxichuan"),
    SamplePerson("manager2", "样例两园负责人 Sample Manager of Two", "park_manager", "798-art-zone"),
    SamplePerson("officer", "样例会员处干事 Sample Membership Officer", "membership_desk", "secretariat"),
    SamplePerson("data", "样例数据处干事 Sample Data Officer", "data_desk", "secretariat"),
    SamplePerson("training", "样例培训处干事 Sample Training Officer", "training_desk", "secretariat"),
    SamplePerson("investment", "样例投资处干事 Sample Investment Officer", "investment_desk", "secretariat"),
    SamplePerson("promoter-a", "样例园区甲负责人 Sample Head of Park A", "park_manager", "sample-park-a"),
    SamplePerson("promoter-b", "样例园区乙负责人 Sample Head of Park B", "park_manager", "sample-park-b"),
    SamplePerson("promoter-c", "样例园区丙负责人 Sample Head of Park C", "park_manager", "sample-park-c"),
    SamplePerson(
        "project-a", "样例园区甲项目经理 Sample Project Manager of Park A", "project_manager", "sample-park-a"
    ),
    SamplePerson("investor", "样例基金签署人 Sample Fund Signatory", "investor_signatory", "sample-fund"),
    SamplePerson("analyst", "样例基金分析员 Sample Fund Analyst", "investor_analyst", "sample-fund"),
    SamplePerson("investor-abroad", "样例境外签署人 Sample Signatory Abroad", "investor_signatory", "sample-capital"),
    SamplePerson("school", "样例学院培训负责人 Sample School Manager", "training_manager", "sample-academy"),
    SamplePerson("park-a", "样例园区甲培训负责人 Sample Manager of Park A", "training_manager", "sample-park-a"),
    SamplePerson("park-b", "样例园区乙培训负责人 Sample Manager of Park B", "training_manager", "sample-park-b"),
    SamplePerson("park-c", "样例园区丙培训负责人 Sample Manager of Park C", "training_manager", "sample-park-c"),
    SamplePerson("trainer", "样例教师 Sample Trainer", "trainer", "sample-academy"),
    SamplePerson("awarding", "样例发证负责人 Sample Awarding Officer", "awarding_officer", "sample-academy"),
    SamplePerson("head", "样例秘书长 Sample Head of the Secretariat", "secretariat_head", "secretariat"),
    SamplePerson("council-park", "样例园区理事 Sample Park Member", "council_park", "council"),
    SamplePerson("council-government", "样例政府理事 Sample Government Member", "council_government", "council"),
    SamplePerson("council-expert", "样例专家理事 Sample Expert Member", "council_expert", "council"),
    SamplePerson("trainee", "样例学员 Sample Trainee"),
    SamplePerson("newcomer", "样例新用户 Sample Newcomer"),
)
SECOND_PARK = "751-d-park"
# No real school or park promised to train anybody: those of the sample run are plainly samples, and no visitor finds
# them in the directory.
SCHOOL = "sample-academy"
SAMPLE_PARKS = {
    "sample-park-a": ("样例园区甲", "Sample Park A", "330000"),
    "sample-park-b": ("样例园区乙", "Sample Park B", "320000"),
    "sample-park-c": ("样例园区丙", "Sample Park C", "360000"),
}
# Likewise no real fund looks for projects here.
SAMPLE_INVESTORS = {
    "sample-fund": ("样例文化产业基金", "Sample Culture Fund"),
    "sample-capital": ("样例境外资本", "Sample Capital Pte. Ltd."),
}
# So that a desk and the queue have something to decide from the first minute.
APPLICANT = SamplePerson("applicant", "样例申请人 Sample Applicant")
APPLICANT_WRITES = (
    "样例申请：我在运营部负责园区资料，想参与维护。\n"
    "Sample request: I look after the park's records and would like to help."
)
DOMAIN = "sample.example"
SINCE = date(2026, 1, 1)


def address(login: str) -> str:
    return f"{login}@{DOMAIN}"


def password() -> str:
    """One for all sample people, generated for this checkout; it exists nowhere else."""
    return addresses.secret("sample_password")[:16]


@transaction.atomic
def make_people() -> None:
    """Make those who are not there yet. People who were renamed or given other duties are left as they are."""
    if not settings.DEMO:
        raise RuntimeError("Sample people exist only with DEMO=1.")
    for person in PEOPLE:
        user = _make(person)
        if user and person.role:
            appoint(user, _organisation(person.at), person.role, by=None, starts_on=SINCE)
        if user and person.login == "manager2":
            appoint(user, _organisation(SECOND_PARK), person.role, by=None, starts_on=SINCE)
    _give_factors()
    applicant = _make(APPLICANT)
    if applicant:
        ask_to_join(applicant, _organisation("taoxichuan"), "park_editor", message=APPLICANT_WRITES)


def _give_factors() -> None:
    """Whoever needs a second factor has one, whose codes the sign-in page of the sample run shows."""
    privileged = [person.login for person in PEOPLE if person.role and ROLES[person.role].second_factor == "required"]
    for login in privileged:
        user = User.objects.filter(email=address(login)).first()
        if user is None:
            continue
        seed = hashlib.sha256(f"{addresses.secret('sample_password')}:{login}".encode()).digest()[:20]
        second_factor.give_sample_factor(user, base64.b32encode(seed).decode())


def _make(person: SamplePerson) -> User | None:
    if User.objects.filter(email=address(person.login)).exists():
        return None
    user = User.objects.create_user(address(person.login), password(), name=person.name, is_sample=True)
    user.emailaddress_set.create(email=user.email, verified=True, primary=True)
    audit.record("person.joined", user, by=None, sample=True)
    for purpose in AT_SIGN_UP:
        consents.give(user, purpose, way=consents.Way.SIGN_UP)
    return user


def _organisation(at: str) -> Organisation:
    if at == SCHOOL:
        names = {"kind": Organisation.Kind.SCHOOL, "name_zh": "样例艺术学院", "name_en": "Sample Academy of Arts"}
        return Organisation.objects.get_or_create(slug=SCHOOL, defaults=names)[0]
    if at in SAMPLE_PARKS:
        return _sample_park(at)
    if at in SAMPLE_INVESTORS:
        zh, en = SAMPLE_INVESTORS[at]
        names = {"kind": Organisation.Kind.INVESTOR, "name_zh": zh, "name_en": en}
        return Organisation.objects.get_or_create(slug=at, defaults=names)[0]
    if at in {Organisation.Kind.SECRETARIAT, Organisation.Kind.COUNCIL}:
        return Organisation.objects.get(kind=at)
    return Park.objects.select_related("organisation").get(slug=at).organisation


def _sample_park(slug: str) -> Organisation:
    """A draft that only its own people and the secretariat see."""
    found = Organisation.objects.filter(slug=slug).first()
    if found is None:
        zh, en, province = SAMPLE_PARKS[slug]
        found = Organisation.objects.create(
            kind=Organisation.Kind.PARK_OPERATOR, slug=slug, name_zh=zh, name_en=en, province_id=province
        )
        Park.objects.create(organisation=found, slug=slug, name_zh=zh, name_en=en, province_id=province)
    return found


def how_to_sign_in() -> str:
    lines = ["", "Sample sign-ins, all with the password  " + password()]
    for person in PEOPLE:
        role = ROLES[person.role].code if person.role else "no duty yet"
        lines.append(f"  {address(person.login):38} {role:20} {person.at}")
    lines.append("Desks and council are asked for a second factor; the page that asks shows the sample code.")
    return "\n".join(lines)
