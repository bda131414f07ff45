"""One small alliance in which every address can be tried: two parks with their people, the desks, the council."""

from datetime import timedelta
from functools import cached_property
from io import BytesIO

from allauth.account.models import EmailAddress, EmailConfirmationHMAC
from django.contrib.auth.hashers import make_password
from django.core import signing
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.http import QueryDict
from django.utils import timezone
from PIL import Image

from alliance.accounts import events
from alliance.accounts.emails import STOP_SALT
from alliance.accounts.importing import ORGANISATIONS
from alliance.accounts.models import Duty, Invitation, JoinRequest, LostFactor, User
from alliance.accounts.models.personal import Breach, DataRequest
from alliance.accounts.services.invitations import invite
from alliance.core import audit, jobs, merging
from alliance.core.imports import requests as import_requests
from alliance.core.jobs import running
from alliance.core.lists import find
from alliance.core.models import ImportBatch, Job, Merge, Rendition, StoredFile, Synonym
from alliance.notifications.models import Delivery, Notice, OutboxEvent, OutboxMail, Robot, SavedSearch
from alliance.notifications.notices.searches import stop_url
from alliance.notifications.robots import vault
from alliance.notifications.services import searches
from alliance.reports import periods, schedules, snapshots
from alliance.reports.models import ReportSchedule, Snapshot
from parks import quality, services
from parks.models import BlockEdit, Cluster, ClusterMember, LookAlike, Nudge, Park, Picture, SavedList, Submission
from parks.services import clusters, nudging, saved_lists
from tests.core.counting import COUNTING
from tests.factories import make_council_member, make_duty, make_officer, make_organisation, make_park, make_user
from tests.investment.world import InvestmentWorld
from tests.investment.world_meetings import DialogueWorld
from tests.parks.clusters import make_cluster
from tests.parks.profiles import fill, make_ready_park
from tests.training.certificates.world import CertificateWorld
from tests.training.world import TrainingWorld

ROLES = (
    "anonymous",
    "nobody",
    "editor",
    "manager",
    "other_manager",
    "membership_desk",
    "data_desk",
    "council",
)
# Who has to do with training besides; addresses of other packages open no further for them (tests/test_access.py).
TRAINING_ROLES = ("school", "trainer", "awarding", "trainee", "training_desk")
# Who has to do with joint investment besides; likewise.
INVESTMENT_ROLES = ("investor", "analyst", "second_investor", "investment_desk")


