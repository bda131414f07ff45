"""Seeds of second factors, sealed before they are stored: a dump of the database opens no account.

The key is `MFA_KEY` (several, newest first, while they are being changed), else it is derived from `SECRET_KEY` and its
fallbacks; `manage.py reseal_factors` goes over to a new one.
"""

from django.conf import settings

from alliance.core.sealing import Seal, SealBroken, secret_keys

__all__ = ["SealBroken", "seal", "sealed_anew", "unseal"]

_FACTORS = Seal("portal second factors", keys=lambda: settings.MFA_KEYS or secret_keys())
seal, unseal, sealed_anew = _FACTORS.seal, _FACTORS.unseal, _FACTORS.sealed_anew
