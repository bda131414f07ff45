"""What the secretariat does with entries: add one, after looking for the same park under another name."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from simple_history.utils import bulk_create_with_history

from alliance.accounts.models import Organisation, User
from alliance.core import audit
from alliance.core.errors import RuleBroken
from alliance.core.models import Division
from alliance.core.slugs import free_slugs

from .. import lookalikes
from ..models import Park
from . import publication

# What most names share says nothing about which park it is.
COMMON = re.compile(
    r"(文化|创意|创新|产业|园区|园|基地|集聚区|示范|国家级|国家|艺术区|艺术|街区|广场|中心|"
    r"\b(cultur(al|e)|creative|industr(y|ial)|parks?|plaza|cent(er|re)|base|district|zone|art)\b)",
    re.IGNORECASE,
)


def name_key(name: str) -> str:
    """What is left of a name when width, case, spaces and the common words are gone."""
    plain = unicodedata.normalize("NFKC", name).lower()
    bare = COMMON.sub("", plain)
    return re.sub(r"[\W_]+", "", bare) or re.sub(r"[\W_]+", "", plain)


def similar_parks(name_zh: str, name_en: str = "", province: Division | None = None) -> list[Park]:
    """Parks that may be the same, the most alike first: `parks.lookalikes` says how and why."""
    found = lookalikes.find_like(name_zh, name_en, province)
    return [match.park for match in found if match.park is not None]


@transaction.atomic
def create_park(
    *,
    by: User,
    name_zh: str,
    province: Division,
    name_en: str = "",
    kind: str = "park",
    credit_code: str = "",
    source: str = "",
    is_different: bool = False,
    organisation: Organisation | None = None,
) -> Park:
    """A new entry as a draft, with the organisation that will run it: a new one, unless one without a park is given.

    The same credit code is refused. Similar names are named first; `is_different` says that somebody looked at them.
    """
    alike = [] if is_different else similar_parks(name_zh, name_en, province)
    if alike:
        names = _(", ").join(str(park.name) for park in alike)
        raise RuleBroken(_("There are parks with similar names: %(names)s.") % {"names": names})
    entry = NewPark(name_zh, province, name_en, kind, credit_code, source, organisation)
    park = begin_parks([entry], by=by)[0]
    publication.recount(park)
    publication.after_standing(park)
    lookalikes.remember(park.organisation)
    return park


@dataclass(frozen=True)
class NewPark:
    """What a bare entry begins with. `organisation` is one without a park that will run it; else a new one is made."""

    name_zh: str
    province: Division
    name_en: str = ""
    kind: str = "park"
    credit_code: str = ""
    source: str = ""
    organisation: Organisation | None = None


@transaction.atomic
def begin_parks(entries: Sequence[NewPark], *, by: User) -> list[Park]:
    """Bare entries and their organisations. What counts on a profile follows when that is published."""
    codes = [entry.credit_code for entry in entries if entry.credit_code and entry.organisation is None]
    if codes and (other := Organisation.objects.filter(credit_code__in=codes).first()):
        raise RuleBroken(_("%(name)s already has this credit code.") % {"name": other.name})
    slugs = free_slugs([(entry.name_en, entry.name_zh) for entry in entries], Park, Organisation, otherwise="park")
    parks = [_bare(entry, slug) for entry, slug in zip(entries, slugs, strict=True)]
    try:
        with transaction.atomic():
            Organisation.objects.bulk_create([park.organisation for park in parks if not park.organisation.pk])
            bulk_create_with_history(parks, Park, default_change_reason="created by the secretariat")
    except IntegrityError:
        raise RuleBroken(_("Somebody added this park a moment ago. Please look at the list.")) from None
    for park in parks:
        audit.record("park.created", park, by=by, on_behalf_of=park.organisation)
    return parks


def _bare(entry: NewPark, slug: str) -> Park:
    return Park(
        slug=slug,
        organisation=entry.organisation
        or Organisation(
            kind=Organisation.Kind.PARK_OPERATOR,
            slug=slug,
            name_zh=entry.name_zh,
            name_en=entry.name_en,
            credit_code=entry.credit_code,
            province=entry.province,
        ),
        kind=entry.kind,
        name_zh=entry.name_zh,
        name_en=entry.name_en,
        province=entry.province,
        source=entry.source,
    )
