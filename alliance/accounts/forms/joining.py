from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from ..models import JoinRequest, Organisation
from ..roles import for_kind
from .team import RoleField


class JoinForm(forms.Form):
    """In which role somebody asks to join, and who they are."""

    role_code = RoleField(label=_("In which role?"))
    message = forms.CharField(
        label=_("Who you are and what you do there"),
        max_length=JoinRequest._meta.get_field("message").max_length,
        widget=forms.Textarea(attrs={"rows": 5, "data-count": 1000}),
        help_text=_("The people who decide read this: your name as they know it, your post, who can vouch for you."),
    )

    def __init__(self, *args: Any, organisation: Organisation, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["role_code"].offer([role.code for role in for_kind(organisation.kind)])  # type: ignore[attr-defined]
