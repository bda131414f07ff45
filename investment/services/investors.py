"""Register an investor, show who it is, and what the desk and the clock make of it (spec 3.11)."""

import logging
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from alliance.accounts.models import Organisation, User
from alliance.accounts.permissions import Permission
from alliance.accounts.policies import organisations_with
from alliance.accounts.services.duties import appoint
from alliance.accounts.services.organisations import correct_organisation, create_organisation
from alliance.accounts.services.people import has_confirmed
from alliance.core import audit, files, workflow
from alliance.core.errors import RuleBroken
from alliance.core.files import NotAccepted
from alliance.core.files.accept import shown_name

from .. import policies
from .. import policies_investors as allowed
from ..models import Investor, InvestorDocument, InvestorStep
from ..notices import investors as notices
from ..workflows.investors import INVESTOR, refuse_unready

State = Investor.State
MOST_DOCUMENTS = 12
# Documents are PDFs or photographs of papers; nothing that runs.
EXTENSIONS = ("pdf", "jpg", "jpeg", "png")
# What the desk verified; the rest may change at any time.
IDENTITY = ("kind", "country", "foreign_id")
logger = logging.getLogger(__name__)
NAMES = ("name_zh", "name_en", "credit_code")
FREE = ("website", "about_zh", "about_en")
WISHES = ("fields", "provinces", "least", "most")
REMIND_DAYS = (30, 7)


def lock(investor: Investor) -> Investor:
    Investor.objects.select_for_update(no_key=True).get(pk=investor.pk)
    return Investor.objects.select_related("organisation").get(pk=investor.pk)


@transaction.atomic
def register_investor(
    values: Mapping[str, Any], *, by: User, organisation: Organisation | None = None, is_sample: bool = False
) -> Investor:
    """A new organisation with its entry; whoever registers it becomes its first signatory.

    A signatory of an `organisation` that has no entry yet gives it one.

    `values`: names, kind, country, credit code or number abroad, website, introduction. Raises RuleBroken where the
    credit code is somebody else's.
    """
    is_new = organisation is None
    if organisation is None:
        organisation = _new_organisation(values, by=by)
    elif organisation.pk not in {one.pk for one in organisations_with(by, Permission.SIGN_AS_INVESTOR)}:
        raise PermissionDenied
    investor = Investor.objects.create(
        organisation=organisation,
        registered_by=by,
        is_sample=is_sample,
        **{name: values[name] for name in (*IDENTITY, *FREE) if name in values},
    )
    audit.record("investor.registered", investor, by=by, country=investor.country, kind=investor.kind)
    InvestorStep.objects.create(investor=investor, verb="register", to_state=State.REGISTERED, by=by)
    if is_new:
        appoint(by, organisation, "investor_signatory", by=None)
    if hasattr(by, policies.KNOWN):
        delattr(by, policies.KNOWN)
    return confirm_contact(investor)


def _new_organisation(values: Mapping[str, Any], *, by: User) -> Organisation:
    names = {name: values.get(name, "") for name in NAMES}
    try:
        return create_organisation(kind=Organisation.Kind.INVESTOR, by=by, **names)
    except RuleBroken:
        raise RuleBroken(
            _(
                "An organisation with this credit code is in the portal already. "
                "Ask its people to invite you, or the secretariat for help."
            )
        ) from None


def confirm_contact(investor: Investor) -> Investor:
    """By rule: the address of who registered it is confirmed, so its contact is."""
    if investor.state != State.REGISTERED or investor.registered_by is None:
        return investor
    if not has_confirmed(investor.registered_by):
        return investor
    return workflow.apply(INVESTOR, investor, "confirm_contact", by=None)


@transaction.atomic
def change_investor(investor: Investor, values: Mapping[str, Any], *, by: User) -> Investor:
    """Rewrite the entry. Name and number are what the desk verifies: they change only before they are handed in."""
    investor = lock(investor)
    if not allowed.can_write_investor(by, investor):
        raise PermissionDenied
    organisation = investor.organisation
    names = {name: values[name] for name in NAMES if name in values and getattr(organisation, name) != values[name]}
    own = [name for name in (*IDENTITY, *FREE) if name in values and getattr(investor, name) != values[name]]
    if not investor.is_written and (names or set(own) & set(IDENTITY)):
        raise RuleBroken(_("Name, country and number were handed in. Ask the investment desk to correct them."))
    for name in own:
        setattr(investor, name, values[name])
    if names:
        correct_organisation(organisation, names, by=by)
    if own:
        investor.save(update_fields=[*own, "updated_at"])
    if names or own:
        audit.record("investor.changed", investor, by=by, fields=sorted([*names, *own]))
    return investor


@transaction.atomic
def set_wishes(investor: Investor, values: Mapping[str, Any], *, by: User) -> Investor:
    """What it looks for: fields, provinces, amounts in fen."""
    investor = lock(investor)
    if not allowed.can_write_investor(by, investor):
        raise PermissionDenied
    for name in WISHES:
        setattr(investor, name, values[name])
    investor.save(update_fields=[*WISHES, "updated_at"])
    audit.record("investor.wishes_set", investor, by=by)
    return investor


