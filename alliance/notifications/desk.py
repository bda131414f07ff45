"""The panels of "my desk". Packages that come later register theirs; the desk loads each as a part of its own."""

from collections.abc import Callable
from dataclasses import dataclass

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

MORE = _("More")


@dataclass(frozen=True)
class Panel:
    """A part of the desk: `url_name` answers htmx with a fragment, everybody else with a whole page (`render_part`)."""

    url_name: str
    order: int
    who: Callable[[HttpRequest], bool]
    title: str | Promise

    @property
    def url(self) -> str:
        return reverse(self.url_name)


_panels: dict[str, Panel] = {}


def register_panel(
    url_name: str,
    order: int,
    who: Callable[[HttpRequest], bool] = lambda request: True,
    title: str | Promise = MORE,
) -> None:
    """Show this part on the desks for which `who(request)` holds. `title` is the plain link without JavaScript."""
    _panels[url_name] = Panel(url_name, order, who, title)


@dataclass(frozen=True)
class NextStep:
    """Where somebody at a desk of the secretariat goes on when nothing waits."""

    url_name: str
    order: int
    who: Callable[[HttpRequest], bool]
    title: str | Promise
    text: str | Promise

    @property
    def url(self) -> str:
        return reverse(self.url_name)


_next_steps: dict[str, NextStep] = {}


def register_next_step(step: NextStep) -> None:
    _next_steps[step.url_name] = step


def next_steps(request: HttpRequest) -> list[NextStep]:
    return sorted((step for step in _next_steps.values() if step.who(request)), key=lambda step: step.order)


def panels(request: HttpRequest) -> list[Panel]:
    return sorted((panel for panel in _panels.values() if panel.who(request)), key=lambda panel: panel.order)
