"""What the lists of interests, questions and meetings have in common: their search, their projects, one project's own
address."""

from collections.abc import Callable
from typing import Any

from django.db.models import Exists, Model, OuterRef, Q, QuerySet
from django.http import QueryDict
from django.urls import reverse

from alliance.core.bilingual import NameOf
from alliance.core.lists import ListDefinition, Listing

from . import policies, policies_investors
from .models import Project


def by_project(text: str) -> Q:
    return Q(project__title_zh__icontains=text) | Q(project__title_en__icontains=text)


def by_investor(text: str, path: str = "investor") -> Q:
    """`path` leads from a row to its investor."""
    return Q(**{f"{path}__organisation__name_zh__icontains": text}) | Q(
        **{f"{path}__organisation__name_en__icontains": text}
    )


def _named(projects: QuerySet[Project]) -> dict[str, Any]:
    return {project.slug: NameOf(project, "title") for project in projects.order_by("pk")}


def promoted(data: QueryDict, person: Any) -> dict[str, Any]:
    """All that the reader's parks promote: one without any row is narrowed to as well, and shows nothing."""
    return _named(policies_investors.projects_of(person))


def in_dialogue(data: QueryDict, person: Any) -> dict[str, Any]:
    """What the reader promotes, and what the reader's investors are in dialogue on."""
    investors = [investor.pk for investor in policies.investors_of(person)]
    own = Q(pk__in=policies_investors.projects_of(person).values("pk")) | Q(interests__investor__in=investors)
    return _named(Project.objects.filter(own).distinct())


def overseen(model: type[Model]) -> Callable[[QueryDict, Any], dict[str, Any]]:
    """Projects that have such rows, for the investment desk."""

    def named(data: QueryDict, person: Any) -> dict[str, Any]:
        if not policies.oversees(person):
            return {}
        rows = model._default_manager.filter(project=OuterRef("pk"))
        return _named(Project.objects.filter(Exists(rows)))

    return named


def all_rows(model: type[Model]) -> Callable[[Any], QuerySet]:
    """Every row for the investment desk, none for anybody else."""

    def rows(user: Any) -> QuerySet:
        return model._default_manager.all() if policies.oversees(user) else model._default_manager.none()

    return rows


def at_project(definition: ListDefinition, url_name: str, data: QueryDict, project: Project, user: Any) -> Listing:
    """A list narrowed to one project, at the project's own address. The project is no condition that somebody chose."""
    narrowed = data.copy()
    narrowed["project"] = project.slug
    listing = definition.read(narrowed, user=user)
    listing.path = reverse(url_name, args=[project.slug])
    return listing
