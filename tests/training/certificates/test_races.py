"""T-X1 and X-6: a hundred calls for one dossier, and for many, in real processes, on PostgreSQL."""

import os
import subprocess
import sys
from urllib.parse import urlsplit, urlunsplit

import pytest
from django.db import connection
from django.utils import timezone

from alliance.core.local import addresses
from alliance.core.models import AuditEvent, ChainHead
from alliance.notifications.models import OutboxEvent
from training.credentials import numbers
from training.models import Certificate, CertificateEvent, NumberYear

PROCESSES, THREADS = 4, 25


@pytest.mark.django_db(transaction=True)
def test_t_x1_a_hundred_parallel_calls_make_one_certificate(school, settings):
    ChainHead.objects.get_or_create(pk=1, defaults={"hash": "0" * 64})

    printed = race([school.approved()], school, settings)

    assert set(printed) == {Certificate.objects.get().number}
    assert NumberYear.objects.get().last == 1
    assert CertificateEvent.objects.filter(kind="issued").count() == 1
    assert AuditEvent.objects.filter(verb="certificate.issued").count() == 1
    assert OutboxEvent.objects.filter(kind="training.certificate_issued").count() == 1


@pytest.mark.django_db(transaction=True)
def test_x6_different_dossiers_at_once_get_numbers_without_a_gap(school, settings):
    """Each is issued by four at the same moment, among all the others."""
    ChainHead.objects.get_or_create(pk=1, defaults={"hash": "0" * 64})
    approved = [school.approved() for _ in range(25)]

    printed = race(approved, school, settings)

    code, year = school.cohort.version.curriculum.code, timezone.localdate().year
    expected = [numbers.compose(code, year, serial) for serial in range(1, len(approved) + 1)]
    assert sorted(set(printed)) == expected
    assert sorted(Certificate.objects.values_list("number", flat=True)) == expected
    assert set(Certificate.objects.values_list("dossier", flat=True)) == {dossier.pk for dossier in approved}
    assert NumberYear.objects.get().last == len(approved)


def race(approved, school, settings) -> list[str]:
    """The numbers that a hundred calls answer with, a quarter of them in each process."""
    parts = urlsplit(os.environ["DATABASE_URL"])
    environment = {
        **os.environ,
        "DATABASE_URL": urlunsplit(parts._replace(path=f"/{connection.settings_dict['NAME']}")),
        # One each: they shall wait for one another, not for a connection.
        "DATABASE_POOL": str(THREADS),
        "PYTHONPATH": str(addresses.PROJECT),
        "ISSUER_KEY_DIR": str(settings.ISSUER_KEY_DIR),
        "ISSUER_KEY_PASSWORD": settings.ISSUER_KEY_PASSWORD,
        "CREDENTIAL_ORIGIN": settings.CREDENTIAL_ORIGIN,
    }
    command = [sys.executable, "-m", "tests.training.certificates.racer"]
    racers = [
        subprocess.Popen(
            [*command, ",".join(str(dossier.pk) for dossier in approved), str(school.officer.pk), str(THREADS)],
            env=environment,
            cwd=addresses.PROJECT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for _ in range(PROCESSES)
    ]
    for racer in racers:
        assert racer.stdout.readline() == "ready\n"
    for racer in racers:
        racer.stdin.write("go\n")
        racer.stdin.flush()
    said = [racer.communicate(timeout=240) for racer in racers]
    printed = [number for out, _errors in said for number in out.split()]

    assert [errors for _out, errors in said] == [""] * PROCESSES
    assert len(printed) == PROCESSES * THREADS
    return printed
