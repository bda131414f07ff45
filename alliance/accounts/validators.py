from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from stdnum.cn import uscc
from stdnum.exceptions import InvalidChecksum
from stdnum.exceptions import ValidationError as NotValid


def validate_credit_code(code: str) -> None:
    """The 18 characters of a unified social credit code, its check character included (GB 32100-2015)."""
    try:
        uscc.validate(code)
    except InvalidChecksum:
        raise ValidationError(
            _("The last character of this credit code does not fit the others. Please compare it with the licence."),
            code="credit_code_check",
        ) from None
    except NotValid:
        raise ValidationError(
            _("A unified social credit code has 18 digits and capital letters, without I, O, S, V and Z."),
            code="credit_code",
        ) from None
