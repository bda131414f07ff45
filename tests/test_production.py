"""A start that people would rely on is refused when it is not safe, and every fault is named at once."""

import secrets

import pytest

from alliance import production

SAFE = {
    "DEBUG": False,
    "DEMO": False,
    "SECRET_KEY": secrets.token_urlsafe(48),
    "AUDIT_SALT": secrets.token_urlsafe(48),
    "PUBLIC_BASE_URL": "https://portal.example.org",
    "ALLOWED_HOSTS": ["portal.example.org"],
    "REDIS_URL_GIVEN": True,
    "EMAIL_HOST": "mail.example.org",
    "DEFAULT_FROM_EMAIL": "CCIPRA <portal@example.org>",
    "SECRETARIAT_EMAIL": "secretariat@example.org",
}


def test_a_safe_environment_has_no_fault():
    assert list(production.faults(SAFE)) == []


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"DEBUG": True}, "DEBUG=1"),
        ({"DEMO": True}, "DEMO=1"),
        ({"SECRET_KEY": ""}, "SECRET_KEY must be set"),
        ({"SECRET_KEY": "short"}, "SECRET_KEY must be long"),
        ({"SECRET_KEY": "ab" * 40}, "SECRET_KEY must be long and random"),
        ({"SECRET_KEY": "django-insecure-" + secrets.token_urlsafe(48)}, "stand in examples"),
        ({"AUDIT_SALT": "change-me"}, "AUDIT_SALT is one of those"),
        ({"AUDIT_SALT": SAFE["SECRET_KEY"]}, "AUDIT_SALT must be a secret of its own"),
        ({"PUBLIC_BASE_URL": "http://portal.example.org"}, "https://"),
        ({"ALLOWED_HOSTS": ["*"]}, "never *"),
        ({"ALLOWED_HOSTS": []}, "never *"),
        ({"ALLOWED_HOSTS": ["other.example.org"]}, "must contain portal.example.org"),
        ({"REDIS_URL_GIVEN": False}, "REDIS_URL"),
        ({"EMAIL_HOST": ""}, "EMAIL_HOST"),
        ({"DEFAULT_FROM_EMAIL": "CCIPRA <no-reply@localhost>"}, "DEFAULT_FROM_EMAIL"),
        ({"SECRETARIAT_EMAIL": ""}, "SECRETARIAT_EMAIL"),
    ],
    ids=lambda value: next(iter(value)) if isinstance(value, dict) else "",
)
def test_each_unsafe_value_is_named(change, words):
    (found,) = production.faults(SAFE | change)

    assert words in found


def test_all_faults_are_told_at_once():
    with pytest.raises(production.Unsafe) as refused:
        production.require_safe(SAFE | {"DEBUG": True, "DEMO": True, "ALLOWED_HOSTS": ["*"]})

    assert str(refused.value).count("\n- ") == 3


def test_a_domain_in_the_list_of_hosts_covers_its_names():
    assert list(production.faults(SAFE | {"ALLOWED_HOSTS": [".example.org"]})) == []
