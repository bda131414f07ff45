"""Trainees, dossiers and certificates for tests, with requirements that a test turns as it likes."""

import contextlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from unittest import mock

import pytest

from alliance.accounts.models import User
from tests.factories import make_duty, make_officer, make_organisation, make_user
from tests.training.factories import make_cohort, make_enrolment, make_partner, make_programme, make_version
from training import requirements
from training.certificates import dossiers, issuing, keys, trust
from training.models import Certificate, Cohort, Dossier, Enrolment, Programme
from training.requirements import Requirement


@dataclass
class Facts:
    """What the other parts of training would say of every trainee."""

    rate: int = 9_120
    mark: int = 8_400
    minutes: int = 128 * 60
    appeals: int = 0
    units: Mapping[str, int] = field(default_factory=lambda: {"U1": 8_100, "U2": 8_700})

    def of(self, enrolments: Sequence[Enrolment]) -> Mapping[int, Sequence[Requirement]]:
        return {enrolment.pk: self._all() for enrolment in enrolments}

    def _all(self) -> list[Requirement]:
        return [
            Requirement(
                "attendance",
                "Attendance",
                "80 %",
                f"{self.rate / 100:g} %",
                self.rate >= 8_000,
                {"rate": self.rate},
                ["training.Session:1"],
            ),
            *[
                Requirement(f"unit:{code}", f"Unit {code}", "60", f"{mark / 100:g}", mark >= 6_000, {"mark": mark})
                for code, mark in self.units.items()
            ],
            Requirement("total", "Total", "60", f"{self.mark / 100:g}", self.mark >= 6_000, {"mark": self.mark}),
            Requirement("placement", "Placement", "120 h", f"{self.minutes // 60} h", True, {"minutes": self.minutes}),
            Requirement(
                "appeals", "No open appeal", "none", str(self.appeals), not self.appeals, {"open": self.appeals}
            ),
        ]


def parts(facts: Facts) -> dict[str, requirements._Part]:
    """A registry with what the certificates bring themselves, and these facts."""
    found = {"identity": (80, trust.identity), "integrity": (90, trust.integrity), "sample": (10, facts.of)}
    return {code: requirements._Part(code, order, of) for code, (order, of) in found.items()}


def install(monkeypatch: pytest.MonkeyPatch, facts: Facts) -> None:
    monkeypatch.setattr(requirements, "_parts", parts(facts))


@contextlib.contextmanager
def facts_hold(facts: Facts | None = None) -> Iterator[None]:
    """The same for a while, where there is no fixture."""
    with mock.patch.object(requirements, "_parts", parts(facts or Facts())):
        yield


def keep_keys_in(settings: Any, folder: Path) -> None:
    settings.ISSUER_KEY_DIR = folder / "issuer-keys"
    settings.ISSUER_KEY_PASSWORD = "only for the keys of a test run"
    settings.CREDENTIAL_ORIGIN = "https://alliance.example"


def sign_something() -> None:
    """A key is in use."""
    keys.ensure_one()


@dataclass
class School:
    """A programme with a teaching school and an awarding university, and their people."""

    programme: Programme
    cohort: Cohort
    teacher: User
    officer: User
    second_officer: User

    def trainee(self, name: str = "李伟", *, checked: bool = True, **fields: Any) -> Enrolment:
        person = fields.pop("person", None) or make_user(name)
        fields.setdefault("state", "completed")
        enrolment = make_enrolment(self.cohort, person=person, **fields)
        if checked:
            trust.check_identity(enrolment, "in_person", by=self.teacher)
        return enrolment

    def prepared(self, enrolment: Enrolment | None = None) -> Dossier:
        return dossiers.prepare(enrolment or self.trainee(), by=self.teacher)

    def approved(self, enrolment: Enrolment | None = None) -> Dossier:
        return dossiers.approve([self.prepared(enrolment)], by=self.officer)[0]

    def certificate(self, enrolment: Enrolment | None = None, **changes: Any) -> Certificate:
        certificate = issuing.issue(self.approved(enrolment), by=self.officer)
        if changes:
            Certificate.objects.filter(pk=certificate.pk).update(**changes)
            certificate.refresh_from_db()
        return certificate


def make_school(**version: Any) -> School:
    make_organisation("secretariat")
    school = make_organisation("school", name_zh="样例学院", name_en="Sample School")
    university = make_organisation("school", name_zh="样例大学", name_en="Sample University")
    programme = make_programme(lead=school)
    programme.partners.filter(role="awarding").delete()
    make_partner(programme, university, "awarding")
    version.setdefault("validity_months", 36)
    cohort = make_cohort(make_version(programme, **version), shared=2000, state="grading")
    return School(
        programme,
        cohort,
        make_duty(make_user("Sample Teacher"), school, "training_manager").person,
        make_duty(make_user("Sample Officer"), university, "awarding_officer").person,
        make_duty(make_user("Another Officer"), university, "awarding_officer").person,
    )


def make_training_desk() -> User:
    return make_officer("training_desk", name="Training Officer")
