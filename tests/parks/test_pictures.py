"""Pictures: what is taken in, what is refused and how, copies without the camera's data, who may fetch what."""

import io
import struct
import zlib

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone, translation
from PIL import Image

from alliance.core.files import NotAccepted, accept_picture, make_renditions
from alliance.core.files.accept import shown_name
from alliance.core.models import StoredFile
from parks.models import Picture
from parks.services import pictures as services
from tests.factories import make_duty, make_officer, make_park, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def in_a_folder_of_its_own(tmp_path, settings):
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": tmp_path / "public", "base_url": "/media/"},
        },
        "private": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": tmp_path / "private", "base_url": None},
        },
    }
    StoredFile._meta.get_field("content").storage = __import__(
        "django.core.files.storage", fromlist=["storages"]
    ).storages["private"]
    with translation.override("en"):
        yield


def photograph(kind="JPEG", size=(1600, 900), **saved):
    out = io.BytesIO()
    Image.new("RGB", size, (180, 60, 40)).save(out, kind, **saved)
    return out.getvalue()


def with_place():
    """A photograph that says where and with what it was taken, and lies on its side."""
    exif = Image.Exif()
    exif[0x0110] = "Marked Camera"
    exif[0x0112] = 6
    exif.get_ifd(0x8825)[2] = (29.0, 52.0, 0.0)
    return photograph(exif=exif.tobytes(), size=(800, 400))


def upload(body, name="yard.jpg", kind="image/jpeg"):
    return SimpleUploadedFile(name, body, kind)


def bomb():
    """A PNG whose header says 60,000 × 60,000, in a hundred bytes."""

    def chunk(kind, body):
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    head = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\x00" * 100)) + chunk(b"IEND", b"")
    )


