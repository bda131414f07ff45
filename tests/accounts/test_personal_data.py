"""Every column that names or describes a person is declared, exported, and gone after closing (platform spec, 6.64)."""

import csv
import io
import json
import re
import zipfile
from datetime import timedelta

import pytest
from allauth.socialaccount.models import SocialAccount
from django.apps import apps
from django.contrib.sessions.models import Session
from django.core import mail
from django.core.files.base import ContentFile
from django.db import connection, models
from django.test import Client
from django.utils import timezone

from alliance.accounts import export, personal_data
from alliance.accounts.models import ConsentRecord, DataRequest, Duty, JoinRequest, UnionId, User
from alliance.accounts.purposes import AT_SIGN_UP
from alliance.accounts.services import ask_to_join, closing, consents, end_duty
from alliance.core.jobs import running
from alliance.core.models import AuditEvent, Job, StoredFile
from alliance.notifications.models import Notice, OutboxMail, Preference, Task
from tests.factories import make_duty, make_officer, make_organisation, make_park

from .people import PASSWORD, invite, make_person

pytestmark = pytest.mark.django_db

# A column of such a name may hold a person's name, address or words about them.
SUSPECT = re.compile(
    r"(^|_)(e?mail|phone|mobile|wechat|contact|ip|ip_address|user_agent|device|recipient|sender|author|actor|person|"
    r"member|owner|uploaded_by|set_by|message|reason|reasons|note|words|answer|extra_data|credit)(_|$)|^(to|name)$"
)
# What looks like it and holds none, wherever it stands.
HARMLESS = {"content_type", "message_id"}
TEXT = (models.CharField, models.TextField, models.JSONField, models.GenericIPAddressField)
# Tables of libraries that describe rights and programs, not people.
LIBRARIES = {"auth.permission", "auth.group", "socialaccount.socialapp"}


def suspects() -> list[tuple[str, str]]:
    found = []
    for model in apps.get_models(include_auto_created=True):
        label = model._meta.label_lower
        if label in LIBRARIES:
            continue
        for field in model._meta.concrete_fields:
            names_person = field.is_relation and field.related_model is User and not field.primary_key
            is_text = isinstance(field, TEXT) and not field.choices and field.name not in HARMLESS
            if names_person or (is_text and (isinstance(field, models.EmailField) or SUSPECT.search(field.name))):
                found.append((label, field.name))
    return found


class TestDeclarations:
    def test_every_column_that_may_tell_of_a_person_is_declared(self):
        """6.64: whoever adds a table decides what a copy holds of it and what closing does."""
        assert sorted(set(suspects()) - personal_data.declared()) == []

    def test_the_walk_would_find_one_that_is_not(self, monkeypatch):
        """The test above can fail: without the declaration of duties it does."""
        monkeypatch.setattr(
            personal_data,
            "_sources",
            {code: source for code, source in personal_data._sources.items() if code != "duties"},
        )

        missing = set(suspects()) - personal_data.declared()

        assert ("accounts.duty", "person") in missing

    @pytest.mark.parametrize("source", personal_data.sources(), ids=lambda source: source.code)
    def test_declared_columns_exist(self, source):
        model = apps.get_model(source.model)
        names = {field.name for field in model._meta.get_fields()}

        named = {*source.person, *source.traces, *source.words, *source.blank}
        assert named <= names
        list(source.manager.all().values(*source.fields)[:1])

    def test_nothing_secret_is_exported(self):
        for source in personal_data.sources():
            assert not any(re.search("password|digest$|token_|secret|key$|seed", field) for field in source.fields)


