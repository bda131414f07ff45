"""What the pages of placements let people do in a browser."""

import pytest
from django.urls import reverse

from tests.training.assessing import School
from training.models import Placement
from training.services import placement_links, placements
from training.tokens import digest_of, new_token

pytestmark = pytest.mark.django_db


@pytest.fixture
def school() -> School:
    return School()


def page_of(client, school: School, placement: Placement) -> str:
    client.force_login(school.manager)
    return client.get(reverse("training:placement", args=[placement.pk])).content.decode()


def test_w2_closing_an_agreement_is_offered_once_all_have_signed_and_is_a_step_of_its_own(client, school):
    placement = school.agree(school.propose(insurance=""))
    close = reverse("training:placement_move", args=[placement.pk, "sign"])
    assert close not in page_of(client, school, placement)
    placements.sign(placement, "school", by=school.manager)
    placements.sign(placement, "host", by=school.host)

    assert f'action="{close}"' in page_of(client, school, placement)
    answer = client.post(close)

    assert (answer.status_code, answer.context["problem"]) == (409, "缺少保险单号。")
    assert Placement.objects.get(pk=placement.pk).state == "agreement"


def test_w3_the_page_of_a_letter_keeps_its_address_to_us_and_can_still_be_sent(client, school):
    """Under no-referrer a browser calls the origin of our own form "null", and the answer is refused."""
    placement = school.agree()
    token = new_token()
    link = placement_links.send(placement, "sign_host", by=school.manager)
    placement.links.filter(pk=link.pk).update(token_digest=digest_of(token))

    shown = client.get(reverse("training:placement_link", args=[token])).content.decode()

    assert '<meta name="referrer" content="same-origin">' in shown
