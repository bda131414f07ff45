"""Whoever changes a project, its versions, parties or signatures holds the project's row until the transaction ends.

Without its key: rows that name the project are checked against it at commit, while the audit chain is held, and must
not wait for somebody who holds the project and waits for the chain.
"""

from ..models import Project, ProjectVersion


def lock(project: Project) -> Project:
    """The project anew, with what the policies ask for."""
    Project.objects.select_for_update(no_key=True).get(pk=project.pk)
    return Project.objects.select_related("version").prefetch_related("parties__park__organisation").get(pk=project.pk)


def lock_version(version: ProjectVersion) -> tuple[Project, ProjectVersion]:
    """Project first, version after."""
    project = lock(version.project)
    return project, ProjectVersion.objects.select_for_update(of=("self",), no_key=True).get(pk=version.pk)
