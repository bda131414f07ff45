"""X-4 to X-8, X-12: one transaction from the approved dossier to the stored bytes."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, IntegrityError, transaction
from django.utils import timezone

from alliance.accounts.models import Organisation
from alliance.core.errors import RuleBroken
from alliance.core.models import AuditEvent
from alliance.notifications.models import Notice, OutboxEvent
from tests.factories import make_duty, make_organisation
from tests.training.factories import freeze, make_cohort, make_competency, make_partner, make_version
from training.certificates import building, consents, dossiers, issuing, keys, lists, notices, wording
from training.credentials import badge, numbers, second, statuses
from training.models import (
    Certificate,
    CertificateEvent,
    Competency,
    Dossier,
    IssuerKey,
    NumberYear,
    Outcome,
    ProgrammePartner,
    StatusList,
    StatusPlace,
)


class TestX4OneLive:
    def test_issuing_again_gives_the_same_certificate(self, school):
        dossier = school.approved()

        assert issuing.issue(dossier, by=school.officer) == issuing.issue(dossier, by=school.officer)
        assert Certificate.objects.count() == NumberYear.objects.get().last == 1

    def test_a_second_one_of_the_same_major_version_is_refused(self, school):
        certificate = school.certificate()
        again = school.trainee(person=certificate.person)

        with pytest.raises(RuleBroken, match=certificate.number):
            dossiers.prepare(again, by=school.teacher)

    def test_the_database_refuses_it_too(self, school):
        certificate, other = school.certificate(), school.certificate()

        with pytest.raises((IntegrityError, DatabaseError)), transaction.atomic():
            Certificate.objects.filter(pk=other.pk).update(person=certificate.person)
        fields = {
            field.attname: getattr(certificate, field.attname)
            for field in Certificate._meta.concrete_fields
            if field.name not in {"id", "dossier", "place", "token", "number"}
        }
        with pytest.raises(IntegrityError, match="one_live"), transaction.atomic():
            Certificate.objects.create(
                **fields,
                dossier=school.approved(),
                place_id=lists.take_place()[0],
                token="another",
                number="another",
            )

    def test_one_that_ran_out_long_ago_stands_in_nobodys_way(self, school, monkeypatch):
        """The full route, after the window for renewals (X-11)."""
        with monkeypatch.context() as briefly:
            briefly.setattr(building, "end_of_validity", lambda issued, months: issued + timedelta(seconds=1))
            old = school.certificate()
        school_time = timezone.now() + timedelta(seconds=5)
        monkeypatch.setattr(timezone, "now", lambda: school_time)

        new = school.certificate(school.trainee(person=old.person))

        old.refresh_from_db()
        assert old.superseded_at is not None
        assert old.revoked_at is None
        assert new.renews is None


class TestX5OneTransaction:
    def test_what_is_stored_is_signed_and_known_by_its_digest(self, school, foreign):
        certificate = school.certificate()
        document = json.loads(certificate.body)

        assert document["id"] == certificate.address
        assert document["credentialSubject"]["licenseNumber"] == certificate.number
        assert badge.is_for(document, certificate.person.email)
        given = {
            "https://alliance.example/.well-known/did.json": json.dumps(keys.did_document()),
            lists.address(1): lists.served(1).signed,
        }
        assert foreign.one(certificate.body, given).verdict == "valid"
        assert CertificateEvent.objects.get().kind == "issued"
        recorded = AuditEvent.objects.get(verb="certificate.issued")
        assert recorded.payload["body"] == certificate.body_sha256
        assert Notice.objects.get(event__kind="training.certificate_issued").recipient == certificate.person

    @pytest.mark.parametrize("broken", ["signing", "second opinion", "outbox", "storing"])
    def test_any_failure_takes_everything_back_and_loses_no_number(self, school, monkeypatch, broken):
        dossier = school.approved()
        target = {
            "signing": (issuing.proofs, "signed"),
            "second opinion": (second, "require_sound"),
            "outbox": (notices, "tell_issued"),
            "storing": (Certificate, "save"),
        }[broken]

        def fail(*args, **kwargs):
            raise second.Refused("no") if broken == "second opinion" else RuntimeError("no")

        with monkeypatch.context() as patched:
            patched.setattr(*target, fail)
            with pytest.raises((RuntimeError, RuleBroken)):
                issuing.issue(dossier, by=school.officer)

        dossier.refresh_from_db()
        assert dossier.state == Dossier.State.APPROVED
        assert not Certificate.objects.exists()
        assert not AuditEvent.objects.filter(verb="certificate.issued").exists()
        assert not OutboxEvent.objects.filter(kind="training.certificate_issued").exists()
        assert issuing.issue(dossier, by=school.officer).number.split("-")[3] == "000001"

    def test_without_a_key_nothing_is_issued_and_the_reason_is_said(self, school):
        IssuerKey.objects.update(state="retired", retired_at=timezone.now())

        with pytest.raises(keys.NoKey):
            issuing.issue(school.approved(), by=school.officer)

    def test_a_key_file_with_another_key_is_noticed(self, school):
        IssuerKey.objects.update(multibase="z6MkOther")

        with pytest.raises(keys.NoKey):
            issuing.issue(school.approved(), by=school.officer)

    def test_only_the_awarding_partner_issues_and_only_what_is_approved(self, school):
        approved, prepared = school.approved(), school.prepared()

        with pytest.raises(PermissionDenied):
            issuing.issue(approved, by=school.teacher)
        with pytest.raises(RuleBroken):
            issuing.issue(prepared, by=school.officer)

    def test_name_and_mark_stand_in_the_file_only_if_their_holder_wants_it(self, school):
        plain = json.loads(school.certificate().body)
        trainee = school.trainee()
        consents.wish(trainee, by=trainee.person, name_in_file=True, mark_in_file=True)
        full = json.loads(school.certificate(trainee).body)

        assert badge.name_of(plain) == ""
        assert "#final" not in json.dumps(plain)
        assert badge.name_of(full) == "李伟"
        assert full["credentialSubject"]["result"][0]["value"] == "84"

    def test_wishes_come_before_the_signature(self, school):
        certificate = school.certificate()

        with pytest.raises(RuleBroken):
            consents.wish(certificate.enrolment, by=certificate.person, name_in_file=True, mark_in_file=False)


class TestX6TokenAndNumber:
    def test_tokens_are_random_and_say_nothing(self, school):
        first, second = school.certificate(), school.certificate()

        assert len({first.token, second.token}) == 2
        assert all(len(certificate.token) == 22 for certificate in (first, second))

    def test_numbers_of_a_year_have_no_gaps(self, school):
        found = [school.certificate().number for _ in range(3)]

        year = timezone.localdate().year
        code = school.cohort.version.curriculum.code
        assert found == [numbers.compose(code, year, serial) for serial in (1, 2, 3)]


class TestX7NeverChanges:
    @pytest.mark.parametrize(
        "change",
        [
            {"body": "{}"},
            {"body_sha256": "0" * 64},
            {"number": "CC-0"},
            {"token": "known"},
            {"valid_until": None},
            {"awarded_at": datetime(2020, 1, 1, tzinfo=UTC)},
            {"major": 9},
        ],
    )
    def test_the_database_refuses_to_change_what_was_issued(self, school, change):
        certificate = school.certificate()

        with pytest.raises(DatabaseError, match="never changes"), transaction.atomic():
            Certificate.objects.filter(pk=certificate.pk).update(**change)

    def test_its_events_places_and_dossier_stay_as_well(self, school):
        certificate = school.certificate()

        for rows in (
            CertificateEvent.objects.filter(certificate=certificate),
            StatusPlace.objects.filter(pk=certificate.place_id),
            Dossier.objects.filter(pk=certificate.dossier_id),
        ):
            with pytest.raises(DatabaseError), transaction.atomic():
                rows.delete()
        with pytest.raises(DatabaseError), transaction.atomic():
            Dossier.objects.filter(pk=certificate.dossier_id).update(content="{}")

    def test_pitfall_12_the_bytes_are_text_and_served_as_they_were_stored(self, school):
        """Order and form of numbers survive, which a JSON column would not promise."""
        certificate = school.certificate()
        stored = Certificate.objects.get(pk=certificate.pk).body

        assert stored == certificate.body
        assert list(json.loads(stored))[:4] == ["@context", "id", "type", "name"]


class TestX8Expiry:
    @pytest.mark.parametrize(
        ("issued", "months", "ends"),
        [
            ("2026-07-01T02:00:00+00:00", 36, "2029-07-01T15:59:59+00:00"),
            ("2026-07-01T17:00:00+00:00", 12, "2027-07-02T15:59:59+00:00"),  # already the 2nd in Shanghai
            ("2024-02-29T02:00:00+00:00", 12, "2025-02-28T15:59:59+00:00"),
            ("2026-08-31T02:00:00+00:00", 6, "2027-02-28T15:59:59+00:00"),
            ("2026-12-15T02:00:00+00:00", 1, "2027-01-15T15:59:59+00:00"),
        ],
    )
    def test_it_ends_with_the_day_in_shanghai(self, issued, months, ends):
        found = building.end_of_validity(datetime.fromisoformat(issued), months)

        assert found == datetime.fromisoformat(ends)

    def test_without_months_it_never_ends(self, school):
        assert building.end_of_validity(timezone.now(), None) is None


class TestX12Places:
    def test_a_place_taken_by_somebody_else_is_drawn_again(self, school, monkeypatch):
        drawn = iter([7, 7, 7, 8])
        monkeypatch.setattr(lists.secrets, "randbelow", lambda most: next(drawn))

        first, second = lists.take_place(), lists.take_place()

        assert (first[2], second[2]) == (7, 8)

    def test_a_list_closes_at_half_of_its_places_and_the_next_opens(self, school, monkeypatch):
        monkeypatch.setattr(lists, "HALF", 2)

        numbers_of_lists = [lists.take_place()[1] for _ in range(5)]

        assert numbers_of_lists == [1, 1, 2, 2, 3]
        assert list(StatusList.objects.values_list("number", "is_open", "taken")) == [
            (1, False, 2), (2, False, 2), (3, True, 1),
        ]  # fmt: skip

    def test_an_index_is_within_the_list(self, school):
        assert 0 <= lists.take_place()[2] < statuses.PLACES

    @pytest.mark.django_db(transaction=True)
    def test_a_transaction_that_is_taken_back_gives_no_place_back(self, school, monkeypatch):
        dossier = school.approved()

        def fail(*args, **kwargs):
            raise RuntimeError("no")

        with monkeypatch.context() as patched:
            patched.setattr(issuing.proofs, "signed", fail)
            with pytest.raises(RuntimeError):
                issuing.issue(dossier, by=school.officer)
        burnt = StatusPlace.objects.get()

        certificate = issuing.issue(dossier, by=school.officer)

        assert certificate.place_id != burnt.pk
        assert StatusPlace.objects.count() == 2


STATE_TERM = "职业技能等级证书"


def _teach_state_term(school, where: str) -> None:
    """A version of two units and a competency, with a term of the state in one place."""
    titles = {"title_zh": f"{STATE_TERM} 动画"} if where == "title" else {}
    version = make_version(school.programme, state="draft", validity_months=36, **titles)
    if where == "unit":
        version.units.filter(code="U1").update(title_zh=f"通往{STATE_TERM}")
    for outcome in Outcome.objects.filter(unit__version=version):
        outcome.competencies.add(make_competency())
    freeze(version, "published")
    code = STATE_TERM if where == "cohort" else "cohort-x14"
    school.cohort = make_cohort(version, shared=2000, state="grading", code=code)
    _rename(school, where)


def _rename(school, where: str) -> None:
    if where == "competency":
        make_competency()
        Competency.objects.update(name_zh=STATE_TERM)
    elif where in {"awarding", "teaching"}:
        # The school also leads: one organisation may have several parts.
        part = school.programme.partners.get(role=where)
        Organisation.objects.filter(pk=part.organisation_id).update(name_zh=f"{STATE_TERM}学院")


class TestX14Wording:
    def test_a_term_of_the_state_is_refused_without_a_recorded_registration(self, school):
        """On its way in, not only in a template."""
        version = school.cohort.version
        texts = [version.title_zh, "可获得职业技能\u200b等级证书"]

        with pytest.raises(wording.StateTerm):
            wording.require_allowed(version, texts)
        ProgrammePartner.objects.filter(role="awarding").update(state_registration="样例备案号 0001")

        version.refresh_from_db()
        wording.require_allowed(type(version).objects.get(pk=version.pk), texts)

    @pytest.mark.parametrize("where", ["title", "unit", "competency", "awarding", "teaching", "cohort", "nowhere"])
    def test_it_is_refused_wherever_the_file_would_carry_it(self, school, where):
        """By the services that freeze and sign, and of the very words that are signed."""
        _teach_state_term(school, where)
        trainee = school.trainee()

        if where == "nowhere":
            assert dossiers.prepare(trainee, by=school.teacher).state == Dossier.State.DOSSIER
            return
        with pytest.raises(wording.StateTerm):
            dossiers.prepare(trainee, by=school.teacher)
        assert not Dossier.objects.exists()
        ProgrammePartner.objects.filter(role="awarding").update(state_registration="样例备案号 0001")

        assert school.certificate(trainee).number

    @pytest.mark.parametrize("where", ["competency", "awarding", "teaching"])
    def test_a_word_that_came_in_after_the_dossier_stops_the_signature(self, school, where):
        _teach_state_term(school, "nowhere")
        dossier = school.approved()
        _rename(school, where)

        with pytest.raises(wording.StateTerm):
            issuing.issue(dossier, by=school.officer)

        assert not Certificate.objects.exists()
        assert not NumberYear.objects.exists()

    def test_only_the_registration_of_the_body_that_the_certificate_names_counts(self, school):
        _teach_state_term(school, "title")
        other = make_partner(school.programme, make_organisation("school"), "awarding", state_registration="备案 0002")
        trainee = school.trainee()

        with pytest.raises(wording.StateTerm):
            dossiers.prepare(trainee, by=school.teacher)
        ProgrammePartner.objects.filter(role="awarding").exclude(pk=other.pk).update(
            until_on=timezone.localdate(), state_registration="备案 0001"
        )
        make_duty(school.officer, other.organisation, "awarding_officer")

        certificate = school.certificate(trainee)

        named = json.loads(certificate.body)["credentialSubject"]["achievement"]["creator"]["name"]
        assert named.startswith(other.organisation.name_zh)
        assert wording.registration_of(certificate.version) == "备案 0002"

    @pytest.mark.parametrize(
        "text",
        [
            "国家职业资格证书",
            "National  Vocational Qualification level 3",
            "職業技能等級證書",
            "职业 技能 等级 证书",
            "ＮＡＴＩＯＮＡＬ vocational qualification",
            "national-vocational-qualification-2026A",
        ],
    )
    def test_however_it_is_written(self, text):
        assert wording.found_in([text])

    def test_our_own_words_are_free(self):
        assert not wording.found_in(["二维动画制作(二级)", "结业证书", "职业院校联合培养", "vocational college"])
