"""Merging: every reference is declared, everything moves and comes back exactly, also when two people act at once."""

import threading

import pytest
from django.apps import apps
from django.db import connection
from django.utils import timezone, translation

from alliance.accounts.models import Duty, Invitation, JoinRequest, Organisation
from alliance.core import merging
from alliance.core.errors import RuleBroken
from alliance.core.merging import How
from alliance.core.models import AuditEvent, Merge, SearchDocument
from alliance.notifications.models import Task
from parks import services
from parks.models import Park, Picture
from parks.reference import load
from parks.services import publication
from tests.factories import make_duty, make_officer, make_organisation, make_park, make_user
from tests.parks.profiles import make_ready_park

pytestmark = pytest.mark.django_db
USCC = "91330200MA2CHXXX0U"


@pytest.fixture(autouse=True)
def _english():
    make_organisation("secretariat")
    with translation.override("en"):
        yield


def propose(gone: Organisation, kept: Organisation, by=None, **choices) -> Merge:
    sides = {"accounts.Organisation": choices, "parks.Park": choices}
    return merging.propose(gone, kept, by=by or make_officer(), reason="Same licence", choices=sides)


def merge(gone: Organisation, kept: Organisation, **choices) -> Merge:
    officer = make_officer()
    return merging.confirm(propose(gone, kept, officer, **choices), by=officer)


def everything_about(*parks: Park) -> dict:
    """What the tables say of these parks, their organisations and all that names them."""
    said: dict = {}
    for subject in merging.subjects():
        for reference in merging.references(subject.label):
            rows = reference.rows.order_by("pk")
            said[reference.model, reference.field] = list(rows.values_list("pk", reference.field))
    for park in parks:
        park = Park.everything.get(pk=park.pk)
        said[park.pk] = {
            field.attname: getattr(park, field.attname)
            for field in Park._meta.concrete_fields
            if field.name not in {"updated_at"}
        }
        said["o", park.pk] = Organisation.everything.filter(pk=park.organisation_id).values().get()
    said["duties"] = list(Duty.objects.order_by("pk").values())
    said["tasks"] = list(Task.objects.order_by("pk").values())
    said["found"] = set(SearchDocument.objects.values_list("object_id", "title_zh"))
    return said


class TestEveryReferenceIsDeclared:
    @pytest.mark.parametrize("subject", merging.subjects(), ids=lambda subject: subject.label)
    def test_foreign_keys_and_their_hidden_tables(self, subject):
        related = {
            (relation.related_model._meta.label, relation.field.name)
            for relation in subject.model._meta.get_fields(include_hidden=True)
            if relation.auto_created and not relation.concrete and not relation.many_to_many
        }

        assert sorted(related - set(merging.handled(subject.label))) == []

    @pytest.mark.parametrize("subject", merging.subjects(), ids=lambda subject: subject.label)
    def test_references_by_kind_and_number(self, subject):
        handled = set(merging.handled(subject.label))
        open_ends = []
        for model in apps.get_models():
            names = {column.name for column in model._meta.concrete_fields}
            stems = {name.removesuffix("_type") for name in names if name.endswith("_type")} - {"history"}
            open_ends += [
                f"{model._meta.label}.{stem}_id"
                for stem in stems
                if f"{stem}_id" in names
                and model._meta.label not in merging.LEFT
                and (model._meta.label, f"{stem}_id") not in handled
            ]

        assert sorted(open_ends) == []

    @pytest.mark.parametrize("subject", merging.subjects(), ids=lambda subject: subject.label)
    def test_what_must_be_unique_is_declared_with_what_moves(self, subject):
        forgotten = []
        for reference in merging.references(subject.label):
            if reference.how != How.MOVE or reference.type_field:
                continue
            model = apps.get_model(reference.model)
            for rule in model._meta.total_unique_constraints + [
                rule for rule in model._meta.constraints if getattr(rule, "fields", None)
            ]:
                if reference.field in rule.fields:
                    others = {name.removesuffix("_id") for name in rule.fields if name != reference.field}
                    if others != {name.removesuffix("_id") for name in reference.same}:
                        forgotten.append((reference.model, rule.name))

        assert forgotten == []

    def test_a_subject_chooses_among_its_own_columns(self):
        for subject in merging.subjects():
            columns = {column.name for column in subject.model._meta.concrete_fields}
            assert set(subject.fields) <= columns


