import pytest
from django.db import transaction


@pytest.fixture(scope="module")
def _loaded_once(django_db_setup, django_db_blocker):
    from parks import reference

    with django_db_blocker.unblock(), transaction.atomic():
        reference.load()
        yield
        transaction.set_rollback(True)


@pytest.fixture
def real_parks(_loaded_once, db):
    """The 200 real parks, loaded once for a module; every test begins with them and undoes its changes."""
