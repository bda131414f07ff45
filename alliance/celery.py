"""The Celery application. Tasks carry ids only; the rows decide (platform spec, section 2)."""

import os
from typing import Any

from celery import Celery
from celery.app.amqp import AMQP
from kombu import Connection

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "alliance.settings")


class PatientConnection(Connection):
    """Looks every two seconds whether a lost broker is back, however long it was away.

    Left to itself a worker looks ever more seldom, at last twice a minute; and then notices would wait for the worker
    although the broker is there (section 2, invariant 7).
    """

    def _ensure_connection(self, *args: Any, **options: Any) -> Any:
        options.setdefault("interval_step", 0)
        return super()._ensure_connection(*args, **options)


class PatientAMQP(AMQP):
    Connection = BrokerConnection = PatientConnection


app = Celery("alliance", amqp=PatientAMQP)
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
