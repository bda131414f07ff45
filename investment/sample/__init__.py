"""Joint investment for the embedded run: projects that show every state, plainly marked as samples.

All of it is made through the services, by the sample people of `alliance/sample.py`; no real park promises anything
here. `make()` may run at every start: what is there stays as people left it.
"""

from django.db import transaction

from alliance.accounts.models import User


def person(login: str) -> User:
    return User.objects.get(email=f"{login}@sample.example")


@transaction.atomic
def make() -> None:
    from ..models import Project
    from . import dialogues, documents, events, investors, news, projects, rooms

    if Project.objects.filter(is_sample=True).exists():
        return
    made = projects.make()
    documents.make()
    news.make()
    fund, abroad, *_others = investors.make(made)
    rooms.make()
    dialogues.make(fund)
    events.make(fund, abroad)
