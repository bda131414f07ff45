"""Stop keeping an upload that is beyond every limit, instead of filling the disk with it."""

from django.conf import settings
from django.core.files.uploadhandler import FileUploadHandler, SkipFile

# Somewhat more than the limit, so that a file just above it is refused by name like any other.
ROOM = 1024 * 1024


class LimitHandler(FileUploadHandler):
    """Drops what goes on beyond the limit, and remembers the name, so that the page can say which file it was."""

    def new_file(self, field_name, file_name, *args, **kwargs):
        super().new_file(field_name, file_name, *args, **kwargs)
        self.received = 0

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        self.received += len(raw_data)
        if self.received > max(settings.PICTURE_MAX_BYTES, settings.DOCUMENT_MAX_BYTES) + ROOM:
            dropped = getattr(self.request, "dropped_uploads", [])
            dropped.append((self.field_name, self.file_name))
            self.request.dropped_uploads = dropped  # type: ignore[union-attr]
            raise SkipFile
        return raw_data

    def file_complete(self, file_size: int) -> None:
        return None
