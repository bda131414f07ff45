"""Certificates: who may open what."""

from tests.access_rules import ANYONE, AWARDING, DESKS, SCHOOL, SIGNED_IN, TRAINEE, TRAINING_DESK, Rule, fixed

DATA = frozenset({"data_desk"})
# Whose organisation has a part that prepares or awards, in this or another programme.
HAVE_A_DESK = SCHOOL | AWARDING | TRAINING_DESK | {"manager", "other_manager"}
SEES = SCHOOL | AWARDING | TRAINING_DESK
HIDDEN = SIGNED_IN - SEES
KEYS = DATA | TRAINING_DESK
NOT_OFFICE = SIGNED_IN - DESKS - TRAINING_DESK


def _token(world):
    return {"token": world.certificate.token}


def _cohort(world):
    return {"code": world.trained.cohort.code}


def _number(world):
    return {"number": world.certificate.number}


def _version(world):
    version = world.trained.cohort.version
    return {"code": version.curriculum.code, "number": version.number}


# The addresses in signed files: open to everybody, whatever became of the certificate.
CREDENTIALS = {
    "credentials:did": Rule(get=ANYONE, is_page=False, is_cacheable=True),
    "credentials:partner_did": Rule(
        get=ANYONE,
        args=lambda world: {"slug": world.trained.cohort.version.curriculum.author.slug},
        is_page=False,
        is_cacheable=True,
    ),
    # Pages of no language: tests/journeys/test_certificates.py looks at them in both.
    "credentials:keys": Rule(get=ANYONE, is_page=False),
    "credentials:status_list": Rule(
        get=ANYONE,
        args=lambda world: {"number": world.certificate.place.listed.number},
        is_page=False,
        is_cacheable=True,
        writes=True,  # signed when somebody asks
    ),
    "credentials:credential": Rule(get=ANYONE, args=_token, writes=True, is_page=False),
    "credentials:credential_file": Rule(
        get=ANYONE,
        args=lambda world: {**_token(world), "form": "json"},
        is_page=False,
        is_cacheable=True,
        forms=tuple({"form": form} for form in ("png", "svg", "pdf", "transcript.pdf")),
    ),
    "credentials:achievement": Rule(get=ANYONE, args=_version, is_page=False),
    "credentials:competency": Rule(get=ANYONE, args=lambda world: {"code": world.competency.code}, is_page=False),
    "credentials:evidence": Rule(get=ANYONE, args=lambda world: {"token": world.evidence.token}, is_page=False),
}

CERTIFICATES = {
    "training:verify": Rule(get=ANYONE, post=ANYONE, data=fixed(number="CC-1", name="李"), seen_by=("anonymous",)),
    "training:graduates": Rule(get=ANYONE),
    "training:certificates": Rule(get=HAVE_A_DESK, hidden=SIGNED_IN - HAVE_A_DESK, seen_by=("school",)),
    "training:certificates_cohort": Rule(get=SEES, hidden=HIDDEN, args=_cohort, seen_by=("school", "awarding")),
    "training:certificates_act": Rule(post=SEES, hidden=HIDDEN, args=_cohort, data=fixed(verb="certificates")),
    "training:certificate_trainee": Rule(
        get=SEES, hidden=HIDDEN, args=lambda world: {"pk": world.graduate.pk}, seen_by=("school",)
    ),
    "training:certificate_trainee_act": Rule(
        post=SCHOOL,
        hidden=HIDDEN,
        args=lambda world: {"pk": world.graduate.pk, "verb": "doubt"},
        data=fixed(words="样例理由"),
    ),
    "training:dossier": Rule(
        get=SEES, hidden=HIDDEN, args=lambda world: {"pk": world.dossier.pk}, seen_by=("school", "awarding")
    ),
    "training:dossier_move": Rule(
        post=SCHOOL | AWARDING,
        hidden=HIDDEN,
        args=lambda world: {"pk": world.dossier.pk, "verb": "return"},
        data=fixed(reason="样例理由"),
    ),
    "training:certificate": Rule(get=SEES, hidden=HIDDEN, args=_number, writes=True, seen_by=("school", "awarding")),
    "training:certificate_act": Rule(
        post=SCHOOL,
        hidden=HIDDEN,
        args=lambda world: {**_number(world), "verb": "correct"},
        data=fixed(name="样例新名"),
    ),
    "training:certificate_case": Rule(
        get=SEES | TRAINEE,
        hidden=HIDDEN - TRAINEE,
        args=lambda world: {"pk": world.revocation.pk},
        seen_by=("awarding", "trainee"),
    ),
    # Whoever holds it speaks, nobody else; to strangers the case does not exist.
    "training:certificate_case_act": Rule(
        post=TRAINEE,
        hidden=HIDDEN - TRAINEE,
        args=lambda world: {"pk": world.revocation.pk, "verb": "state"},
        data=fixed(words="样例陈述"),
    ),
    "training:my_certificates": Rule(get=SIGNED_IN, seen_by=("trainee", "nobody")),
    "training:print_my_certificates": Rule(post=SIGNED_IN),
    "training:certificate_wishes": Rule(
        post=frozenset(), hidden=SIGNED_IN, args=lambda world: {"pk": world.graduate.pk}
    ),
    "training:certificate_consent": Rule(
        post=TRAINEE, hidden=SIGNED_IN - TRAINEE, args=_number, data=fixed(consent="is_searchable", answer="yes")
    ),
    "training:certificate_give_back": Rule(
        post=TRAINEE, hidden=SIGNED_IN - TRAINEE, args=_number, data=fixed(reason="样例理由")
    ),
    "training:issuer_keys": Rule(get=KEYS, hidden=NOT_OFFICE, seen_by=("training_desk",)),
    "training:issuer_key_stage": Rule(post=KEYS, hidden=NOT_OFFICE),
    "training:issuer_key_act": Rule(
        post=KEYS,
        hidden=NOT_OFFICE,
        args=lambda world: {"fragment": world.issuer_key.fragment, "verb": "withdraw"},
        data=fixed(incident_zh="样例", incident_en="Sample"),
    ),
}
