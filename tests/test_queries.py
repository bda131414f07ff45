"""A list costs as many queries with ten rows as with one: nothing is asked row by row."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation

from alliance.accounts.models import Invitation, JoinRequest
from alliance.core import audit, bilingual, search
from alliance.core.models import StoredFile, Synonym
from alliance.core.search import synonyms
from alliance.notifications.models import Delivery, Notice, OutboxEvent, OutboxMail
from parks import services
from parks.models import BlockEdit, Picture
from tests.access_table import TABLE
from tests.factories import make_duty, make_organisation, make_park, make_user
from tests.parks.profiles import make_ready_park
from tests.world import World, make_world

MOST = 12  # on any page (platform spec, 4)


def parks(world: World, number: int) -> None:
    park = make_park(managers=[make_user()], summary_zh=f"简介{number}")
    bilingual.track(park, park.BILINGUAL)
    search.index(park)


def parks_of_the_manager(world: World, number: int) -> None:
    make_duty(world.manager, make_park(summary_zh=f"简介{number}").organisation)


def edits(world: World, number: int) -> None:
    BlockEdit.objects.create(
        park=world.park, block="story", by=make_user(), changes={"summary_zh": [f"{number}", f"{number + 1}"]}
    )


def pictures(world: World, number: int) -> None:
    stored = StoredFile.objects.create(
        original_name=f"{number}.png", media_type="image/png", size=9, sha256="0" * 64, state=StoredFile.State.READY
    )
    Picture.objects.create(park=world.park, file=stored, alt_zh="大厅", uploaded_by=make_user(), position=number)


def submissions(world: World, number: int) -> None:
    submitter = make_user()
    services.submit_profile(make_ready_park(submitter), by=submitter)


def notices(world: World, number: int) -> None:
    duty = make_duty(organisation=world.park.organisation, role="park_editor")
    event = OutboxEvent.objects.create(
        kind="accounts.duty_ended",
        dedupe_key=f"queries-{number}",
        about_type="accounts.duty",
        about_id=str(duty.pk),
        actor=make_user(),
    )
    for person in (world.manager, world.data_desk):
        Notice.objects.create(event=event, recipient=person)
    Delivery.objects.create(
        event=event, recipient=world.manager, channel="mail", state="dead", attempts=8, last_error="x"
    )


def people(world: World, number: int) -> None:
    organisation = world.park.organisation
    make_duty(organisation=organisation, role="park_editor", substitute=make_user())
    Invitation.objects.create(
        email=f"guest{number}@example.org",
        organisation=organisation,
        role_code="park_editor",
        language="en",
        invited_by=world.manager,
        token_digest=f"{number:064}",
        expires_at=timezone.now() + timedelta(days=7),
    )
    JoinRequest.objects.create(
        person=make_user(), organisation=organisation, role_code="park_editor", message="Please."
    )


def organisations(world: World, number: int) -> None:
    make_duty(organisation=make_organisation())


def events(world: World, number: int) -> None:
    park = make_park()
    audit.record("profile.edit", park, by=make_user(), on_behalf_of=park.organisation, block="story")


def mails(world: World, number: int) -> None:
    OutboxMail.objects.create(to="a@example.org", sender="b@example.org", subject=f"{number}", message_id=f"<{number}>")


def groups_of_synonyms(world: World, number: int) -> None:
    Synonym.objects.create(words=f"词{number} 字{number}")


LISTS: list[tuple[str, str, Callable[[World, int], None]]] = [
    ("parks:park_list", "nobody", parks),
    ("home", "nobody", parks),
    ("core:search", "nobody", parks),
    ("core:translations", "membership_desk", parks),
    ("accounts:join", "nobody", parks),
    ("parks:office_parks", "membership_desk", parks),
    ("parks:desk_parks", "manager", parks_of_the_manager),
    ("parks:history", "manager", edits),
    ("parks:office_history", "membership_desk", edits),
    ("parks:office_park", "membership_desk", edits),
    ("parks:pictures", "manager", pictures),
    ("parks:desk_park", "manager", edits),
    ("notifications:office", "membership_desk", submissions),
    ("notifications:desk", "membership_desk", submissions),
    ("notifications:inbox", "manager", notices),
    ("notifications:desk", "manager", notices),
    ("notifications:deliveries", "data_desk", notices),
    ("notifications:outbox", "data_desk", mails),
    ("core:synonyms", "data_desk", groups_of_synonyms),
    ("accounts:team", "manager", people),
    ("accounts:organisation_team", "membership_desk", people),
    ("accounts:organisations", "membership_desk", organisations),
    ("accounts:duties", "manager", parks_of_the_manager),
    ("reports:dashboard", "council", submissions),
    ("reports:rows", "council", parks),
    ("reports:audit_log", "council", events),
]


def queries(client: Client, address: str) -> list[str]:
    """What a reader asks for who finds nothing kept. What a change costs once was paid by the reader before."""
    client.get(address)
    cache.clear()
    synonyms.forget()
    with CaptureQueriesContext(connection) as captured:
        response = client.get(address)
    assert response.status_code == 200
    return [query["sql"] for query in captured]


@pytest.mark.django_db
@pytest.mark.parametrize(("name", "role", "grow"), LISTS, ids=lambda value: getattr(value, "__name__", value))
def test_ten_rows_cost_no_more_than_two(name: str, role: str, grow: Callable[[World, int], None]):
    world = make_world()
    world.people()
    rule = TABLE[name]
    with translation.override("zh-hans"):
        address = reverse(name, kwargs=dict(rule.args(world))) + rule.query
    client = Client()
    person = world.person(role)
    assert person is not None
    client.force_login(person)
    # Two, so that a list of one does not lead straight to its only row.
    grow(world, 1)
    grow(world, 2)

    few = queries(client, address)
    for number in range(3, 11):
        grow(world, number)
    many = queries(client, address)

    assert len(many) <= len(few), "\n".join(sorted(sql[:200] for sql in many if sql not in few))
    assert len(many) <= MOST
