"""Where the review of a curriculum version stands: who said what of the content as it is now (V-7)."""

from dataclasses import dataclass

from alliance.core.canonical import digest

from .content import content_of
from .models import CurriculumVersion, VersionReview


@dataclass(frozen=True)
class Standing:
    """`earlier` were said of a content that has changed since; they do not count, and stay to be read."""

    sha256: str
    approvals: list[VersionReview]
    wishes: list[VersionReview]
    earlier: list[VersionReview]

    @property
    def parks(self) -> set[int]:
        return {review.organisation_id for review in self.approvals}


def standing(version: CurriculumVersion) -> Standing:
    """Fetch the version `with_content()`."""
    sha256 = version.content_sha256 or digest(content_of(version))
    said = list(version.reviews.select_related("reviewer", "organisation"))
    now = [review for review in said if review.content_sha256 == sha256]
    authors = set(version.authors.values_list("pk", flat=True))
    return Standing(
        sha256,
        approvals=[review for review in now if review.verdict == "approve" and review.reviewer_id not in authors],
        wishes=[review for review in now if review.verdict == "change"],
        earlier=[review for review in said if review.content_sha256 != sha256],
    )
