"""What rows keep as codes is read in words."""

import pytest
from django.utils import translation

from training.certificates import consents, words
from training.models import Certificate


@pytest.mark.django_db
def test_x15_a_consent_in_the_history_is_named_with_its_answer(school):
    certificate: Certificate = school.certificate()
    consents.decide(certificate, "is_searchable", True, by=certificate.person)
    event = certificate.events.get(kind="consent")

    with translation.override("en"):
        assert words.event_detail(event) == "Whoever knows number and family name finds it: yes"
    with translation.override("zh-hans"):
        assert words.event_detail(event).endswith("：同意")


def test_x2_evidence_is_named_by_what_people_call_it():
    with translation.override("zh-hans"):
        assert words.evidence(["training.Session:37", "training.Attempt:4"]) == "课次 37、考核 4"
