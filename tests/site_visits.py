"""What the tests of the site share: a password, ways in, all pages with the states they are looked at in."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.test import Client

PASSWORD = "沉睡专利-tide-42"  # noqa: S105 - of made-up accounts
MADE = datetime(2026, 1, 5, tzinfo=UTC)
CHROME = "Mozilla/5.0 (Windows NT 10.0) Chrome/130.0"


@dataclass(frozen=True, slots=True)
class Visit:
    """A page in a state. prepare: what is done in the browser before it is looked at, given page and base address."""

    name: str
    path: str
    as_whom: str = "stranger"
    prepare: Callable[[Any], None] | None = None
    status: int = 200


def code_of(secret: str, *, steps_ahead: int = 0) -> str:
    """What an authenticator app shows for this secret."""
    from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value

    return format_hotp_value(hotp_value(secret, int(time.time()) // 30 + steps_ahead))


def add_app(client: Client, *, login: str = "lilei") -> str:
    """Set an authenticator app up through the pages. Returns its secret."""
    page = client.get("/account/second-factor/app/", follow=True)
    if page.redirect_chain:
        client.post(page.request["PATH_INFO"] + "?" + page.request["QUERY_STRING"], {"password": PASSWORD})
        page = client.get("/account/second-factor/app/")
    secret = page.context["form"].secret
    done = client.post("/account/second-factor/app/", {"code": code_of(secret)})
    assert done.status_code == 302, done.content.decode()
    return str(secret)


def _press(page: Any) -> None:
    page.locator("main button[type=submit]").first.click()
    page.wait_for_load_state()


def _wrong_months(page: Any) -> None:
    page.locator("#id_since").fill("x")
    _press(page)


def _wrong_until(page: Any) -> None:
    page.locator("#id_until").fill("2999-01-01")
    _press(page)


def _take_ahead(page: Any) -> None:
    page.locator("input[type=date]").first.fill("2099-01-01")
    _press(page)


VISITS = (
    Visit("sign-in", "/sign-in/"),
    Visit("sign-in-wrong", "/sign-in/", prepare=_press),
    Visit("about", "/about/"),
    Visit("health", "/health"),
    Visit("not-there", "/no-such-page", status=404),
    Visit("not-allowed-way", "/preferences/", status=405),
    Visit("closed", "/sign-in/closed/"),
    Visit("home", "/", "plain"),
    Visit("home-done", "/", "secured"),
    Visit("account", "/account/", "secured"),
    Visit("account-long", "/account/", "long"),
    Visit("account-unified", "/account/", "unified"),
    Visit("password", "/account/password/", "plain"),
    Visit("password-wrong", "/account/password/", "plain", prepare=_press),
    Visit("password-obliged", "/", "obliged"),
    Visit("sessions", "/account/sessions/", "plain"),
    Visit("sign-out", "/sign-out/", "plain"),
    Visit("second-factor", "/account/second-factor/", "plain"),
    Visit("second-factor-on", "/account/second-factor/", "secured"),
    Visit("add-app", "/account/second-factor/app/", "ready"),
    Visit("add-app-wrong", "/account/second-factor/app/", "ready", prepare=_press),
    Visit("remove-app", "/account/second-factor/app/remove/", "secured"),
    Visit("codes", "/account/second-factor/codes/", "secured"),
    Visit("codes-new", "/account/second-factor/codes/new/", "secured"),
    Visit("passkeys-none", "/account/second-factor/passkeys/", "plain"),
    Visit("passkeys", "/account/second-factor/passkeys/", "secured"),
    Visit("passkey-add", "/account/second-factor/passkeys/add/", "ready"),
    Visit("passkey-rename", "/account/second-factor/passkeys/{passkey}/", "secured"),
    Visit("passkey-remove", "/account/second-factor/passkeys/{passkey}/remove/", "secured"),
    Visit("again", "/account/again/", "plain"),
    Visit("again-code", "/account/again/code/", "secured"),
    Visit("again-passkey", "/account/again/passkey/", "secured"),
    Visit("second-step", "/sign-in/code/", "half"),
    Visit("people", "/people/", "sys"),
    Visit("people-found-none", "/people/?q=nobody", "sys"),
    Visit("people-new-wrong", "/people/new/", "sys", prepare=_press),
    Visit("person", "/people/{account}/", "unit"),
    Visit("person-long", "/people/{long}/", "sys"),
    Visit("person-self", "/people/{self}/", "sys"),
    Visit("person-close", "/people/{account}/close/", "unit"),
    Visit("person-password-wrong", "/people/{account}/password/", "unit", prepare=_press),
    Visit("person-reveal", "/people/{account}/reveal/phone/", "unit"),
    Visit("person-not-mine", "/people/{long}/", "unit", status=404),
    Visit("role-give", "/people/{account}/role/", "sec"),
    Visit("role-give-wrong", "/people/{account}/role/", "sec", prepare=_press),
    Visit("role-end", "/people/roles/{membership}/end/", "unit"),
    Visit("organisations", "/people/organisations/", "sys"),
    Visit("organisations-none", "/people/organisations/?q=none", "sys"),
    Visit("organisation", "/people/organisations/{organisation}/", "unit"),
    Visit("organisation-empty", "/people/organisations/{empty}/", "unit"),
    Visit("organisation-new", "/people/organisations/new/", "sys"),
    Visit("organisation-new-wrong", "/people/organisations/new/", "sys", prepare=_press),
    Visit("organisation-rename", "/people/organisations/{organisation}/name/", "sys"),
    Visit("organisation-close-wrong", "/people/organisations/{organisation}/close/", "sys", prepare=_press),
    Visit("invitations", "/people/invitations/", "unit"),
    Visit("invitations-none", "/people/invitations/?state=open&after=1", "sec"),
    Visit("invite-wrong", "/people/invitations/new/", "unit", prepare=_press),
    Visit("invitation", "/people/invitations/{invitation}/", "unit"),
    Visit("invitation-withdraw", "/people/invitations/{invitation}/withdraw/", "unit"),
    Visit("invitation-take", "/invitation/{token}/"),
    Visit("invitation-take-wrong", "/invitation/{token}/", prepare=_press),
    Visit("invitation-take-mine", "/invitation/{token}/", "plain"),
    Visit("invitation-void", "/invitation/none/", status=404),
    Visit("log", "/log/", "aud"),
    Visit("log-none", "/log/?actor=nobody", "aud"),
    Visit("log-wrong", "/log/?since=x", "aud"),
    Visit("log-entry", "/log/{entry}/", "aud"),
    Visit("log-proof", "/log/{entry}/proof/", "aud"),
    Visit("log-proof-unsigned", "/log/{unsigned}/proof/", "aud"),
    Visit("imports", "/imports/", "importer"),
    Visit("imports-send", "/imports/new/", "importer"),
    Visit("imports-send-wrong", "/imports/new/", "importer", prepare=_press),
    Visit("imports-partly", "/imports/{partly}/", "importer"),
    Visit("imports-unknown", "/imports/{unknown}/", "importer"),
    Visit("imports-refused", "/imports/{refused}/", "importer"),
    Visit("imports-running", "/imports/{running}/", "importer"),
    Visit("imports-done", "/imports/{done}/", "importer"),
    Visit("imports-failed", "/imports/{failed}/", "importer"),
    Visit("jobs", "/jobs/", "importer"),
    Visit("jobs-all", "/jobs/", "keeper"),
    Visit("jobs-one", "/jobs/{job}/", "importer"),
    Visit("jobs-stuck", "/jobs/{stuck}/", "keeper"),
    Visit("jobs-cancel", "/jobs/{job}/cancel/", "importer"),
    Visit("home-keeper", "/", "keeper"),
    Visit("home-inventor", "/", "faming"),
    Visit("home-inventor-none", "/", "tongshi"),
    Visit("home-college", "/", "xueyuan"),
    Visit("home-university", "/", "daxue"),
    Visit("home-university-none", "/", "waixiao"),
    Visit("home-office", "/", "shiju"),
    Visit("home-expert", "/", "e1"),
    Visit("home-reviewer", "/", "reviewer"),
    Visit("stock", "/stock/", "daxue"),
    Visit("stock-filter-wrong", "/stock/?region=abc&q=none", "daxue"),
    Visit("stock-none", "/stock/?ip_type=design", "daxue"),
    Visit("stock-figures", "/stock/figures/", "daxue"),
    Visit("stock-patent", "/stock/{pool_long}/", "daxue"),
    Visit("stock-take", "/stock/take/", "shiju"),
    Visit("stock-take-wrong", "/stock/take/?", "shiju", prepare=_take_ahead),
    Visit("stock-place", "/stock/place/", "daxue"),
    Visit("stock-place-placed", "/stock/place/?state=placed", "daxue"),
    Visit("stock-place-none", "/stock/place/?q=none", "daxue"),
    Visit("stock-place-no-college", "/stock/place/", "waixiao"),
    Visit("dormant", "/dormant/", "daxue"),
    Visit("dormant-office", "/dormant/", "shiju"),
    Visit("dormant-export", "/dormant/export/", "daxue"),
    Visit("booklets", "/booklets/", "daxue"),
    Visit("booklets-office", "/booklets/", "shiju"),
    Visit("booklets-none", "/booklets/", "waixiao"),
    Visit("booklets-overdue", "/booklets/?state=overdue", "shiju"),
    Visit("booklets-send", "/booklets/send/", "shiju"),
    Visit("booklets-send-wrong", "/booklets/send/", "shiju", prepare=_take_ahead),
    Visit("booklet", "/booklets/{booklet}/", "daxue"),
    Visit("booklet-long", "/booklets/{booklet_late}/", "shiju"),
    Visit("pool-mine", "/pool/mine/", "faming"),
    Visit("pool-mine-none", "/pool/mine/", "tongshi"),
    Visit("pool-list", "/pool/", "daxue"),
    Visit("pool-to-review", "/pool/?waits=review", "xueyuan"),
    Visit("pool-new", "/pool/new/", "daxue"),
    Visit("pool-inventors", "/pool/inventors/{pool_asset}/", "daxue"),
    Visit("pool-inventors-wrong", "/pool/inventors/{pool_asset}/", "daxue", prepare=_press),
    Visit("pool-draft", "/pool/{pool_draft}/", "faming"),
    Visit("pool-empty-draft", "/pool/{pool_empty}/", "faming"),
    Visit("pool-filing", "/pool/{pool_draft}/filing/", "faming"),
    Visit("pool-card", "/pool/{pool_draft}/card/", "faming"),
    Visit("pool-card-empty", "/pool/{pool_empty}/card/", "faming"),
    Visit("pool-returned", "/pool/{pool_returned}/", "faming"),
    Visit("pool-waits", "/pool/{pool_waits}/", "xueyuan"),
    Visit("pool-return", "/pool/{pool_waits}/return/", "xueyuan"),
    Visit("pool-return-wrong", "/pool/{pool_waits}/return/", "xueyuan", prepare=_press),
    Visit("pool-entry", "/pool/{pool_entry}/", "daxue"),
    Visit("pool-entry-outside", "/pool/{pool_entry}/", "shiju"),
    Visit("pool-version", "/pool/{pool_entry}/card/1/", "daxue"),
    Visit("pool-preview", "/pool/{pool_entry}/preview/", "daxue"),
    Visit("pool-declarations", "/pool/declarations/", "daxue"),
    Visit("pool-declarations-missing", "/pool/declarations/missing/", "daxue"),
    Visit("pool-declare", "/pool/declarations/new/{pool_asset}/", "faming"),
    Visit("pool-declaration", "/pool/declarations/{pool_declaration}/", "daxue"),
    Visit("pool-exploitation-list", "/pool/exploitation/", "daxue"),
    Visit("pool-exploitation-new", "/pool/exploitation/new/{pool_asset}/", "faming"),
    Visit("pool-exploitation-wrong", "/pool/exploitation/new/{pool_asset}/", "faming", prepare=_press),
    Visit("pool-exploitation", "/pool/exploitation/{pool_exploitation}/", "daxue"),
    Visit("pool-samples", "/pool/samples/", "shiju"),
    Visit("pool-sample", "/pool/samples/{pool_sample}/", "shiju"),
    Visit("cases", "/assessment/", "organiser"),
    Visit("cases-none", "/assessment/?q=none", "organiser"),
    Visit("case", "/assessment/{case}/", "organiser"),
    Visit("case-open-wrong", "/assessment/new/", "organiser", prepare=_press),
    Visit("case-self-grade-wrong", "/assessment/{case}/self-grade/", "organiser", prepare=_press),
    Visit("case-first", "/assessment/{case}/first/", "organiser"),
    Visit("case-second-wrong", "/assessment/{case}/second/", "organiser", prepare=_press),
    Visit("case-report-wrong", "/assessment/{case}/report/", "organiser", prepare=_press),
    Visit("case-stop", "/assessment/{case}/stop/", "organiser"),
    Visit("panel-start", "/assessment/{case}/panel/", "organiser"),
    Visit("panel-decided", "/assessment/panels/{decided}/", "organiser"),
    Visit("panel", "/assessment/panels/{panel}/", "organiser"),
    Visit("panel-invite-wrong", "/assessment/panels/{panel}/expert/", "organiser", prepare=_press),
    Visit("panel-decide", "/assessment/panels/{panel}/decide/", "organiser"),
    Visit("panel-leave", "/assessment/experts/{seat}/leave/", "organiser"),
    Visit("reviews", "/reviews/", "e1"),
    Visit("reviews-none", "/reviews/?q=none", "e1"),
    Visit("review", "/reviews/{seat}/", "e1"),
    Visit("review-done", "/reviews/{scored}/", "e1"),
    Visit("review-left", "/reviews/{left}/", "e2"),
    Visit("review-conflict-wrong", "/reviews/{seat}/conflict/", "e1", prepare=_press),
    Visit("values", "/values/", "organiser"),
    Visit("values-none", "/values/?q=none", "organiser"),
    Visit("value", "/values/{value}/", "organiser"),
    Visit("stock-patent-valued", "/stock/{asset}/", "organiser"),
    Visit("editions", "/editions/", "author"),
    Visit("editions-read", "/editions/", "reader"),
    Visit("editions-new", "/editions/new/", "author"),
    Visit("editions-new-wrong", "/editions/new/", "author", prepare=_press),
    Visit("editions-draft", "/editions/drafts/{under_way}/", "author"),
    Visit("editions-draft-annex", "/editions/drafts/{under_way}/?part=annex", "author"),
    Visit("editions-draft-difference", "/editions/drafts/{under_way}/difference/", "author"),
    Visit("editions-review", "/editions/drafts/{in_review}/", "reviewer"),
    Visit("editions-review-own", "/editions/drafts/{in_review}/", "author"),
    Visit("editions-return-wrong", "/editions/drafts/{in_review}/return/", "reviewer", prepare=_press),
    Visit("editions-judging", "/editions/drafts/{judging}/", "author"),
    Visit("editions-published", "/editions/drafts/{published}/", "author"),
    Visit("editions-publish", "/editions/drafts/{in_review}/publish/", "publisher"),
    Visit("editions-drop", "/editions/drafts/{under_way}/drop/", "author"),
    Visit("edition", "/editions/{edition}/", "author"),
    Visit("edition-annex", "/editions/{edition}/?part=annex", "author"),
    Visit("edition-difference", "/editions/{edition}/difference/", "author"),
    Visit("edition-read", "/editions/{edition}/", "reader"),
    Visit("edition-withdraw-wrong", "/editions/{edition}/withdraw/{row}/", "publisher", prepare=_press),
    Visit("figures-regions", "/figures/regions/", "author"),
    Visit("figures-regions-stock", "/figures/regions/?measure=stock", "author"),
    Visit("figures-regions-exploited", "/figures/regions/?measure=exploited", "author"),
    Visit("figures-high-value", "/figures/high-value/", "author"),
    Visit("figures-high-value-units", "/figures/high-value/?by=unit", "author"),
    Visit("ledger", "/figures/ledger/", "author"),
    Visit("ledger-regions", "/figures/ledger/?by=region", "author"),
    Visit("ledger-wrong", "/figures/ledger/?since=x", "author"),
    Visit("ledger-read", "/figures/ledger/", "reader"),
    Visit("ledger-rows", "/figures/ledger/rows/", "author"),
    Visit("ledger-rows-none", "/figures/ledger/rows/?since=1999-01&until=1999-01", "author"),
    Visit("ledger-count", "/figures/ledger/count/", "author"),
    Visit("ledger-count-wrong", "/figures/ledger/count/?x=1", "author", prepare=_wrong_months),
    Visit("dormant-register", "/dormant/", "author"),
    Visit("deadlines-consent", "/deadlines/?kind=consent90", "reader"),
    Visit("deadlines-consent-over", "/deadlines/?kind=consent-over", "author"),
    Visit("deadlines-confirm", "/deadlines/confirm/?asset={consent}", "reader"),
    Visit("deadlines-confirm-wrong", "/deadlines/confirm/?asset={consent}", "reader", prepare=_wrong_until),
    Visit("deadlines", "/deadlines/", "author"),
    Visit("deadlines-grace", "/deadlines/?kind=grace", "author"),
    Visit("deadlines-none", "/deadlines/?kind=term&unit=1", "reader"),
    Visit("parts", "/parts/", "plain"),
    Visit("broken", "/broken/", "plain", status=500),
)
