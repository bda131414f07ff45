"""Where files lie: on this machine's disk, or on an S3-compatible store where `S3_BUCKET` names one.

Nothing is fetched from a store by browsers: renditions and originals pass through the portal, which asks who may have
them. So the bucket stays private and no address of it stands in any page.
"""

from pathlib import Path
from typing import Any

from alliance import env


def of_files(media: Path, media_url: str) -> dict[str, Any]:
    """Django's `default` (public renditions) and `private` (everything else) stores."""
    return {
        name: _s3(name, base_url) if bucket() else _disk(name, base_url, media)
        for name, base_url in (("default", media_url), ("private", None))
    }


def bucket() -> str:
    return env.text("S3_BUCKET")


def _disk(name: str, base_url: str | None, media: Path) -> dict[str, Any]:
    return {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": media / _folder(name), "base_url": base_url},
    }


def _s3(name: str, base_url: str | None) -> dict[str, Any]:
    return {
        "BACKEND": "alliance.core.files.s3.BucketStorage",
        "OPTIONS": {
            "bucket_name": bucket(),
            "location": _folder(name),
            "base_url": base_url,
            "endpoint_url": env.text("S3_ENDPOINT_URL") or None,
            "region_name": env.text("S3_REGION") or None,
            "access_key": env.text("S3_ACCESS_KEY") or None,
            "secret_key": env.text("S3_SECRET_KEY") or None,
            "addressing_style": env.text("S3_ADDRESSING_STYLE") or None,
        },
    }


def _folder(name: str) -> str:
    return "public" if name == "default" else name