class TestMerge:
    def test_people_figures_pictures_and_tasks_come_to_the_surviving_entry(self):
        old, new = make_park(name_zh="和丰创意广场"), make_park([make_user("Keeper")], name_zh="宁波和丰创意广场")
        li, wang = make_duty(make_user("Li"), old.organisation), make_duty(make_user("Wang"), new.organisation)
        make_duty(wang.person, old.organisation)
        figure = old.figures.create(indicator="tenants", year=2024, value=80)
        twin = old.figures.create(indicator="jobs", year=2024, value=5)
        new.figures.create(indicator="jobs", year=2024, value=6)

        done = merge(old.organisation, new.organisation)

        li.refresh_from_db(), figure.refresh_from_db(), twin.refresh_from_db()
        assert (li.organisation_id, figure.park_id, twin.park_id) == (new.organisation_id, new.pk, old.pk)
        # Wang held the role at both: once is enough.
        held = Duty.objects.active().filter(person=wang.person)
        assert [duty.organisation_id for duty in held] == [new.organisation_id]
        assert done.state == Merge.State.DONE
        assert not Park.objects.filter(pk=old.pk).exists()
        assert not Organisation.objects.filter(pk=old.organisation_id).exists()
        assert Park.everything.get(pk=old.pk).merged_into_id == new.pk

    def test_whose_value_survives_is_chosen_field_by_field(self):
        old = make_park(name_zh="旧名", name_en="Old name", website="https://old.example.org/", summary_zh="旧简介")
        new = make_park(name_zh="新名", name_en="New name", website="", summary_zh="新简介")

        merge(old.organisation, new.organisation, name_en="gone", summary_zh="kept")

        new.refresh_from_db(), new.organisation.refresh_from_db()
        assert (new.name_zh, new.name_en, new.summary_zh, new.website) == (
            "新名",
            "Old name",
            "新简介",
            # Nothing was there, so what the other one knew was kept without asking.
            "https://old.example.org/",
        )
        assert new.organisation.name_en == "Old name"

    def test_the_credit_code_goes_over_to_the_surviving_one(self):
        old, new = make_park(), make_park()
        Organisation.objects.filter(pk=old.organisation_id).update(credit_code=USCC)

        merge(Organisation.objects.get(pk=old.organisation_id), new.organisation)

        assert [
            Organisation.everything.get(pk=pk).credit_code for pk in (old.organisation_id, new.organisation_id)
        ] == ["", USCC]

    def test_search_and_counts_know_one_entry(self):
        old, new = make_park(name_zh="田子坊旧录"), make_park(name_zh="田子坊")
        services.refresh_public(old), services.refresh_public(new)
        assert SearchDocument.objects.filter(title_zh__startswith="田子坊").count() == 2

        merge(old.organisation, new.organisation)

        assert [row.title_zh for row in SearchDocument.objects.filter(title_zh__startswith="田子坊")] == ["田子坊"]
        assert Park.objects.public().filter(name_zh__startswith="田子坊").count() == 1

    def test_two_pending_requests_of_one_person_become_one(self):
        old, new, person = make_park(), make_park(), make_user()
        for park in (old, new):
            JoinRequest.objects.create(
                person=person, organisation=park.organisation, role_code="park_editor", message="x"
            )

        merge(old.organisation, new.organisation)

        assert [row.state for row in JoinRequest.objects.order_by("pk")] == ["withdrawn", "pending"]

    def test_what_is_under_way_must_be_settled_first(self):
        submitter = make_user()
        old, new = make_ready_park(submitter), make_park()
        services.submit_profile(old, by=submitter)
        proposal = propose(old.organisation, new.organisation)

        with pytest.raises(RuleBroken, match="under way"):
            merging.confirm(proposal, by=make_officer())

        assert Park.objects.filter(pk=old.pk).exists()

    def test_a_confirmed_entry_does_not_go_into_a_compiled_one(self):
        old, new = make_park(standing="listed", listed_at=timezone.now()), make_park()

        with pytest.raises(RuleBroken, match="other way round"):
            propose(old.organisation, new.organisation)

    def test_the_secretariat_is_no_duplicate(self):
        with pytest.raises(RuleBroken, match="Only operators"):
            propose(make_organisation("secretariat"), make_park().organisation)

    def test_one_entry_is_not_merged_with_itself(self):
        organisation = make_park().organisation

        with pytest.raises(RuleBroken, match="one and the same"):
            propose(organisation, organisation)

    def test_a_reason_is_needed(self):
        with pytest.raises(RuleBroken, match="why"):
            merging.propose(
                make_park().organisation, make_park().organisation, by=make_officer(), reason=" ", choices={}
            )

    def test_nobody_confirms_what_they_have_not_seen(self):
        old, new = make_park(), make_park()
        proposal = propose(old.organisation, new.organisation)
        make_duty(make_user(), old.organisation)

        with pytest.raises(RuleBroken, match="changed since"):
            merging.confirm(proposal, by=make_officer())

        assert Park.objects.filter(pk=old.pk).exists()

    def test_confirming_twice_merges_once(self):
        old, new, officer = make_park(), make_park(), make_officer()
        proposal = propose(old.organisation, new.organisation, officer)

        merging.confirm(proposal, by=officer)
        merging.confirm(proposal, by=officer)

        assert AuditEvent.objects.filter(verb="merge.done").count() == 1

    def test_an_entry_without_a_park_takes_the_park_over(self):
        old, new = make_park(), make_organisation()

        merge(old.organisation, new)

        assert Park.objects.get(pk=old.pk).organisation_id == new.pk

    def test_what_was_merged_before_follows(self):
        first, second, third = make_park(), make_park(), make_park()
        merge(first.organisation, second.organisation)
        merge(second.organisation, third.organisation)

        assert Park.everything.get(pk=first.pk).merged_into_id == third.pk
        assert merging.survivor(Organisation.everything.get(pk=first.organisation_id)).pk == third.organisation_id

    def test_a_row_that_came_late_is_led_after(self):
        old, new, person = make_park(), make_park(), make_user()
        done = merge(old.organisation, new.organisation)
        JoinRequest.objects.create(
            person=person, organisation_id=old.organisation_id, role_code="park_editor", message="x"
        )

        assert merging.sweep(done) == 1
        assert JoinRequest.objects.get().organisation_id == new.organisation_id


