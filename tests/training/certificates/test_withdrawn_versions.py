"""What becomes of certificates when their curriculum version is withdrawn (V-6)."""

from training.certificates import checking
from training.credentials.checking import Verdict
from training.services import curricula


def test_v6_certificates_of_a_withdrawn_version_stay_valid(school):
    certificate = school.certificate()
    version = certificate.enrolment.cohort.version

    curricula.move_version(version, "withdraw", by=school.teacher, reason="An error in U1")

    certificate.refresh_from_db()
    version.refresh_from_db()
    assert version.state == "withdrawn"
    assert certificate.revoked_at is None
    assert checking.of_certificate(certificate).verdict == Verdict.VALID
