"""What the pages of programmes say: states with a tone, numbers as people read them."""

from alliance.core.amounts import percent
from alliance.core.bilingual import BilingualText

from .checks import hours
from .models import Cohort, CurriculumVersion, Programme, ProgrammePartner, Unit

TONES = {
    Programme.State.DRAFT: "",
    Programme.State.IN_REVIEW: "wait",
    Programme.State.APPROVED: "info",
    Programme.State.RUNNING: "ok",
    Programme.State.SUSPENDED: "bad",
    Programme.State.CLOSING: "wait",
    Programme.State.ARCHIVED: "",
    Programme.State.REJECTED: "bad",
}
VERSION_TONES = {
    CurriculumVersion.State.DRAFT: "",
    CurriculumVersion.State.IN_REVIEW: "wait",
    CurriculumVersion.State.APPROVED: "info",
    CurriculumVersion.State.PUBLISHED: "ok",
    CurriculumVersion.State.SUPERSEDED: "wait",
    CurriculumVersion.State.RETIRED: "",
    CurriculumVersion.State.WITHDRAWN: "bad",
}
COHORT_TONES = {
    Cohort.State.PLANNED: "",
    Cohort.State.ENROLLING: "ok",
    Cohort.State.CONFIRMED: "info",
    Cohort.State.RUNNING: "info",
    Cohort.State.GRADING: "wait",
    Cohort.State.COMPLETED: "ok",
    Cohort.State.ARCHIVED: "",
    Cohort.State.CANCELLED: "bad",
    Cohort.State.ABORTED: "bad",
}


def tone_of(obj: Programme | CurriculumVersion | Cohort) -> str:
    tones: dict = {Programme: TONES, CurriculumVersion: VERSION_TONES, Cohort: COHORT_TONES}[type(obj)]
    return tones[obj.state]


def credits(hundredths: int) -> str:
    return f"{hundredths / 100:.2f}".rstrip("0").rstrip(".")


def partners_by_role(programme: Programme) -> list[tuple[str, list[ProgrammePartner]]]:
    """Present partners that accepted, role by role; fetch `partners__organisation`."""
    found: dict[str, list[ProgrammePartner]] = {}
    for role, label in ProgrammePartner.Role.choices:
        mine = [
            partner
            for partner in programme.partners.all()
            if partner.role == role and partner.accepted_at and partner.until_on is None and not partner.declined_at
        ]
        if mine:
            found[str(label)] = mine
    return list(found.items())


def unit_lines(version: CurriculumVersion) -> list[dict[str, object]]:
    """The table of units as everybody reads it."""

    def line(unit: Unit) -> dict[str, object]:
        return {
            "unit": unit,
            "hours": hours(unit.minutes),
            "weight": percent(unit.weight),
            "pass_mark": percent(unit.pass_mark),
            "credits": credits(unit.credits),
            "outcomes": unit.outcomes.all(),
            "items": [(item, percent(item.weight)) for item in unit.items.all()],
        }

    return [line(unit) for unit in version.units.all()]


def requirement_lines(version: CurriculumVersion) -> list[tuple[str, str | BilingualText]]:
    """What a certificate of this version demands, in lines."""
    from django.utils.translation import gettext as _
    from django.utils.translation import ngettext

    lines = [
        (_("Taught hours"), hours(version.minutes)),
        (_("Credits"), credits(version.credits)),
        (_("Attendance at least"), percent(version.attendance_minimum)),
        (_("Pass mark of the total"), percent(version.pass_mark)),
        (_("Placement hours"), hours(version.placement_minutes) if version.placement_minutes else _("none")),
        (
            _("Resits"),
            ngettext("%(n)d further attempt", "%(n)d further attempts", version.resits) % {"n": version.resits}
            + _("; ")
            + str(version.get_attempt_rule_display()),
        ),
    ]
    if version.resit_cap is not None:
        lines.append((_("Highest mark of a resit"), percent(version.resit_cap)))
    lines += [
        (
            _("Weak units"),
            _("may be made good by others") if version.compensates else _("each unit marked so must be passed"),
        ),
        (
            _("Recognition of prior learning"),
            _("up to %(share)s of the credits") % {"share": percent(version.recognition_most)},
        ),
        (
            _("The certificate is valid"),
            ngettext("%(n)d month", "%(n)d months", version.validity_months) % {"n": version.validity_months}
            if version.validity_months
            else _("without end"),
        ),
    ]
    return lines
