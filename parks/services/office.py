"""What the secretariat does with entries: add one, after looking for the same park under another name."""

import re
import unicodedata

from django.db import IntegrityError, transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _
from pypinyin import lazy_pinyin

from alliance.accounts.models import Organisation, User
from alliance.core import audit
from alliance.core.errors import RuleBroken
from alliance.core.models import Division

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
    park = begin_park(
        by=by,
        name_zh=name_zh,
        name_en=name_en,
        province=province,
        kind=kind,
        credit_code=credit_code,
        source=source,
        organisation=organisation,
    )
    publication.recount(park)
    publication.after_standing(park)
    lookalikes.remember(park.organisation)
    return park


@transaction.atomic
def begin_park(
    *,
    by: User,
    name_zh: str,
    province: Division,
    name_en: str = "",
    kind: str = "park",
    credit_code: str = "",
    source: str = "",
    organisation: Organisation | None = None,
) -> Park:
    """The bare entry and its organisation. What counts on a profile follows when that is published."""
    if credit_code and organisation is None and (other := Organisation.objects.filter(credit_code=credit_code).first()):
        raise RuleBroken(_("%(name)s already has this credit code.") % {"name": other.name})
    slug = free_slug(name_en, name_zh)
    try:
        with transaction.atomic():
            organisation = organisation or Organisation.objects.create(
                kind=Organisation.Kind.PARK_OPERATOR,
                slug=slug,
                name_zh=name_zh,
                name_en=name_en,
                credit_code=credit_code,
                province=province,
            )
            park = Park(
                slug=slug,
                organisation=organisation,
                kind=kind,
                name_zh=name_zh,
                name_en=name_en,
                province=province,
                source=source,
            )
            park._change_reason = "created by the secretariat"  # type: ignore[attr-defined]
            park.save()
    except IntegrityError:
        raise RuleBroken(_("Somebody added this park a moment ago. Please look at the list.")) from None
    audit.record("park.created", park, by=by, on_behalf_of=organisation)
    return park


def free_slug(name_en: str, name_zh: str) -> str:
    """An address in Latin letters: the English name, else the pinyin of the Chinese one."""
    base = slugify(name_en)[:50].strip("-") or slugify(" ".join(lazy_pinyin(name_zh)))[:50].strip("-") or "park"
    # Also those of merged entries: their addresses lead on.
    taken = set(Park.everything.filter(slug__startswith=base).values_list("slug", flat=True)) | set(
        Organisation.everything.filter(slug__startswith=base).values_list("slug", flat=True)
    )
    slug, number = base, 2
    while slug in taken:
        slug, number = f"{base}-{number}", number + 1
    return slug