@pytest.fixture
def everything(settings, tmp_path):
    """Somebody of whom every kind of row has marked values, and their client."""
    settings.STORAGES = settings.STORAGES | {"private": {"BACKEND": "django.core.files.storage.InMemoryStorage"}}
    make_organisation("secretariat")
    officer = make_officer("membership_desk")
    person = make_person(
        name="马克名", email="marked.one@example.org", password=PASSWORD, job_title="MARKEDTITLE", phone="MARKEDPHONE"
    )
    person.emailaddress_set.create(email="marked.two@example.org", verified=True)
    account = SocialAccount.objects.create(
        user=person, provider="weixin", uid="MARKEDUID", extra_data={"name": "MARKEDNICK"}
    )
    UnionId.objects.create(account=account, provider="weixin", value="MARKEDUNION")
    park = make_park(name_zh="和丰创意广场", name_en="Hefeng Creative Plaza")
    duty = make_duty(person, park.organisation)
    old = make_duty(person, park.organisation, "park_editor")
    end_duty(old, by=officer, reason="MARKEDREASON")
    for number, state in enumerate(("refused", "pending")):
        asked = ask_to_join(
            person, make_park(name_en=f"Park {number}").organisation, "park_editor", message="MARKEDMESSAGE"
        )
        if state == "refused":
            JoinRequest.objects.filter(pk=asked.pk).update(
                state=state, decided_by=officer, decided_at=timezone.now(), decision_note="MARKEDNOTE"
            )
    invite(make_park().organisation, "marked.two@example.org", by=officer, name="MARKEDGUEST")
    for purpose in AT_SIGN_UP:
        consents.give(person, purpose, way=ConsentRecord.Way.SIGN_UP, address="203.0.113.77")
    closing.ask(person, DataRequest.Kind.CORRECT, words="MARKEDWORDS")
    answered = closing.ask(person, DataRequest.Kind.EXPLAIN, words="MARKEDWORDS")
    closing.answer(answered, by=make_officer("data_desk"), is_met=True, words="MARKEDANSWER")
    job = Job.objects.create(
        kind="personal_data", params_hash="x", requested_by=person, state="done", file_name="MARKEDFILE.zip",
        finished_at=timezone.now(),
    )  # fmt: skip
    job.content.save("x", ContentFile(b"MARKED"))
    StoredFile.objects.create(
        original_name="MARKEDPICTURE.png", media_type="image/png", size=1, sha256="0" * 64, state="ready",
        uploaded_by=str(person.pk),
    )  # fmt: skip
    Preference.objects.create(person=person, kind="accounts.duty_ended", channel="mail", choice="off")
    OutboxMail.objects.create(to=person.email, sender="x@example.org", subject="x", text="马克名，您好", html="")
    OutboxMail.objects.create(
        to="other@example.org", sender="x@example.org", subject="x", text="x", html="马克名 writes"
    )
    OutboxMail.objects.create(to="other@example.org", sender="x@example.org", subject="x", text="unrelated", html="")
    # Last, as a duty that ends signs its holder out.
    client = Client()
    client.post("/en/account/login/", {"login": person.email, "password": PASSWORD})
    return person, client, duty


MARKED = ("MARKED", "marked.one", "marked.two", "马克名")


def rows_with(*words: str) -> list[str]:
    """Every table that holds one of these words in any column, JSON included."""
    found = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            name = connection.ops.quote_name(table)
            for word in words:
                # ASCII escapes of JSON are read as the words they stand for.
                escaped = word.encode("unicode_escape").decode()
                cursor.execute(
                    f"SELECT count(*) FROM {name} AS t WHERE t::text ILIKE %s OR t::text ILIKE %s",
                    [f"%{word}%", f"%{escaped.replace(chr(92), chr(92) * 2)}%"],
                )
                if cursor.fetchone()[0]:
                    found.append(f"{table}: {word}")
    return found


def an_hour_later(client: Client) -> None:
    """The password was given an hour ago."""
    session = client.session
    for record in session["account_authentication_methods"]:
        record["at"] -= 3600
    session.save()


def close_now(person: User) -> DataRequest:
    request = closing.ask_to_close(person)
    DataRequest.objects.filter(pk=request.pk).update(takes_effect_at=timezone.now() - timedelta(minutes=1))
    assert closing.close_due_accounts() == 1
    request.refresh_from_db()
    return request


