"""X-9 to X-11, X-13, X-15 and T-X2, T-X3: what becomes of a certificate."""

import json
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, transaction
from django.db.models import ProtectedError
from django.utils import timezone

from alliance.core.errors import MoveRefused, RuleBroken
from alliance.notifications.models import Notice, OutboxEvent, Task
from tests.factories import make_user
from tests.training.factories import make_version
from training.certificates import checking, consents, dossiers, issuing, keys, later, lists, reminding, revoking
from training.credentials import statuses
from training.credentials.checking import Verdict
from training.models import Certificate, CertificateEvent, CurriculumVersion, Dossier, IssuerKey, RevocationCase

from .rows import make_training_desk


def heard(case: RevocationCase) -> RevocationCase:
    """Ten days later."""
    RevocationCase.objects.filter(pk=case.pk).update(heard_until=timezone.now() - timedelta(minutes=1))
    case.refresh_from_db()
    return case


def revoke(school, certificate: Certificate, category: str = "misconduct") -> Certificate:
    case = revoking.propose(certificate, category, "样例理由", by=school.officer)
    revoking.decide(heard(case), "revoke", "样例决定", by=school.second_officer)
    certificate.refresh_from_db()
    return certificate


def bit(certificate: Certificate) -> bool:
    listed = lists.served(certificate.place.listed.number)
    assert listed is not None
    place = statuses.place(json.loads(certificate.body))
    return statuses.is_set(json.loads(listed.signed), place, issuer=keys.did(), now=timezone.now())


class TestX9Revoke:
    def test_one_proposes_the_holder_is_heard_another_decides(self, school):
        certificate = school.certificate()
        case = revoking.propose(certificate, "misconduct", "样例理由", by=school.officer)
        assert Notice.objects.filter(event__kind="training.revocation_proposed", recipient=certificate.person).exists()

        with pytest.raises(RuleBroken):
            revoking.decide(case, "revoke", "太早", by=school.second_officer)
        revoking.state(case, "我没有作弊", by=certificate.person)
        revoking.decide(case, "revoke", "证据充分", by=school.second_officer)

        certificate.refresh_from_db()
        assert certificate.revoked_category == "misconduct"
        assert [event.kind for event in certificate.events.all()] == ["issued", "case_opened", "revoked"]
        assert not Task.objects.open().filter(kind="training.decide_revocation").exists()

    def test_ten_days_are_enough_without_an_answer(self, school):
        certificate = school.certificate()
        case = revoking.propose(certificate, "misconduct", "样例理由", by=school.officer)

        assert case.heard_until - case.proposed_at == timedelta(days=10)
        assert revoke_after(school, case).revoked_at is not None

    def test_whoever_proposed_does_not_decide(self, school):
        case = heard(revoking.propose(school.certificate(), "misconduct", "样例理由", by=school.officer))

        with pytest.raises(PermissionDenied):
            revoking.decide(case, "revoke", "样例", by=school.officer)
        with pytest.raises(DatabaseError), transaction.atomic():
            RevocationCase.objects.filter(pk=case.pk).update(decided_by=school.officer)

    def test_a_compromised_key_waits_for_nobody(self, school):
        case = revoking.propose(school.certificate(), "key_compromise", "密钥泄露", by=school.officer)

        assert revoking.decide(case, "revoke", "立即", by=school.second_officer).state == "revoked"

    def test_the_holder_may_ask_and_another_person_decides_at_once(self, school):
        certificate = school.certificate()
        case = revoking.propose(certificate, "holder_request", "不再需要", by=certificate.person)

        revoking.decide(case, "revoke", "照办", by=school.officer)

        certificate.refresh_from_db()
        assert certificate.revoked_category == "holder_request"

    def test_others_may_not_and_nobody_proposes_replaced(self, school):
        certificate = school.certificate()

        with pytest.raises(PermissionDenied):
            revoking.propose(certificate, "misconduct", "样例", by=make_user())
        with pytest.raises(RuleBroken):
            revoking.propose(certificate, "replaced", "样例", by=school.officer)
        with pytest.raises(RuleBroken):
            revoking.propose(certificate, "misconduct", " ", by=school.officer)

    def test_it_is_final(self, school):
        certificate = revoke(school, school.certificate())

        with pytest.raises(RuleBroken):
            revoking.propose(certificate, "misconduct", "再来", by=school.officer)
        with pytest.raises(MoveRefused):
            revoking.decide(certificate.cases.get(), "drop", "反悔", by=school.second_officer)
        for change in ({"revoked_at": None, "revoked_category": ""}, {"revoked_category": "identity"}):
            with pytest.raises(DatabaseError, match="for good"), transaction.atomic():
                Certificate.objects.filter(pk=certificate.pk).update(**change)

    def test_dropping_leaves_the_certificate_and_the_case_on_record(self, school):
        certificate = school.certificate()
        case = revoking.propose(certificate, "misconduct", "样例理由", by=school.officer)
        revoking.decide(heard(case), "drop", "查无实据", by=school.second_officer)

        certificate.refresh_from_db()
        assert certificate.revoked_at is None
        assert checking.of_certificate(certificate).verdict == Verdict.VALID
        assert [event.kind for event in certificate.events.all()][-1] == "case_dropped"

    def test_one_case_at_a_time(self, school):
        certificate = school.certificate()
        revoking.propose(certificate, "misconduct", "样例理由", by=school.officer)

        with pytest.raises(RuleBroken):
            revoking.propose(certificate, "identity", "样例理由", by=school.second_officer)


