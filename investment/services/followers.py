"""Follow one project, and no longer."""

from django.db import transaction
from django.utils.translation import gettext as _

from alliance.accounts.models import User
from alliance.core import audit
from alliance.core.errors import RuleBroken

from ..models import Project, ProjectFollow

# Beyond this, a saved search says the same with less noise.
MOST_FOLLOWED = 200


@transaction.atomic
def follow(project: Project, *, by: User) -> ProjectFollow:
    """Hear of its updates, public stages and results from now on. A second click changes nothing."""
    User.objects.select_for_update(no_key=True).get(pk=by.pk)
    found = ProjectFollow.objects.filter(project=project, person=by).first()
    if found is not None:
        return found
    if not Project.objects.public().filter(pk=project.pk).exists():
        raise RuleBroken(_("This project is not public."))
    if ProjectFollow.objects.filter(person=by).count() >= MOST_FOLLOWED:
        raise RuleBroken(_("You follow %(n)d projects. Let one go, or save a search instead.") % {"n": MOST_FOLLOWED})
    made = ProjectFollow.objects.create(project=project, person=by)
    audit.record("project.followed", project, by=by)
    return made


@transaction.atomic
def unfollow(project: Project, *, by: User) -> bool:
    """Hear nothing more of it; gives whether that changes anything."""
    if not ProjectFollow.objects.filter(project=project, person=by).delete()[0]:
        return False
    audit.record("project.unfollowed", project, by=by)
    return True


def follows(person: User, project: Project) -> bool:
    return person.is_authenticated and ProjectFollow.objects.filter(project=project, person=person.pk).exists()
