"""A park whose profile is ready to submit, and what tests say about it."""

from typing import Any

from alliance.accounts.models import User
from parks import services
from parks.blocks import BLOCKS, digest, fingerprint
from parks.models import FieldOfWork, IndustryCategory, Park
from tests.factories import make_park

STORY_ZH = "这里原是一九一九年开办的纱厂，八十年代停产后空置多年。" * 8
STORY_EN = "A cotton mill founded in 1919 that stood empty after it closed in the nineteen eighties. " * 5

READY: dict[str, dict[str, Any]] = {
    "identity": {"address_zh": "江东北路317号", "address_en": "317 Jiangdong North Road", "year_opened": 2011},
    "story": {
        "summary_zh": "位于宁波市鄞州区，利用棉纺厂改造而成，以设计、会展为主要领域，集研发、交易与孵化于一体。",
        "summary_en": "A cultural industry park in Ningbo that reuses a former cotton mill; design and fairs.",
        "story_zh": STORY_ZH.strip(),
        "story_en": STORY_EN.strip(),
    },
    "type": {"formation": "regeneration", "structure": "government_led", "site_form": "rebuilt"},
    "space": {"facilities": ["coworking"], "services": ["incubation", "exhibition"]},
    "work": {"fields": ["design"]},
    "figures": {
        "figures": [
            {
                "indicator": "tenants",
                "year": 2025,
                "value": 120,
                "is_planned": False,
                "source": "self_reported",
                "source_note_zh": "",
                "source_note_en": "",
            }
        ]
    },
    "contact": {"contact_email": "office@example.org", "contact_phone": "0574-8888 0000"},
}


def make_reference() -> None:
    for position, (code, zh, en) in enumerate(
        [("design", "设计", "Design"), ("exhibition", "会展", "Exhibitions"), ("film", "影视", "Film")]
    ):
        FieldOfWork.objects.get_or_create(code=code, defaults={"name_zh": zh, "name_en": en, "position": position})
    IndustryCategory.objects.get_or_create(
        code="03", defaults={"level": "major", "name_zh": "创意设计服务", "name_en": "Creative design services"}
    )


def fill(park: Park, by: User, **over: dict[str, Any]) -> None:
    """Write drafts that are complete enough to submit."""
    make_reference()
    for code, values in READY.items():
        services.save_block(park, BLOCKS[code], values | over.get(code, {}), by=by)


def make_ready_park(manager: User, **fields: Any) -> Park:
    park = make_park(managers=[manager], **fields)
    fill(park, manager)
    return park


def seen(values: dict[str, Any]) -> dict[str, Any]:
    """What an open page remembers of these values."""
    return {name: fingerprint(name, value) for name, value in values.items()}


__all__ = ["READY", "digest", "fill", "make_ready_park", "make_reference", "seen"]
