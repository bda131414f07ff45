"""Why a delivery was not sent, in words."""

from django.utils.translation import gettext as _


def in_words(error: str) -> str:
    """Our own codes as sentences; what the mail server said stays as it said it."""
    given_up = "given_up: "
    if error.startswith(given_up):
        return _("Given up: %(reason)s") % {"reason": in_words(error.removeprefix(given_up))}
    if error.startswith("not_written: "):
        return _("The message could not be written (%(error)s). This is a fault of the portal.") % {
            "error": error.removeprefix("not_written: ")
        }
    known = {
        "switched_off": _("The person has switched these mails off."),
        "inactive": _("The account is closed."),
        "no_access": _("The person may no longer see what it is about."),
        "already_read": _("The person had read it in the portal before the summary was sent."),
        "empty": _("Nothing of the summary was left that the person may see."),
        "gone": _("What it was about is no longer there."),
        "address_bounced": _("Mail to this address bounced permanently."),
        "no_consent": _("The person has not agreed to this, or no longer does."),
        "robot_off": _("The robot of the group is switched off or removed."),
        "sealed_with_another_key": _("The robot's address was sealed with a key that the portal no longer has."),
        "unknown_kind": _("The portal no longer knows this kind of message."),
        "restored": _("It was under way when the backup was made that the portal was restored from."),
        "worker_lost": _("The worker ended in the middle of sending."),
    }
    return known.get(error, error)
