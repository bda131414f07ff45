"""What the audit chain says of questions and meetings of investors, in sentences."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

QUESTIONS: dict[str, str | Promise] = {
    "question_round.opened": gettext_lazy("%(who)s began a round of questions: %(what)s"),
    "investor_question.asked": gettext_lazy("%(who)s asked a question about a project: %(what)s"),
    "investor_question.answer": gettext_lazy("%(who)s answered a question in the dialogue: %(what)s"),
    "investor_question.answer_for_all": gettext_lazy("%(who)s answered a question once for all: %(what)s"),
    "investor_question.refuse": gettext_lazy("%(who)s did not answer a question, with a reason: %(what)s"),
    "investor_question.withdraw": gettext_lazy("%(who)s withdrew a question: %(what)s"),
    "investor_question.lapse": gettext_lazy("A question stayed without an answer until its deadline: %(what)s"),
    "investor_question.raise": gettext_lazy("%(who)s found that an answer concerns all: %(what)s"),
    "investor_question.marked_material": gettext_lazy("%(who)s marked a question as material: %(what)s"),
    "investor_question.publish": gettext_lazy("%(who)s published question and answer: %(what)s"),
    "investor_question.keep_private": gettext_lazy("%(who)s left an answer in the dialogue: %(what)s"),
    "investor_question.take_back": gettext_lazy("%(who)s took a published answer back: %(what)s"),
    "investor_question.escalated": gettext_lazy("A question beyond its clock came to the investment desk: %(what)s"),
}
MEETINGS: dict[str, str | Promise] = {
    "investor_meeting.offered": gettext_lazy("%(who)s offered a time to meet: %(what)s"),
    "investor_meeting.request": gettext_lazy("%(who)s asked for a meeting: %(what)s"),
    "investor_meeting.withdraw": gettext_lazy("%(who)s withdrew the offer of a time: %(what)s"),
    "investor_meeting.confirm": gettext_lazy("%(who)s confirmed a meeting: %(what)s"),
    "investor_meeting.decline": gettext_lazy("%(who)s declined a meeting: %(what)s"),
    "investor_meeting.release": gettext_lazy("%(who)s took the request for a meeting back: %(what)s"),
    "investor_meeting.cancel": gettext_lazy("%(who)s cancelled a meeting: %(what)s"),
    "investor_meeting.changed": gettext_lazy("%(who)s changed time or place of a meeting: %(what)s"),
    "investor_meeting.hold": gettext_lazy("%(who)s recorded what came of a meeting: %(what)s"),
    "investor_meeting.miss": gettext_lazy("%(who)s recorded that somebody did not come to a meeting: %(what)s"),
    "investor_meeting.lapse": gettext_lazy("A time to meet passed unused: %(what)s"),
    "investor_meeting.end": gettext_lazy("A meeting was cancelled because its dialogue ended: %(what)s"),
    "investor_meeting.escalated": gettext_lazy(
        "A meeting without a recorded outcome came to the investment desk: %(what)s"
    ),
}
EVENTS: dict[str, str | Promise] = {
    "promotion_event.created": gettext_lazy("%(who)s prepared a promotion event: %(what)s"),
    "promotion_event.changed": gettext_lazy("%(who)s changed a promotion event: %(what)s"),
    "promotion_event.open": gettext_lazy("%(who)s opened a promotion event to projects and investors: %(what)s"),
    "promotion_event.plan": gettext_lazy("%(who)s made the timetable of a promotion event: %(what)s"),
    "promotion_event.close": gettext_lazy("%(who)s closed a promotion event with all results: %(what)s"),
    "promotion_event.cancel": gettext_lazy("%(who)s cancelled a promotion event: %(what)s"),
    "promotion_event.project_joined": gettext_lazy("%(who)s brought a project to a promotion event: %(what)s"),
    "promotion_event.investor_joined": gettext_lazy("%(who)s joined a promotion event for an investor: %(what)s"),
    "promotion_event.left": gettext_lazy("%(who)s no longer takes part in a promotion event: %(what)s"),
    "promotion_event.asked": gettext_lazy("%(who)s asked for a meeting at a promotion event: %(what)s"),
    "promotion_event.asked_no_more": gettext_lazy("%(who)s took back a request at a promotion event: %(what)s"),
    "promotion_event.result": gettext_lazy("%(who)s recorded a result of a promotion event: %(what)s"),
}
