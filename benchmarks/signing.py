"""How many certificates a core signs and issues in a second, beside what the libraries take for it.

    python -m benchmarks.signing           200 certificates
    python -m benchmarks.signing --quick   20: does everything still run?

Everything is counted in processor time of one process, so that other work matters little: `Ed25519` is the bare
call; `canonical form` is PyLD's share, which no signature can do without; `signing` is both over document and
proof; `second opinion` is the other library's check of each fresh file (X-5); `issuing` the whole way from the approved
dossier to the committed row. The goal is 100 signatures a second, or what the libraries allow.
"""

import argparse
import json
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from . import servers
from .run import table

GOAL = 100


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.signing", description=__doc__)
    parser.add_argument("--quick", action="store_true")
    options = parser.parse_args()
    count = 20 if options.quick else 200
    with servers.data_servers(), tempfile.TemporaryDirectory(prefix="issuer-keys-") as folder:
        import django

        django.setup()
        from django.core.management import call_command
        from django.test.utils import override_settings

        call_command("migrate", verbosity=0)
        with override_settings(
            ISSUER_KEY_DIR=Path(folder), ISSUER_KEY_PASSWORD="only for this run", CREDENTIAL_ORIGIN="https://a.example"
        ):
            measure(count)


def measure(count: int) -> None:
    from tests.training.certificates.rows import facts_hold, make_school
    from training.certificates import issuing, keys
    from training.credentials import keys as files
    from training.credentials import proofs, second

    keys.ensure_one()
    school = make_school()
    with facts_hold():
        dossiers = [school.approved() for _ in range(count)]
        issued = []
        whole = rate(lambda: issued.append(issuing.issue(dossiers[len(issued)], by=school.officer)), count, warm=0)
    signer = keys.signer_of(keys.active())
    document = json.loads(issued[0].body)
    document.pop("proof")
    now = datetime.now(UTC)
    pem = files.public_pem(signer.key)
    bare = rate(lambda: signer.sign(b"x" * 64), count * 20)
    canonical = rate(lambda: proofs.canonical(document), count)
    signing = rate(lambda: proofs.signed(document, signer, now), count)
    opinion = rate(lambda: second.require_sound(issued[0].body, pem, keys.did()), count)
    rows = [
        ("Ed25519, the bare call", bare, ""),
        ("canonical form of a document (PyLD)", canonical, ""),
        ("signing", signing, "ok" if signing >= GOAL or signing > 0.7 * canonical else "MISSED"),
        ("second opinion (openbadgeslib)", opinion, ""),
        ("issuing, committed", whole, "ok" if whole > 0.5 / (1 / signing + 1 / opinion) else "MISSED"),
    ]
    shown = [(name, f"{found:,.0f}", f"{1000 / found:.2f}", said) for name, found, said in rows]
    title = f"Certificates a second and core (goal: {GOAL} signatures, or what the libraries allow)"
    table(title, ["what", "a second", "ms each", ""], shown)


def rate(do: Callable[[], object], times: int, warm: int = 3) -> float:
    """Calls in a second of processor time of this process."""
    for _ in range(warm):
        do()
    begun = time.process_time()
    for _ in range(times):
        do()
    return times / (time.process_time() - begun)


if __name__ == "__main__":
    main()