def revoke_after(school, case: RevocationCase) -> Certificate:
    revoking.decide(heard(case), "revoke", "样例决定", by=school.second_officer)
    case.certificate.refresh_from_db()
    return case.certificate


class TestStatusList:
    def test_t_x2_whoever_asks_after_the_revocation_sees_the_bit(self, school, client):
        certificate, other = school.certificate(), school.certificate()
        number = certificate.place.listed.number
        before = client.get(f"/credentials/status/revocation/{number}").content
        assert not bit(certificate)

        revoke(school, certificate)

        after = client.get(f"/credentials/status/revocation/{number}").content
        assert before != after
        assert bit(certificate)
        assert not bit(other)

    def test_t_x3_a_revoked_row_is_never_deleted(self, school):
        certificate = revoke(school, school.certificate())

        with pytest.raises(ProtectedError):
            certificate.delete()
        with pytest.raises(DatabaseError, match="stays"), transaction.atomic():
            Certificate.objects.filter(pk=certificate.pk)._raw_delete("default")

    def test_x13_it_is_worked_out_from_rows(self, school):
        """What was signed before counts for nothing."""
        first, second = school.certificate(), school.certificate()
        listed = first.place.listed
        type(listed).objects.filter(pk=listed.pk).update(signed="{}", valid_until=timezone.now() + timedelta(hours=1))

        revoke(school, first)
        revoke(school, second)

        assert bit(first)
        assert bit(second)

    def test_it_lasts_a_day_and_is_signed_anew_when_half_is_gone(self, school):
        listed = lists.served(school.certificate().place.listed.number)
        now = timezone.now()
        assert listed.valid_until - listed.signed_at == timedelta(hours=24)

        assert lists.served(listed.number, now + timedelta(hours=11)).signed_at == listed.signed_at
        later_on = lists.served(listed.number, now + timedelta(hours=13))

        assert later_on.signed_at > listed.signed_at

    def test_without_a_key_the_old_one_serves_until_its_end_and_never_after(self, school):
        listed = lists.served(school.certificate().place.listed.number)
        IssuerKey.objects.update(state="retired", retired_at=timezone.now())
        now = timezone.now()

        assert lists.served(listed.number, now + timedelta(hours=20)).signed == listed.signed
        with pytest.raises(keys.NoKey):
            lists.served(listed.number, now + timedelta(hours=25))

    def test_the_library_that_wants_tokens_gets_one(self, school):
        """openbadgeslib demands a signed JWT for a list it shall trust (4.5)."""
        from openbadgeslib.ob3 import OB3LdpVerifier, OB3VerificationError

        from training.credentials import keys as files

        certificate = school.certificate()
        signer = keys.signer_of(keys.active())
        pem = files.public_pem(signer.key)

        def download(address):
            return lists.as_jwt(lists.served(certificate.place.listed.number)).encode()

        verifier = OB3LdpVerifier(pem)
        verifier.verify(certificate.body, check_status=True, download=download)
        revoke(school, certificate)
        with pytest.raises(OB3VerificationError, match="revocation"):
            verifier.verify(certificate.body, check_status=True, download=download)


