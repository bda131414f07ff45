"""The part of the small alliance that invests together: one published project, two investors who do not see each
other, and the desk between them."""

from functools import cached_property

from alliance.accounts.models import User
from investment.models import (
    Agreement,
    Criterion,
    Interest,
    Investor,
    InvestorDocument,
    Project,
    ProjectApproval,
    ProjectDocument,
    ProjectUpdate,
)
from investment.services import (
    admission,
    agreements,
    approvals,
    followers,
    interests,
    parties,
    projects,
    updates,
    versions,
)
from parks.models import Park
from tests.factories import make_duty, make_officer, make_user
from tests.investment.documenting import add_document
from tests.investment.factories import ready_content
from tests.investment.investing import Investing, make_investor, ready_document
from tests.investment.world_rooms import RoomWorld


class InvestmentWorld(RoomWorld):
    """Mixed into `tests.world.World`: the manager's park leads the project, the other manager's promotes it too."""

    park: Park
    other_park: Park
    manager: User
    other_manager: User

    # People ---------------------------------------------------------------------------------------------------------

    @cached_property
    def investing(self) -> Investing:
        return make_investor()

    @cached_property
    def investor(self) -> User:
        """The signatory of a verified investor."""
        return self.investing.signatory

    @cached_property
    def analyst(self) -> User:
        return make_duty(make_user("Analyst"), self.investing.investor.organisation, "investor_analyst").person

    @cached_property
    def other_investing(self) -> Investing:
        return make_investor()

    @cached_property
    def second_investor(self) -> User:
        """The signatory of another verified investor."""
        return self.other_investing.signatory

    @cached_property
    def investment_desk(self) -> User:
        return make_officer("investment_desk", name="Investment Officer")

    # Things ---------------------------------------------------------------------------------------------------------

    @cached_property
    def investor_entry(self) -> Investor:
        return self.investing.investor

    @cached_property
    def drafted_project(self) -> Project:
        """Of the manager's and the other manager's park, being written."""
        project = projects.start_project(
            self.park, title_zh="样例联合草案", title_en="Sample drafted project", by=self.manager
        )
        parties.ask_park(project, self.other_park, by=self.manager)
        return project

    @cached_property
    def project(self) -> Project:
        """Of the manager's and the other manager's park, signed by both and published."""
        return self._published("样例联合项目", "Sample joint project")

    @cached_property
    def second_project(self) -> Project:
        return self._published("样例第二项目", "Sample second project")

    @cached_property
    def document(self) -> InvestorDocument:
        """The investor's certificate, checked and clean."""
        return ready_document(self.investor_entry, "licence", self.investor)

    @cached_property
    def drafted_interest(self) -> Interest:
        """In the second project; nobody but the investor knows of it."""
        return interests.draft_interests(
            self.investor_entry, [self.second_project], by=self.investor, message="Sample", shares_owner=False
        )[0]

    @cached_property
    def interest(self) -> Interest:
        """In the project: sent, acknowledged and accepted; the agreement waits for the investor's signature."""
        self.agreement  # noqa: B018  it is in force before
        made = interests.draft_interests(
            self.investor_entry, [self.project], by=self.investor, message="Sample message", shares_owner=False
        )
        (sent,) = interests.send_interests(made, by=self.investor)
        for verb in ("acknowledge", "accept"):
            sent = interests.move_interest(sent, verb, by=self.manager)
        return sent

    @cached_property
    def agreement(self) -> Agreement:
        return agreements.write_agreement(
            self.project, text_zh="样例保密协议", text_en="Sample agreement", valid_days=365, by=self.manager
        )

    def _published(self, title_zh: str, title_en: str) -> Project:
        project = projects.start_project(self.park, title_zh=title_zh, title_en=title_en, by=self.manager)
        parties.ask_park(project, self.other_park, by=self.manager)
        draft = project.versions.get()
        content = ready_content(draft) | {"title_zh": title_zh, "title_en": title_en}
        versions.write_version(draft, content, edition=draft.edition, by=self.manager)
        offered = versions.offer_version(draft, by=self.manager)
        for park, person in ((self.park, self.manager), (self.other_park, self.other_manager)):
            versions.sign_version(offered, park, sha256=offered.sha256, by=person)
        return self._publish(project)

    @cached_property
    def project_document(self) -> ProjectDocument:
        """For everybody, checked."""
        return add_document(self.project, self.manager)

    @cached_property
    def followed_project(self) -> Project:
        """The analyst follows the project, nobody else."""
        followers.follow(self.project, by=self.analyst)
        return self.project

    @cached_property
    def project_update(self) -> ProjectUpdate:
        """News that the manager wrote about it."""
        return updates.publish_update(self.project, title_zh="样例进展", text_zh="样例正文。", by=self.manager)

    def _publish(self, project: Project) -> Project:
        for verb, by in (("submit", self.manager), ("take", self.investment_desk)):
            projects.move_project(project, verb, by=by)
        for criterion in Criterion.values:
            admission.check_criterion(
                project, criterion, is_met=True, evidence="Sample evidence", by=self.investment_desk
            )
        for verb, by in (("admit", self.investment_desk), ("publish", self.manager)):
            projects.move_project(project, verb, by=by)
        return Project.objects.prefetch_related("parties__park").select_related("version").get(pk=project.pk)

    @cached_property
    def approval(self) -> ProjectApproval:
        """One that the manager named for the project; nothing has happened about it."""
        return approvals.add_approval(self.project, kind="filing", agency_zh="样例部门", by=self.manager)
