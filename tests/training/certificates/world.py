"""The part of the small alliance that has certificates: one cohort of the academy, a dossier, a certificate, a case."""

from functools import cached_property

from alliance.accounts.models import Organisation, User
from tests.factories import make_duty, make_user
from tests.training.factories import make_cohort, make_competency, make_programme, make_version
from training.certificates import keys, revoking
from training.models import (
    Certificate,
    CertificateEvidence,
    Competency,
    Dossier,
    Enrolment,
    IssuerKey,
    RevocationCase,
)

from .rows import School, facts_hold


class CertificateWorld:
    """Mixed into `tests.world.World`. The academy leads, teaches and awards; the trainee holds the certificate."""

    academy: Organisation
    school: User
    awarding: User
    trainee: User

    @cached_property
    def trained(self) -> School:
        keys.ensure_one()
        programme = make_programme(lead=self.academy)
        cohort = make_cohort(make_version(programme, validity_months=36), shared=2000, state="grading")
        second = make_duty(make_user("Second Officer"), self.academy, "awarding_officer").person
        return School(programme, cohort, self.school, self.awarding, second)

    @cached_property
    def graduate(self) -> Enrolment:
        """Somebody who reached everything, and has no certificate yet."""
        return self.trained.trainee("Sample Graduate")

    @cached_property
    def dossier(self) -> Dossier:
        with facts_hold():
            return self.trained.prepared(self.graduate)

    @cached_property
    def certificate(self) -> Certificate:
        with facts_hold():
            return self.trained.certificate(self.trained.trainee(person=self.trainee))

    @cached_property
    def evidence(self) -> CertificateEvidence:
        return self.certificate.evidence.get()

    @cached_property
    def competency(self) -> Competency:
        return make_competency()

    @cached_property
    def revocation(self) -> RevocationCase:
        """Proposed by the school; the holder has not spoken."""
        return revoking.propose(self.certificate, "misconduct", "样例理由", by=self.school)

    @cached_property
    def issuer_key(self) -> IssuerKey:
        self.trained  # noqa: B018  makes the first
        return IssuerKey.objects.get()
