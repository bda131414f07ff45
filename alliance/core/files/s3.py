"""Files on an S3-compatible store: private there, and read through the portal alone."""

from typing import Any
from urllib.parse import quote

from botocore.config import Config
from storages.backends.s3 import S3Storage

# A file is read into memory up to this size, and into a temporary file beyond it.
IN_MEMORY = 5 * 1024 * 1024


class BucketStorage(S3Storage):
    """One folder of the bucket. Names are random, so nothing is ever written over."""

    def __init__(self, **options: Any) -> None:
        style = options.pop("addressing_style", None)
        self.base_url = options.pop("base_url", None)
        options.setdefault("default_acl", None)
        options.setdefault("file_overwrite", True)
        options.setdefault("querystring_auth", False)
        options.setdefault("max_memory_size", IN_MEMORY)
        options["client_config"] = Config(
            connect_timeout=3,
            read_timeout=20,
            retries={"max_attempts": 3, "mode": "standard"},
            s3={"addressing_style": style or "auto"},
            signature_version="s3v4",
        )
        super().__init__(**options)

    def url(self, name: str | None, *args: Any, **kwargs: Any) -> str:
        """The portal's own address of a public rendition; what is private has none."""
        if self.base_url is None:
            raise ValueError("This file is not accessible by an address; core.files.serve hands it out.")
        return f"{self.base_url}{quote(name or '')}"