class TestX10Correct:
    def test_a_new_one_with_the_day_of_the_old_and_the_old_one_revoked_in_the_same_moment(self, school):
        old = school.certificate()
        dossier = later.prepare_correction(old, "李炜", by=school.teacher)
        dossiers.approve([dossier], by=school.officer)

        new = issuing.issue(dossier, by=school.officer)

        old.refresh_from_db()
        assert (old.revoked_category, new.replaces, new.holder_name) == ("replaced", old, "李炜")
        assert (new.awarded_at, new.valid_until) == (old.awarded_at, old.valid_until)
        assert new.valid_from >= old.valid_from
        assert new.number != old.number
        assert bit(old)
        assert checking.of_certificate(old).verdict == Verdict.REPLACED
        assert checking.of_certificate(new).verdict == Verdict.VALID

    def test_it_needs_two_persons_as_every_certificate(self, school):
        dossier = later.prepare_correction(school.certificate(), "李炜", by=school.teacher)

        with pytest.raises(PermissionDenied):
            dossiers.approve([dossier], by=school.teacher)

    def test_if_the_new_one_cannot_be_issued_the_old_one_stays(self, school, monkeypatch):
        old = school.certificate()
        dossier = later.prepare_correction(old, "李炜", by=school.teacher)
        dossiers.approve([dossier], by=school.officer)
        monkeypatch.setattr(CertificateEvent.objects, "create", fail)

        with pytest.raises(RuntimeError):
            issuing.issue(dossier, by=school.officer)

        old.refresh_from_db()
        assert old.revoked_at is None

    def test_the_same_name_and_a_revoked_one_are_refused(self, school):
        old = school.certificate()

        with pytest.raises(RuleBroken):
            later.prepare_correction(old, " 李伟 ", by=school.teacher)
        with pytest.raises(RuleBroken):
            later.prepare_correction(revoke(school, old), "李炜", by=school.teacher)

    def test_what_the_holder_agreed_to_goes_along(self, school):
        old = school.certificate()
        consents.decide(old, "is_searchable", True, by=old.person)
        dossier = later.prepare_correction(old, "李炜", by=school.teacher)
        dossiers.approve([dossier], by=school.officer)

        assert issuing.issue(dossier, by=school.officer).is_searchable


def fail(*args, **kwargs):
    raise RuntimeError("no")


