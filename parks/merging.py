"""Two entries that are one park: whose profile survives, and what becomes of figures, pictures and submissions."""

from collections.abc import Mapping
from typing import Any

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from alliance.core import bilingual, search
from alliance.core.errors import RuleBroken
from alliance.core.merging import How, Reference, Subject, register, register_subject
from alliance.notifications.merging import about

from .models import ClusterMember, Park, Submission
from .services import clusters, publication

LABEL = "parks.Park"

# Columns of the published profile, in the order of its blocks; what the services count themselves is not chosen.
PROFILE = (
    "kind",
    "name_zh",
    "name_en",
    "province",
    "city",
    "city_zh",
    "city_en",
    "district_zh",
    "district_en",
    "address_zh",
    "address_en",
    "year_opened",
    "summary_zh",
    "summary_en",
    "story_zh",
    "story_en",
    "former_use_zh",
    "former_use_en",
    "formation",
    "second_formation",
    "formation_evidence_zh",
    "formation_evidence_en",
    "structure",
    "site_form",
    "digital_forms",
    "is_coded_by_researchers",
    "fields",
    "industries",
    "national_status",
    "national_status_year",
    "status_note_zh",
    "status_note_en",
    "facilities",
    "services",
    "opening_hours_zh",
    "opening_hours_en",
    "website",
    "contact_phone",
    "contact_email",
    "contact_visibility",
    "source",
    "source_urls",
    "confidence",
    "compiled_on",
)
# What stands behind an entry: the one of more standing stays.
RANK = {Park.Standing.DRAFT: 0, Park.Standing.CATALOGUED: 1, Park.Standing.SUSPENDED: 2, Park.Standing.LISTED: 3}


def _check(gone: Park, kept: Park) -> None:
    if RANK[Park.Standing(gone.standing)] > RANK[Park.Standing(kept.standing)]:
        raise RuleBroken(
            _("%(gone)s stands as “%(standing)s”, more than the other one. Merge the other way round.")
            % {"gone": gone.name, "standing": gone.get_standing_display()}
        )


def _fade(gone: Park) -> Mapping[str, Any]:
    # No longer public and in nobody's count, not even in one that asks the table itself.
    return {"standing": Park.Standing.DRAFT.value}


def _after(gone: Park, kept: Park, by: Any) -> None:
    """Completeness, translations and search follow, for both, whichever way it went."""
    for park in (Park.everything.get(pk=gone.pk), Park.everything.get(pk=kept.pk)):
        clusters.recount([park.pk])
        if park.merged_into_id is None:
            publication.recount(park)
            bilingual.track(park, Park.BILINGUAL, weight=publication.translation_weight(park))
            search.index(park)
        else:
            search.remove(park)


def _give_up_place(by: Any) -> Mapping[str, Any]:
    """Its twin goes on, so nothing ends but the second row."""
    return {"state": ClusterMember.State.LEFT.value, "until": timezone.localdate(), "ended_at": timezone.now()}


register_subject(Subject(LABEL, fields=PROFILE, check=_check, fade=_fade, after=_after))
register(
    "accounts.Organisation",
    Reference("parks.Park", "organisation", How.TOGETHER, gettext_lazy("Its park")),
    Reference(
        "parks.HistoricalPark",
        "organisation",
        How.STAY,
        gettext_lazy("Earlier states of profiles"),
        why=gettext_lazy("History stays where it happened."),
    ),
)
register(
    "accounts.Organisation",
    *(
        Reference(
            model,
            field,
            How.STAY,
            gettext_lazy("What the finder of duplicates noted"),
            why=gettext_lazy("It is noted anew in the night."),
        )
        for model, field in (
            ("parks.LookAlikeKey", "organisation"),
            ("parks.LookAlike", "first"),
            ("parks.LookAlike", "second"),
        )
    ),
)
HISTORY = gettext_lazy("History stays where it happened; the office finds it under the old entry.")
register(
    LABEL,
    Reference(
        "parks.Submission",
        "park",
        How.REFUSE,
        gettext_lazy("Submitted profiles"),
        when=Q(state__in=Submission.OPEN_STATES),
        why=gettext_lazy("Decide about the submitted profile first, or ask the park to withdraw it."),
    ),
    Reference(
        "parks.BlockDraft",
        "park",
        How.REFUSE,
        gettext_lazy("Unpublished drafts"),
        when=~Q(data={}),
        why=gettext_lazy("People are still writing. Ask them to finish, or correct the entry first."),
    ),
    Reference(
        "parks.Figure",
        "park",
        How.MOVE,
        gettext_lazy("Figures"),
        same=("indicator", "year", "is_planned"),
        why=gettext_lazy("The surviving entry gives this figure for this year already."),
    ),
    Reference(
        "parks.AnchorInstitution",
        "park",
        How.MOVE,
        gettext_lazy("Anchor institutions"),
        same=("name_zh",),
        why=gettext_lazy("The surviving entry names this institution already."),
    ),
    Reference("parks.Picture", "park", How.MOVE, gettext_lazy("Pictures")),
    Reference(
        "parks.ListedPark",
        "park",
        How.MOVE,
        gettext_lazy("Places on lists of parks"),
        same=("saved_list",),
        why=gettext_lazy("The surviving entry is on this list already."),
    ),
    Reference(
        "parks.ClusterMember",
        "park",
        How.MOVE,
        gettext_lazy("Places in clusters"),
        same=("cluster", "role"),
        among=Q(state__in=ClusterMember.OPEN),
        why=gettext_lazy("The surviving entry has this place already, or is invited to it; this one ends."),
        retire=_give_up_place,
    ),
    Reference("parks.Cluster", "lead_park", How.MOVE, gettext_lazy("Clusters it leads")),
    Reference("parks.BlockEdit", "park", How.STAY, gettext_lazy("Edits of the profile"), why=HISTORY),
    Reference(
        "parks.BlockConfirmation",
        "park",
        How.STAY,
        gettext_lazy("Confirmations that a block is still true"),
        why=gettext_lazy("They were said of the old entry's words."),
    ),
    Reference(
        "parks.NudgedPark",
        "park",
        How.STAY,
        gettext_lazy("Letters about gaps"),
        why=gettext_lazy("They were about the old entry."),
    ),
    Reference("parks.HistoricalPark", "merged_into", How.STAY, gettext_lazy("Earlier states of profiles"), why=HISTORY),
    Reference(LABEL, "merged_into", How.MOVE, gettext_lazy("Entries merged into it earlier")),
    *about(LABEL),
)
