"""The pages of the alliance's settings: looked at before it is kept, read by the council, decided by the data desk."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from alliance.core.alliance_settings import decide
from alliance.core.legal import LEGAL_ENTITY
from alliance.core.models import AllianceSettingVersion
from tests.factories import make_council_member, make_officer, make_organisation

pytestmark = pytest.mark.django_db

# Session, person, duties with their organisations, versions.
QUERIES = 2


@pytest.fixture
def url() -> str:
    make_organisation("secretariat")
    return reverse("accounts:setting", args=["legal_entity"])


def typed(**changes: object) -> dict[str, object]:
    return {
        "value_zh": "样例联盟",
        "value_en": "Sample Alliance",
        "valid_from": timezone.localdate().isoformat(),
        "reason": "Registered",
        "seen": 0,
        **changes,
    }


class TestSetting:
    def test_a_change_is_looked_at_before_it_is_kept(self, client, url):
        client.force_login(make_officer("data_desk"))

        preview = client.post(url, typed())

        assert preview.context["is_preview"]
        assert not AllianceSettingVersion.objects.exists()
        assert "Sample Alliance" in preview.content.decode()

        kept = client.post(url, typed(confirm="1"))

        assert (kept.status_code, LEGAL_ENTITY.both()) == (302, {"zh": "样例联盟", "en": "Sample Alliance"})

    def test_a_second_click_keeps_one_decision(self, client, url):
        client.force_login(make_officer("data_desk"))

        client.post(url, typed(confirm="1"))
        again = client.post(url, typed(confirm="1"))

        assert (again.status_code, AllianceSettingVersion.objects.count()) == (422, 1)
        assert "a moment ago" in again.content.decode()

    def test_one_can_go_back_from_the_preview_with_what_was_typed(self, client, url):
        client.force_login(make_officer("data_desk"))

        page = client.post(url, typed(change="1"))

        assert not page.context["is_preview"]
        assert 'value="Sample Alliance"' in page.content.decode()

    def test_a_plan_stands_beside_what_holds(self, client, url):
        day = timezone.localdate() + timedelta(days=20)
        client.force_login(make_officer("data_desk"))

        client.post(url, typed(confirm="1", valid_from=day.isoformat()))

        line = client.get(url).context["line"]
        assert line.is_empty
        assert [str(shown) for _version, shown in line.planned] == ["Sample Alliance"]

    @pytest.mark.parametrize(
        "wrong", [{"reason": ""}, {"valid_from": "2020-01-01"}, {"value_en": "x" * 201}, {"valid_from": "soon"}]
    )
    def test_what_is_not_in_order_is_named_and_kept_in_the_form(self, client, url, wrong):
        client.force_login(make_officer("data_desk"))

        page = client.post(url, typed(confirm="1", **wrong))

        assert (page.status_code, AllianceSettingVersion.objects.count()) == (422, 0)

    def test_the_membership_desk_reads_and_does_not_decide(self, client, url):
        client.force_login(make_officer("membership_desk"))

        assert (client.get(url).status_code, client.post(url, typed(confirm="1")).status_code) == (200, 403)
        assert not AllianceSettingVersion.objects.exists()

    def test_the_council_reads_the_history(self, client, url):
        officer = make_officer("data_desk", name="Officer Li")
        decide(LEGAL_ENTITY, {"zh": "样例联盟", "en": "Sample Alliance"}, by=officer, reason="Registered in March")
        client.force_login(make_council_member())

        page = client.get(url).content.decode()

        assert "Officer Li" in page
        assert "Registered in March" in page
        assert 'name="reason"' not in page

    def test_an_unknown_setting_does_not_exist(self, client, url):
        client.force_login(make_officer("data_desk"))

        assert client.get(reverse("accounts:setting", args=["unknown"])).status_code == 404


class TestSettings:
    @pytest.mark.parametrize("decisions", [1, 10])
    def test_the_page_asks_the_same_however_long_the_history_is(
        self, client, url, django_assert_num_queries, decisions
    ):
        for number in range(decisions):
            decide(LEGAL_ENTITY, {"zh": f"名称{number}", "en": ""}, by=None, reason="x")
        client.force_login(make_officer("data_desk"))
        client.get(reverse("accounts:settings"))

        with django_assert_num_queries(QUERIES):
            client.get(reverse("accounts:settings"))
