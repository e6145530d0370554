"""Signing in with a province's unified login, against a provider of OpenID Connect that runs here for the test."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jwt
import pytest
import requests
from django.test import Client

from panhuo.web.environment import UnifiedLogin

pytestmark = pytest.mark.django_db


class _Provider(ThreadingHTTPServer):
    """who: claims of the person who signs in there; asked: queries that came in."""

    who: dict[str, str]
    asked: list[dict[str, list[str]]]


class _Answers(BaseHTTPRequestHandler):
    server: _Provider

    def do_GET(self) -> None:
        base, query = f"http://127.0.0.1:{self.server.server_port}", parse_qs(urlsplit(self.path).query)
        path = urlsplit(self.path).path
        if path.endswith("/openid-configuration"):
            self._tell(
                {
                    "issuer": base,
                    "authorization_endpoint": f"{base}/authorize",
                    "token_endpoint": f"{base}/token",
                    "userinfo_endpoint": f"{base}/userinfo",
                    "jwks_uri": f"{base}/keys",
                }
            )
        elif path == "/authorize":
            self.server.asked.append(query)
            self.send_response(302)
            self.send_header("Location", f"{query['redirect_uri'][0]}?code=once&state={query['state'][0]}")
            self.end_headers()
        elif path == "/userinfo":
            self._tell(self.server.who)

    def do_POST(self) -> None:
        sent = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
        self.server.asked.append(sent)
        claims = {
            "iss": f"http://127.0.0.1:{self.server.server_port}",
            "aud": "panhuo",
            "iat": 0,
            "exp": 1 << 40,
            **self.server.who,
        }
        self._tell({"access_token": "a", "token_type": "Bearer", "id_token": jwt.encode(claims, "x" * 32)})

    def _tell(self, told: dict[str, Any]) -> None:
        body = json.dumps(told).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture
def provider(settings: Any) -> Iterator[_Provider]:
    server = _Provider(("127.0.0.1", 0), _Answers)
    server.who, server.asked = {"sub": "p-1", "preferred_username": "zhangsan"}, []
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    address = f"http://127.0.0.1:{server.server_port}"
    settings.SITE = replace(
        settings.SITE, unified_login=UnifiedLogin("省统一认证", address, "panhuo", "s3cret", "preferred_username")
    )
    settings.SOCIALACCOUNT_PROVIDERS = {
        "openid_connect": {
            "OAUTH_PKCE_ENABLED": True,
            "APPS": [
                {
                    "provider_id": "unified",
                    "name": "省统一认证",
                    "client_id": "panhuo",
                    "secret": "s3cret",
                    "settings": {"server_url": address},
                }
            ],
        }
    }
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def _come_in(client: Client, query: str = "") -> Any:
    sent = client.post(f"/sign-in/unified/{query}")
    assert sent.status_code == 302
    back = requests.get(sent.headers["Location"], allow_redirects=False, timeout=10).headers["Location"]
    return client.get(back[back.index("/sign-in/") :])


def _in(client: Client) -> bool:
    return client.get("/").status_code == 200


def test_the_sign_in_page_offers_it(provider: _Provider) -> None:
    assert "用省统一认证登录" in Client().get("/sign-in/").content.decode()


def test_an_account_made_for_it_comes_in_with_pkce_and_is_known_by_its_number_afterwards(
    provider: _Provider, make_account: Any
) -> None:
    make_account("zhangsan", is_local=False)
    visitor = Client()
    assert _come_in(visitor).headers["Location"] == "/"
    assert _in(visitor)
    assert provider.asked[0]["code_challenge_method"] == ["S256"]
    assert provider.asked[1]["code_verifier"]
    provider.who = {"sub": "p-1", "preferred_username": "renamed"}
    later = Client()
    _come_in(later)
    assert _in(later)


@pytest.mark.parametrize(
    "told",
    [None, {"is_local": True}, {"is_local": False, "is_active": False}],
    ids=["unknown", "has a password here", "closed"],
)
def test_others_stay_out_and_no_account_is_made(
    provider: _Provider, make_account: Any, told: dict[str, bool] | None
) -> None:
    from panhuo.desk.people.models import Account

    if told is not None:
        make_account("zhangsan", **told)
    visitor = Client()
    answer = _come_in(visitor)
    assert answer.headers["Location"] == "/sign-in/"
    assert "没有为您开通账号" in visitor.get("/sign-in/").content.decode()
    assert not _in(visitor)
    assert Account.objects.count() == (0 if told is None else 1)


def test_a_closed_account_that_came_before_stays_out(provider: _Provider, make_account: Any) -> None:
    account = make_account("zhangsan", is_local=False)
    _come_in(Client())
    account.is_active = False
    account.save()
    visitor = Client()
    _come_in(visitor)
    assert not _in(visitor)


def test_an_answer_with_a_foreign_state_is_refused(provider: _Provider, make_account: Any) -> None:
    make_account("zhangsan", is_local=False)
    visitor = Client()
    visitor.post("/sign-in/unified/")
    answer = visitor.get("/sign-in/unified/back/?code=once&state=forged")
    assert answer.headers["Location"] == "/sign-in/"
    assert not _in(visitor)


def test_nobody_can_tie_a_foreign_identity_to_an_account_that_is_signed_in(provider: _Provider, signed_in: Any) -> None:
    from allauth.socialaccount.models import SocialAccount

    visitor = signed_in("zhangsan")
    _come_in(visitor, "?process=connect")
    assert not SocialAccount.objects.exists()


def test_without_a_unified_login_its_address_is_not_there() -> None:
    assert Client().post("/sign-in/unified/").status_code == 404