# Documents ----------------------------------------------------------------------------------------------------------


@transaction.atomic
def add_document(investor: Investor, kind: str, upload: UploadedFile, *, by: User) -> InvestorDocument:
    """Keep a document privately; the desk and the investor's people read it once it was checked."""
    investor = lock(investor)
    _refuse_closed(investor, by)
    name = shown_name(upload.name or "")
    if name.rpartition(".")[2].lower() not in EXTENSIONS:
        raise NotAccepted(_("“%(name)s” is not a PDF, JPG or PNG file.") % {"name": name})
    if investor.documents.count() >= MOST_DOCUMENTS:
        raise RuleBroken(_("At most %(n)d documents. Remove one that is not needed any more.") % {"n": MOST_DOCUMENTS})
    stored = files.accept_document(upload, by=by)
    document = InvestorDocument.objects.create(investor=investor, kind=kind, file=stored, uploaded_by=by)
    audit.record("investor.document_added", investor, by=by, kind=kind, sha256=stored.sha256, size=stored.size)
    return document


@transaction.atomic
def remove_document(document: InvestorDocument, *, by: User) -> None:
    """The row and its file go for good, while nothing was handed in."""
    investor = lock(document.investor)
    _refuse_closed(investor, by)
    found = InvestorDocument.objects.select_related("file").filter(pk=document.pk).first()
    if found is None:
        return
    stored = found.file
    audit.record("investor.document_removed", investor, by=by, kind=found.kind, sha256=stored.sha256)
    storage, name = stored.content.storage, stored.content.name
    found.delete()
    stored.delete()
    if name:
        transaction.on_commit(lambda: storage.delete(name))


def _refuse_closed(investor: Investor, by: User) -> None:
    if not allowed.can_write_investor(by, investor):
        raise PermissionDenied
    if not investor.is_written:
        raise RuleBroken(_("The documents were handed in and stay as they are until the desk has decided."))


@transaction.atomic
def hand_in(investor: Investor, *, by: User) -> Investor:
    """The signatory hands entry and documents to the desk; its clock begins. A second click changes nothing."""
    investor = lock(investor)
    if not policies.is_signatory(by, investor):
        raise PermissionDenied
    if investor.state == State.REGISTERED:
        raise RuleBroken(_("Confirm your e-mail address first."))
    if investor.state != State.CONTACT_VERIFIED:
        raise RuleBroken(_("There is nothing to hand in now."))
    if investor.handed_in_at is not None:
        return investor
    refuse_unready(investor)
    investor.handed_in_at = timezone.now()
    investor.save(update_fields=["handed_in_at", "updated_at"])
    audit.record("investor.handed_in", investor, by=by, on_behalf_of=investor.organisation)
    notices.tell_handed_in(investor, by=by)
    return investor


# Decisions and the clock --------------------------------------------------------------------------------------------


@transaction.atomic
def move_investor(
    investor: Investor,
    verb: str,
    *,
    by: User | None,
    reason: str = "",
    code: str = "",
    until: date | None = None,
    checks: list[dict[str, str]] | None = None,
) -> Investor:
    """One step; its interests follow in the same transaction."""
    try:
        with transaction.atomic():
            return workflow.apply(INVESTOR, investor, verb, by=by, reason=reason, code=code, until=until, checks=checks)
    except IntegrityError:
        raise RuleBroken(_("Another verified investor has this number. Look at both entries.")) from None


def mind(today: date | None = None) -> int:
    """The clock: contacts confirmed meanwhile, reminders 30 and 7 days before, and what has run out; gives how many."""
    today = today or timezone.localdate()
    done = 0
    confirmed = Q(registered_by__emailaddress__verified=True)
    for investor in Investor.objects.filter(confirmed, state=State.REGISTERED).distinct():
        done += confirm_contact(investor).state != State.REGISTERED
    running = Investor.objects.filter(state__in=(*Investor.VERIFIED_STATES, State.SUSPENDED))
    for investor in running.filter(verified_until__lt=today).order_by("pk"):
        try:
            move_investor(investor, "expire", by=None)
        except RuleBroken:
            # Verified anew, or revoked, between the look and the lock.
            logger.info("investor %s was decided about meanwhile", investor.pk)
        else:
            done += 1
    soon = today + timedelta(days=max(REMIND_DAYS))
    ending = running.filter(verified_until__gte=today, verified_until__lte=soon).select_related("organisation")
    for investor in ending.order_by("pk"):
        assert investor.verified_until is not None
        left = (investor.verified_until - today).days
        # Whoever was not reminded at 30 days because nothing ran is reminded by the nearest number that holds.
        days = min(days for days in REMIND_DAYS if left <= days)
        with transaction.atomic():
            done += notices.tell_runs_out(investor, days)
    return done
