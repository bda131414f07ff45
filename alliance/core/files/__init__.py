"""Files: private by default, their type read from their bytes, public copies made apart (DESIGN.md, 3.10).

stored = files.accept_picture(upload, by=user)      # NotAccepted says why not, in the reader's language
stored = files.accept_document(upload, by=user)     # the same for a PDF, an Office document, a film, an archive
files.set_public(stored, True)                       # its renditions may now be fetched by everybody
"""

from .accept import NotAccepted, accept_picture
from .documents import accept_document
from .renditions import WIDTHS, make_renditions, refusal_text, set_public

__all__ = [
    "WIDTHS",
    "NotAccepted",
    "accept_document",
    "accept_picture",
    "make_renditions",
    "refusal_text",
    "set_public",
]
