"""What runs in the queues: fetch by id, hand over. Arguments are ids only; the rows decide."""

from celery import shared_task


@shared_task(name="notifications.dispatch", expires=10)
def dispatch() -> None:
    from .services import deliveries

    deliveries.dispatch()


@shared_task(name="notifications.sweep", expires=60)
def sweep() -> None:
    from .services import deliveries

    if deliveries.sweep():
        deliveries.dispatch()


@shared_task(name="notifications.deliver")
def deliver(*ids: str) -> None:
    from . import posting, rounds

    rounds.run([pk for pk in map(posting.delivery_of, ids) if pk])


@shared_task(name="notifications.heartbeat", expires=60)
def heartbeat(queue: str) -> None:
    from .services.running import touch

    touch(f"worker:{queue}")


@shared_task(name="notifications.mind_clocks", expires=1800)
def mind_clocks() -> None:
    from .services import clocks

    clocks.mind_clocks()


@shared_task(name="notifications.make_digests", expires=250)
def make_digests() -> None:
    from .services import digests

    digests.make_digests()


@shared_task(name="notifications.look_for_additions", expires=50)
def look_for_additions() -> None:
    from .services import searches

    searches.look()


@shared_task(name="notifications.read_bounces", expires=250)
def read_bounces() -> None:
    from django.conf import settings

    from . import mailbox
    from .services import addresses

    addresses.read(mailbox.unread(settings.BOUNCE_MAILBOX))


@shared_task(name="notifications.nightly", expires=1800)
def nightly() -> None:
    from .services import watch

    watch.nightly()
