"""What follows for people from requests about personal data and from incidents (alliance/accounts/events.py)."""

from collections.abc import Sequence

from alliance.accounts import events
from alliance.accounts.models import Breach, DataRequest, Duty, Organisation
from alliance.accounts.permissions import Permission

from .notices import personal as notices
from .services import close_tasks, notify, open_task, people_with


def listen() -> None:
    events.data_requested.listen(data_requested)
    events.data_request_settled.listen(data_request_settled)
    events.closing_asked.listen(closing_asked)
    events.closing_stopped.listen(closing_stopped)
    events.breach_recorded.listen(breach_recorded)


def data_requested(*, request: DataRequest) -> None:
    secretariat = _secretariat()
    if secretariat is not None:
        open_task(
            notices.ANSWER_DATA_REQUEST,
            about=request,
            organisation=secretariat,
            due_at=request.due_at,
            opened_by=request.person,
        )


def data_request_settled(*, request: DataRequest) -> None:
    close_tasks(request, kind=notices.ANSWER_DATA_REQUEST, by=request.settled_by, outcome=request.state)
    notify(notices.DATA_REQUEST_ANSWERED, to=[request.person], about=request, actor=request.settled_by, key=request.pk)


def closing_asked(*, request: DataRequest, last_duties: Sequence[Duty]) -> None:
    """The person, and the desk that finds successors where nobody else holds the role."""
    notify(notices.CLOSING_ASKED, to=[request.person], about=request, actor=request.person, key=request.pk)
    secretariat = _secretariat()
    if secretariat is not None and last_duties:
        told = people_with(Permission.INVITE, secretariat).exclude(pk=request.person_id)
        notify(notices.HOLDER_LEAVES, to=told, about=request, actor=request.person, key=request.pk)


def closing_stopped(*, request: DataRequest) -> None:
    notify(notices.CLOSING_STOPPED, to=[request.person], about=request, actor=request.person, key=request.pk)


def breach_recorded(*, breach: Breach) -> None:
    secretariat = _secretariat()
    if secretariat is not None:
        told = people_with(Permission.CORRECT_DATA, secretariat)
        notify(notices.BREACH_RECORDED, to=told, about=breach, actor=breach.recorded_by, key=breach.pk)


def _secretariat() -> Organisation | None:
    return Organisation.objects.filter(kind=Organisation.Kind.SECRETARIAT).first()