class TestX11Renew:
    @pytest.fixture
    def old(self, school, monkeypatch) -> Certificate:
        """One that runs out in a hundred days, of a curriculum that says how it is renewed."""
        from training.certificates import building

        with monkeypatch.context() as patched:
            patched.setattr(building, "end_of_validity", lambda issued, months: issued + timedelta(days=100))
            return school.certificate()

    @pytest.fixture
    def rule(self, school):
        """A later version, now the published one, asks for ten hours."""
        before = school.cohort.version
        CurriculumVersion.objects.filter(pk=before.pk).update(state="superseded")
        make_version(
            before.curriculum.programme, curriculum=before.curriculum, major=2, renewal_minutes=600, validity_months=36
        )

    def test_a_new_one_linked_to_the_old_which_runs_out_by_itself(self, school, old, rule):
        dossier = later.prepare_renewal(old, by=school.teacher, refreshed_minutes=600)
        dossiers.approve([dossier], by=school.officer)

        new = issuing.issue(dossier, by=school.officer)

        old.refresh_from_db()
        assert (new.renews, old.revoked_at) == (old, None)
        assert old.superseded_at is not None
        assert checking.of_certificate(old).verdict == Verdict.VALID
        assert new.valid_until > old.valid_until

    def test_too_few_hours_are_refused_and_a_new_assessment_does_as_well(self, school, old, rule):
        with pytest.raises(RuleBroken):
            later.prepare_renewal(old, by=school.teacher, refreshed_minutes=599)

        made = later.prepare_renewal(old, by=school.teacher, reassessed_on=timezone.localdate())

        assert made.state == Dossier.State.DOSSIER

    @pytest.mark.parametrize(("days", "refused"), [(181, "180"), (179, ""), (-364, ""), (-366, "365")])
    def test_the_window_is_180_days_before_to_365_after(self, school, rule, monkeypatch, days, refused):
        """So many days before its end: what the page shows, and what the service does."""
        certificate = school.certificate()
        today = certificate.valid_until - timedelta(days=days)
        monkeypatch.setattr(timezone, "now", lambda: today)
        first, last = later.window(certificate)

        assert (first <= timezone.localdate() <= last) == (not refused)
        if refused:
            with pytest.raises(RuleBroken, match=refused):
                later.prepare_renewal(certificate, by=school.teacher, refreshed_minutes=600)
            assert not Dossier.objects.filter(purpose="renewal").exists()
        else:
            made = later.prepare_renewal(certificate, by=school.teacher, refreshed_minutes=600)
            assert (made.state, made.earlier) == (Dossier.State.DOSSIER, certificate)

    def test_outside_the_window_it_is_refused_with_the_reason(self, school, rule):
        """Issued for three years: the window opens much later."""
        with pytest.raises(RuleBroken, match="180"):
            later.prepare_renewal(school.certificate(), by=school.teacher, refreshed_minutes=600)

    def test_without_a_rule_there_is_no_renewal(self, school, old):
        with pytest.raises(RuleBroken):
            later.prepare_renewal(old, by=school.teacher, refreshed_minutes=600)


class TestX8Reminders:
    def test_ninety_thirty_and_seven_days_before_once_each(self, school):
        certificate = school.certificate()
        ends = certificate.valid_until

        sent = [reminding.remind(ends - timedelta(days=days)) for days in (91, 90, 89, 60, 30, 29, 8, 7, 6, 1)]

        assert sent == [0, 1, 0, 0, 1, 0, 0, 1, 0, 0]
        days = OutboxEvent.objects.filter(kind="training.certificate_expiring").order_by("pk")
        assert [event.payload["days"] for event in days] == [90, 30, 7]

    def test_a_clock_that_was_away_sends_the_nearest_alone(self, school):
        ends = school.certificate().valid_until

        assert reminding.remind(ends - timedelta(days=5)) == 1
        assert reminding.remind(ends - timedelta(days=4)) == 0

    def test_whoever_has_a_later_one_or_none_is_left_alone(self, school):
        certificate = revoke(school, school.certificate())

        assert reminding.remind(certificate.valid_until - timedelta(days=20)) == 0


class TestX15Consents:
    def test_defaults_are_name_on_and_all_else_off(self, school):
        certificate = school.certificate()

        assert [getattr(certificate, consent) for consent in consents.CONSENTS] == [True, False, False, False]

    def test_only_the_holder_decides_and_the_file_stays(self, school):
        certificate = school.certificate()

        with pytest.raises(PermissionDenied):
            consents.decide(certificate, "shows_mark", True, by=school.officer)
        consents.decide(certificate, "shows_mark", True, by=certificate.person)
        consents.decide(certificate, "shows_mark", False, by=certificate.person)

        certificate.refresh_from_db()
        assert not certificate.shows_mark
        assert [event.detail for event in certificate.events.filter(kind="consent")] == [
            "shows_mark:yes",
            "shows_mark:no",
        ]

    def test_closing_the_account_takes_the_name_off_and_leaves_the_proof(self, school):
        from alliance.accounts import personal_data

        certificate = school.certificate()
        body = certificate.body
        for source in personal_data.sources():
            if source.model.startswith("training."):
                source.end(certificate.person)

        certificate.refresh_from_db()
        assert (certificate.holder_name, certificate.shows_name, certificate.is_searchable) == ("", False, False)
        assert certificate.body == body
        assert checking.of_certificate(certificate).verdict == Verdict.VALID


