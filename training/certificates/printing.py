"""Certificates and transcripts as PDF (PDF/UA-1): set from the signed text, with a code that leads to the page."""

import io
import json
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import segno
from django.utils import timezone

from alliance.core import typeset

from ..credentials.badge import final_mark_of, name_of
from ..credentials.texts import percent
from ..models import Certificate
from . import wording

HERE = Path(__file__).resolve().parents[1] / "typeset"
TEMPLATES = {"certificates": HERE / "certificate.typ", "transcripts": HERE / "transcript.typ"}
HOUSE = [
    {"lang": "zh", "text": "中国文化产业园区区域联盟"},
    {"lang": "en", "text": "China Cultural Industry Park Regional Alliance"},
]
TITLES = {
    "certificates": [{"lang": "zh", "text": "结业证书"}, {"lang": "en", "text": "Certificate of Completion"}],
    "transcripts": [{"lang": "zh", "text": "学习成绩单"}, {"lang": "en", "text": "Transcript of Learning"}],
}


def loaded() -> Any:
    return Certificate.objects.select_related(
        "version__curriculum__programme", "enrolment__cohort", "dossier", "key", "person"
    ).prefetch_related("version__units", "version__curriculum__programme__partners")


def certificate_pdf(certificate: Certificate, *, with_name: bool, with_mark: bool) -> bytes:
    return _alone(certificate, "certificates", with_name, with_mark)


def transcript_pdf(certificate: Certificate, *, with_name: bool, with_mark: bool) -> bytes:
    return _alone(certificate, "transcripts", with_name, with_mark)


def _alone(certificate: Certificate, what: str, with_name: bool, with_mark: bool) -> bytes:
    return pdf_of([page(certificate, with_name=with_name, with_mark=with_mark)], what, made_at=certificate.issued_at)


def pdf_of(pages: Sequence[dict[str, Any]], what: str, *, made_at: datetime) -> bytes:
    """One document with a page for each. Raises typeset.FontsMissing."""
    title = " · ".join(line["text"] for line in TITLES[what])
    if len(pages) == 1:
        title = f"{title} {pages[0]['number']}"
    data = {
        "title": title,
        "heading": TITLES[what],
        "house": HOUSE,
        "author": " · ".join(line["text"] for line in HOUSE),
        "pages": list(pages),
    }
    return typeset.pdf(TEMPLATES[what], data, made_at=made_at)


def page(certificate: Certificate, *, with_name: bool, with_mark: bool) -> dict[str, Any]:
    """What one page says: the fields of the signed text, and from the register what the holder lets be seen.

    Without the consent neither name nor mark stands here, also where they were signed into the file (X-15).
    """
    badge = json.loads(certificate.body)
    subject = badge["credentialSubject"]
    achievement = subject["achievement"]
    version = certificate.version
    shown, marks = {row["code"]: row for row in certificate.dossier.shown}, _marks(certificate)
    return {
        "name": (certificate.holder_name or name_of(badge)) if with_name else "",
        "title_zh": version.title_zh,
        "title_en": version.title_en,
        "code": achievement["humanCode"],
        "version": achievement["version"],
        "cohort": subject["term"],
        "credits": f"{subject['creditsEarned']:g}" if "creditsEarned" in subject else "",
        "hours": str(version.minutes // 60),
        "awarding": achievement["creator"]["name"],
        "teaching": subject["source"]["name"],
        "issuer": badge["issuer"]["name"],
        "number": certificate.number,
        "awarded": _day(certificate.awarded_at),
        "issued": _day(certificate.valid_from),
        "began": _day(certificate.enrolment.cohort.starts_at),
        "ended": _day(certificate.enrolment.cohort.ends_at),
        "until": _day(certificate.valid_until) if certificate.valid_until else "",
        "mark": (final_mark_of(badge) or _mark(certificate)) if with_mark else "",
        "criteria": achievement["criteria"]["narrative"].split("\n"),
        "address": certificate.address,
        "digest": certificate.body_sha256,
        "key": badge["proof"]["verificationMethod"],
        "svg": _code(certificate.address),
        # A body in the state's register says so; every other certificate says what it is not.
        "registration": wording.registration_of(version),
        "units": [
            {
                "code": unit.code,
                "title_zh": unit.title_zh,
                "title_en": unit.title_en,
                "hours": str(unit.minutes // 60),
                "credits": f"{unit.credits / 100:g}",
                "mark": marks.get(f"unit:{unit.code}", "") if with_mark else "",
            }
            for unit in version.units.all()
        ],
        "others": [
            {"zh": row["zh-hans"], "en": row["en"]}
            for code, row in shown.items()
            if code in {"attendance", "placement"}
        ],
    }


def _marks(certificate: Certificate) -> dict[str, str]:
    """The marks of units as the dossier froze them, by requirement."""
    return {
        requirement["code"]: percent(requirement["facts"]["mark"])
        for requirement in json.loads(certificate.dossier.content)["requirements"]
        if isinstance(requirement["facts"].get("mark"), int)
    }


def _mark(certificate: Certificate) -> str:
    from .building import mark_of

    mark = mark_of(certificate.dossier)
    return percent(mark) if mark is not None else ""


def _code(address: str) -> str:
    """The address as a code that telephones read."""
    made = io.BytesIO()
    segno.make(address, error="m", micro=False).save(made, kind="svg", border=2, xmldecl=False, svgns=True, scale=4)
    return made.getvalue().decode()


def _day(at: datetime) -> str:
    return timezone.localtime(at).strftime("%Y-%m-%d")
