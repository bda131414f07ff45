"""Where a profile stands, read once for a page: what is filled in, how old it is, what lies with the secretariat,
what to do next."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db.models import Prefetch, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from alliance.accounts.policies import Person
from alliance.core.models import StoredFile

from . import completeness, drafts, freshness, policies
from .blocks import BLOCKS, Block, Values
from .completeness import Completeness
from .decided import ANSWER_DAYS, FRESH_MONTHS
from .freshness import Age
from .models import BlockConfirmation, BlockDraft, Park, Picture, Submission


def with_profile(parks: QuerySet[Park]) -> QuerySet[Park]:
    """Parks with everything that an overview reads."""
    return parks.select_related("organisation", "province", "city").prefetch_related(
        "figures",
        "institutions",
        Prefetch("drafts", BlockDraft.objects.select_related("edited_by")),
        Prefetch("confirmations", BlockConfirmation.objects.select_related("by")),
    )


@dataclass(frozen=True)
class Step:
    """One block in the line of steps: where it leads and how it stands."""

    code: str
    title: Any
    url: str
    state: str  # "done", "open"
    note: str
    has_draft: bool = False


@dataclass(frozen=True)
class NextStep:
    """The one thing to do now."""

    title: str
    text: str
    url: str = ""
    action: str = ""
    tone: str = ""


@dataclass
class Overview:
    """A park as its people see it. `park` comes from `with_profile`."""

    park: Park
    person: Person

    @property
    def answer_days(self) -> int:
        return ANSWER_DAYS.value()

    @property
    def fresh_months(self) -> int:
        return FRESH_MONTHS.value()

    @cached_property
    def drafts(self) -> dict[str, BlockDraft]:
        return drafts.drafts_of(self.park)

    @cached_property
    def content(self) -> dict[str, Values]:
        return drafts.content_of(self.park)

    @cached_property
    def changed_blocks(self) -> list[Block]:
        return [BLOCKS[code] for code in BLOCKS if code in self.content]

    @cached_property
    def counted(self) -> Completeness:
        """With the drafts: what would be public once they are published."""
        return completeness.measure(drafts.profile(self.park, self.content))

    @cached_property
    def ages(self) -> list[Age]:
        return freshness.ages(self.park.confirmations.all(), self.drafts.values())

    @cached_property
    def unconfirmed(self) -> list[Age]:
        return [age for age in self.ages if age.state != "fresh" and not age.has_draft]

    @cached_property
    def submission(self) -> Submission | None:
        """The one under way."""
        return self.park.submissions.open().select_related("submitted_by", "decided_by").first()

    @cached_property
    def pictures(self) -> list[Picture]:
        return list(
            self.park.pictures.filter(removed_at=None).select_related("file").prefetch_related("file__renditions")
        )

    @property
    def waiting_pictures(self) -> list[Picture]:
        return [p for p in self.pictures if not p.is_published and p.file.state != StoredFile.State.REFUSED]

    @property
    def wordless_pictures(self) -> list[Picture]:
        """New ones that nobody has described: without words they are not published."""
        return [picture for picture in self.waiting_pictures if not picture.alt_zh]

    @property
    def is_locked(self) -> bool:
        return self.submission is not None and self.submission.state == Submission.State.SUBMITTED

    @property
    def is_returned(self) -> bool:
        return self.submission is not None and self.submission.state == Submission.State.RETURNED

    @property
    def has_news(self) -> bool:
        return bool(self.content) or bool(self.waiting_pictures) or self.park.standing != Park.Standing.LISTED

    @property
    def may_submit(self) -> bool:
        return (
            policies.can_submit(self.person, self.park)
            and not self.is_locked
            and self.has_news
            and self.counted.may_submit
            and not self.wordless_pictures
            and self.park.standing != Park.Standing.SUSPENDED
        )

    @cached_property
    def steps(self) -> list[Step]:
        found = []
        for block in BLOCKS.values():
            lacking = len(self.counted.missing_in(block.code))
            found.append(
                Step(
                    block.code,
                    block.title,
                    reverse("parks:edit_block", args=[self.park.slug, block.code]),
                    "open" if lacking else "done",
                    ngettext("%(n)d thing missing", "%(n)d things missing", lacking) % {"n": lacking}
                    if lacking
                    else _("complete"),
                    block.code in self.content,
                )
            )
        shown = len(self.pictures)
        found.append(
            Step(
                "pictures",
                _("Pictures"),
                reverse("parks:pictures", args=[self.park.slug]),
                "done" if shown else "open",
                ngettext("%(n)d picture", "%(n)d pictures", shown) % {"n": shown} if shown else _("none yet"),
                bool(self.waiting_pictures),
            )
        )
        return found

    @cached_property
    def next_step(self) -> NextStep:
        """What matters most now, in words."""
        park, counted = self.park, self.counted
        submit = reverse("parks:park_submit", args=[park.slug])
        if park.standing == Park.Standing.SUSPENDED:
            return NextStep(_("The park is suspended"), park.standing_reason, tone="bad")
        if self.is_locked:
            return NextStep(
                _("The secretariat is checking the profile"),
                _("There is nothing to do for you. You hear from them within %(n)d working days.")
                % {"n": ANSWER_DAYS.value()},
            )
        if self.is_returned:
            return NextStep(
                _("Revise what the secretariat named"),
                _("Their reasons stand below, block by block."),
                submit,
                _("Submit again") if policies.can_submit(self.person, park) else "",
                "wait",
            )
        if not counted.may_submit and self.has_news:
            gap = (counted.missing_for_listing or tuple(counted.best_next("zh" if not counted.is_enough_zh else "en")))[
                0
            ]
            return NextStep(
                _("Next: %(field)s") % {"field": gap.label},
                _("The profile can be submitted from %(zh)s %% in Chinese and %(en)s %% in English.")
                % {"zh": completeness.LEAST_ZH, "en": completeness.LEAST_EN},
                f"{reverse('parks:edit_block', args=[park.slug, gap.block])}#{gap.anchor}",
                _("Fill it in"),
            )
        if self.has_news and self.wordless_pictures:
            return NextStep(
                _("Say what the new pictures show"),
                _("They are published with words for those who cannot see them."),
                reverse("parks:pictures", args=[park.slug]),
                _("Describe them"),
                "wait",
            )
        if self.has_news:
            if policies.can_submit(self.person, park):
                return NextStep(
                    _("Ready to submit"),
                    _("The secretariat checks what you changed and publishes it."),
                    submit,
                    _("Submit"),
                    "ok",
                )
            return NextStep(
                _("Ready to submit"), _("Whoever answers for the park can submit the profile now."), tone="ok"
            )
        if self.unconfirmed:
            return NextStep(
                _("Is everything still true?"),
                ngettext(
                    "%(n)d block was not confirmed within %(months)d months.",
                    "%(n)d blocks were not confirmed within %(months)d months.",
                    len(self.unconfirmed),
                )
                % {"n": len(self.unconfirmed), "months": FRESH_MONTHS.value()},
                "#freshness",
                _("Look and confirm"),
                "wait",
            )
        return NextStep(_("All is published and up to date"), _("Thank you. Visitors see what you see."), tone="ok")


def overviews(parks: list[Park], person: Person) -> list[Overview]:
    """Several parks at once, with as many queries as one."""
    submissions = {
        submission.park_id: submission
        for submission in Submission.objects.open().filter(park__in=parks).select_related("submitted_by", "decided_by")
    }
    pictures: dict[int, list[Picture]] = {park.pk: [] for park in parks}
    rows = Picture.objects.filter(park__in=parks, removed_at=None)
    for picture in rows.select_related("file").prefetch_related("file__renditions"):
        pictures[picture.park_id].append(picture)
    made = []
    for park in parks:
        overview = Overview(park, person)
        overview.submission, overview.pictures = submissions.get(park.pk), pictures[park.pk]
        made.append(overview)
    return made
