import hmac
from collections.abc import Iterator

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import Error
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest, multiprocess
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from alliance.core import metrics as counted

from .. import vitals


@login_not_required
@never_cache
@require_GET
def metrics(request: HttpRequest) -> HttpResponse:
    """Numbers for Prometheus, for whoever knows `METRICS_TOKEN`. To everybody else there is nothing here."""
    said = request.headers.get("Authorization", "").encode()
    if not settings.METRICS_TOKEN or not hmac.compare_digest(said, f"Bearer {settings.METRICS_TOKEN}".encode()):
        raise Http404
    return HttpResponse(
        generate_latest(of_all_processes()) + generate_latest(of_the_database()), content_type=CONTENT_TYPE_LATEST
    )


def of_all_processes() -> CollectorRegistry:
    """What every web process of this machine has counted; where there is only one, what this one has."""
    if not counted.many_processes():
        return counted.own
    registry = CollectorRegistry()
    multiprocess.MultiProcessCollector(registry)
    return registry


def of_the_database() -> CollectorRegistry:
    registry = CollectorRegistry()
    registry.register(Vitals())
    return registry


class Vitals(Collector):
    """What the rows say at this moment. While the database is away, only that."""

    def collect(self) -> Iterator[Metric]:
        try:
            families = list(self._families())
        except Error:
            families = []
        yield GaugeMetricFamily("portal_database_up", "Whether PostgreSQL answers.", value=1 if families else 0)
        yield from families
        lengths = vitals.queue_lengths()
        yield GaugeMetricFamily("portal_broker_up", "Whether the broker answers.", value=0 if lengths is None else 1)
        yield _by("portal_queue_length", "Messages in the broker, by queue.", "queue", lengths or {})

    def _families(self) -> Iterator[Metric]:
        ages = {name: age.total_seconds() for name, age in vitals.heartbeat_ages().items() if age is not None}
        yield _by("portal_heartbeat_age_seconds", "Since when a process was not heard of.", "name", ages)
        yield _by("portal_deliveries", "Deliveries, by state.", "state", vitals.deliveries_by_state())
        oldest = vitals.oldest_unsent()
        yield GaugeMetricFamily(
            "portal_oldest_unsent_seconds",
            "How long the oldest mail that could go has waited.",
            value=oldest.total_seconds() if oldest else 0,
        )
        yield _by("portal_jobs", "Long work, by state.", "state", vitals.jobs_by_state())
        backup = vitals.last_backup()
        yield GaugeMetricFamily(
            "portal_last_backup_timestamp_seconds",
            "When the last backup was made; 0 when there is none.",
            value=backup.made_at.timestamp() if backup else 0,
        )
        run = vitals.last_invariants()
        yield GaugeMetricFamily(
            "portal_broken_invariants", "Invariants that did not hold last night.", value=len(run.broken) if run else 0
        )
        yield GaugeMetricFamily("portal_audit_events", "Length of the audit chain.", value=vitals.audit_length())
        yield GaugeMetricFamily("portal_database_bytes", "Size of the database.", value=vitals.database_size())


def _by(name: str, help_text: str, label: str, values: dict[str, float] | dict[str, int]) -> GaugeMetricFamily:
    family = GaugeMetricFamily(name, help_text, labels=[label])
    for key, value in values.items():
        family.add_metric([str(key)], value)
    return family
