"""Joint training for the embedded run: programmes that show every state, plainly marked as samples.

All of it is made through the services, by the sample people of `alliance/sample.py`; real parks and schools promise
nothing here. `make()` may run at every start: what is there stays as people left it.
"""

from django.db import transaction

from alliance.accounts.models import User


def person(login: str) -> User:
    return User.objects.get(email=f"{login}@sample.example")


@transaction.atomic
def make() -> None:
    from ..models import Programme
    from . import programmes

    if Programme.objects.filter(is_sample=True).exists():
        return
    programmes.make()
