"""Files on an S3-compatible store: the same portal, the same checks, no address of the store in any page."""

import io
import json
import os
import subprocess
import sys
from pathlib import Path

import boto3
import pytest
from django.conf import settings as configured
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage, storages
from moto import mock_aws
from PIL import Image

from alliance import stores
from alliance.core import files
from alliance.core.backup import making
from alliance.core.models import StoredFile
from tests.factories import make_user

ENVIRONMENT = {"S3_BUCKET": "portal", "S3_REGION": "us-east-1", "S3_ACCESS_KEY": "x", "S3_SECRET_KEY": "y"}


@pytest.fixture
def bucket(monkeypatch, settings):
    """An S3 store in memory; the portal's files lie there, as with S3_BUCKET set."""
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    with mock_aws():
        store = boto3.resource("s3", region_name="us-east-1").Bucket("portal")
        store.create()
        settings.STORAGES = settings.STORAGES | stores.of_files(Path("nowhere"), settings.MEDIA_URL)
        # The field asked for its store when the portal started.
        monkeypatch.setattr(StoredFile._meta.get_field("content"), "storage", storages["private"])
        yield store


def names(bucket) -> list[str]:
    return sorted(item.key for item in bucket.objects.all())


def picture() -> ContentFile:
    pixels = io.BytesIO()
    Image.new("RGB", (700, 400), "#8a5300").save(pixels, "PNG")
    return ContentFile(pixels.getvalue(), name="hall.png")


@pytest.mark.django_db
class TestBucket:
    def test_originals_and_renditions_lie_in_folders_of_their_own(self, bucket):
        stored = files.accept_picture(_uploaded(picture()), by=make_user())
        files.make_renditions(stored.pk)

        stored.refresh_from_db()
        assert stored.state == StoredFile.State.READY
        assert [name.split("/")[0] for name in names(bucket)] == ["private", "public", "public", "public"]
        assert "hall" not in "".join(names(bucket))
        with stored.content.open("rb") as original:
            assert original.read() == picture().read()

    def test_a_public_rendition_is_streamed_through_the_portal(self, client, bucket):
        stored = files.accept_picture(_uploaded(picture()), by=make_user())
        files.make_renditions(stored.pk)
        copy = stored.renditions.first()
        address = copy.content.url

        hidden = client.get(address)
        files.set_public(stored, True)
        shown = client.get(address)

        assert address == f"/media/{copy.content.name}"
        assert (hidden.status_code, shown.status_code) == (404, 200)
        assert Image.open(io.BytesIO(b"".join(shown.streaming_content))).format == "WEBP"
        assert shown["Cache-Control"] == "public, max-age=31536000, immutable"

    def test_a_file_that_is_gone_is_not_there(self, client, bucket):
        stored = files.accept_picture(_uploaded(picture()), by=make_user())
        files.make_renditions(stored.pk)
        files.set_public(stored, True)
        address = stored.renditions.first().content.url
        for item in bucket.objects.all():
            item.delete()

        assert client.get(address).status_code == 404

    def test_what_is_private_has_no_address(self, bucket):
        with pytest.raises(ValueError, match="not accessible"):
            storages["private"].url("ab/cd")

    def test_the_bucket_gives_nothing_to_strangers(self, bucket):
        default_storage.save("ab/cd", ContentFile(b"x"))

        grants = bucket.Object("public/ab/cd").Acl().grants
        assert [grant["Grantee"]["Type"] for grant in grants] == ["CanonicalUser"]

    def test_a_backup_finds_every_file(self, bucket):
        default_storage.save("ab/one", ContentFile(b"1"))
        storages["private"].save("jobs/cd/two", ContentFile(b"2"))

        assert list(making.walk(default_storage)) == ["ab/one"]
        assert list(making.walk(storages["private"])) == ["jobs/cd/two"]


def _uploaded(content: ContentFile):
    from django.core.files.uploadedfile import SimpleUploadedFile

    return SimpleUploadedFile(content.name, content.read(), "image/png")


@pytest.mark.parametrize("environment", [{}, ENVIRONMENT], ids=["disk", "S3"])
def test_one_setting_decides(environment):
    script = (
        "import json; from django.conf import settings; "
        "print(json.dumps([settings.STORAGES[n]['BACKEND'] for n in ('default', 'private')]))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script],
        cwd=configured.BASE_DIR,
        env={**os.environ, "S3_BUCKET": "", **environment, "DJANGO_SETTINGS_MODULE": "alliance.settings"},
        capture_output=True,
        text=True,
        check=True,
    )

    wanted = "alliance.core.files.s3.BucketStorage" if environment else "django.core.files.storage.FileSystemStorage"
    assert json.loads(done.stdout) == [wanted] * 2
