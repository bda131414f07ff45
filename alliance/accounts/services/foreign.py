"""Linking an account at Weixin, DingTalk, Feishu or a sign-in server to a person, and taking it off again."""

from allauth.socialaccount.models import SocialAccount
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from alliance.core import audit
from alliance.core.errors import RuleBroken

from ..models import ConsentRecord, UnionId, User
from ..purposes import FOREIGN_ACCOUNT
from . import consents


def known_by_union(provider: str, union_id: str) -> SocialAccount | None:
    """The linked account that has this lasting id, whatever its id at an earlier registration was."""
    found = UnionId.objects.filter(provider=provider, value=union_id).select_related("account__user").first()
    return found.account if found and union_id else None


@transaction.atomic
def move_to_new_id(account: SocialAccount, uid: str) -> SocialAccount:
    """The portal was registered anew: the same account now comes with another id."""
    account = SocialAccount.objects.select_for_update(of=("self",)).select_related("user").get(pk=account.pk)
    if account.uid != uid:
        account.uid = uid
        account.save(update_fields=["uid"])
        audit.record("foreign_account.id_changed", account.user, by=account.user, provider=account.provider)
    return account


@transaction.atomic
def remember_union(account: SocialAccount, union_id: str) -> None:
    """Keep the lasting id, once the provider gives one; the first account that has it keeps it."""
    if union_id and not UnionId.objects.filter(account=account).exists():
        UnionId.objects.bulk_create(
            [UnionId(account=account, provider=account.provider, value=union_id)], ignore_conflicts=True
        )


def link(person: User, account: SocialAccount, *, union_id: str = "", address: str = "") -> bool:
    """Link this account to the person, who agreed to that on the page; False when it was linked to them already.

    Never to two people.
    """
    try:
        with transaction.atomic():
            person = User.objects.select_for_update(no_key=True).get(pk=person.pk)
            taken = SocialAccount.objects.filter(provider=account.provider, uid=account.uid).first()
            taken = taken or known_by_union(account.provider, union_id)
            if taken is not None and taken.user_id == person.pk:
                return False
            if taken is not None:
                raise RuleBroken(_("This account is linked to somebody else here."))
            account.user = person
            account.save(force_insert=True)
            remember_union(account, union_id)
            consents.give(person, FOREIGN_ACCOUNT, way=ConsentRecord.Way.LINKING, address=address)
            audit.record("foreign_account.linked", person, by=person, provider=account.provider)
    except IntegrityError:
        raise RuleBroken(_("This account is linked to somebody else here.")) from None
    return True


@transaction.atomic
def unlink(account: SocialAccount, *, by: User) -> None:
    """Take a linked account off. Whoever has no password would be locked out by it."""
    account = SocialAccount.objects.select_for_update(of=("self",)).select_related("user").get(pk=account.pk)
    if not account.user.has_usable_password():
        raise RuleBroken(_("Please set a password first: without one you could no longer sign in."))
    _remove(account, by)
    if not SocialAccount.objects.filter(user=account.user).exists():
        consents.withdraw(account.user, FOREIGN_ACCOUNT, way=ConsentRecord.Way.LINKING)


def unlink_all(person: User) -> None:
    """The person took the agreement back."""
    for account in SocialAccount.objects.select_for_update(of=("self",)).filter(user=person).select_related("user"):
        _remove(account, person)


def _remove(account: SocialAccount, by: User) -> None:
    provider = account.provider
    account.delete()
    audit.record("foreign_account.unlinked", account.user, by=by, provider=provider)
