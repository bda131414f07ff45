"""Placements: where trainees work, what was agreed, what they did, and the rules for it (W-1 to W-7)."""

from datetime import date, datetime

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from alliance.accounts.models import Organisation, User
from alliance.core.bilingual import Bilingual
from parks.models import Park

from .enrolments import Enrolment
from .programmes import Programme
from .skills import Competency


class HostPlace(models.Model):
    """A post for trainees at a company in a park of the alliance (W-1)."""

    class State(models.TextChoices):
        OPEN = "open", pgettext_lazy("host place", "Open")
        SUSPENDED = "suspended", pgettext_lazy("host place", "Suspended")
        CLOSED = "closed", pgettext_lazy("host place", "Closed")

    class Venue(models.TextChoices):
        STUDIO = "studio", pgettext_lazy("venue", "Office or studio")
        WORKSHOP = "workshop", pgettext_lazy("venue", "Workshop or production")
        MUSEUM = "museum", pgettext_lazy("venue", "Museum, gallery or theatre")
        TOURISM = "tourism", pgettext_lazy("venue", "Hotel, scenic site or shop")
        OUTDOOR = "outdoor", pgettext_lazy("venue", "Outdoors or on a set")
        BAR = "bar", pgettext_lazy("venue", "Bar or night club")
        KARAOKE = "karaoke", pgettext_lazy("venue", "Karaoke")
        BATH = "bath", pgettext_lazy("venue", "Bath house")
        GAME_HALL = "game_hall", pgettext_lazy("venue", "Game hall")
        INTERNET_CAFE = "internet_cafe", pgettext_lazy("venue", "Internet café")

    class Language(models.TextChoices):
        CHINESE = "zh-hans", "简体中文"
        ENGLISH = "en", "English"

    programme = models.ForeignKey(Programme, models.PROTECT, related_name="host_places", verbose_name=_("programme"))
    # The partner that offers the place (a park operator, often, for a company of the park).
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="host_places", verbose_name=_("placement partner")
    )
    park = models.ForeignKey(Park, models.PROTECT, related_name="host_places", verbose_name=_("park"))
    company_zh = models.CharField(_("Chinese name of the company"), max_length=80)
    company_en = models.CharField(_("English name of the company"), max_length=120, blank=True)
    post_zh = models.CharField(_("Chinese name of the post"), max_length=60)
    post_en = models.CharField(_("English name of the post"), max_length=80, blank=True)
    venue = models.CharField(_("kind of place"), max_length=13, choices=Venue, default=Venue.STUDIO)
    supervisor_name = models.CharField(_("supervisor"), max_length=60)
    supervisor_email = models.EmailField(_("mail of the supervisor"))
    supervisor_language = models.CharField(_("writes in"), max_length=7, choices=Language, default=Language.CHINESE)
    max_interns = models.PositiveSmallIntegerField(
        _("trainees at a time"), default=1, validators=[MinValueValidator(1)]
    )
    staff = models.PositiveIntegerField(_("people the company employs"), null=True, blank=True)
    post_staff = models.PositiveIntegerField(_("people in such posts"), null=True, blank=True)
    from_on = models.DateField(_("from"))
    until_on = models.DateField(_("until"))
    state = models.CharField(_("state"), max_length=9, choices=State, default=State.OPEN)
    state_reason = models.CharField(_("reason"), max_length=600, blank=True)
    created_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    company = Bilingual("company")
    post = Bilingual("post")

    class Meta:
        ordering = ["programme", "company_zh", "pk"]
        verbose_name = _("host place")
        verbose_name_plural = _("host places")
        constraints = [
            models.CheckConstraint(
                name="training_place_dates_in_order",
                condition=Q(until_on__gte=F("from_on")),
                violation_error_message=_("The last day is not before the first."),
            ),
            models.CheckConstraint(name="training_place_takes_someone", condition=Q(max_interns__gte=1)),
        ]

    def __str__(self) -> str:
        return f"{self.company} · {self.post}"

    def of_same_company(self) -> "models.QuerySet[HostPlace]":
        """All places of the company at this partner: an incident concerns the house, not one desk of it."""
        return HostPlace.objects.filter(organisation=self.organisation_id, company_zh=self.company_zh)

    def has_open_incident(self) -> bool:
        return SafetyIncident.objects.filter(place__in=self.of_same_company(), cleared_at__isnull=True).exists()


