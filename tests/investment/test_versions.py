"""J-2: shares make exactly one whole, every park signs the same content, later changes ask for signatures again."""

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, connection, transaction

from alliance.core.errors import RuleBroken
from alliance.core.models import AuditEvent
from investment import content
from investment.models import ProjectSignature, ProjectVersion
from investment.services import parties, versions
from tests.investment.factories import make_project, make_promoters, ready_content, sign_all

pytestmark = pytest.mark.django_db


class TestJ2Shares:
    @pytest.mark.parametrize("name", ["cost", "risk", "benefit"])
    @pytest.mark.parametrize("made", [9_999, 10_001])
    def test_shares_that_do_not_make_a_whole_are_not_offered(self, name: str, made: int):
        promoters = make_promoters()
        draft = promoters.draft
        values = ready_content(draft)
        values["shares"][0][name] += made - 10_000
        versions.write_version(draft, values, edition=draft.edition, by=promoters.lead)

        with pytest.raises(RuleBroken):
            versions.offer_version(promoters.draft, by=promoters.lead)
        assert promoters.draft.state == "draft"
        assert content.sums(promoters.draft.content)[name] == made

    def test_the_database_refuses_them_too(self):
        promoters = make_promoters()
        draft = promoters.draft
        draft.content["shares"][0]["cost"] = 4_999
        ProjectVersion.objects.filter(pk=draft.pk).update(content=draft.content)
        ProjectVersion.objects.filter(pk=draft.pk).update(state="offered", sha256="a" * 64)
        for park, manager in zip(promoters.parks, promoters.managers, strict=True):
            ProjectSignature.objects.create(version=draft, park=park, sha256="a" * 64, signed_by=manager)

        with pytest.raises(DatabaseError, match="9999"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(
                "UPDATE investment_projectversion SET state = 'in_force', in_force_at = now() WHERE id = %s",
                [draft.pk],
            )

    def test_one_park_alone_is_no_joint_project(self):
        promoters = make_promoters(parks=1)

        with pytest.raises(RuleBroken):
            versions.offer_version(promoters.draft, by=promoters.lead)

    def test_three_parks_share_ten_thousand(self):
        promoters = make_promoters(parks=3)
        project = sign_all(promoters)

        assert sorted(party.cost_share for party in project.parties.all()) == [3333, 3333, 3334]


class TestJ2Signatures:
    def test_with_the_last_signature_it_is_in_force(self):
        promoters = make_promoters()
        version = versions.offer_version(promoters.draft, by=promoters.lead)

        versions.sign_version(version, promoters.parks[0], sha256=version.sha256, by=promoters.managers[0])
        assert promoters.fresh().version is None
        versions.sign_version(version, promoters.parks[1], sha256=version.sha256, by=promoters.managers[1])

        project = promoters.fresh()
        assert project.version_id == version.pk
        assert project.need == 3_000_000_000
        assert [party.cost_share for party in project.parties.all()] == [5_000, 5_000]
        verbs = list(AuditEvent.objects.filter(object_id=str(version.pk)).values_list("verb", flat=True))
        assert verbs.count("project_version.signed") == 2
        assert "project_version.in_force" in verbs

    def test_a_second_click_changes_nothing(self):
        promoters = make_promoters()
        version = versions.offer_version(promoters.draft, by=promoters.lead)
        for _click in range(2):
            versions.sign_version(version, promoters.parks[0], sha256=version.sha256, by=promoters.lead)

        assert version.signatures.count() == 1

    def test_nobody_signs_for_another_park(self):
        promoters = make_promoters()
        version = versions.offer_version(promoters.draft, by=promoters.lead)

        with pytest.raises(PermissionDenied):
            versions.sign_version(version, promoters.parks[1], sha256=version.sha256, by=promoters.lead)

    def test_a_signature_on_an_old_version_is_refused(self):
        promoters = make_promoters()
        old = versions.offer_version(promoters.draft, by=promoters.lead)
        fresh = versions.take_version_back(old, by=promoters.lead)

        with pytest.raises(RuleBroken):
            versions.sign_version(old, promoters.parks[1], sha256=old.sha256, by=promoters.managers[1])
        offered = versions.offer_version(fresh, by=promoters.lead)
        with pytest.raises(RuleBroken):
            versions.sign_version(offered, promoters.parks[1], sha256="0" * 64, by=promoters.managers[1])
        with pytest.raises(DatabaseError, match="cannot sign"), transaction.atomic():
            ProjectSignature.objects.create(
                version=old, park=promoters.parks[1], sha256=old.sha256, signed_by=promoters.managers[1]
            )

    def test_what_is_offered_never_changes_in_the_database_itself(self):
        promoters = make_promoters()
        version = versions.offer_version(promoters.draft, by=promoters.lead)

        for change in ({"content": {}}, {"sha256": "b" * 64}, {"state": "draft"}):
            with pytest.raises(DatabaseError, match="never changes"), transaction.atomic():
                ProjectVersion.objects.filter(pk=version.pk).update(**change)
        with pytest.raises(DatabaseError, match="stays"), transaction.atomic():
            version.delete()

    def test_changed_shares_ask_for_all_signatures_again(self):
        promoters = make_project("published")
        before = promoters.project.version
        draft = versions.start_version(promoters.project, by=promoters.managers[1])
        values = ready_content(draft)
        for name in ("cost", "risk", "benefit"):
            values["shares"][0][name], values["shares"][1][name] = 6_000, 4_000
        versions.write_version(draft, values, edition=draft.edition, by=promoters.lead)
        offered = versions.offer_version(promoters.draft, by=promoters.lead)
        versions.sign_version(offered, promoters.parks[0], sha256=offered.sha256, by=promoters.managers[0])

        assert promoters.fresh().version == before
        assert [party.cost_share for party in promoters.fresh().parties.all()] == [5_000, 5_000]
        versions.sign_version(offered, promoters.parks[1], sha256=offered.sha256, by=promoters.managers[1])
        assert promoters.fresh().version == offered
        assert [party.cost_share for party in promoters.fresh().parties.all()] == [6_000, 4_000]
        before.refresh_from_db()
        assert before.state == "superseded"

    def test_two_writers_do_not_overwrite_one_another(self):
        promoters = make_promoters()
        draft = promoters.draft
        versions.write_version(draft, {"risks_zh": "甲"}, edition=draft.edition, by=promoters.managers[0])

        with pytest.raises(versions.WrittenMeanwhile):
            versions.write_version(draft, {"risks_zh": "乙"}, edition=draft.edition, by=promoters.managers[1])
        assert promoters.draft.content["risks_zh"] == "甲"


class TestJ2Parks:
    def test_nobody_is_put_out_of_what_it_signed(self):
        promoters = make_promoters(parks=3)
        sign_all(promoters)
        versions.start_version(promoters.project, by=promoters.lead)
        party = promoters.project.parties.get(park=promoters.parks[2])

        with pytest.raises(RuleBroken):
            parties.drop_park(party, by=promoters.lead)
        parties.leave_project(party, by=promoters.managers[2])
        parties.drop_park(party, by=promoters.lead)
        party.refresh_from_db()
        assert party.until_at is None

        draft = promoters.draft
        versions.write_version(draft, ready_content(draft), edition=draft.edition, by=promoters.lead)
        promoters.parks, promoters.managers = promoters.parks[:2], promoters.managers[:2]
        sign_all(promoters)
        party.refresh_from_db()
        assert party.until_at is not None

    def test_a_park_that_was_asked_and_left_is_out_at_once(self):
        promoters = make_promoters(parks=3)
        party = promoters.project.parties.get(park=promoters.parks[2])
        parties.leave_project(party, by=promoters.managers[2])

        assert promoters.parks[2].pk not in content.parks_of(promoters.draft.content)
        party.refresh_from_db()
        assert party.until_at is not None
