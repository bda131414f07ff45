"""Readable addresses in Latin letters: from the English name, else from the pinyin of the Chinese one."""

from collections.abc import Collection, Iterable

from django.db import connection, models
from django.db.models import Q
from django.utils.text import slugify
from pypinyin import lazy_pinyin

LONGEST = 50


def stem(name_en: str, name_zh: str, otherwise: str) -> str:
    """What an address begins with; `otherwise` where neither name has a letter."""
    for name in (name_en, " ".join(lazy_pinyin(name_zh))):
        if found := slugify(name)[:LONGEST].strip("-"):
            return found
    return otherwise


def free_slugs(
    names: Iterable[tuple[str, str]],
    *among: type[models.Model],
    otherwise: str,
    reserved: Collection[str] = (),
) -> list[str]:
    """An address for each (English name, Chinese name), that no row of these models has, nor another of these names.

    Whoever looks for one among the same models waits until this transaction ends: two people at once get two.
    """
    with connection.cursor() as cursor:
        for model in among:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [f"slug.{model._meta.label_lower}"])
    stems = [stem(name_en, name_zh, otherwise) for name_en, name_zh in names]
    alike = Q()
    for one in stems:
        alike |= Q(slug__startswith=one)
    taken = set(reserved)
    for model in among:
        # Also those that no page shows any more: their addresses lead on.
        taken.update(model._base_manager.filter(alike).values_list("slug", flat=True))
    found = []
    for one in stems:
        slug, number = one, 2
        while slug in taken:
            slug, number = f"{one}-{number}", number + 1
        taken.add(slug)
        found.append(slug)
    return found


def free_slug(
    name_en: str, name_zh: str, *among: type[models.Model], otherwise: str, reserved: Collection[str] = ()
) -> str:
    return free_slugs([(name_en, name_zh)], *among, otherwise=otherwise, reserved=reserved)[0]