class TestAccept:
    @pytest.mark.parametrize(
        ("kind", "name"), [("JPEG", "a.jpg"), ("JPEG", "a.JPEG"), ("PNG", "a.png"), ("WEBP", "a.webp")]
    )
    def test_photographs(self, kind, name):
        stored = accept_picture(upload(photograph(kind), name), by=make_user())

        assert (stored.state, stored.width, stored.height) == ("waiting", 1600, 900)
        assert name not in stored.content.name

    @pytest.mark.parametrize(
        ("body", "name", "words"),
        [
            (b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>", "logo.svg", "SVG drawing"),
            (b"<?xml version='1.0'?><svg/>", "logo.jpg", "SVG drawing"),
            (b"<!DOCTYPE html><script>alert(1)</script>", "a.jpg", "a web page"),
            (photograph("PNG"), "a.jpg", "says it is JPEG, but it is PNG"),
            (photograph(), "a.exe", "not a JPG, PNG or WebP file by its name"),
            (photograph(), "noextension", "not a JPG, PNG or WebP file by its name"),
            (photograph("GIF"), "a.gif", "not a JPG, PNG or WebP picture"),
            (b"\xff\xd8\xff\xe0 broken", "a.jpg", "damaged"),
            (b"", "a.jpg", "is empty"),
            (bomb(), "a.png", "more than 40 million pixels"),
            (b"\x00\x00\x00\x18ftypheic" + b"\x00" * 40, "IMG_1.HEIC", "HEIC"),
        ],
    )
    def test_what_is_refused_says_why(self, body, name, words):
        with pytest.raises(NotAccepted, match=words):
            accept_picture(upload(body, name), by=make_user())

        assert not StoredFile.objects.exists()

    def test_too_many_pixels_by_the_header_alone(self, settings):
        settings.PICTURE_MAX_PIXELS = 1_000_000

        with pytest.raises(NotAccepted, match="more than 1 million pixels"):
            accept_picture(upload(photograph(size=(1001, 1000))))

    def test_too_large(self, settings):
        settings.PICTURE_MAX_BYTES = 1024

        with pytest.raises(NotAccepted, match="larger than"):
            accept_picture(upload(photograph(quality=95, size=(2000, 2000))))

    @pytest.mark.parametrize(
        ("given", "shown"),
        [
            ("../../etc/passwd.jpg", "passwd.jpg"),
            ("C:\\photos\\yard.jpg", "yard.jpg"),
            ("a\x00b\u202egpj.jpg", "abgpj.jpg"),
            ("", "picture"),
        ],
    )
    def test_names_are_only_shown(self, given, shown):
        assert shown_name(given) == shown

    def test_a_long_name_keeps_its_extension(self):
        assert shown_name("图" * 300 + ".jpg").endswith(".jpg")
        assert len(shown_name("图" * 300 + ".jpg").encode()) <= 200


class TestRenditions:
    def test_three_widths_upright_and_without_place(self):
        stored = accept_picture(upload(with_place()))

        make_renditions(stored.pk)

        stored.refresh_from_db()
        assert stored.state == "ready"
        sizes = [(row.width, row.height) for row in stored.renditions.all()]
        assert sizes == [(320, 640), (400, 800)]
        for row in stored.renditions.all():
            body = row.content.read()
            assert b"Marked Camera" not in body
            with Image.open(io.BytesIO(body)) as image:
                assert (image.format, dict(image.getexif()), image.info.get("exif")) == ("WEBP", {}, None)

    def test_a_wide_one(self):
        stored = accept_picture(upload(photograph()))

        make_renditions(stored.pk)
        make_renditions(stored.pk)

        assert [row.width for row in stored.renditions.all()] == [320, 640, 1280]

    def test_a_broken_body_is_refused_with_a_reason(self):
        stored = accept_picture(upload(photograph()[:2000]))

        make_renditions(stored.pk)

        stored.refresh_from_db()
        assert (stored.state, stored.refusal) == ("refused", "damaged")

    def test_without_a_broker_nothing_is_lost(self, monkeypatch, django_capture_on_commit_callbacks):
        from alliance.core import tasks

        def away(*args, **kwargs):
            raise OSError

        monkeypatch.setattr(tasks.make_renditions, "apply_async", away)
        with django_capture_on_commit_callbacks(execute=True):
            stored = accept_picture(upload(photograph()))

        assert StoredFile.objects.get(pk=stored.pk).state == "waiting"

    def test_what_waits_too_long_is_handed_over_again(self, monkeypatch):
        from alliance.core import tasks
        from alliance.core.files import renditions

        sent = []
        monkeypatch.setattr(tasks.make_renditions, "apply_async", lambda args, retry: sent.append(args[0]))
        stored = accept_picture(upload(photograph()))
        StoredFile.objects.update(uploaded_at=timezone.now() - timezone.timedelta(minutes=5))

        assert (renditions.again(), sent) == (1, [stored.pk])


def ready_picture(park, by, **texts):
    picture = services.add(park, upload(photograph()), by=by, **{"alt_zh": "院子", **texts})
    make_renditions(picture.file_id)
    return Picture.objects.select_related("file").get(pk=picture.pk)


class TestWhoMayFetch:
    def test_public_only_once_released(self, client):
        person = make_user()
        park = make_park(managers=[person])
        picture = ready_picture(park, person)
        address = picture.file.renditions.first().content.url

        before = client.get(address)
        services.release(park, upto=timezone.now())
        after = client.get(address)
        services.remove(picture, by=person)
        removed = client.get(address)

        assert (before.status_code, after.status_code, removed.status_code) == (404, 200, 404)
        assert after["Cache-Control"] == "public, max-age=31536000, immutable"
        assert after["X-Content-Type-Options"] == "nosniff"
        assert after["Content-Type"] == "image/webp"
        assert "sandbox" in after["Content-Security-Policy"]

    @pytest.mark.parametrize("name", ["../private/x", "aa/../../x.webp", "zz/x.webp", "aa/" + "0" * 32 + "-320.webp"])
    def test_other_names_are_not_there(self, client, name):
        assert client.get(f"/media/{name}").status_code == 404

    def test_originals_only_for_the_parks_people_and_the_secretariat(self, client):
        person, stranger, officer = make_user(), make_user(), make_officer()
        park = make_park(managers=[person])
        make_duty(stranger, make_park().organisation)
        picture = ready_picture(park, person)
        address = reverse("parks:picture_file", args=[park.slug, picture.pk, 0])
        got = {}
        for who in (person, stranger, officer):
            client.force_login(who)
            got[who] = client.get(address)

        assert [got[who].status_code for who in (person, stranger, officer)] == [200, 404, 200]
        assert got[person]["Content-Disposition"] == 'attachment; filename="yard.jpg"'
        assert got[person]["Cache-Control"] == "private, no-store"


class TestPage:
    @pytest.fixture
    def park(self, client):
        person = make_user()
        client.force_login(person)
        return make_park(managers=[person])

    def post(self, client, park, *uploads):
        return client.post(reverse("parks:pictures", args=[park.slug]), {"pictures": list(uploads)})

    def test_several_at_once_and_one_refused(self, client, park):
        response = self.post(
            client, park, upload(photograph()), upload(b"<svg/>", "logo.svg"), upload(photograph("PNG"), "b.png")
        )

        assert response.status_code == 422
        assert "SVG drawing" in response.content.decode()
        assert Picture.objects.count() == 2

    def test_the_same_twice_is_one(self, client, park):
        self.post(client, park, upload(photograph()))
        response = self.post(client, park, upload(photograph()))

        assert response.status_code == 302
        assert Picture.objects.count() == StoredFile.objects.count() == 1

    def test_none_chosen(self, client, park):
        assert "choose one or more" in self.post(client, park).content.decode()

    def test_far_too_large_gets_a_message_and_fills_no_disk(self, client, park, settings):
        settings.PICTURE_MAX_BYTES = 1024 * 1024
        response = self.post(client, park, upload(b"\xff\xd8\xff" + b"\x00" * 4 * 1024 * 1024, "huge.jpg"))

        text = response.content.decode()
        assert response.status_code == 422
        assert "“huge.jpg” is larger than 1 MB" in text
        assert "choose one or more" not in text

    def test_while_it_waits_the_page_explains(self, client, park):
        self.post(client, park, upload(photograph()))

        assert "Being processed" in client.get(reverse("parks:pictures", args=[park.slug])).content.decode()

    def test_only_the_picture_is_fetched_again(self, client, park):
        self.post(client, park, upload(photograph()))
        address = reverse("parks:pictures", args=[park.slug])
        picture = Picture.objects.get()
        htmx = {"HX-Request": "true"}

        waiting = client.get(address, {"picture": picture.pk}, headers=htmx).content.decode()
        make_renditions(picture.file_id)
        ready = client.get(address, {"picture": picture.pk}, headers=htmx).content.decode()

        assert "every 4s" in waiting
        assert "every 4s" not in ready
        assert "<img" in ready
        assert "<form" not in ready
        assert client.get(address, {"picture": "x"}, headers=htmx).status_code == 404

    def test_describe_move_remove_restore(self, client, park):
        person = make_user()
        first, second = ready_picture(park, person), services.add(park, upload(photograph("PNG"), "b.png"), by=person)
        prefix = f"picture{first.pk}"

        client.post(
            reverse("parks:picture_describe", args=[park.slug, first.pk]),
            {f"{prefix}-alt_zh": "老厂房", f"{prefix}-alt_en": "The old mill", f"{prefix}-credit": "Li Wei"},
        )
        client.post(reverse("parks:picture_move", args=[park.slug, second.pk]), {"to": "front"})
        client.post(reverse("parks:picture_remove", args=[park.slug, first.pk]))
        gone = Picture.objects.filter(removed_at=None).count()
        client.post(reverse("parks:picture_restore", args=[park.slug, first.pk]))

        assert gone == 1
        assert [p.pk for p in Picture.objects.filter(removed_at=None)] == [second.pk, first.pk]
        assert Picture.objects.get(pk=first.pk).alt_en == "The old mill"

    def test_words_missing_are_asked_beside_the_field(self, client, park):
        picture = ready_picture(park, make_user())

        response = client.post(
            reverse("parks:picture_describe", args=[park.slug, picture.pk]),
            {f"picture{picture.pk}-alt_zh": "", f"picture{picture.pk}-credit": "Li Wei"},
        )

        assert response.status_code == 422
        assert "This field is required" in response.content.decode()
        assert "Li Wei" in response.content.decode()

    def test_another_parks_picture(self, client, park):
        foreign = make_park()
        picture = ready_picture(foreign, make_user())

        assert client.post(reverse("parks:picture_remove", args=[park.slug, picture.pk])).status_code == 404
        assert client.post(reverse("parks:picture_remove", args=[foreign.slug, picture.pk])).status_code == 404
