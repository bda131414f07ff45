"""The life of the issuer's keys: published, used, retired; and withdrawn at once when one is compromised (4.4)."""

from datetime import timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from alliance.accounts.models import User
from alliance.core import audit
from alliance.core.errors import RuleBroken

from .. import acting
from ..credentials import dids, keys
from ..models import Certificate, IssuerKey, StatusList
from . import policies

# Whoever keeps the DID document in a cache has the new key by then.
PUBLISHED_BEFORE = timedelta(hours=48)

State = IssuerKey.State


class NoKey(RuleBroken):
    """Nothing can be signed now."""


def did() -> str:
    return dids.of(settings.CREDENTIAL_ORIGIN)


def file_of(fragment: str) -> Path:
    return settings.ISSUER_KEY_DIR / f"{fragment}.pem"


def signer_of(key: IssuerKey) -> keys.KeySigner:
    """Whatever signs with this key. Raises NoKey, in words for whoever wanted a signature."""
    try:
        private = keys.read(file_of(key.fragment), settings.ISSUER_KEY_PASSWORD)
    except keys.KeyUnusable as error:
        raise NoKey(_("Nothing can be signed now: %(why)s") % {"why": str(error)}) from error
    if keys.multibase(private) != key.multibase:
        raise NoKey(_("Nothing can be signed now: the key file does not belong to %(key)s.") % {"key": key.fragment})
    return keys.KeySigner(dids.method(did(), key.fragment), private)


def active() -> IssuerKey:
    """The key that signs. Raises NoKey."""
    found = IssuerKey.objects.filter(state=State.ACTIVE).first()
    if found is None:
        raise NoKey(_("Nothing can be signed now: no key is in use."))
    return found


def did_document() -> dict[str, Any]:
    """Who may have signed in our name: retired keys among them, compromised ones listed and not trusted."""
    known = list(IssuerKey.objects.order_by("staged_at", "pk"))
    return dids.document(
        did(),
        [(key.fragment, key.multibase) for key in known],
        [key.fragment for key in known if key.state in IssuerKey.TRUSTED],
    )


@transaction.atomic
def stage(*, by: User | None) -> IssuerKey:
    """Make the next key and publish its public half. One is made at a time.

    `by` is None for the operators' command and the set-up.
    """
    _require(by)
    if IssuerKey.objects.select_for_update().filter(state=State.STAGED).exists():
        raise RuleBroken(_("A new key is published already. Put it in use first."))
    if not settings.ISSUER_KEY_PASSWORD:
        raise NoKey(_("ISSUER_KEY_PASSWORD is not set, so no key can be kept."))
    private = keys.generate()
    fragment = _next_fragment()
    key = IssuerKey.objects.create(fragment=fragment, multibase=keys.multibase(private), staged_by=by)
    audit.record(
        "issuer_key.staged", key, by=by, on_behalf_of=acting.for_desk(by), fragment=fragment, multibase=key.multibase
    )
    keys.write(private, file_of(fragment), settings.ISSUER_KEY_PASSWORD)
    return key


def _next_fragment() -> str:
    year = timezone.localdate().year
    taken = set(IssuerKey.objects.filter(fragment__startswith=f"key-{year}-").values_list("fragment", flat=True))
    number = next(n for n in range(1, 1000) if f"key-{year}-{n:02}" not in taken and not _lies_there(year, n))
    return f"key-{year}-{number:02}"


def _lies_there(year: int, number: int) -> bool:
    # Of an attempt whose transaction did not end well.
    return file_of(f"key-{year}-{number:02}").exists()


@transaction.atomic
def activate(key: IssuerKey, *, by: User | None) -> IssuerKey:
    """Sign with this one from now on; the one before retires and still vouches for what it signed."""
    _require(by)
    now = timezone.now()
    known = {one.pk: one for one in IssuerKey.objects.select_for_update().order_by("pk")}
    key = known[key.pk]
    if key.state == State.ACTIVE:
        return key
    if key.state != State.STAGED:
        raise RuleBroken(_("Only a key that was published and not yet used can be put in use."))
    before = next((one for one in known.values() if one.state == State.ACTIVE), None)
    ready_at = key.staged_at + PUBLISHED_BEFORE
    # Without a key in use there is nothing to wait for: nobody's cache holds an older document that would do.
    if before is not None and now < ready_at:
        raise RuleBroken(
            _("The key was published less than 48 hours ago; caches may not have it. It can be used from %(time)s.")
            % {"time": timezone.localtime(ready_at).strftime("%Y-%m-%d %H:%M")}
        )
    signer_of(key)
    if before is not None:
        before.state, before.retired_at = State.RETIRED, now
        before.save(update_fields=["state", "retired_at"])
        audit.record("issuer_key.retired", before, by=by, on_behalf_of=acting.for_desk(by), fragment=before.fragment)
    key.state, key.activated_at = State.ACTIVE, now
    key.save(update_fields=["state", "activated_at"])
    audit.record("issuer_key.activated", key, by=by, on_behalf_of=acting.for_desk(by), fragment=key.fragment)
    return key


@transaction.atomic
def compromise(key: IssuerKey, *, by: User | None, incident_zh: str, incident_en: str) -> IssuerKey:
    """Withdraw a key at once: everything it signed turns invalid everywhere, and the public page says why.

    Lists it signed are signed anew by another key as soon as there is one; certificates are re-issued from their
    dossiers (`later.prepare_reissues`).
    """
    _require(by)
    key = IssuerKey.objects.select_for_update().get(pk=key.pk)
    if key.state == State.COMPROMISED:
        return key
    if not incident_zh.strip() or not incident_en.strip():
        raise RuleBroken(_("Please say in both languages what happened; it stands on the public page."))
    key.state, key.compromised_at = State.COMPROMISED, timezone.now()
    key.incident_zh, key.incident_en = incident_zh.strip(), incident_en.strip()
    key.save(update_fields=["state", "compromised_at", "incident_zh", "incident_en"])
    StatusList.objects.filter(key=key).update(signed="", valid_until=None)
    audit.record("issuer_key.compromised", key, by=by, on_behalf_of=acting.for_desk(by), fragment=key.fragment)
    from . import notices

    notices.tell_compromised(key, by=by)
    return key


def ensure_one() -> IssuerKey | None:
    """For the set-up: a portal that never had a key gets one. None where it has keys already."""
    if IssuerKey.objects.exists() or not settings.ISSUER_KEY_PASSWORD:
        return None
    return activate(stage(by=None), by=None)


def signed_with(key: IssuerKey) -> int:
    """How many certificates that still count rest on this key."""
    return Certificate.objects.live().filter(key=key).count()


def _require(by: User | None) -> None:
    if by is not None and not policies.can_turn_keys(by):
        raise PermissionDenied
