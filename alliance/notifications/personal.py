"""What notices, mails and tasks know of people (alliance/accounts/personal_data.py)."""

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from alliance.accounts.models import User
from alliance.accounts.personal import addresses_of
from alliance.accounts.personal_data import Close, Source, not_personal, register

from .models import OutboxMail, Task


def _kept_mails(person: User) -> QuerySet:
    """To any of their addresses, and those to others that name them."""
    found = Q()
    for words in (*addresses_of(person), person.phone, person.name if len(person.name) > 1 else ""):
        if words:
            found |= Q(to__icontains=words) | Q(text__icontains=words) | Q(html__icontains=words)
    return OutboxMail.objects.filter(found).order_by("pk")


def _put_back(person: User, rows: QuerySet) -> None:
    rows.filter(state=Task.State.OPEN).update(owner=None, owned_at=None)


register(
    Source(
        "notices",
        "notifications.Notice",
        _("Messages in the portal"),
        _("To tell you what concerns you, and to prove that you were told. Words are made on reading."),
        person=("recipient",),
        fields=("id", "event__kind", "event__about_type", "event__about_id", "created_at", "read_at"),
    ),
    Source(
        "deliveries",
        "notifications.Delivery",
        _("Mails sent to you"),
        _("To prove that you were told. The text is not kept, nor the address it went to."),
        person=("recipient",),
        fields=("id", "event__kind", "channel", "state", "created_at", "sent_at", "last_error"),
    ),
    Source(
        "preferences",
        "notifications.Preference",
        _("Which messages you want by mail"),
        _("To write to you as you wish."),
        person=("person",),
        fields=("kind", "channel", "choice"),
        on_close=Close.DELETE,
    ),
    Source(
        "searches",
        "notifications.SavedSearch",
        _("Searches you keep"),
        _("To tell you of additions, as often as you want."),
        person=("person",),
        words=("name",),
        fields=("name", "list_code", "query", "alerts", "created_at", "told_at", "paused_at"),
        on_close=Close.DELETE,
    ),
    Source(
        "additions",
        "notifications.SearchMatch",
        _("Additions to your searches"),
        _("To tell you of each addition once."),
        person=("person",),
        fields=("list_code", "object_id", "found_at", "told_at"),
        on_close=Close.DELETE,
    ),
    Source(
        "digests",
        "notifications.Digest",
        _("Summaries you were sent"),
        _("So that nothing is told twice or not at all."),
        person=("person",),
        fields=("cadence", "on", "cut_at"),
    ),
    Source(
        "unsubscriptions",
        "notifications.Unsubscription",
        _("Mails you switched off from within a mail"),
        _("To write to you as you wish, and so that you can take it back."),
        person=("person",),
        fields=("scope", "way", "at", "undone_at"),
        on_close=Close.DELETE,
    ),
    Source(
        "address_troubles",
        "notifications.AddressTrouble",
        _("Addresses of yours that mails came back from"),
        _("So that nothing more is sent to an address that does not work."),
        person=("person",),
        words=("address", "said"),
        fields=("address", "status", "said", "since", "cleared_at"),
        on_close=Close.DELETE,
    ),
    Source(
        "hours",
        "notifications.WritingHours",
        _("When mails may come"),
        _("To write to you at the hours you wish."),
        person=("person",),
        fields=("quiet", "quiet_from", "quiet_until", "digest_at", "time_zone"),
        on_close=Close.DELETE,
    ),
    Source(
        "robots",
        "notifications.Robot",
        _("Group robots you added"),
        _("So that others see who set up what their group is told."),
        traces=("added_by",),
        is_listed=False,
    ),
    Source(
        "events",
        "notifications.OutboxEvent",
        _("What was told because of you"),
        _("Proof of who did what others were told of."),
        traces=("actor",),
        is_listed=False,
    ),
    Source(
        "tasks",
        "notifications.Task",
        _("Tasks you have taken"),
        _("So that colleagues see who works on what."),
        person=("owner",),
        traces=("opened_by", "done_by"),
        fields=("id", "kind", "about_type", "about_id", "state", "owned_at", "done_at"),
        close=_put_back,
    ),
    Source(
        "kept_mails",
        "notifications.OutboxMail",
        _("Mails kept in the portal's own mailbox"),
        _("Only where no mail server is named, and for 30 days."),
        words=("to",),
        fields=("to", "subject", "text", "kept_at"),
        rows=_kept_mails,
        on_close=Close.DELETE,
    ),
)
not_personal("notifications.Heartbeat", "name", why="of a process")
not_personal("notifications.ScheduleSlot", "name", why="of a piece of work")
not_personal("notifications.OutboxMail", "sender", why="the portal itself")
not_personal("notifications.Robot", "name", why="the name of a group")
