"""Sample people for the embedded run: one for every role, plainly named as samples, with one generated password."""

from datetime import date
from typing import NamedTuple

from django.conf import settings
from django.db import transaction

from alliance.accounts.models import Duty, Organisation, User
from alliance.accounts.roles import ROLES
from alliance.core import audit
from alliance.core.local import addresses
from parks.models import Park


class SamplePerson(NamedTuple):
    """`at` is a park's slug, or the kind of the one organisation of its kind; without it the person holds no duty."""

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
    SamplePerson("council-park", "样例园区理事 Sample Park Member", "council_park", "council"),
    SamplePerson("council-government", "样例政府理事 Sample Government Member", "council_government", "council"),
    SamplePerson("council-expert", "样例专家理事 Sample Expert Member", "council_expert", "council"),
    SamplePerson("newcomer", "样例新用户 Sample Newcomer"),
)
SECOND_PARK_OF_MANAGER2 = "751-d-park"
DOMAIN = "sample.example"


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
        if User.objects.filter(email=address(person.login)).exists():
            continue
        user = User.objects.create_user(address(person.login), password(), name=person.name, is_sample=True)
        user.emailaddress_set.create(email=user.email, verified=True, primary=True)
        audit.record("person.joined", user, by=None, sample=True)
        if person.role:
            _appoint(user, person.role, _organisation(person.at))
    manager2 = User.objects.get(email=address("manager2"))
    _appoint(manager2, "park_manager", _organisation(SECOND_PARK_OF_MANAGER2))


def _organisation(at: str) -> Organisation:
    if at in {Organisation.Kind.SECRETARIAT, Organisation.Kind.COUNCIL}:
        return Organisation.objects.get(kind=at)
    return Park.objects.select_related("organisation").get(slug=at).organisation


def _appoint(user: User, role: str, organisation: Organisation) -> None:
    duty, is_new = Duty.objects.get_or_create(
        person=user, organisation=organisation, role_code=role, defaults={"starts_on": date(2026, 1, 1)}
    )
    if is_new:
        audit.record("duty.appointed", duty, by=None, person=user.pk, role=role, sample=True)


def how_to_sign_in() -> str:
    lines = ["", "Sample sign-ins, all with the password  " + password()]
    for person in PEOPLE:
        role = ROLES[person.role].code if person.role else "no duty yet"
        lines.append(f"  {address(person.login):38} {role:20} {person.at}")
    return "\n".join(lines)
