"""Files: private by default, their type read from their bytes, public copies made apart (DESIGN.md, 3.10).

stored = files.accept_picture(upload, by=user)      # NotAccepted says why not, in the reader's language
files.set_public(stored, True)                       # its renditions may now be fetched by everybody
"""

from .accept import NotAccepted, accept_picture
from .renditions import WIDTHS, make_renditions, refusal_text, set_public

__all__ = ["WIDTHS", "NotAccepted", "accept_picture", "make_renditions", "refusal_text", "set_public"]