def test_loading_the_reference_data_again_does_not_bring_a_merged_entry_back():
    load()
    old, new = Park.objects.filter(province="330000").order_by("pk")[:2]
    entries = Park.objects.count()
    merge(old.organisation, new.organisation)

    loaded = load()

    assert (loaded.created, Park.objects.count()) == (0, entries - 1)


class TestUndo:
    def test_everything_is_as_it_was(self):
        keeper = make_user("Keeper")
        old, new = make_park([keeper], name_zh="旧名", website="https://old.example.org/"), make_park([keeper])
        Organisation.objects.filter(pk=old.organisation_id).update(credit_code=USCC)
        make_duty(make_user("Li"), old.organisation)
        old.figures.create(indicator="tenants", year=2024, value=80)
        Invitation.objects.create(
            email="x@example.org",
            organisation=old.organisation,
            role_code="park_editor",
            language="en",
            invited_by=keeper,
            token_digest="d",
            expires_at=timezone.now(),
        )
        services.refresh_public(old), services.refresh_public(new)
        for park in Park.objects.all():
            publication.recount(park)
        officer = make_officer()
        before = everything_about(old, new)
        proposal = propose(Organisation.objects.get(pk=old.organisation_id), new.organisation, officer, name_zh="gone")
        done = merging.confirm(proposal, by=officer)
        assert everything_about(old, new) != before

        merging.undo(done, by=officer)
        merging.undo(done, by=officer)

        after = everything_about(old, new)
        # The history grew by what happened, and what people were told they were told; all else is as it was.
        told = ("notifications.OutboxEvent", "about_id")
        grown = {told, ("parks.HistoricalPark", "organisation"), ("parks.HistoricalPark", "merged_into")}
        assert {key: after[key] for key in before.keys() - grown} == {key: before[key] for key in before.keys() - grown}
        assert AuditEvent.objects.filter(verb="merge.undone").count() == 1

    def test_what_was_added_since_stays_with_the_survivor(self):
        old, new = make_park(), make_park()
        done = merge(old.organisation, new.organisation)
        late = make_duty(make_user(), new.organisation)

        merging.undo(done, by=make_officer())

        late.refresh_from_db()
        assert late.organisation_id == new.organisation_id

    def test_not_when_a_row_that_moved_is_gone(self):
        old, new = make_park(), make_park()
        old.figures.create(indicator="tenants", year=2024, value=80)
        done = merge(old.organisation, new.organisation)
        new.figures.all().delete()

        with pytest.raises(RuleBroken, match="moved on or are gone"):
            merging.undo(done, by=make_officer())

        assert not Park.objects.filter(pk=old.pk).exists()

    def test_not_when_a_value_was_corrected_since(self):
        old, new = make_park(website="https://old.example.org/"), make_park(website="")
        done = merge(old.organisation, new.organisation)
        Park.objects.filter(pk=new.pk).update(website="https://right.example.org/")

        with pytest.raises(RuleBroken, match="website"):
            merging.undo(done, by=make_officer())

    def test_not_after_thirty_days(self):
        done = merge(make_park().organisation, make_park().organisation)
        Merge.objects.filter(pk=done.pk).update(done_at=timezone.now() - merging.UNDO_WITHIN * 2)

        with pytest.raises(RuleBroken, match="30 days"):
            merging.undo(done, by=make_officer())


