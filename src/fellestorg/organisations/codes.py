"""Codes that prove one has the phone: from a code app (TOTP, RFC 6238: six digits, 30 seconds), or from a list kept for
the day the phone is gone. Pure but for randomness; the time is given."""

from __future__ import annotations

import hmac
import io
import re
import secrets
from datetime import datetime

STEP_SECONDS = 30
WINDOW = 1
"""How many steps before and after now are taken: phones' clocks are not exact."""
RECOVERY_CODES = 10
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # none that look like another


def new_key() -> str:
    """A new key for a code app, in base32 as the apps want it typed."""
    import pyotp

    return pyotp.random_base32()


def app_address(key: str, username: str, issuer: str) -> str:
    """What the QR code holds: ``otpauth://totp/…``."""
    import pyotp

    return pyotp.TOTP(key).provisioning_uri(name=username, issuer_name=issuer)


def qr_drawing(address: str, label: str) -> str:
    """The address as a QR code, an SVG that needs neither style nor script. White behind, in dark pages too."""
    import segno

    drawn = io.BytesIO()
    segno.make(address, error="m").save(
        drawn, kind="svg", scale=5, border=4, light="#fff", xmldecl=False, svgclass=None, lineclass=None, nl=False,
        title=label,
    )  # fmt: skip
    return drawn.getvalue().decode().replace("<svg ", '<svg role="img" ', 1)


def step_of(key: str, code: str, now: datetime) -> int | None:
    """Which 30 seconds a code belongs to, if it is right for now or the step before or after; else ``None``."""
    import pyotp

    typed = re.sub(r"\s", "", code)
    here = int(now.timestamp()) // STEP_SECONDS
    app = pyotp.TOTP(key)
    found = None
    for step in range(here - WINDOW, here + WINDOW + 1):  # all of them, whichever is right: the time tells nothing
        if hmac.compare_digest(app.generate_otp(step).encode(), typed.encode()):
            found = step
    return found


def new_recovery_codes() -> list[str]:
    """Ten codes as ``abcde-fghij``: 49 bits each."""
    return [
        "-".join("".join(secrets.choice(_LETTERS) for _ in range(5)) for _ in range(2)) for _ in range(RECOVERY_CODES)
    ]


def plain_recovery_code(text: str) -> str:
    """A recovery code as it was made, however it was typed."""
    letters = re.sub(r"[^a-z0-9]", "", text.lower())
    return f"{letters[:5]}-{letters[5:]}" if len(letters) == 10 else ""