class TestKeys:
    def test_t_x7_after_a_rotation_old_certificates_hold(self, school, client, foreign):
        old = school.certificate()
        first = keys.active()
        key = keys.stage(by=make_training_desk())
        with pytest.raises(RuleBroken, match="48"):
            keys.activate(key, by=None)
        IssuerKey.objects.filter(pk=key.pk).update(staged_at=timezone.now() - timedelta(hours=49))

        keys.activate(key, by=None)

        first.refresh_from_db()
        assert first.state == "retired"
        assert len(keys.did_document()["assertionMethod"]) == 2
        new = school.certificate()
        assert checking.of_certificate(old).verdict == Verdict.VALID
        assert checking.of_certificate(new).verdict == Verdict.VALID
        # And so says a stranger who has what we serve and nothing else.
        number = old.place.listed.number
        did, listed, *files = (
            client.get(address).content
            for address in (
                "/.well-known/did.json",
                f"/credentials/status/revocation/{number}",
                f"/credentials/{old.token}.json",
                f"/credentials/{new.token}.json",
            )
        )
        given = {
            "https://alliance.example/.well-known/did.json": did.decode(),
            lists.address(number): listed.decode(),
        }
        assert new.place.listed.number == number
        assert [json.loads(file)["proof"]["verificationMethod"].partition("#")[2] for file in files] == [
            first.fragment,
            key.fragment,
        ]
        assert [foreign.one(file, given).verdict for file in files] == ["valid", "valid"]

    def test_t_x7_a_withdrawn_key_turns_all_it_signed_invalid_and_holders_hear_of_it(self, school, client):
        certificate = school.certificate()
        desk = make_training_desk()
        number = certificate.place.listed.number

        keys.compromise(keys.active(), by=desk, incident_zh="样例事故", incident_en="A sample incident")

        assert keys.did_document()["assertionMethod"] == []
        assert len(keys.did_document()["verificationMethod"]) == 1
        assert checking.of_certificate(certificate).verdict == Verdict.UNCONFIRMED
        assert client.get(f"/credentials/status/revocation/{number}").status_code == 503
        told = set(Notice.objects.filter(event__kind__startswith="training.key_").values_list("recipient", flat=True))
        assert told == {certificate.person_id, desk.pk}

    def test_good_ones_are_issued_anew_under_the_next_key(self, school):
        old = school.certificate()
        desk = make_training_desk()
        compromised = keys.active()
        keys.compromise(compromised, by=desk, incident_zh="样例事故", incident_en="A sample incident")
        keys.activate(keys.stage(by=desk), by=desk)
        compromised.refresh_from_db()

        assert later.prepare_reissues(compromised, by=desk) == 1
        assert later.prepare_reissues(compromised, by=desk) == 1
        dossier = Dossier.objects.get(purpose="correction")
        dossiers.approve([dossier], by=school.officer)
        new = issuing.issue(dossier, by=school.officer)

        old.refresh_from_db()
        assert (old.revoked_category, new.awarded_at) == ("key_compromise", old.awarded_at)
        assert checking.of_certificate(new).verdict == Verdict.VALID

    def test_one_is_active_in_the_database_itself(self, school):
        with pytest.raises(DatabaseError, match="one_active"), transaction.atomic():
            IssuerKey.objects.create(fragment="another", multibase="z6Mk", state="active", activated_at=timezone.now())

    def test_the_private_half_is_encrypted_and_nobody_elses(self, school, settings):
        file = keys.file_of(keys.active().fragment)

        assert file.stat().st_mode & 0o077 == 0
        assert b"ENCRYPTED" in file.read_bytes()
        settings.ISSUER_KEY_PASSWORD = "another"
        with pytest.raises(keys.NoKey):
            keys.signer_of(keys.active())

    def test_others_do_not_turn_keys(self, school):
        with pytest.raises(PermissionDenied):
            keys.stage(by=school.officer)
        with pytest.raises(PermissionDenied):
            keys.compromise(keys.active(), by=school.officer, incident_zh="样例", incident_en="Sample")
