"""People, as invitations: each row is a letter with a role at an organisation. No accounts, no passwords."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from alliance.core import imports
from alliance.core.errors import RuleBroken
from alliance.core.imports import Column, Draft, Judged, Made, Option, both, key_of
from alliance.core.models import ImportRow

from .. import policies, services
from ..forms.team import InviteForm
from ..models import Duty, Invitation, Organisation, User
from ..permissions import Permission
from ..roles import ROLES
from .organisations import columns_of

Verdict = ImportRow.Verdict
INVITED = _("This address has been invited already. The letter can be sent again from the team's page.")
FIELDS = ("email", "name", "role_code", "starts_on", "ends_on", "language")


def role_options() -> list[Option]:
    return [Option(role.code, both(role.title)) for role in ROLES.values()]


def language_options() -> list[Option]:
    return [
        Option("zh-hans", both(User.Language.CHINESE.label), ("zh", "中文", "汉语")),
        Option("en", both(User.Language.ENGLISH.label), ("英文", "english")),
    ]


class PeopleChecker(imports.Checker):
    """Asks once for organisations and roles, and twice a chunk for who holds or was offered what already."""

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self.organisations = list(Organisation.objects.all())
        self.by_name: dict[str, list[Organisation]] = {}
        for row in self.organisations:
            for name in {key_of(row.name_zh), key_of(row.name_en), key_of(row.slug), row.credit_code} - {""}:
                self.by_name.setdefault(name, []).append(row)
        self.grantable: dict[int, list[str]] = {}
        self.rows: dict[tuple[str, int, str], int] = {}
        form = InviteForm(organisation=Organisation(pk=0), by=self.by, team=[])
        del form.fields["substitute"]
        form.fields["role_code"].choices = [(code, code) for code in ROLES]  # type: ignore[attr-defined]
        self.reader = imports.FormReader(form)

    def judge(self, drafts: Sequence[Draft]) -> list[Judged]:
        placed = [self._read(draft) for draft in drafts]
        emails = {draft.values.get("email", "") for draft in drafts}
        today = timezone.localdate()
        held = {
            (duty.person.email, duty.organisation_id, duty.role_code)
            for duty in Duty.objects.current(today).filter(person__email__in=emails).select_related("person")
        }
        invited = {
            (row.email, row.organisation_id, row.role_code): row
            for row in Invitation.objects.pending().filter(email__in=emails)
        }
        return [
            self._judge(draft, organisation, held, invited) for draft, organisation in zip(drafts, placed, strict=True)
        ]

    def _read(self, draft: Draft) -> Organisation | None:
        given = dict(draft.values)
        wanted = str(given.pop("organisation", ""))
        given.setdefault("starts_on", timezone.localdate().isoformat())
        given.setdefault("language", User.Language.CHINESE)
        cleaned, errors = self.reader.read(given)
        # What a cell says wrongly is said once: the form only sees that nothing is there.
        known_wrong = {note["column"] for note in draft.notes}
        for name, found in errors.items():
            for error in found if name not in known_wrong else ():
                draft.refuse(name if name in FIELDS else "", error)
        draft.values = {
            name: value.isoformat() if isinstance(value, date) else value for name, value in cleaned.items() if value
        } | ({"organisation": wanted} if wanted else {})
        return self._organisation(draft, wanted)

    def _organisation(self, draft: Draft, wanted: str) -> Organisation | None:
        found = self.by_name.get(key_of(wanted)) or self.by_name.get(wanted.upper().replace(" ", "")) or []
        role = ROLES.get(draft.values.get("role_code", ""))
        if role is not None and len(found) > 1:
            found = [row for row in found if row.kind in role.organisation_kinds] or found
        if not wanted:
            draft.note("organisation", _("Please say at which organisation."))
        elif not found:
            draft.note("organisation", _("There is no organisation of this name. Import the organisations first."))
        elif len(found) > 1:
            draft.note("organisation", _("Several organisations have this name. Give the credit code instead."))
        else:
            return found[0]
        return None

    def _judge(
        self, draft: Draft, organisation: Organisation | None, held: set, invited: dict[tuple, Invitation]
    ) -> Judged:
        if draft.notes or organisation is None:
            return Judged(Verdict.ERROR)
        role = ROLES[draft.values["role_code"]]
        if organisation.kind not in role.organisation_kinds:
            draft.note("role_code", _("This role does not exist at this organisation."))
        elif role.code not in self._grantable(organisation):
            draft.note("role_code", _("Your desk does not give this role. Ask the desk that does."))
        key = (draft.values["email"], organisation.pk, role.code)
        if (first := self.rows.setdefault(key, draft.number)) != draft.number:
            draft.note("", lambda: _("The same as row %(row)s of this file.") % {"row": first})
        if draft.notes:
            return Judged(Verdict.ERROR)
        name = f"{draft.values['email']} · {organisation.name_zh}"
        if key in held:
            draft.note("", _("This person holds the role already."))
            return Judged(Verdict.SAME, target_name=name)
        if key in invited:
            draft.note(
                "", _("This address has been invited already. The letter can be sent again from the team's page.")
            )
            return Judged(Verdict.SAME, target_name=name)
        return Judged(Verdict.NEW, seen=str(organisation.pk), target_name=name)

    def _grantable(self, organisation: Organisation) -> list[str]:
        if organisation.pk not in self.grantable:
            self.grantable[organisation.pk] = policies.grantable_roles(self.by, organisation)
        return self.grantable[organisation.pk]

    def apply(self, row: ImportRow, judged: Judged) -> Made:
        values = row.values
        organisation = next(found for found in self.organisations if str(found.pk) == judged.seen)
        invitation = services.invite(
            organisation,
            values["email"],
            values["role_code"],
            by=self.by,
            name=values.get("name", ""),
            starts_on=_day(values.get("starts_on")),
            ends_on=_day(values.get("ends_on")),
            language=values["language"],
            is_imported=True,
        )
        return Made(str(invitation.pk), True)

    def undo(self, row: ImportRow) -> None:
        invitation = Invitation.objects.filter(pk=row.target).first()
        if invitation is None:
            raise RuleBroken(_("It no longer exists."))
        if invitation.revoked_at is None:
            services.revoke_invitation(invitation, by=self.by)


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


class People(imports.ImportKind):
    code = "people"
    title = _("People")
    sentence = _("Invitations: each person gets a letter with a link to take up a role at an organisation.")
    hints = (
        _("One row for each person and role. Nobody gets an account or a password by this: they accept the letter."),
        _("At most 500 rows a file, so that nobody writes to thousands by mistake."),
    )
    warning = _("Letters go out at once and cannot be called back; taking back makes their links void.")
    max_rows = 500
    checker = PeopleChecker

    def columns(self) -> list[Column]:
        said = columns_of(InviteForm, "email", "name", "role_code", "starts_on", "ends_on", "language")
        for name in ("starts_on", "language"):
            said[name]["is_required"] = False
        said["starts_on"]["help"] = _("Empty: today.")
        said["language"]["help"] = _("Empty: Chinese.")
        return [
            Column(
                "email",
                **said["email"],
                kind="email",
                example="name@organisation.cn",
                synonyms=("邮箱", "mail", "e-mail"),
            ),
            Column("name", **said["name"], synonyms=("姓名", "名字", "full name")),
            Column(
                "organisation",
                _("Organisation"),
                _("Its name as in the portal in either language, or its credit code."),
                is_required=True,
                synonyms=("机构", "单位", "所在单位", "organization", "company", "园区"),
            ),
            Column("role_code", **said["role_code"], kind="choice", options=role_options, synonyms=("职责", "duty")),
            Column("starts_on", **said["starts_on"], kind="date", example="2027-01-31", synonyms=("开始日期", "from")),
            Column("ends_on", **said["ends_on"], kind="date", example="2029-12-31", synonyms=("结束日期", "until")),
            Column("language", **said["language"], kind="choice", options=language_options, synonyms=("语言",)),
        ]

    def may(self, person: Any) -> bool:
        return policies.has_desk_permission(person, Permission.INVITE)

    def url_of(self, row: ImportRow) -> str:
        slug = (
            Invitation.objects.filter(pk=row.target or None).values_list("organisation__slug", flat=True).first()
            if row.target.isdigit()
            else None
        )
        return reverse("accounts:organisation_team", args=[slug]) if slug else ""


PEOPLE = imports.register(People())
