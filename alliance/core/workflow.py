"""Lifecycles as tables of moves. One `apply` makes them; every other edge is refused, for everyone.

The same table draws the buttons, prints the process page and drives the exhaustive test (DESIGN.md, 3.2).
"""

import dataclasses
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from . import audit
from .errors import MoveRefused, RuleBroken

Words = str | Promise


@dataclass(frozen=True)
class Move:
    """One edge of a lifecycle.

    `who` is a policy: (person, object) -> bool; the clock (`by=None`) may make a move only when `by_clock` says so.
    `guard` raises RuleBroken when the move is not possible now. `effect` sets further fields on the locked object and
    returns their names. `then` runs after the state is written and audited, for what follows elsewhere: notices, tasks,
    publication.
    """

    verb: str
    sources: tuple[str, ...]
    target: str
    who: Callable[[Any, Any], bool]
    who_label: Words
    label: Words
    done: Words
    help: Words = ""
    needs_reason: bool = False
    by_clock: bool = False
    tone: str = ""
    guard: Callable[..., None] | None = None
    effect: Callable[..., Iterable[str]] | None = None
    then: Callable[..., None] | None = None


@dataclass(frozen=True)
class Workflow:
    """The lifecycle of one kind of object: its states are the choices of `field`, its edges the moves."""

    code: str
    title: Words
    model: type[models.Model]
    field: str
    moves: tuple[Move, ...]
    initial: str
    summary: Words = ""
    _by_verb: dict[str, Move] = dataclasses.field(default_factory=dict, compare=False)

    def __post_init__(self) -> None:
        states = set(self.states())
        for move in self.moves:
            if move.verb in self._by_verb:
                raise ValueError(f"{self.code}: the verb {move.verb} stands twice.")
            if unknown := ({*move.sources, move.target} - states):
                raise ValueError(f"{self.code}.{move.verb}: unknown states {unknown}.")
            self._by_verb[move.verb] = move
        if registry.setdefault(self.code, self) is not self:
            raise ValueError(f"The workflow {self.code} is registered twice.")

    def states(self) -> dict[str, Words]:
        field: Any = self.model._meta.get_field(self.field)
        return dict(field.choices or ())

    def move(self, verb: str) -> Move:
        try:
            return self._by_verb[verb]
        except KeyError:
            raise MoveRefused(_("There is no such step.")) from None

    def state_of(self, obj: models.Model) -> str:
        return getattr(obj, self.field)

    def leaving(self, state: str) -> list[Move]:
        return [move for move in self.moves if state in move.sources]

    def offered(self, person: Any, obj: models.Model) -> list[Move]:
        """The moves this person may make from here: what the page shows as buttons."""
        return [move for move in self.leaving(self.state_of(obj)) if move.who(person, obj)]


registry: dict[str, Workflow] = {}


@transaction.atomic
def apply(
    flow: Workflow, obj: models.Model, verb: str, *, by: Any, reason: str = "", on_behalf_of: Any = None, **data: Any
) -> Any:
    """Make one move: lock the row, check the edge and the person, guard, write, audit, then what follows.

    Returns the locked, changed object. Raises MoveRefused for an edge that does not exist, PermissionDenied for a
    person who may not, RuleBroken for a guard's reason.
    """
    move = flow.move(verb)
    locked = flow.model._default_manager.select_for_update(of=("self",), no_key=True).get(pk=obj.pk)
    source = flow.state_of(locked)
    if source not in move.sources:
        raise MoveRefused(
            _("This step is not possible now: the state is “%(state)s”.") % {"state": flow.states().get(source, source)}
        )
    if not (move.by_clock if by is None else move.who(by, locked)):
        raise PermissionDenied
    reason = reason.strip()
    if move.needs_reason and not reason:
        raise RuleBroken(_("Please give a reason. The other side will read it."))
    if move.guard:
        move.guard(locked, by=by, reason=reason, **data)
    setattr(locked, flow.field, move.target)
    changed = {flow.field, *(move.effect(locked, by=by, reason=reason, **data) if move.effect else ())}
    locked.save(update_fields=sorted(changed))
    details = {"reason": audit.text_digest(reason)} if reason else {}
    audit.record(
        f"{flow.code}.{verb}",
        locked,
        by=by,
        on_behalf_of=on_behalf_of,
        **{"from": source, "to": move.target},
        **details,
    )
    if move.then:
        move.then(locked, by=by, reason=reason, **data)
    return locked
