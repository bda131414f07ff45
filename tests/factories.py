"""Rows for tests: plain functions with sensible defaults."""

import time
from datetime import date
from itertools import count
from typing import Any

from alliance.accounts.models import Duty, Organisation, User
from alliance.accounts.purposes import TEXTS
from alliance.core.models import Division
from parks.models import Park

_serial = count(1)


def make_user(name: str = "", **fields: Any) -> User:
    number = next(_serial)
    name = name or f"Sample Person {number}"
    fields.setdefault("email", f"person{number}@example.org")
    password = fields.pop("password", None)
    fields.setdefault("confirmed_texts", {text.code: text.version for text in TEXTS})
    return User.objects.create_user(name=name, password=password, **fields)


def make_province(code: str = "330000", **fields: Any) -> Division:
    fields = {"name_zh": "浙江省", "name_en": "Zhejiang Province", "short_zh": "浙江", "short_en": "Zhejiang"} | fields
    fields.setdefault("abbr_zh", "浙")
    fields.setdefault("band", "east")
    return Division.objects.get_or_create(code=code, defaults={"level": "province", **fields})[0]


def make_organisation(kind: str = "park_operator", **fields: Any) -> Organisation:
    if kind in {"secretariat", "council"}:
        found = Organisation.objects.filter(kind=kind).first()
        if found:
            return found
    number = next(_serial)
    fields.setdefault("slug", f"organisation-{number}")
    fields.setdefault("name_zh", f"样例机构{number}")
    fields.setdefault("name_en", f"Sample organisation {number}")
    return Organisation.objects.create(kind=kind, **fields)


def make_duty(
    person: User | None = None, organisation: Organisation | None = None, role: str = "park_manager", **fields: Any
) -> Duty:
    fields.setdefault("starts_on", date(2020, 1, 1))
    return Duty.objects.create(
        person=person or make_user(), organisation=organisation or make_organisation(), role_code=role, **fields
    )


def make_park(managers: list[User] | None = None, **fields: Any) -> Park:
    """A catalogued park; `managers` hold the park manager's duty at its organisation."""
    number = next(_serial)
    fields.setdefault("slug", f"park-{number}")
    fields.setdefault("name_zh", f"样例园区{number}")
    fields.setdefault("name_en", f"Sample Park {number}")
    fields.setdefault("province", None)
    if fields["province"] is None:
        fields["province"] = make_province()
    fields.setdefault("standing", Park.Standing.CATALOGUED)
    fields.setdefault("source", "Sample source")
    if "organisation" not in fields:
        fields["organisation"] = make_organisation(
            name_zh=fields["name_zh"], name_en=fields["name_en"], province=fields["province"]
        )
    park = Park.objects.create(**fields)
    for manager in managers or []:
        make_duty(manager, park.organisation)
    return park


def make_officer(role: str = "membership_desk", **fields: Any) -> User:
    """A person at a desk of the secretariat."""
    officer = make_user(**fields)
    make_duty(officer, make_organisation("secretariat"), role)
    return officer


def factor_shown(client: Any, person: User) -> None:
    """The session of this test client has proved a second factor a moment ago."""
    session = client.session
    session["account_authentication_methods"] = [{"method": "mfa", "at": time.time(), "type": "totp", "id": 0}]
    session["account_authentication_methods_user"] = str(person.pk)
    session.save()


def make_council_member(role: str = "council_expert", **fields: Any) -> User:
    member = make_user(**fields)
    make_duty(member, make_organisation("council"), role)
    return member
