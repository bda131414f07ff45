"""What the audit chain says of news and results of joint projects, in sentences."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

PROJECT_NEWS: dict[str, str | Promise] = {
    "project_update.published": gettext_lazy("%(who)s published news of a joint project: %(what)s"),
    "project_update.retracted": gettext_lazy("%(who)s took back news of a joint project: %(what)s"),
    "project_outcome.recorded": gettext_lazy("%(who)s recorded what became of a joint project: %(what)s"),
}
