"""The part of the small alliance that invests together: one published project, two investors who do not see each
other, and the desk between them."""

from functools import cached_property

from alliance.accounts.models import User
from investment.models import Investor, Project, ProjectApproval, ProjectUpdate
from investment.services import approvals, projects, updates, versions
from parks.models import Park
from tests.factories import make_duty, make_officer, make_user
from tests.investment.factories import ready_content
from tests.investment.investing import Investing, make_investor


class InvestmentWorld:
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
        projects.ask_park(project, self.other_park, by=self.manager)
        return project

    @cached_property
    def project(self) -> Project:
        """Of the manager's and the other manager's park, signed by both and published."""
        project = projects.start_project(
            self.park, title_zh="样例联合项目", title_en="Sample joint project", by=self.manager
        )
        projects.ask_park(project, self.other_park, by=self.manager)
        draft = project.versions.get()
        versions.write_version(draft, ready_content(draft), edition=draft.edition, by=self.manager)
        offered = versions.offer_version(draft, by=self.manager)
        for park, person in ((self.park, self.manager), (self.other_park, self.other_manager)):
            versions.sign_version(offered, park, sha256=offered.sha256, by=person)
        return self._publish(project)

    @cached_property
    def project_update(self) -> ProjectUpdate:
        """News that the manager wrote about it."""
        return updates.publish_update(self.project, title_zh="样例进展", text_zh="样例正文。", by=self.manager)

    def _publish(self, project: Project) -> Project:
        from investment.models import Criterion
        from investment.services import admission

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
