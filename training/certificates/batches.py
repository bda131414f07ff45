"""Long work: issuing a batch, printing one. Each is one job with a progress bar that can be left."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from alliance.accounts.models import User
from alliance.core import jobs
from alliance.core.errors import RuleBroken
from alliance.core.jobs import JobKind, Work
from alliance.core.models import Job

from ..models import Certificate, Cohort, Dossier
from . import dossiers, issuing, notices, policies, printing

MOST = 1000
LONGEST_PROBLEM = 300


# Issuing ------------------------------------------------------------------------------------------------------------


def issue_batch(chosen: Iterable[Dossier], *, by: User) -> Job:
    """Issue these dossiers one after the other. The same asked twice while it is under way is the same job."""
    ids = sorted(dossier.pk for dossier in chosen)
    if not ids:
        raise RuleBroken(_("Please choose at least one."))
    if len(ids) > MOST:
        raise RuleBroken(_("At most %(n)d at once.") % {"n": MOST})
    return jobs.request(ISSUE_BATCH, by=by, dossiers=ids)


def _may_issue(person: Any, params: Mapping[str, Any]) -> bool:
    if person is None:
        return False
    found = list(dossiers.loaded().filter(pk__in=params["dossiers"]))
    return len(found) == len(params["dossiers"]) and all(policies.can_issue(person, dossier) for dossier in found)


def _run_issue(work: Work) -> dict[str, Any]:
    """Each certificate is a transaction of its own: one that cannot be issued keeps nobody else from theirs."""
    ids = work.params["dossiers"]
    issued, refused = [], {}
    for done, pk in enumerate(ids):
        work.progress(done, len(ids), "issuing")
        dossier = Dossier.objects.get(pk=pk)
        try:
            issued.append(issuing.issue(dossier, by=work.by).pk)
        except RuleBroken as broken:
            refused[str(pk)] = str(broken)[:LONGEST_PROBLEM]
    work.progress(len(ids), len(ids), "issuing")
    return {"issued": issued, "refused": refused}


def _describe_issue(job: Job) -> str:
    count = len(job.params["dossiers"])
    return ngettext("%(n)d dossier", "%(n)d dossiers", count) % {"n": count}


def _leads_to(job: Job) -> str:
    cohort = Cohort.objects.filter(enrolments__dossiers__in=job.params["dossiers"]).first()
    return notices.desk_url(cohort) if cohort else ""


ISSUE_BATCH = jobs.register(
    JobKind(
        code="issue_certificates",
        title=gettext_lazy("Issue certificates"),
        run=_run_issue,
        may=_may_issue,
        describe=_describe_issue,
        leads_to=_leads_to,
        stages={"issuing": pgettext_lazy("job", "Signing, checking and storing")},
        keep_days=90,
    )
)


# Printing -----------------------------------------------------------------------------------------------------------


def print_batch(certificates: Iterable[Certificate], *, what: str, by: User) -> Job:
    """All of them in one PDF, to be printed: `certificates` or `transcripts`."""
    ids = sorted(certificate.pk for certificate in certificates)
    if not ids:
        raise RuleBroken(_("Please choose at least one."))
    if len(ids) > MOST:
        raise RuleBroken(_("At most %(n)d at once.") % {"n": MOST})
    if what not in printing.TEMPLATES:
        raise RuleBroken(_("There is no such choice."))
    return jobs.request(PRINT_BATCH, by=by, certificates=ids, what=what)


def _may_print(person: Any, params: Mapping[str, Any]) -> bool:
    if person is None:
        return False
    found = Certificate.objects.filter(pk__in=params["certificates"]).select_related(
        "enrolment__cohort__version__curriculum__programme"
    )
    rows = list(found.prefetch_related("enrolment__cohort__version__curriculum__programme__partners"))
    return len(rows) == len(params["certificates"]) and all(
        policies.is_holder(person, certificate)
        or policies.can_see_certificates(person, policies.programme_of(certificate.enrolment))
        for certificate in rows
    )


def _run_print(work: Work) -> dict[str, Any]:
    ids, what = work.params["certificates"], work.params["what"]
    total = len(ids) + 1
    pages = []
    found = printing.loaded().filter(pk__in=ids).order_by("number")
    for done, certificate in enumerate(found.iterator(chunk_size=100)):
        work.progress(done, total, "reading")
        # Closing the account takes the name off the register; the file may still hold it, and no print says it.
        known = bool(certificate.holder_name)
        pages.append(printing.page(certificate, with_name=known, with_mark=known))
    work.progress(len(ids), total, "setting")
    made = printing.pdf_of(pages, what, made_at=timezone.now())
    work.progress(total, total, "writing")
    with work.file(f"{what}-{len(pages)}-{timezone.localdate():%Y%m%d}.pdf", "application/pdf") as file:
        file.write(made)
    return {"printed": len(pages)}


def _describe_print(job: Job) -> str:
    count = len(job.params["certificates"])
    return ngettext("%(n)d certificate", "%(n)d certificates", count) % {"n": count}


PRINT_BATCH = jobs.register(
    JobKind(
        code="print_certificates",
        title=gettext_lazy("Print certificates"),
        run=_run_print,
        may=_may_print,
        describe=_describe_print,
        stages={"setting": pgettext_lazy("job", "Setting the pages")},
    )
)
