"""The portal's Celery application, which also knows the kind of mail that the benchmark sends."""

import django

django.setup()

from alliance.celery import app  # noqa: E402
from benchmarks.notices import mail_kind  # noqa: E402

__all__ = ["app"]

mail_kind()