class TestClosing:
    def test_no_table_holds_a_word_of_the_person_afterwards(self, everything):
        """6.64: all text and JSON columns of the database, searched for what was marked."""
        person, _client, _duty = everything
        before = {line.partition(":")[0] for line in rows_with(*MARKED)}

        close_now(person)

        assert {"accounts_user", "account_emailaddress", "accounts_joinrequest", "accounts_datarequest"} <= before
        assert {"socialaccount_socialaccount", "core_job", "core_storedfile", "notifications_outboxmail"} <= before
        assert rows_with(*MARKED) == []

    def test_what_proves_stays_under_a_number(self, everything):
        person, _client, _duty = everything
        events = AuditEvent.objects.filter(actor=str(person.pk)).count()
        notices = Notice.objects.filter(recipient=person).count()

        close_now(person)

        person.refresh_from_db()
        assert (person.is_active, person.email, person.has_usable_password()) == (
            False,
            f"closed-{person.pk}@closed.invalid",
            False,
        )
        assert Duty.objects.filter(person=person).count() == 2
        assert AuditEvent.objects.filter(actor=str(person.pk)).count() > events
        assert Notice.objects.filter(recipient=person).count() == notices + 1
        assert ConsentRecord.objects.filter(person=person).count() == len(AT_SIGN_UP)
        assert AuditEvent.objects.filter(verb="account.closed", object_id=str(person.pk)).count() == 1

    def test_sessions_end_and_nobody_signs_in_any_more(self, everything):
        person, client, _duty = everything

        close_now(person)

        again = Client().post("/en/account/login/", {"login": "marked.one@example.org", "password": PASSWORD})
        assert client.get("/en/account/data/").status_code == 302
        assert str(person.pk) not in {session.get_decoded().get("_auth_user_id") for session in Session.objects.all()}
        assert again.status_code == 200

    def test_duties_end_and_the_secretariat_looks_for_a_successor(self, everything):
        person, _client, duty = everything

        close_now(person)

        assert not Duty.objects.active().filter(person=person).exists()
        task = Task.objects.get(kind="accounts.new_holder")
        assert (task.about_id, task.state) == (str(duty.organisation_id), "open")

    def test_the_last_letter_goes_to_the_address_that_is_forgotten(self, everything):
        person, _client, _duty = everything
        mail.outbox.clear()

        close_now(person)

        assert [letter.to for letter in mail.outbox] == [["marked.one@example.org"]]

    def test_what_others_wrote_to_others_stays(self, everything):
        person, _client, _duty = everything

        close_now(person)

        assert [kept.text for kept in OutboxMail.objects.all()] == ["unrelated"]

    def test_the_audit_chain_still_holds(self, everything):
        from alliance.core import audit

        close_now(everything[0])

        assert audit.verify() is None


class TestGrace:
    def test_asking_signs_out_and_changes_nothing_until_the_day(self, everything):
        person, client, _duty = everything
        client.post("/en/account/reauthenticate/?next=/en/account/data/", {"password": PASSWORD})

        answer = client.post("/en/account/data/close/", {"word": "close"})

        request = DataRequest.objects.closing().get(person=person)
        assert answer.status_code == 302
        assert timedelta(days=13) < request.takes_effect_at - timezone.now() <= timedelta(days=14)
        assert client.get("/en/account/data/").status_code == 302
        assert closing.close_due_accounts() == 0
        assert User.objects.get(pk=person.pk).name == "马克名"

    @pytest.mark.parametrize("word", ["", "clos", "delete"])
    def test_the_word_must_be_typed(self, everything, word):
        _person, client, _duty = everything
        client.post("/en/account/reauthenticate/?next=/en/account/data/", {"password": PASSWORD})

        answer = client.post("/en/account/data/close/", {"word": word})

        assert answer.status_code == 200
        assert not DataRequest.objects.closing().exists()

    def test_the_password_is_asked_once_more(self, everything):
        _person, client, _duty = everything
        an_hour_later(client)

        answer = client.post("/en/account/data/close/", {"word": "close"})

        assert answer["Location"].startswith("/en/account/reauthenticate/")
        assert not DataRequest.objects.closing().exists()

    def test_signing_in_leads_to_where_one_stays(self, client):
        person = make_person(password=PASSWORD)
        closing.ask_to_close(person)

        response = client.post("/en/account/login/", {"login": person.email, "password": PASSWORD}, follow=True)

        assert response.redirect_chain[-1][0] == "/en/account/data/"
        assert 'action="/en/account/data/keep/"' in response.content.decode()

    def test_the_person_can_change_their_mind(self, everything):
        person, client, _duty = everything
        closing.ask_to_close(person)

        client.post("/en/account/data/keep/")
        DataRequest.objects.filter(kind="close").update(takes_effect_at=timezone.now() - timedelta(days=1))

        assert closing.close_due_accounts() == 0
        assert DataRequest.objects.get(kind="close").state == "withdrawn"

    def test_two_clicks_ask_once(self, everything):
        person, _client, _duty = everything

        assert closing.ask_to_close(person) == closing.ask_to_close(person)
        assert DataRequest.objects.filter(kind="close").count() == 1

    def test_the_page_says_what_happens_and_who_would_be_missing(self, everything):
        _person, client, _duty = everything

        page = client.get("/en/account/data/close/").content.decode()

        assert "You are the only one in a role that somebody must hold" in page
        for words in ("Deleted", "Linked accounts", "Overwritten", "Requests to join", "What you did here"):
            assert words in page


