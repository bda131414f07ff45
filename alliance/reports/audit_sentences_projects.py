"""What the audit chain says of joint projects, their approvals, news and results, in sentences."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

PROJECTS: dict[str, str | Promise] = {
    "project.started": gettext_lazy("%(who)s began a joint project: %(what)s"),
    "project.code_entered": gettext_lazy("%(who)s entered the national code of a project: %(what)s"),
    "project.criterion_checked": gettext_lazy("%(who)s checked a criterion of admission: %(what)s"),
    "project.letter_written": gettext_lazy("%(who)s wrote the decision on a project: %(what)s"),
    "project.submit": gettext_lazy("%(who)s handed a joint project in: %(what)s"),
    "project.take": gettext_lazy("%(who)s began to review a joint project: %(what)s"),
    "project.return": gettext_lazy("%(who)s returned a joint project: %(what)s"),
    "project.revise": gettext_lazy("%(who)s works on a returned project again: %(what)s"),
    "project.reject": gettext_lazy("%(who)s did not admit a joint project: %(what)s"),
    "project.admit": gettext_lazy("%(who)s admitted a joint project: %(what)s"),
    "project.publish": gettext_lazy("%(who)s published a joint project: %(what)s"),
    "project.hold": gettext_lazy("%(who)s put a joint project on hold: %(what)s"),
    "project.resume": gettext_lazy("%(who)s took a joint project up again: %(what)s"),
    "project.expire": gettext_lazy("A joint project expired: %(what)s"),
    "project.renew": gettext_lazy("%(who)s confirmed that a project still holds: %(what)s"),
    "project.talk": gettext_lazy("The dialogue about a project began: %(what)s"),
    "project.examine": gettext_lazy("%(who)s began due diligence on a project: %(what)s"),
    "project.put_before": gettext_lazy("%(who)s put a project before the investment committee: %(what)s"),
    "project.step_back": gettext_lazy("%(who)s took a project back to due diligence: %(what)s"),
    "project.agree": gettext_lazy("%(who)s noted that financing is agreed: %(what)s"),
    "project.build": gettext_lazy("%(who)s noted that work has begun: %(what)s"),
    "project.operate": gettext_lazy("%(who)s noted that a project is in operation: %(what)s"),
    "project.complete": gettext_lazy("%(who)s completed a joint project: %(what)s"),
    "project.withdraw": gettext_lazy("%(who)s withdrew a joint project: %(what)s"),
    "project.cancel": gettext_lazy("%(who)s cancelled a joint project: %(what)s"),
    "project_party.asked": gettext_lazy("%(who)s asked a park to promote a project: %(what)s"),
    "project_party.dropped": gettext_lazy("%(who)s took a park out of a draft: %(what)s"),
    "project_party.leaving": gettext_lazy("%(who)s said that a park leaves a project: %(what)s"),
    "project_version.started": gettext_lazy("%(who)s began a version of a project: %(what)s"),
    "project_version.written": gettext_lazy("%(who)s wrote in the draft of a project: %(what)s"),
    "project_version.offered": gettext_lazy("%(who)s offered a version for signature: %(what)s"),
    "project_version.taken_back": gettext_lazy("%(who)s took a version back: %(what)s"),
    "project_version.discarded": gettext_lazy("%(who)s discarded a draft of a project: %(what)s"),
    "project_version.signed": gettext_lazy("%(who)s signed a version of a project: %(what)s"),
    "project_version.in_force": gettext_lazy("All parks had signed, and a version is in force: %(what)s"),
}
APPROVALS: dict[str, str | Promise] = {
    "approval.named": gettext_lazy("%(who)s named an approval that a project needs: %(what)s"),
    "approval.removed": gettext_lazy("%(who)s removed an approval named by mistake: %(what)s"),
    "approval.apply": gettext_lazy("%(who)s noted that an approval was applied for: %(what)s"),
    "approval.accept": gettext_lazy("%(who)s noted that an agency accepted an application: %(what)s"),
    "approval.ask_more": gettext_lazy("%(who)s noted that an agency asks for documents: %(what)s"),
    "approval.supply": gettext_lazy("%(who)s noted that documents are complete: %(what)s"),
    "approval.grant": gettext_lazy("%(who)s noted that an approval was granted: %(what)s"),
    "approval.refuse": gettext_lazy("%(who)s noted that an approval was refused: %(what)s"),
    "approval.lapse": gettext_lazy("An approval lapsed: %(what)s"),
    "approval.skip": gettext_lazy("%(who)s noted that an approval is not needed: %(what)s"),
    "approval.need": gettext_lazy("%(who)s noted that an approval is needed after all: %(what)s"),
}
PROJECT_NEWS: dict[str, str | Promise] = {
    "project.followed": gettext_lazy("%(who)s follows a joint project: %(what)s"),
    "project.unfollowed": gettext_lazy("%(who)s no longer follows a joint project: %(what)s"),
    "project_document.added": gettext_lazy("%(who)s added a document to a joint project: %(what)s"),
    "project_document.changed": gettext_lazy(
        "%(who)s changed title, stage or readers of a project's document: %(what)s"
    ),
    "project_document.version_added": gettext_lazy("%(who)s uploaded a version of a project's document: %(what)s"),
    "project_document.withdrawn": gettext_lazy("%(who)s withdrew a document of a joint project: %(what)s"),
    "project_update.published": gettext_lazy("%(who)s published news of a joint project: %(what)s"),
    "project_update.retracted": gettext_lazy("%(who)s took back news of a joint project: %(what)s"),
    "project_outcome.recorded": gettext_lazy("%(who)s recorded what became of a joint project: %(what)s"),
}
