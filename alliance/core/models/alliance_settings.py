from django.db import models
from django.utils.translation import gettext_lazy as _


class AllianceSettingVersion(models.Model):
    """What the secretariat decided about one setting, from which day on. Rows are only ever added (a trigger).

    The version in force on a day is the one with the latest `valid_from` up to that day; of two for the same day the
    later decision. So a change can be planned, and a plan is taken back by deciding again for its day.
    """

    code = models.CharField(_("setting"), max_length=60)
    value = models.JSONField(_("value"))
    valid_from = models.DateField(_("valid from"))
    # The id of a person, without a foreign key: a decision outlives the account of who wrote it down.
    set_by = models.CharField(_("decided by"), max_length=40, blank=True)
    reason = models.CharField(_("reason"), max_length=300)
    created_at = models.DateTimeField(_("decided"), auto_now_add=True)

    class Meta:
        ordering = ["code", "-valid_from", "-pk"]
        verbose_name = _("setting of the alliance")
        verbose_name_plural = _("settings of the alliance")
        constraints = [
            models.CheckConstraint(name="core_settingversion_says_why", condition=~models.Q(reason="")),
        ]
        indexes = [models.Index(fields=["code", "valid_from", "id"], name="core_settingversion_in_force")]

    def __str__(self) -> str:
        return f"{self.code} {self.valid_from}"