class TestCopy:
    def copy(self, person: User, language: str = "en") -> zipfile.ZipFile:
        file = io.BytesIO()
        export.write_copy(person, language, file)
        return zipfile.ZipFile(file)

    def test_it_holds_all_that_is_declared_as_json_and_csv(self, everything):
        """6.64"""
        person, _client, _duty = everything

        copy = self.copy(person)
        data = json.loads(copy.read("data.json"))
        rows = list(csv.reader(io.StringIO(copy.read("csv/join_requests.csv").decode("utf-8-sig"))))

        assert data["account"][0]["phone"] == "MARKEDPHONE"
        assert sorted(row["email"] for row in data["addresses"]) == ["marked.one@example.org", "marked.two@example.org"]
        assert data["linked_accounts"][0]["union__value"] == "MARKEDUNION"
        assert {row["decision_note"] for row in data["join_requests"]} == {"MARKEDNOTE", ""}
        assert len(rows) == 3
        assert "MARKEDMESSAGE" in rows[1]
        assert person.password not in copy.read("data.json").decode()

    def test_the_page_that_explains_it_speaks_the_language_of_the_person(self, everything):
        person, _client, _duty = everything

        english = self.copy(person).read("index.html").decode()
        chinese = self.copy(person, "zh-hans").read("index.html").decode()

        assert '<html lang="en">' in english
        assert "Requests to join" in english
        assert '<html lang="zh-Hans">' in chinese

    def test_no_other_person_is_in_it(self, everything):
        person, _client, _duty = everything
        other = make_person(name="OTHERPERSON", phone="OTHERPHONE")
        make_duty(other, Duty.objects.filter(person=person).first().organisation, "park_editor")

        text = self.copy(person).read("data.json").decode()

        assert "OTHER" not in text

    def test_a_text_that_a_spreadsheet_would_run_is_quoted(self, everything):
        """6.46"""
        person, _client, _duty = everything
        User.objects.filter(pk=person.pk).update(job_title="=1+1")

        copy = self.copy(User.objects.get(pk=person.pk))

        assert "'=1+1" in copy.read("csv/account.csv").decode()
        assert json.loads(copy.read("data.json"))["account"][0]["job_title"] == "=1+1"

    def test_it_asks_for_the_password_again(self, everything):
        """6.19"""
        _person, client, _duty = everything
        an_hour_later(client)

        answer = client.post("/en/account/data/copy/")

        assert answer["Location"].startswith("/en/account/reauthenticate/")
        assert not Job.objects.filter(state="queued").exists()

    def test_one_click_makes_a_job_and_a_line_in_the_register(self, everything):
        person, client, _duty = everything
        client.post("/en/account/reauthenticate/?next=/en/account/data/", {"password": PASSWORD})

        answer = client.post("/en/account/data/copy/")

        job = Job.objects.get(kind="personal_data", state="queued")
        running.run(job.pk)
        job.refresh_from_db()
        assert (answer["Location"], job.requested_by, job.state) == (f"/en/jobs/{job.pk}/", person, "done")
        assert json.loads(zipfile.ZipFile(job.content).read("data.json"))["account"][0]["name"] == "马克名"
        assert re.fullmatch(r"my-data-\d{4}-\d\d-\d\d\.zip", job.file_name)
        assert DataRequest.objects.filter(person=person, kind="export", state="done").count() == 1
