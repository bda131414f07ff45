from django.db import models


class UnionId(models.Model):
    """The id of a linked account that stays when the portal is registered anew at Weixin, DingTalk or Feishu.

    What allauth knows an account by (openid, openId, open_id) belongs to one registration and changes with it
    (platform spec, 6.13).
    """

    account = models.OneToOneField("socialaccount.SocialAccount", models.CASCADE, related_name="union")
    provider = models.CharField(max_length=200)
    value = models.CharField(max_length=191)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["provider", "value"], name="accounts_unionid_once")]

    def __str__(self) -> str:
        return f"{self.provider} {self.pk}"
