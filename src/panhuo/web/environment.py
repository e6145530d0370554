"""What an installation's site is told by its environment: read once, wrong values refused with their name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from panhuo.adapters.files.home import home_path
from panhuo.terms.errors import DomainError

LOOPBACK = ("127.0.0.1", "localhost", "[::1]")


@dataclass(frozen=True, slots=True)
class UnifiedLogin:
    """An OpenID Connect provider that people may sign in with.

    server: its address, with or without /.well-known/...; claim: which claim holds the login of the account here.
    """

    name: str
    server: str
    client: str
    secret: str
    claim: str

    @property
    def origin(self) -> str:
        """Scheme and host of the provider, for the content policy."""
        return "/".join(self.server.split("/", 3)[:3])


@dataclass(frozen=True, slots=True)
class SiteEnvironment:
    """Values of the environment; docs/site.md lists the variables.

    trusted_proxies: how many proxies stand in front, 0 for none. idle_minutes, session_hours: ends of a session.
    upload_mb: largest file that may be sent in.
    """

    home: Path
    allowed_hosts: tuple[str, ...]
    https: bool
    trusted_proxies: int
    idle_minutes: int
    session_hours: int
    second_factor: str
    local_sign_in: bool
    unified_login: UnifiedLogin | None
    site_name: str
    sponsor: str
    filing_icp: str
    filing_police: str
    site_code: str
    report_errors_to: str
    upload_mb: int


def read_environment(told: Mapping[str, str]) -> SiteEnvironment:
    """The site's environment. Raises: DomainError bad_setting, naming the variable and what it may hold."""
    unified = _unified_login(told)
    local = _switch(told, "PANHUO_LOCAL_SIGN_IN", default=True)
    if not local and unified is None:
        raise _bad(
            "PANHUO_LOCAL_SIGN_IN", "0", "1, unless PANHUO_OIDC_SERVER names a unified login: nobody could sign in"
        )
    named = tuple(filter(None, (part.strip() for part in told.get("PANHUO_ALLOWED_HOSTS", "").split(","))))
    return SiteEnvironment(
        home=home_path(told.get("PANHUO_HOME")),
        allowed_hosts=named or LOOPBACK,
        https=_switch(told, "PANHUO_HTTPS", default=False),
        trusted_proxies=_number(told, "PANHUO_TRUSTED_PROXIES", default=0, least=0, most=5),
        idle_minutes=_number(told, "PANHUO_IDLE_MINUTES", default=30, least=1, most=24 * 60),
        session_hours=_number(told, "PANHUO_SESSION_HOURS", default=12, least=1, most=24 * 7),
        second_factor=_choice(told, "PANHUO_SECOND_FACTOR", ("roles", "all")),
        local_sign_in=local,
        unified_login=unified,
        site_name=told.get("PANHUO_SITE_NAME", "").strip(),
        sponsor=told.get("PANHUO_SPONSOR", "").strip(),
        filing_icp=told.get("PANHUO_FILING_ICP", "").strip(),
        filing_police=told.get("PANHUO_FILING_POLICE", "").strip(),
        site_code=told.get("PANHUO_SITE_CODE", "").strip(),
        report_errors_to=_address(told, "PANHUO_REPORT_ERRORS_TO"),
        upload_mb=_number(told, "PANHUO_UPLOAD_MB", default=100, least=1, most=2_000),
    )


def _unified_login(told: Mapping[str, str]) -> UnifiedLogin | None:
    server = told.get("PANHUO_OIDC_SERVER", "").strip()
    if not server:
        return None
    if not server.startswith(("https://", "http://127.0.0.1", "http://localhost")):
        raise _bad("PANHUO_OIDC_SERVER", server, "an address that begins with https:// (http:// on loopback only)")
    client = told.get("PANHUO_OIDC_CLIENT", "").strip()
    if not client:
        raise _bad("PANHUO_OIDC_CLIENT", client, "the client's name, as registered with the unified login")
    return UnifiedLogin(
        name=told.get("PANHUO_OIDC_NAME", "").strip() or "统一身份认证",
        server=server.rstrip("/"),
        client=client,
        secret=_secret(told, "PANHUO_OIDC_SECRET"),
        claim=told.get("PANHUO_OIDC_CLAIM", "").strip() or "preferred_username",
    )


def _secret(told: Mapping[str, str], name: str) -> str:
    """The value of NAME, or the contents of the file that NAME_FILE names."""
    file = told.get(f"{name}_FILE", "").strip()
    if not file:
        return told.get(name, "").strip()
    try:
        return Path(file).read_text(encoding="utf-8").strip()
    except OSError as error:
        raise _bad(f"{name}_FILE", file, f"a file that may be read ({error.strerror})") from None


def _switch(told: Mapping[str, str], name: str, *, default: bool) -> bool:
    value = told.get(name, "").strip()
    if value not in {"", "0", "1"}:
        raise _bad(name, value, "0 or 1")
    return default if value == "" else value == "1"


def _number(told: Mapping[str, str], name: str, *, default: int, least: int, most: int) -> int:
    value = told.get(name, "").strip()
    if not value:
        return default
    if not value.isascii() or not value.isdigit() or not least <= int(value) <= most:
        raise _bad(name, value, f"a whole number from {least} to {most}")
    return int(value)


def _choice(told: Mapping[str, str], name: str, choices: tuple[str, ...]) -> str:
    value = told.get(name, "").strip() or choices[0]
    if value not in choices:
        raise _bad(name, value, " or ".join(choices))
    return value


def _address(told: Mapping[str, str], name: str) -> str:
    value = told.get(name, "").strip()
    if value and not value.startswith(("https://", "http://", "mailto:")):
        raise _bad(name, value, "an address that begins with https://, http:// or mailto:")
    return value


def _bad(name: str, value: str, may: str) -> DomainError:
    return DomainError(
        f"The site cannot start: {name} is {value!r} and may be {may}. Change it and start again.",
        code="bad_setting",
        name=name,
    )
