from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

# What a password needs whose owner holds a privileged duty (platform spec, 6.1).
PRIVILEGED_LENGTH = 15


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """A person with this address; without a password they can only enter by resetting it."""
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """Asked for by Django's commands. No right in the portal hangs on it (DESIGN.md, 3.1)."""
        return self.create_user(email, password, is_superuser=True, **fields)

    def get_by_natural_key(self, email: str | None) -> "User":
        return self.get(email=(email or "").lower())


class User(AbstractBaseUser, PermissionsMixin):
    """A person who signs in. What they may do comes from the duties they hold."""

    class Language(models.TextChoices):
        CHINESE = "zh-hans", _("Chinese")
        ENGLISH = "en", _("English")

    class Theme(models.TextChoices):
        SYSTEM = "system", _("As the device")
        LIGHT = "light", _("Light")
        DARK = "dark", _("Dark")

    email = models.EmailField(_("e-mail"), max_length=254, unique=True)
    name = models.CharField(pgettext_lazy("person", "name"), max_length=80)
    job_title = models.CharField(_("position"), max_length=80, blank=True)
    phone = models.CharField(_("telephone"), max_length=40, blank=True)
    language = models.CharField(_("language"), max_length=7, choices=Language, default=Language.CHINESE)
    theme = models.CharField(_("appearance"), max_length=6, choices=Theme, default=Theme.SYSTEM)
    is_active = models.BooleanField(_("may sign in"), default=True)
    # Sample people are plainly sample: their names are marked and they exist only in a DEMO run.
    is_sample = models.BooleanField(_("sample"), default=False)
    joined_at = models.DateTimeField(_("joined"), default=timezone.now)
    # Whether the present password has the length that privileged duties ask for; the length itself is kept nowhere.
    password_is_long = models.BooleanField(default=False)
    password_changed_at = models.DateTimeField(null=True, blank=True)
    # Raised to end every session of the person within one request: it is part of what a session proves.
    session_epoch = models.PositiveIntegerField(default=0)
    # {code of a text every account rests on: version confirmed}; kept here too, so that no page has to ask for it.
    confirmed_texts = models.JSONField(default=dict, blank=True)

    objects = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    class Meta:
        ordering = ["name", "pk"]
        verbose_name = _("person")
        verbose_name_plural = _("people")
        constraints = [
            models.CheckConstraint(
                name="accounts_user_email_is_lower",
                condition=models.Q(email=Lower("email")),
                violation_error_message=_("E-mail addresses are kept in lower case."),
            )
        ]

    def __str__(self) -> str:
        return self.name or self.email

    def set_password(self, raw_password: str | None) -> None:
        super().set_password(raw_password)
        self.password_is_long = raw_password is not None and len(raw_password) >= PRIVILEGED_LENGTH
        self.password_changed_at = timezone.now() if raw_password is not None else None

    def _get_session_auth_hash(self, secret: str | bytes | None = None) -> str:
        """What a session must carry to be theirs: it ends with the password and with the epoch."""
        proof = super()._get_session_auth_hash(secret=secret)  # type: ignore[misc]
        if not self.session_epoch:
            return proof
        return salted_hmac(f"accounts.epoch.{self.session_epoch}", proof, secret=secret, algorithm="sha256").hexdigest()

    def get_full_name(self) -> str:
        return self.name

    def get_short_name(self) -> str:
        return self.name
