"""Make, correct and remove organisations."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.db import IntegrityError, models, transaction
from django.utils.functional import lazy
from django.utils.translation import gettext_lazy as _

from alliance.core import audit
from alliance.core.errors import RuleBroken
from alliance.core.models import Division
from alliance.core.slugs import free_slug

from ..models import Organisation, User

FIELDS = ("name_zh", "name_en", "credit_code", "province")


@transaction.atomic
def create_organisation(
    *,
    by: User,
    name_zh: str,
    name_en: str = "",
    credit_code: str = "",
    province: Division | None = None,
    kind: str = Organisation.Kind.PARK_OPERATOR,
) -> Organisation:
    """A new organisation, an operator of parks if nothing else is said. The same credit code twice is refused."""
    try:
        with transaction.atomic():
            organisation = Organisation.objects.create(
                kind=kind,
                slug=free_slug(name_en, name_zh, Organisation, otherwise=kind.replace("_", "-")),
                name_zh=name_zh,
                name_en=name_en,
                credit_code=credit_code,
                province=province,
            )
    except IntegrityError:
        raise RuleBroken(_("Another organisation already has this credit code.")) from None
    audit.record("organisation.created", organisation, by=by)
    return organisation


@transaction.atomic
def correct_organisation(organisation: Organisation, values: Mapping[str, Any], *, by: User) -> list[str]:
    """Put name, credit code or province right; gives the fields that changed."""
    organisation = Organisation.objects.select_for_update(no_key=True).get(pk=organisation.pk)
    changed = [name for name in FIELDS if name in values and getattr(organisation, name) != values[name]]
    for name in changed:
        setattr(organisation, name, values[name])
    if not changed:
        return []
    try:
        with transaction.atomic():
            organisation.save(update_fields=changed)
    except IntegrityError:
        raise RuleBroken(_("Another organisation already has this credit code.")) from None
    audit.record("organisation.corrected", organisation, by=by, fields=sorted(changed))
    return changed


@transaction.atomic
def remove_unused(organisation: Organisation, *, by: User) -> None:
    """Remove an organisation that nothing refers to: one written down by mistake."""
    organisation = Organisation.objects.select_for_update().get(pk=organisation.pk)
    if used := used_by(organisation):
        raise RuleBroken(in_use(used))
    audit.record("organisation.removed", organisation, by=by)
    try:
        organisation.delete()
    except models.ProtectedError:
        raise RuleBroken(in_use([_("other records")])) from None


def in_use(things: Iterable[Any]) -> Any:
    """Why it cannot go, said in the language of whoever reads it."""
    found = list(things)

    def words() -> str:
        names = sorted({str(name) for name in found})
        return _("It is now in use: %(things)s.") % {"things": str(_(", ")).join(names)}

    return lazy(words, str)()


def used_by(*things: models.Model, but: tuple[str, ...] = ()) -> list[Any]:
    """What refers to these rows of one model, in words; `but` names relations that belong to them."""
    found = []
    for relation in things[0]._meta.related_objects if things else ():
        name = relation.get_accessor_name()
        if name in but or relation.related_model is None or relation.related_model.__name__.startswith("Historical"):
            continue
        rows = relation.related_model._base_manager.filter(
            **{f"{relation.field.name}__in": [thing.pk for thing in things]}
        )
        if rows.exists():
            found.append(relation.related_model._meta.verbose_name)
    return found
