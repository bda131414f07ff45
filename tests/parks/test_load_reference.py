"""Loading into an empty database; what happens on the second run is in test_reference.py."""

import pytest
from django.core.management import call_command

from alliance.accounts.models import Organisation
from alliance.core.models import Division, SearchDocument
from parks import reference
from parks.models import FieldOfWork, IndustryCategory, Park

pytestmark = pytest.mark.django_db


class TestLoad:
    def test_loads_everything_once(self):
        done = reference.load()

        assert done == reference.Loaded(created=200, updated=0, unchanged=0, kept=0)
        assert Division.objects.provinces().count() == 34
        assert Division.objects.cities().count() == 333
        assert FieldOfWork.objects.count() == 17
        assert IndustryCategory.objects.count() == 52
        assert Organisation.objects.filter(kind="park_operator").count() == 200
        assert Park.objects.public().values("province").distinct().count() == 34
        assert Park.history.filter(history_change_reason=reference.LOADED).count() == 200
        assert SearchDocument.objects.filter(kind="park").count() == 200
        assert not Park.objects.filter(completeness_zh=0).exists()

    def test_command_tells_what_it_did(self, capsys):
        call_command("load_reference")

        assert "200 new" in capsys.readouterr().out