class Placement(models.Model):
    """A trainee at a host place, from the proposal to the end (W-2 to W-7)."""

    class State(models.TextChoices):
        PROPOSED = "proposed", pgettext_lazy("placement", "Proposed")
        AGREEMENT = "agreement", pgettext_lazy("placement", "Agreement to be signed")
        SIGNED = "signed", pgettext_lazy("placement", "Signed")
        ACTIVE = "active", pgettext_lazy("placement", "At work")
        PAUSED = "paused", pgettext_lazy("placement", "Paused")
        HOURS_DONE = "hours_done", pgettext_lazy("placement", "Hours done")
        ASSESSED = "assessed", pgettext_lazy("placement", "Assessed")
        COMPLETED = "completed", pgettext_lazy("placement", "Completed")
        CANCELLED = "cancelled", pgettext_lazy("placement", "Cancelled")
        TERMINATED = "terminated", pgettext_lazy("placement", "Broken off")

    # Takes one of the host's places.
    TAKES_PLACE = (State.AGREEMENT, State.SIGNED, State.ACTIVE, State.PAUSED)
    OVER = (State.COMPLETED, State.CANCELLED, State.TERMINATED)
    SIGNED_STATES = (State.SIGNED, State.ACTIVE, State.PAUSED, State.HOURS_DONE, State.ASSESSED, State.COMPLETED)

    enrolment = models.ForeignKey(Enrolment, models.PROTECT, related_name="placements")
    place = models.ForeignKey(HostPlace, models.PROTECT, related_name="placements", verbose_name=_("host place"))
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.PROPOSED)
    state_reason = models.CharField(_("reason"), max_length=600, blank=True)
    tutor = models.ForeignKey(User, models.PROTECT, related_name="placements_tutored", verbose_name=_("school tutor"))
    # The organisation that sends the trainee and signs for the school.
    school = models.ForeignKey(Organisation, models.PROTECT, related_name="+", verbose_name=_("school"))
    starts_on = models.DateField(_("first day"))
    ends_on = models.DateField(_("last day"))
    day_from = models.TimeField(_("a day begins"))
    day_until = models.TimeField(_("a day ends"))
    pause_minutes = models.PositiveSmallIntegerField(_("minutes of break"), default=60)
    works_on_holidays = models.BooleanField(_("works on public holidays"), default=False)
    # Money in fen a month.
    pay = models.PositiveIntegerField(_("pay a month"), null=True, blank=True)
    probation_pay = models.PositiveIntegerField(_("pay of a new employee in this post"), null=True, blank=True)
    insurance = models.CharField(_("number of the insurance policy"), max_length=80, blank=True)
    # What the trainee says when consenting.
    consented_at = models.DateTimeField(_("trainee agreed"), null=True, blank=True)
    born_on = models.DateField(_("date of birth"), null=True, blank=True)
    study_year = models.PositiveSmallIntegerField(_("year of study"), null=True, blank=True)
    emergency_contact = models.CharField(_("whom to call in an emergency"), max_length=120, blank=True)
    guardian_name = models.CharField(_("parent or guardian"), max_length=60, blank=True)
    guardian_email = models.EmailField(_("mail of the parent or guardian"), blank=True)
    competencies = models.ManyToManyField(Competency, related_name="+", blank=True, verbose_name=_("competencies"))
    proposed_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField(default=timezone.now)
    signed_at = models.DateTimeField(_("signed"), null=True, blank=True)
    started_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-proposed_at", "-pk"]
        verbose_name = _("placement")
        verbose_name_plural = _("placements")
        constraints = [
            models.UniqueConstraint(
                fields=["enrolment"],
                condition=~Q(state__in=["completed", "cancelled", "terminated"]),
                name="training_placement_one_at_a_time",
                violation_error_message=_("This trainee has a placement under way already."),
            ),
            models.CheckConstraint(
                name="training_placement_dates_in_order",
                condition=Q(ends_on__gte=F("starts_on")),
                violation_error_message=_("The last day is not before the first."),
            ),
            models.CheckConstraint(
                name="training_placement_signed_before_it_begins",  # W-2
                condition=~Q(state__in=["signed", "active", "paused", "hours_done", "assessed", "completed"])
                | Q(signed_at__isnull=False, consented_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.enrolment.person} · {self.place}"

    @property
    def planned_minutes(self) -> int:
        """Working minutes of an ordinary day, breaks apart; a night shift ends on the next day."""
        begin = self.day_from.hour * 60 + self.day_from.minute
        end = self.day_until.hour * 60 + self.day_until.minute
        return max((end - begin) % 1440 - self.pause_minutes, 0)

    def age_on(self, day: date) -> int | None:
        if self.born_on is None:
            return None
        return day.year - self.born_on.year - ((day.month, day.day) < (self.born_on.month, self.born_on.day))

    @property
    def is_minor(self) -> bool:
        """Under 18 on the first day: a guardian signs too (W-2)."""
        age = self.age_on(self.starts_on)
        return age is not None and age < 18


class PlacementSignature(models.Model):
    """One party signed what the agreement says, by its digest; a changed agreement needs new signatures."""

    class Party(models.TextChoices):
        SCHOOL = "school", pgettext_lazy("party", "School")
        HOST = "host", pgettext_lazy("party", "Host")
        LEARNER = "learner", pgettext_lazy("party", "Trainee")
        GUARDIAN = "guardian", pgettext_lazy("party", "Parent or guardian")

    placement = models.ForeignKey(Placement, models.PROTECT, related_name="signatures")
    party = models.CharField(_("party"), max_length=8, choices=Party)
    signer_name = models.CharField(_("signed by"), max_length=60)
    person = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    link = models.ForeignKey("PlacementLink", models.PROTECT, null=True, blank=True, related_name="+")
    agreement_sha256 = models.CharField(max_length=64)
    signed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["placement", "signed_at"]
        verbose_name = _("signature")
        verbose_name_plural = _("signatures")
        constraints = [
            models.UniqueConstraint(
                fields=["placement", "party", "agreement_sha256"], name="training_signature_once_for_each_party"
            ),
            models.CheckConstraint(
                name="training_signature_by_person_or_link",
                condition=Q(person__isnull=False, link__isnull=True) | Q(person__isnull=True, link__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.placement} · {self.get_party_display()}"


class PlacementLink(models.Model):
    """A letter to somebody without an account: one use, until a day; only the digest of its token is kept (W-3)."""

    class Purpose(models.TextChoices):
        CONFIRM = "confirm", pgettext_lazy("link", "Confirm days")
        SIGN_HOST = "sign_host", pgettext_lazy("link", "Sign for the host")
        SIGN_GUARDIAN = "sign_guardian", pgettext_lazy("link", "Sign as parent or guardian")
        ASSESS = "assess", pgettext_lazy("link", "Assess the trainee")

    placement = models.ForeignKey(Placement, models.PROTECT, related_name="links")
    purpose = models.CharField(_("purpose"), max_length=13, choices=Purpose)
    # Days up to this one are asked about.
    upto = models.DateField(null=True, blank=True)
    token_digest = models.CharField(max_length=64, unique=True)
    sent_at = models.DateTimeField(_("sent"), default=timezone.now)
    expires_at = models.DateTimeField(_("valid until"))
    used_at = models.DateTimeField(_("used"), null=True, blank=True)
    # Another link took its place.
    replaced_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-sent_at", "-pk"]
        verbose_name = _("link of a placement")
        verbose_name_plural = _("links of placements")
        constraints = [
            models.UniqueConstraint(
                fields=["placement", "purpose"],
                condition=Q(used_at__isnull=True, replaced_at__isnull=True),
                name="training_link_one_open",
            ),
            models.CheckConstraint(
                name="training_link_confirm_upto_a_day", condition=~Q(purpose="confirm") | Q(upto__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.placement} · {self.get_purpose_display()}"

    def is_open(self, now: datetime | None = None) -> bool:
        return self.used_at is None and self.replaced_at is None and self.expires_at > (now or timezone.now())


class PlacementDay(models.Model):
    """What a trainee did on one day. Once the host confirmed it, times and minutes never change (W-3, W-7)."""

    class State(models.TextChoices):
        ENTERED = "entered", pgettext_lazy("placement day", "Entered")
        CONFIRMED = "confirmed", pgettext_lazy("placement day", "Confirmed")
        DISPUTED = "disputed", pgettext_lazy("placement day", "Disputed")

    placement = models.ForeignKey(Placement, models.PROTECT, related_name="days")
    on = models.DateField(_("day"))
    begins = models.TimeField(_("begun"))
    ends = models.TimeField(_("ended"))
    pause_minutes = models.PositiveSmallIntegerField(_("minutes of break"), default=0)
    minutes = models.PositiveSmallIntegerField(_("minutes"), editable=False)
    words = models.CharField(_("what you did"), max_length=300)
    note = models.CharField(_("note to yourself and your tutor"), max_length=300, blank=True)
    competencies = models.ManyToManyField(Competency, related_name="+", blank=True, verbose_name=_("competencies"))
    state = models.CharField(_("state"), max_length=9, choices=State, default=State.ENTERED)
    dispute_reason = models.CharField(_("what is not right"), max_length=300, blank=True)
    link = models.ForeignKey(PlacementLink, models.PROTECT, null=True, blank=True, related_name="days")
    decided_at = models.DateTimeField(null=True, blank=True)
    entered_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["placement", "on"]
        verbose_name = _("day of a placement")
        verbose_name_plural = _("days of placements")
        constraints = [
            models.UniqueConstraint(
                fields=["placement", "on"],
                name="training_day_once",
                violation_error_message=_("This day is in your log already."),
            ),
            models.CheckConstraint(name="training_day_has_minutes", condition=Q(minutes__gt=0, minutes__lte=1440)),
            models.CheckConstraint(
                name="training_day_confirmed_by_link",
                condition=Q(state="entered") | Q(link__isnull=False, decided_at__isnull=False),
            ),
            models.CheckConstraint(
                name="training_day_dispute_says_why",
                condition=~Q(state="disputed") | ~Q(dispute_reason=""),
                violation_error_message=_("Please say what is not right."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.placement} · {self.on}"


class TutorVisit(models.Model):
    """The school's tutor looked at the log; at least every fourteen days (W-3)."""

    placement = models.ForeignKey(Placement, models.PROTECT, related_name="visits")
    seen_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    seen_at = models.DateTimeField(default=timezone.now)
    note = models.CharField(_("note"), max_length=600, blank=True)

    class Meta:
        ordering = ["placement", "-seen_at"]
        verbose_name = _("look of the tutor")
        verbose_name_plural = _("looks of tutors")

    def __str__(self) -> str:
        return f"{self.placement} · {self.seen_at:%Y-%m-%d}"


class PlacementGrade(models.Model):
    """How well a trainee does one thing, by the supervisor and by the tutor (W-5)."""

    class Side(models.TextChoices):
        SUPERVISOR = "supervisor", pgettext_lazy("assessment", "Supervisor")
        TUTOR = "tutor", pgettext_lazy("assessment", "School tutor")

    class Grade(models.TextChoices):
        EXCELLENT = "excellent", pgettext_lazy("grade", "Excellent")
        GOOD = "good", pgettext_lazy("grade", "Good")
        PASS = "pass", pgettext_lazy("grade", "Pass")
        FAIL = "fail", pgettext_lazy("grade", "Fail")

    placement = models.ForeignKey(Placement, models.PROTECT, related_name="grades")
    side = models.CharField(_("side"), max_length=10, choices=Side)
    competency = models.ForeignKey(Competency, models.PROTECT, related_name="+")
    grade = models.CharField(_("grade"), max_length=9, choices=Grade)
    person = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    link = models.ForeignKey(PlacementLink, models.PROTECT, null=True, blank=True, related_name="+")
    given_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["placement", "competency", "side"]
        verbose_name = _("grade of a placement")
        verbose_name_plural = _("grades of placements")
        constraints = [
            models.UniqueConstraint(fields=["placement", "side", "competency"], name="training_grade_once"),
            models.CheckConstraint(
                name="training_grade_by_its_side",
                condition=Q(side="tutor", person__isnull=False, link__isnull=True)
                | Q(side="supervisor", link__isnull=False, person__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.placement} · {self.competency_id} · {self.get_grade_display()}"


class SafetyIncident(models.Model):
    """Something happened at a host: it takes nobody new until the lead has cleared it (W-7)."""

    place = models.ForeignKey(HostPlace, models.PROTECT, related_name="incidents")
    placement = models.ForeignKey(Placement, models.PROTECT, null=True, blank=True, related_name="incidents")
    words = models.TextField(_("what happened"), max_length=2000)
    reported_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    reported_at = models.DateTimeField(default=timezone.now)
    cleared_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    cleared_at = models.DateTimeField(null=True, blank=True)
    answer = models.TextField(_("what was done"), max_length=2000, blank=True)

    class Meta:
        ordering = ["-reported_at", "-pk"]
        verbose_name = _("safety incident")
        verbose_name_plural = _("safety incidents")
        constraints = [
            models.CheckConstraint(
                name="training_incident_cleared_with_answer",
                condition=Q(cleared_at__isnull=True, cleared_by__isnull=True)
                | (Q(cleared_at__isnull=False, cleared_by__isnull=False) & ~Q(answer="")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.place} · {self.reported_at:%Y-%m-%d}"


class PlacementRule(models.Model):
    """One version of one rule of the pack for one status of learners; the newest holds, all are kept (W-6)."""

    class Kind(models.TextChoices):
        MIN_AGE = "min_age", pgettext_lazy("placement rule", "Youngest age, in years")
        MIN_STUDY_YEAR = "min_study_year", pgettext_lazy("placement rule", "Earliest year of study")
        MAX_DAY = "max_day", pgettext_lazy("placement rule", "Longest day, in minutes")
        NIGHT = "night", pgettext_lazy("placement rule", "No work from 22:00 to 06:00")
        HOLIDAYS = "holidays", pgettext_lazy("placement rule", "No work on public holidays")
        PAY_FLOOR = "pay_floor", pgettext_lazy("placement rule", "Least pay, in per cent of a new employee's")
        INTERN_SHARE = "intern_share", pgettext_lazy("placement rule", "Most trainees, in per cent of all staff")
        POST_SHARE = "post_share", pgettext_lazy("placement rule", "Most trainees, in per cent of the post")
        VENUES = "venues", pgettext_lazy("placement rule", "Places where nobody is sent")

    class Level(models.TextChoices):
        BLOCK = "block", pgettext_lazy("placement rule", "Stops")
        WARN = "warn", pgettext_lazy("placement rule", "Warns")
        OFF = "off", pgettext_lazy("placement rule", "Does not apply")

    learner = models.CharField(_("status of the learner"), max_length=10, choices=Enrolment.Learner)
    kind = models.CharField(_("rule"), max_length=14, choices=Kind)
    level = models.CharField(_("level"), max_length=5, choices=Level)
    number = models.PositiveIntegerField(_("number"), null=True, blank=True)
    venues = models.JSONField(_("places"), default=list, blank=True)
    text_zh = models.CharField(_("Chinese text"), max_length=200)
    text_en = models.CharField(_("English text"), max_length=300)
    source = models.CharField(_("source"), max_length=300)
    # Empty until somebody who answers for it has compared the rule with its source.
    checked_on = models.DateField(_("checked against the source on"), null=True, blank=True)
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(default=timezone.now)

    text = Bilingual("text")

    class Meta:
        ordering = ["learner", "kind", "-pk"]
        verbose_name = _("rule for placements")
        verbose_name_plural = _("rules for placements")
        constraints = [
            models.CheckConstraint(
                name="training_rule_number_where_it_counts",
                condition=Q(kind__in=["night", "holidays", "venues"]) | Q(number__isnull=False),
                violation_error_message=_("This rule needs a number."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_learner_display()} · {self.get_kind_display()}"
