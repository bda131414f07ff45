"""The audit chain in sentences: each known verb as people say it, each kind of object with its name and its page."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db.models import Model
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from alliance.accounts.policies import Person, can_see_office
from alliance.core import workflow
from alliance.core.alliance_settings import label_of
from alliance.core.models import AuditEvent

from .audit_sentences_cohorts import PROGRAMMES, SEATS, SESSIONS
from .audit_sentences_investors import INTERESTS, INVESTORS
from .audit_sentences_meetings import EVENTS, MEETINGS, QUESTIONS
from .audit_sentences_projects import APPROVALS, PROJECT_NEWS, PROJECTS
from .audit_sentences_results import CERTIFICATES, MARKS, PLACEMENTS
from .audit_sentences_rooms import ROOMS

Words = str | Promise

SENTENCES: dict[str, Words] = {
    # People and duties
    "person.joined": gettext_lazy("%(who)s joined the portal: %(what)s"),
    "duty.appointed": gettext_lazy("%(who)s assigned a duty: %(what)s"),
    "duty.term_changed": gettext_lazy("%(who)s changed the term of a duty: %(what)s"),
    "duty.absence_set": gettext_lazy("%(who)s set absence and substitute of a duty: %(what)s"),
    "duty.ended": gettext_lazy("%(who)s ended a duty: %(what)s"),
    "duty.ran_out": gettext_lazy("The term of a duty ran out: %(what)s"),
    "invitation.sent": gettext_lazy("%(who)s sent an invitation: %(what)s"),
    "invitation.resent": gettext_lazy("%(who)s sent an invitation again: %(what)s"),
    "invitation.revoked": gettext_lazy("%(who)s withdrew an invitation: %(what)s"),
    "invitation.accepted": gettext_lazy("%(who)s accepted an invitation: %(what)s"),
    "invitation.asked_again": gettext_lazy("The reader of an expired invitation asked for a new one: %(what)s"),
    "join_request.asked": gettext_lazy("%(who)s asked to join: %(what)s"),
    "join_request.approve": gettext_lazy("%(who)s approved a request to join: %(what)s"),
    "join_request.refuse": gettext_lazy("%(who)s refused a request to join: %(what)s"),
    "join_request.withdraw": gettext_lazy("%(who)s withdrew a request to join: %(what)s"),
    # Personal data
    "foreign_account.linked": gettext_lazy("%(who)s linked an account at another provider to %(what)s"),
    "foreign_account.unlinked": gettext_lazy("%(who)s unlinked an account at another provider from %(what)s"),
    "foreign_account.id_changed": gettext_lazy("A linked account reported a new identifier: %(what)s"),
    "consent.given": gettext_lazy("%(who)s agreed to something: %(what)s"),
    "consent.withdrawn": gettext_lazy("%(who)s withdrew a consent: %(what)s"),
    "data_request.made": gettext_lazy("%(who)s asked for something about their data: %(what)s"),
    "data_request.answered": gettext_lazy("%(who)s answered a request about personal data: %(what)s"),
    "account.kept": gettext_lazy("%(who)s kept the account after all: %(what)s"),
    "account.closed": gettext_lazy("The account was closed: %(what)s"),
    "breach.recorded": gettext_lazy("%(who)s recorded a data incident: %(what)s"),
    "breach.changed": gettext_lazy("%(who)s changed the entry of a data incident: %(what)s"),
    "breach.closed": gettext_lazy("%(who)s closed a data incident: %(what)s"),
    "retention.deleted": gettext_lazy("Records past their retention period were deleted: %(what)s"),
    # Profiles
    "park.created": gettext_lazy("%(who)s added the entry of %(what)s"),
    "park.catalogue": gettext_lazy("%(who)s showed %(what)s in the directory as compiled"),
    "park.list": gettext_lazy("%(who)s listed %(what)s"),
    "park.suspend": gettext_lazy("%(who)s suspended %(what)s"),
    "park.restore": gettext_lazy("%(who)s restored %(what)s"),
    "park.restore_entry": gettext_lazy("%(who)s restored the entry of %(what)s"),
    "park.remove": gettext_lazy("%(who)s took %(what)s out of the directory"),
    "backup.made": gettext_lazy("A backup was made: %(what)s"),
    "backup.restored": gettext_lazy("The portal was restored from a backup: %(what)s"),
    "profile.edit": gettext_lazy("%(who)s edited the profile of %(what)s"),
    "profile.undo": gettext_lazy("%(who)s undid a change in the profile of %(what)s"),
    "profile.correction": gettext_lazy("%(who)s corrected the draft of %(what)s"),
    "profile.corrected": gettext_lazy("%(who)s corrected the published profile of %(what)s"),
    "profile.publish": gettext_lazy("%(who)s published a change in the profile of %(what)s"),
    "profile.published": gettext_lazy("%(who)s published the profile of %(what)s"),
    "profile.confirmed": gettext_lazy("%(who)s confirmed that the profile of %(what)s is still true"),
    "profile.translation_confirmed": gettext_lazy("%(who)s confirmed that a translation of %(what)s still fits"),
    "submission.submitted": gettext_lazy("%(who)s submitted the profile of %(what)s"),
    "submission.submit": gettext_lazy("%(who)s submitted the profile of %(what)s again"),
    "submission.return": gettext_lazy("%(who)s returned the profile of %(what)s with reasons"),
    "submission.accept": gettext_lazy("%(who)s accepted the profile of %(what)s"),
    "submission.withdraw": gettext_lazy("%(who)s withdrew the submitted profile of %(what)s"),
    "picture.added": gettext_lazy("%(who)s added a picture of %(what)s"),
    "picture.described": gettext_lazy("%(who)s described a picture of %(what)s"),
    "picture.moved": gettext_lazy("%(who)s moved a picture of %(what)s"),
    "picture.removed": gettext_lazy("%(who)s removed a picture of %(what)s"),
    "picture.restored": gettext_lazy("%(who)s restored a picture of %(what)s"),
    # Clusters
    "cluster.begun": gettext_lazy("%(who)s began the cluster %(what)s"),
    "cluster.changed": gettext_lazy("%(who)s changed the texts of the cluster %(what)s"),
    "cluster.lead_chosen": gettext_lazy("%(who)s named the lead park of the cluster %(what)s"),
    "cluster.invited": gettext_lazy("%(who)s invited a park to the cluster %(what)s"),
    "cluster.propose": gettext_lazy("%(who)s proposed the cluster %(what)s to the council"),
    "cluster.take_back": gettext_lazy("%(who)s took back the proposal of the cluster %(what)s"),
    "cluster.approve": gettext_lazy("%(who)s entered the council's approval of the cluster %(what)s"),
    "cluster.begin_review": gettext_lazy("The review of the cluster %(what)s began"),
    "cluster.renew": gettext_lazy("%(who)s entered the renewed approval of the cluster %(what)s"),
    "cluster.dissolve": gettext_lazy("%(who)s dissolved the cluster %(what)s"),
    "cluster.drop": gettext_lazy("%(who)s gave up the cluster %(what)s"),
    "cluster_place.accept": gettext_lazy("%(who)s accepted a place in a cluster: %(what)s"),
    "cluster_place.decline": gettext_lazy("%(who)s declined a place in a cluster: %(what)s"),
    "cluster_place.withdraw": gettext_lazy("%(who)s withdrew an invitation to a cluster: %(what)s"),
    "cluster_place.leave": gettext_lazy("%(who)s gave a place in a cluster back: %(what)s"),
    "cluster_place.end": gettext_lazy("%(who)s ended a place in a cluster: %(what)s"),
    # Running the portal
    "task.assigned": gettext_lazy("%(who)s gave a task to somebody: %(what)s"),
    "task.claimed": gettext_lazy("%(who)s took a task: %(what)s"),
    "task.released": gettext_lazy("%(who)s gave a task back: %(what)s"),
    "delivery.retried": gettext_lazy("%(who)s had a message sent again: %(what)s"),
    "delivery.given_up": gettext_lazy("%(who)s gave up on a message: %(what)s"),
    "merge.proposed": gettext_lazy("%(who)s proposed to merge two entries: %(what)s"),
    "merge.done": gettext_lazy("%(who)s merged two entries: %(what)s"),
    "merge.undone": gettext_lazy("%(who)s undid a merge: %(what)s"),
    "merge.dropped": gettext_lazy("%(who)s decided against a merge: %(what)s"),
    "duplicate.dismissed": gettext_lazy("%(who)s said that two entries are not the same: %(what)s"),
    "duplicate.reopened": gettext_lazy("%(who)s took back that two entries are not the same: %(what)s"),
    "nudge.sent": gettext_lazy("%(who)s wrote to parks about gaps in their profiles: %(what)s"),
    "setting.decided": gettext_lazy("%(who)s decided about a setting of the alliance: %(what)s"),
    "address.bounced": gettext_lazy("Mail to an address came back: %(what)s"),
    "address.cleared": gettext_lazy("%(who)s cleared an address whose mail had come back: %(what)s"),
    "file.infected": gettext_lazy("A file was refused for malicious software: %(what)s"),
    "hours.changed": gettext_lazy("%(who)s changed their quiet hours: %(what)s"),
    "import.uploaded": gettext_lazy("%(who)s uploaded a table: %(what)s"),
    "import.checked": gettext_lazy("A table was checked row by row: %(what)s"),
    "import.columns": gettext_lazy("%(who)s said what the columns of a table mean: %(what)s"),
    "import.decided": gettext_lazy("%(who)s decided about rows of a table: %(what)s"),
    "import.confirmed": gettext_lazy("%(who)s confirmed the import of a table: %(what)s"),
    "import.applied": gettext_lazy("A table was imported: %(what)s"),
    "import.refused": gettext_lazy("A table was refused: %(what)s"),
    "import.discarded": gettext_lazy("%(who)s discarded a table: %(what)s"),
    "import.forgotten": gettext_lazy("The content of an old table was deleted: %(what)s"),
    "import.undo_asked": gettext_lazy("%(who)s asked to undo an import: %(what)s"),
    "import.undone": gettext_lazy("An import was undone: %(what)s"),
    "job.requested": gettext_lazy("%(who)s started a background job: %(what)s"),
    "job.cancelled": gettext_lazy("%(who)s stopped a background job: %(what)s"),
    "job.done": gettext_lazy("A background job finished: %(what)s"),
    "job.failed": gettext_lazy("A background job failed: %(what)s"),
    "job.fetched": gettext_lazy("%(who)s downloaded a file: %(what)s"),
    "lost_factor.asked": gettext_lazy("Somebody lost a second factor and asked for help: %(what)s"),
    "lost_factor.approved": gettext_lazy("%(who)s approved help for a lost second factor: %(what)s"),
    "lost_factor.refused": gettext_lazy("%(who)s refused help for a lost second factor: %(what)s"),
    "lost_factor.withdrawn": gettext_lazy("%(who)s withdrew a request about a lost second factor: %(what)s"),
    "lost_factor.done": gettext_lazy("A lost second factor was removed: %(what)s"),
    "mail.unsubscribed": gettext_lazy("%(who)s unsubscribed from a kind of mail: %(what)s"),
    "mail.resubscribed": gettext_lazy("%(who)s subscribed to a kind of mail again: %(what)s"),
    "organisation.created": gettext_lazy("%(who)s entered an organisation: %(what)s"),
    "organisation.corrected": gettext_lazy("%(who)s corrected an organisation: %(what)s"),
    "organisation.removed": gettext_lazy("%(who)s removed an organisation: %(what)s"),
    "park.removed": gettext_lazy("%(who)s removed an entry that had just been imported: %(what)s"),
    "park.source": gettext_lazy("%(who)s changed the source of %(what)s"),
    "person.addresses_changed": gettext_lazy("%(who)s changed e-mail addresses of an account: %(what)s"),
    "person.factors_taken_off": gettext_lazy("%(who)s removed the second factors of an account: %(what)s"),
    "person.password_changed": gettext_lazy("%(who)s changed the password of an account: %(what)s"),
    "person.session_ended": gettext_lazy("%(who)s ended a session of an account: %(what)s"),
    "person.sessions_ended": gettext_lazy("%(who)s ended the sessions of an account: %(what)s"),
    "preferences.changed": gettext_lazy("%(who)s changed how messages are delivered: %(what)s"),
    "robot.added": gettext_lazy("%(who)s added a group robot: %(what)s"),
    "robot.changed": gettext_lazy("%(who)s changed a group robot: %(what)s"),
    "robot.removed": gettext_lazy("%(who)s removed a group robot: %(what)s"),
    "robot.switched": gettext_lazy("%(who)s switched a group robot on or off: %(what)s"),
    "robot.tried": gettext_lazy("%(who)s tried a group robot: %(what)s"),
    "saved_list.begun": gettext_lazy("%(who)s began a list of parks: %(what)s"),
    "saved_list.changed": gettext_lazy("%(who)s changed a list of parks: %(what)s"),
    "saved_list.added": gettext_lazy("%(who)s put parks on a list: %(what)s"),
    "saved_list.taken_out": gettext_lazy("%(who)s took a park off a list: %(what)s"),
    "saved_list.noted": gettext_lazy("%(who)s wrote a note in a list of parks: %(what)s"),
    "saved_list.removed": gettext_lazy("%(who)s removed a list of parks: %(what)s"),
    "saved_list.restored": gettext_lazy("%(who)s restored a list of parks: %(what)s"),
    "search.saved": gettext_lazy("%(who)s saved a search: %(what)s"),
    "search.changed": gettext_lazy("%(who)s changed a saved search: %(what)s"),
    "search.paused": gettext_lazy("%(who)s paused a saved search: %(what)s"),
    "search.resumed": gettext_lazy("%(who)s resumed a saved search: %(what)s"),
    "search.removed": gettext_lazy("%(who)s removed a saved search: %(what)s"),
    "search.restored": gettext_lazy("%(who)s restored a saved search: %(what)s"),
    "snapshot.made": gettext_lazy("%(who)s froze figures: %(what)s"),
    "report_schedule.made": gettext_lazy("%(who)s scheduled a report: %(what)s"),
    "report_schedule.paused": gettext_lazy("%(who)s paused a scheduled report: %(what)s"),
    "report_schedule.resumed": gettext_lazy("%(who)s resumed a scheduled report: %(what)s"),
    "report_schedule.ended": gettext_lazy("%(who)s removed a scheduled report: %(what)s"),
    "report_schedule.left": gettext_lazy("%(who)s no longer receives a scheduled report: %(what)s"),
    "synonym.added": gettext_lazy("%(who)s added a synonym: %(what)s"),
    "synonym.changed": gettext_lazy("%(who)s changed a synonym: %(what)s"),
    "synonym.removed": gettext_lazy("%(who)s removed a synonym: %(what)s"),
    # Joint training
    **PROGRAMMES,
    **SEATS,
    **SESSIONS,
    **MARKS,
    **PLACEMENTS,
    **INVESTORS,
    **INTERESTS,
    **ROOMS,
    **QUESTIONS,
    **MEETINGS,
    **EVENTS,
    **CERTIFICATES,
    **PROJECTS,
    **APPROVALS,
    **PROJECT_NEWS,
}


def title(verb: str) -> str:
    """A verb as a choice in the filter: its sentence without people and things."""
    if verb in SENTENCES:
        said = (str(SENTENCES[verb]) % {"who": "…", "what": "…"}).strip(" …:：")
        return said[:1].upper() + said[1:]
    return _move_title(verb) or verb


def _move_title(verb: str) -> str:
    """The verbs of lifecycles speak for themselves."""
    code, _dot, move = verb.rpartition(".")
    flow = workflow.registry.get(code)
    found = flow._by_verb.get(move) if flow else None
    return f"{flow.title} · {found.label}" if flow and found else ""


def sentence(event: AuditEvent, who: SafeString, what: SafeString) -> SafeString:
    if event.verb in SENTENCES:
        said = conditional_escape(SENTENCES[event.verb])
    elif move := _move_title(event.verb):
        said = conditional_escape(f"%(who)s · {move.replace('%', '%%')} · %(what)s")
    else:
        said = conditional_escape(f"%(who)s · {event.verb.replace('%', '%%')} · %(what)s")
    return mark_safe(said % {"who": who, "what": what})


def change_of_state(event: AuditEvent) -> str:
    """What a move changed, in the words of its lifecycle."""
    flow = workflow.registry.get(event.verb.rpartition(".")[0])
    if flow is None or not {"from", "to"} <= set(event.payload):
        return ""
    states = flow.states()
    return f"{states.get(event.payload['from'], '?')} → {states.get(event.payload['to'], '?')}"


# Objects ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Subject:
    """A kind of object: what to fetch with it, what to call it, and its page for those who may open it."""

    related: tuple[str, ...]
    name: Callable[[Any], Any]
    url: Callable[[Any, Person], str] = lambda obj, person: ""


def _office(name: str, argument: Callable[[Any], Any]) -> Callable[[Any, Person], str]:
    def url(obj: Any, person: Person) -> str:
        try:
            return reverse(name, args=[argument(obj)]) if can_see_office(person) else ""
        except NoReverseMatch:
            return ""

    return url


def _park_url(park: Any, person: Person) -> str:
    return _office("parks:office_park", lambda obj: obj.slug)(park, person) or (
        park.get_absolute_url() if park.is_public else ""
    )


def _cluster_url(cluster: Any, person: Person) -> str:
    return _office("parks:office_cluster", lambda obj: obj.slug)(cluster, person) or (
        cluster.get_absolute_url() if cluster.is_public else ""
    )


SUBJECTS: dict[str, Subject] = {
    "parks.park": Subject((), lambda park: park.name, _park_url),
    "parks.submission": Subject(
        ("park",), lambda row: row.park.name, _office("parks:office_submission", lambda row: row.pk)
    ),
    "parks.cluster": Subject((), lambda cluster: cluster.name, _cluster_url),
    "parks.clustermember": Subject(
        ("cluster", "park"),
        lambda row: f"{row.cluster.name} · {row.park.name} · {row.get_role_display()}",
        lambda row, person: _cluster_url(row.cluster, person),
    ),
    "accounts.user": Subject((), lambda person: person.name or person.email),
    "accounts.organisation": Subject((), lambda organisation: organisation.name),
    "accounts.duty": Subject(
        ("person", "organisation"), lambda row: f"{row.person.name} · {row.role.title} · {row.organisation.name}"
    ),
    "accounts.invitation": Subject(("organisation",), lambda row: f"{row.role.title} · {row.organisation.name}"),
    "accounts.joinrequest": Subject(
        ("person", "organisation"), lambda row: f"{row.person.name} · {row.organisation.name}"
    ),
    "core.alliancesettingversion": Subject((), lambda row: label_of(row.code)),
    "core.synonym": Subject((), lambda row: row.words),
}


# Kinds whose model has no name of its own for people.
KINDS: dict[str, Words] = {
    "accounts.invitation": gettext_lazy("Invitation"),
    "accounts.joinrequest": gettext_lazy("Request to join"),
    "core.storedfile": gettext_lazy("Stored file"),
    "core.synonym": gettext_lazy("Synonym"),
    "notifications.addresstrouble": gettext_lazy("Address whose mail came back"),
    "notifications.preference": gettext_lazy("Choice of messages"),
    "notifications.unsubscription": gettext_lazy("Unsubscription"),
    "notifications.writinghours": gettext_lazy("Quiet hours"),
    "parks.lookalike": gettext_lazy("Possible duplicate"),
    "parks.nudge": gettext_lazy("Letter about gaps"),
    "parks.picture": gettext_lazy("Picture"),
    "parks.submission": gettext_lazy("Submitted profile"),
}


def kind_title(object_type: str) -> str:
    if object_type in KINDS:
        return str(KINDS[object_type])
    try:
        return str(apps.get_model(object_type)._meta.verbose_name)
    except (LookupError, ValueError):
        return object_type


def fetch(events: list[AuditEvent]) -> dict[tuple[str, str], Model]:
    """The objects of these events that still exist, in one query for each kind."""
    found: dict[tuple[str, str], Model] = {}
    for object_type, subject in SUBJECTS.items():
        pks = {event.object_id for event in events if event.object_type == object_type}
        if pks:
            rows = apps.get_model(object_type)._default_manager.select_related(*subject.related).filter(pk__in=pks)
            found |= {(object_type, str(row.pk)): row for row in rows}
    return found


def name_of(event: AuditEvent, obj: Model | None) -> Any:
    """What the object is called; its kind and number when it is gone or has no name."""
    if obj is not None:
        return SUBJECTS[event.object_type].name(obj)
    return _("%(kind)s no. %(id)s") % {"kind": kind_title(event.object_type), "id": event.object_id[:12]}
