"""Two parks, the investment desk, an investor from abroad and another one: where the investment journey begins."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from django.urls import resolve, reverse
from django.utils import timezone, translation
from playwright.sync_api import Locator, Page, expect

from alliance.accounts.models import User
from alliance.notifications.models import Notice
from investment.models import Interest, Investor, Meeting, Project, Question, Room, RoomNode
from parks.models import FieldOfWork, Park
from tests.factories import make_duty, make_officer, make_organisation, make_park, make_user
from tests.investment.investing import Investing, make_investor
from tests.investment.talking import shift
from tests.journeys.animation import Walk
from tests.journeys.conftest import Mailbox, settled
from tests.journeys.looking import look, watching

ABROAD_ZH, ABROAD_EN = "海港样例基金", "Harbour Sample Fund"
SIGNATORY = "Imogen Signatory"
DOCUMENT_ZH, DOCUMENT_EN = "样例尽调材料", "Diligence Paper"
GROUP = "Harbour Readers"
ASKED = "How is the Gantry Workshop heated?"
TOPIC = "Heating of the workshop"
# Whatever of the dialogue could be told to somebody outside of it.
TELLING = (ABROAD_ZH, ABROAD_EN, SIGNATORY, DOCUMENT_ZH, DOCUMENT_EN, GROUP, "Gantry", TOPIC)


@dataclass
class Dialogue:
    """The people of the journey; its things come to be on the way and are asked for by name."""

    parks: list[Park] = field(init=False)
    managers: list[User] = field(init=False)
    other: Investing = field(init=False)

    def __post_init__(self) -> None:
        make_organisation("secretariat")
        self.parks = [
            make_park(name_zh=f"样例{letter}园", name_en=f"Sample Park {letter}", slug=f"sample-{letter.lower()}")
            for letter in "AB"
        ]
        self.managers = [
            make_duty(make_user(f"Manager {letter}"), park.organisation, "park_manager").person
            for letter, park in zip("AB", self.parks, strict=True)
        ]
        self.desk = make_officer("investment_desk", name="Investment Officer")
        self.abroad = make_user(SIGNATORY, email="imogen@example.org")
        self.abroad.emailaddress_set.create(email=self.abroad.email, verified=True, primary=True)
        self.other = make_investor()
        FieldOfWork.objects.create(code="sample", name_zh="数字内容", name_en="Digital content")

    @property
    def lead(self) -> User:
        return self.managers[0]

    @property
    def second(self) -> User:
        """The signatory of the other verified investor."""
        return self.other.signatory

    @property
    def project(self) -> Project:
        return Project.objects.get()

    @property
    def investor(self) -> Investor:
        return Investor.objects.select_related("organisation").exclude(pk=self.other.investor.pk).get()

    @property
    def interest(self) -> Interest:
        return Interest.objects.get()

    @property
    def node(self) -> RoomNode:
        return RoomNode.objects.get(name_en=DOCUMENT_EN)

    def meeting_is_over(self) -> Meeting:
        """Time, which nobody waits for here."""
        return shift(Meeting.objects.get(), 8)

    def closed(self) -> list[tuple[str, list[Any]]]:
        """Pages and files of the dialogue as it stands now: for its own sides and the desk alone."""
        project, investor = self.project, self.investor
        slug = investor.organisation.slug
        found: list[tuple[str, list[Any]]] = [("room", [project.slug]), ("room_desk", [project.slug])]
        found += [("project_interests", [project.slug]), ("desk_project", [project.slug])]
        found += [("desk_investor", [slug]), ("office_investor", [slug])]
        found += [("investor_document", [slug, row.file.token]) for row in investor.documents.all()]
        for interest in Interest.objects.all():
            found += [
                (name, [interest.token])
                for name in ("interest", "interest_questions", "interest_meetings", "agreement_accept")
            ]
        found += [("question", [one.token]) for one in Question.objects.all()]
        found += [("meeting", [one.token]) for one in Meeting.objects.all()]
        found += [("meeting_file", [one.token]) for one in Meeting.objects.all()]
        if Room.objects.exists():
            found += [
                (name, [project.slug, self.node.token]) for name in ("room_document", "room_copy", "room_original")
            ]
            found += [("room_page", [project.slug, self.node.token, 1])]
        return found


class Hand(Walk):
    """A walk through the pages of investment, each of which is held to all that a page must be."""

    app = "investment"

    def __init__(self, page: Page, language: str, sign_in: Callable[[User | None], None], site: str) -> None:
        super().__init__(page, language, sign_in)
        self.person: User | None = None
        self.site, self._sign_in = site, sign_in
        self._seen: set[tuple[str, User | None]] = set()
        self.sign_in = self._hand_over

    def _hand_over(self, person: User | None) -> None:
        self.person = person
        self._sign_in(person)

    def address(self, name: str, *args: Any) -> str:
        with translation.override(self.language):
            return reverse(name if ":" in name else f"{self.app}:{name}", args=args)

    @contextmanager
    def held(self) -> Iterator[None]:
        """Nothing goes wrong while the page comes; its looks are looked at when this person first comes to it."""
        with watching(self.page, self.site) as watch:
            yield
            troubles = list(watch.troubles)
        with translation.override(self.language):
            seen = (resolve(urlsplit(self.page.url).path).view_name, self.person)
        if seen not in self._seen:
            self._seen.add(seen)
            troubles += look(self.page, self.language)
        assert troubles == [], f"{self.page.url}\n" + "\n".join(troubles)

    def visit(self, address: str) -> Page:
        with self.held():
            return super().visit(address)

    def press(self, button: Locator | None = None) -> Page:
        with self.held():
            return super().press(button)

    def follow(self, selector: str) -> Page:
        """The first link of this kind on the page."""
        with self.held():
            with self.page.expect_navigation():
                self.page.locator(selector).first.click()
            settled(self.page)
            return self.page

    def ask(self, verb: str) -> Page:
        """A step that asks for something first."""
        return self.follow(f'main a[href$="/steps/{verb}/"]')

    def act(self, *verbs: str) -> Page:
        """Steps that are a button each, one after the other."""
        for verb in verbs:
            self.press(self.form(f"/steps/{verb}/").locator("button"))
        return self.page

    def fill(self, /, **values: str) -> None:
        for name, text in values.items():
            control = self.page.locator(f"main [name='{name}']")
            if control.first.evaluate("one => one.tagName") == "SELECT":
                control.select_option(text)
            elif control.first.get_attribute("type") == "radio":
                self.page.check(f"main [name='{name}'][value='{text}']")
            else:
                control.fill(text)


class Outsider:
    """The other investor: what it is shown never changes with what goes on between the first one and the parks."""

    # With its own entries, none of which it has; what is public stands apart.
    OWN = ("notifications:desk", "notifications:inbox", "interests", "rooms", "questions", "meetings", "investor_home")

    def __init__(self, walk: Hand, story: Dialogue, mailbox: Mailbox) -> None:
        self.walk, self.story, self.mailbox = walk, story, mailbox
        self.before: dict[str, str] = {}

    def sees_none_of_it(self) -> None:
        """D-8 and D-10: no page, no file, no name, no count, no notice, no letter."""
        walk, person = self.walk, self.story.second
        walk.sign_in(person)
        shown = {name: self._text_of(walk.address(name)) for name in self.OWN}
        self.before = self.before or shown
        changed = {name: (self.before[name], text) for name, text in shown.items() if text != self.before[name]}
        assert changed == {}, f"before and now: {changed}"
        for name, args in (("project_detail", [self.story.project.slug]), ("project_list", [])):
            shown[name] = self._text_of(walk.address(name, *args))
        for words in ("基金" if walk.language == "zh-hans" else ABROAD_EN, DOCUMENT_EN, "Gantry"):
            page = walk.visit(f"{walk.address('core:search')}?q={words}")
            expect(page.locator("#results .toolbar")).to_have_count(0)
        self._is_closed()
        self._is_silent(shown)

    def _text_of(self, address: str) -> str:
        page = self.walk.visit(address)
        # Parts that a page asks for by itself are begun a moment after it is there.
        page.wait_for_function("() => !document.querySelector('main .bone')")
        return page.locator("main").inner_text()

    def _is_closed(self) -> None:
        """Everything of the dialogue answers like what does not exist."""
        absent = self.walk.page.request.get(self.walk.address("interest", "0" * 8 + "-0000-4000-8000-" + "0" * 12))
        assert absent.status == 404
        answers = {}
        for name, args in self.story.closed():
            address = self.walk.address(name, *args)
            answers[address] = self.walk.page.request.get(address).status
        opened = {address: status for address, status in answers.items() if status != 404}
        assert opened == {}, opened

    def _is_silent(self, shown: dict[str, str]) -> None:
        told = [(name, words) for name, text in shown.items() for words in TELLING if words in text]
        assert told == [], told
        self.mailbox.deliver()
        person = self.story.second
        assert not Notice.objects.filter(recipient=person).exists()
        assert self.mailbox.to(person.email) == []


def in_days(days: int) -> str:
    return (timezone.localdate() + timedelta(days=days)).isoformat()