def at_once(*acts) -> list[str]:
    """These at the same moment, each on a connection of its own; how each ended."""
    together = threading.Barrier(len(acts))
    outcomes: list[str] = []

    def run(act) -> None:
        together.wait()
        try:
            with translation.override("en"):
                act()
            outcomes.append("done")
        except RuleBroken as broken:
            outcomes.append(str(broken))
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes


@pytest.mark.django_db(transaction=True)
class TestAtOnce:
    def test_there_and_back_at_the_same_moment(self):
        one, two, officer = make_park(), make_park(), make_officer()
        there = propose(one.organisation, two.organisation, officer)
        back = propose(two.organisation, one.organisation, officer)

        outcomes = at_once(lambda: merging.confirm(there, by=officer), lambda: merging.confirm(back, by=officer))

        assert sorted(outcome == "done" for outcome in outcomes) == [False, True]
        assert Park.objects.filter(pk__in=[one.pk, two.pk]).count() == 1
        assert Merge.objects.filter(state="done").count() == 1

    def test_a_double_click_merges_once(self):
        one, two, officer = make_park(), make_park(), make_officer()
        proposal = propose(one.organisation, two.organisation, officer)

        outcomes = at_once(*[lambda: merging.confirm(proposal, by=officer)] * 4)

        assert outcomes == ["done"] * 4
        assert AuditEvent.objects.filter(verb="merge.done").count() == 1

    def test_one_entry_into_two_others(self):
        one, two, three, officer = make_park(), make_park(), make_park(), make_officer()
        first = propose(one.organisation, two.organisation, officer)
        second = propose(one.organisation, three.organisation, officer)

        outcomes = at_once(lambda: merging.confirm(first, by=officer), lambda: merging.confirm(second, by=officer))

        assert sorted(outcome == "done" for outcome in outcomes) == [False, True]
        assert Merge.objects.filter(state="done").count() == 1

    def test_somebody_edits_while_it_is_merged(self):
        manager = make_user()
        one, two, officer = make_park([manager]), make_park(), make_officer()
        proposal = propose(one.organisation, two.organisation, officer)

        outcomes = at_once(
            lambda: merging.confirm(proposal, by=officer),
            lambda: services.confirm_all(Park.everything.get(pk=one.pk), by=manager),
        )

        # Whoever came second was told; nothing hangs between the two.
        assert "done" in outcomes
        assert Picture.objects.count() == 0
