"""Data rooms in sentences. Documents and groups are told as numbers: their names are for their readers alone (D-8)."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

ROOMS: dict[str, str | Promise] = {
    "room.opened": gettext_lazy("%(who)s opened a data room: %(what)s"),
    "room.bulk_set": gettext_lazy("%(who)s said whether files may be taken together: %(what)s"),
    "room.factor_set": gettext_lazy("%(who)s said whether a data room needs a second factor: %(what)s"),
    "room.node_added": gettext_lazy("%(who)s put something into a data room: %(what)s"),
    "room.version_added": gettext_lazy("%(who)s uploaded a version of a document: %(what)s"),
    "room.node_changed": gettext_lazy("%(who)s renamed or moved something in a data room: %(what)s"),
    "room.node_removed": gettext_lazy("%(who)s took something out of a data room: %(what)s"),
    "room.group_added": gettext_lazy("%(who)s made a group for a data room: %(what)s"),
    "room.group_changed": gettext_lazy("%(who)s changed a group or its window: %(what)s"),
    "room.member_added": gettext_lazy("%(who)s let a person of an investor into a data room: %(what)s"),
    "room.member_removed": gettext_lazy("%(who)s took a person of an investor out of a data room: %(what)s"),
    "room.access_set": gettext_lazy("%(who)s set what a group may read: %(what)s"),
    "room.frozen": gettext_lazy("The documents of a data room were written down: %(what)s"),
}