class World(TrainingWorld, CertificateWorld, InvestmentWorld, DialogueWorld):
    """Rows are made when they are first asked for; addresses name what they need."""

    def person(self, role: str) -> User | None:
        return None if role == "anonymous" else getattr(self, role)

    def holding_all(self, roles: list[str]) -> User:
        """A person who holds the duties of all these roles; the one person of a single role."""
        people = [self.person(role) for role in roles]
        if len(people) == 1:
            return people[0]
        holder = make_user("Of Several Duties", password_is_long=True)
        for duty in Duty.objects.filter(person__in=people).select_related("organisation"):
            make_duty(holder, duty.organisation, duty.role_code)
        return holder

    def people(self) -> None:
        """Everybody is there, with a confirmed address and a password, as those who have signed up are."""
        people = [person for role in (*ROLES, *TRAINING_ROLES, *INVESTMENT_ROLES) if (person := self.person(role))]
        password = make_password("correct horse battery")
        User.objects.filter(pk__in=[person.pk for person in people]).update(password=password, password_is_long=True)
        for person in people:
            person.password, person.password_is_long = password, True
        EmailAddress.objects.bulk_create(
            EmailAddress(user=person, email=person.email, verified=True, primary=True) for person in people
        )

    @cached_property
    def saved_search(self) -> SavedSearch:
        """A search that the manager keeps."""
        listing = find("parks").read(QueryDict("formation=regeneration"))
        return searches.save_search(listing, name="Sample search", alerts="daily", by=self.manager)

    @cached_property
    def search_token(self) -> str:
        return stop_url(self.saved_search).rstrip("/").split("/")[-2]

    @cached_property
    def saved_list(self) -> SavedList:
        """A private list of the membership desk with one park."""
        saved = saved_lists.begin_list("Sample list", by=self.membership_desk)
        saved_lists.add_parks(saved, [self.park], by=self.membership_desk)
        return saved

    @cached_property
    def job(self) -> Job:
        """A finished job of the manager, with its file."""
        job = jobs.request(COUNTING, by=self.manager, upto=3)
        running.run(job.pk)
        job.refresh_from_db()
        return job

    @cached_property
    def import_batch(self) -> ImportBatch:
        """A table of organisations that was checked: one row is new, one is wrong."""
        file = SimpleUploadedFile("机构.csv", "机构名称,信用代码\n样例新机构,\n样例坏行,123\n".encode())
        batch = import_requests.upload(ORGANISATIONS, file, by=self.membership_desk)
        running.run(batch.job.pk)
        batch.refresh_from_db()
        return batch

    # People ---------------------------------------------------------------------------------------------------------

    @cached_property
    def nobody(self) -> User:
        return make_user("Without Duty")

    @cached_property
    def editor(self) -> User:
        return make_duty(make_user("Editor"), self.park.organisation, "park_editor").person

    @cached_property
    def manager(self) -> User:
        return make_duty(make_user("Manager"), self.park.organisation, "park_manager").person

    @cached_property
    def other_manager(self) -> User:
        return make_duty(make_user("Other Manager"), self.other_park.organisation, "park_manager").person

    @cached_property
    def membership_desk(self) -> User:
        return make_officer("membership_desk", name="Membership Officer")

    @cached_property
    def data_desk(self) -> User:
        return make_officer("data_desk", name="Data Officer")

    @cached_property
    def council(self) -> User:
        return make_council_member(name="Council Member")

    # Things ---------------------------------------------------------------------------------------------------------

    @cached_property
    def park(self) -> Park:
        return make_park(slug="hefeng", name_zh="和丰创意广场", name_en="Hefeng Creative Plaza")

    @cached_property
    def other_park(self) -> Park:
        return make_park(slug="nantang", name_zh="南塘老街", name_en="Nantang Old Street")

    @cached_property
    def colleague(self) -> Duty:
        return make_duty(make_user("Colleague"), self.park.organisation, "park_editor")

    @cached_property
    def edit(self) -> BlockEdit:
        """What the manager wrote last: the profile is well filled, and its drafts are not published."""
        fill(self.park, self.manager)
        return BlockEdit.objects.filter(park=self.park).latest("pk")

    @cached_property
    def submission(self) -> Submission:
        """A profile of a third park that is with the secretariat."""
        submitter = make_user("Submitter")
        park = make_ready_park(submitter, slug="tianzifang", name_zh="田子坊", name_en="Tianzifang")
        return services.submit_profile(park, by=submitter)

    @cached_property
    def picture(self) -> Picture:
        """A photograph of the park with one copy of it."""
        stored = StoredFile.objects.create(
            original_name="hall.png",
            media_type="image/png",
            size=9,
            sha256="0" * 64,
            state=StoredFile.State.READY,
            is_public=True,
            width=480,
            height=320,
        )
        copy = Rendition(file=stored, width=480, height=320)
        pixels = BytesIO()
        Image.new("RGB", (480, 320), "#8a5300").save(pixels, "WEBP")
        copy.content.save("copy.webp", ContentFile(pixels.getvalue()), save=True)
        return Picture.objects.create(
            park=self.park, file=stored, alt_zh="旧厂房的大厅", alt_en="The hall", uploaded_by=self.manager
        )

    @cached_property
    def invitation(self) -> Invitation:
        return self._invited[0]

    @cached_property
    def token(self) -> str:
        return self._invited[1]

    @cached_property
    def _invited(self) -> tuple[Invitation, str]:
        told: dict[str, str] = {}

        def listen(*, invitation: Invitation, token: str) -> None:
            told["token"] = token

        events.invited.listen(listen)
        try:
            made = invite(self.park.organisation, "invited@example.org", "park_editor", by=self.manager)
        finally:
            events.invited.listeners.remove(listen)
        return made, told["token"]

    @cached_property
    def confirmation_key(self) -> str:
        """Of a second address that somebody has added and not confirmed."""
        address = EmailAddress.objects.create(user=make_user("With Two Addresses"), email="second@example.org")
        return EmailConfirmationHMAC(address).key

    @cached_property
    def join_request(self) -> JoinRequest:
        return JoinRequest.objects.create(
            person=make_user("Applicant"),
            organisation=self.park.organisation,
            role_code="park_editor",
            message="我管网站",
        )

    @cached_property
    def lost_factor(self) -> LostFactor:
        """Somebody lost every second factor, and waits for two approvals."""
        return LostFactor.objects.create(person=make_user("Without Telephone"))

    @cached_property
    def stop_token(self) -> str:
        return signing.dumps(self.lost_factor.pk, salt=STOP_SALT)

    @cached_property
    def notice(self) -> Notice:
        """The manager was told something."""
        event = OutboxEvent.objects.create(
            kind="accounts.duty_ended",
            dedupe_key="world",
            about_type="accounts.duty",
            about_id=str(self.colleague.pk),
            actor=self.manager,
        )
        return Notice.objects.create(event=event, recipient=self.manager)

    @cached_property
    def robot(self) -> Robot:
        """A group of the manager's park hears of it."""
        return Robot.objects.create(
            organisation=self.park.organisation,
            platform="wecom",
            name="Group of the park",
            sealed_url=vault.seal("https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=0123abcd"),
            added_by=self.manager,
        )

    @cached_property
    def delivery(self) -> Delivery:
        """The manager got a mail of a kind that can be switched off."""
        event = OutboxEvent.objects.create(
            kind="accounts.duty_changed",
            dedupe_key="world's mail",
            about_type="accounts.duty",
            about_id=str(self.colleague.pk),
        )
        return Delivery.objects.create(event=event, recipient=self.manager, channel="mail")

    @cached_property
    def mail(self) -> OutboxMail:
        return OutboxMail.objects.create(
            to="someone@example.org",
            sender="portal@example.org",
            subject="A letter",
            text="Good day.",
            html="<p>Good day.</p>",
            message_id="<1@example.org>",
        )

    @cached_property
    def data_request(self) -> DataRequest:
        """Somebody asks to have something corrected."""
        asked = DataRequest.Kind.CORRECT
        return DataRequest.objects.create(
            person=self.colleague.person, kind=asked, words="我的职务写错了", due_at=timezone.now() + timedelta(days=15)
        )

    @cached_property
    def breach(self) -> Breach:
        return Breach.objects.create(
            became_known_at=timezone.now() - timedelta(hours=1), what="一台笔记本电脑遗失", recorded_by=self.data_desk
        )

    @cached_property
    def synonym(self) -> Synonym:
        return Synonym.objects.create(words="样例词 范例词")

    @cached_property
    def snapshot(self) -> Snapshot:
        """The figures as they were frozen once, with the park behind them."""
        self.park  # noqa: B018  it counts
        return snapshots.make(periods.now(), {}, by=None)

    @cached_property
    def schedule(self) -> ReportSchedule:
        """Schedule a report for the council member who set it up."""
        return schedules.make(
            by=self.council,
            cadence="monthly",
            language="both",
            file_format="pdf",
            recipients=[self.council],
            filters={},
        )

    @cached_property
    def nudge(self) -> Nudge:
        return nudging.start(quality.GAPS["no_picture"], [self.park], {}, by=self.membership_desk)

    @cached_property
    def cluster(self) -> Cluster:
        """In force, with the park and two others, one of them in another city."""
        return make_cluster([self.park, make_park(city_zh="宁波"), make_park(city_zh="杭州")], name_en="Sample cluster")

    @cached_property
    def place(self) -> ClusterMember:
        """The park is invited to a second place."""
        return clusters.invite(self.cluster, self.park, "training", by=self.membership_desk)

    @cached_property
    def lookalike(self) -> LookAlike:
        pair = sorted([self.park.organisation_id, self.other_park.organisation_id])
        return LookAlike.objects.create(
            first_id=pair[0], second_id=pair[1], score=70, reasons=[["same_core", 55], ["city", 15]]
        )

    @cached_property
    def merge(self) -> Merge:
        """Proposed, between the two parks."""
        return merging.propose(
            self.other_park.organisation,
            self.park.organisation,
            by=self.membership_desk,
            reason="Same licence",
            choices={},
        )

    @cached_property
    def merged(self) -> Merge:
        """Carried out, between two entries of their own."""
        first, second = make_park(slug="old-entry"), make_park(slug="new-entry")
        proposal = merging.propose(
            first.organisation, second.organisation, by=self.membership_desk, reason="Same licence", choices={}
        )
        return merging.confirm(proposal, by=self.membership_desk)

    def furnish(self) -> None:
        """Everything that pages show when there is something to show."""
        for thing in ("data_request", "breach"):
            getattr(self, thing)
        for thing in ("edit", "submission", "picture", "invitation", "join_request", "notice", "mail", "synonym"):
            getattr(self, thing)
        audit_something(self.park, self.manager)


def audit_something(park: Park, person: User) -> None:
    with transaction.atomic():
        audit.record("profile.edit", park, by=person, on_behalf_of=park.organisation, block="story")
    audit.publish_heads(timezone.localdate() + timedelta(days=1))


def make_world() -> World:
    make_organisation("secretariat")
    make_organisation("council")
    return World()
