"""Feishu, DingTalk and WeCom as ways in: where people are sent, and who they turn out to be.

Each takes one page and two or three questions, as their current documentation says. allauth has the first two, but
speaks interfaces that are retired, keeps all that the provider tells, and raises on answers it did not expect.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar
from urllib.error import HTTPError, URLError
from urllib.parse import urlencode
from urllib.request import HTTPRedirectHandler, Request, build_opener

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

TIMEOUT_SECONDS = 5
MOST_BYTES = 64 * 1024
MOST_LETTERS = 200


class ProviderFailed(Exception):
    """It did not say who that is: an error, an odd answer, or none at all."""


@dataclass(frozen=True)
class Identity:
    """Somebody, as a provider knows them. ``subject`` never changes; ``name`` is for people to read."""

    provider: str
    subject: str
    name: str


class Provider:
    """One of them, as the operators have set it up: ``key`` and ``secret`` of an app of theirs."""

    id: ClassVar[str]
    label: ClassVar[str | Promise]
    code_parameter: ClassVar[str] = "code"

    def __init__(self, page: str, api: str, *words: str) -> None:
        self.page, self.api = page.rstrip("/"), api.rstrip("/")
        self.key, *self.more, self.secret = words

    def authorize_url(self, state: str, callback: str) -> str:
        raise NotImplementedError

    def identify(self, code: str, callback: str) -> Identity:
        """Return who came back with ``code``.

        Raises:
            ProviderFailed: the provider does not say.
        """
        raise NotImplementedError

    def is_somebody(self, subject: Any, name: Any) -> Identity:
        if not isinstance(subject, str) or not 0 < len(subject) <= MOST_LETTERS or "\x00" in subject:
            raise ProviderFailed("no subject")
        shown = name.replace("\x00", "")[:120] if isinstance(name, str) else ""
        return Identity(self.id, subject, shown)


class Feishu(Provider):
    """https://open.feishu.cn/document: authen/v1/authorize, authen/v2/oauth/token, authen/v1/user_info."""

    id = "feishu"
    label = _("Feishu")

    def authorize_url(self, state: str, callback: str) -> str:
        said = {"client_id": self.key, "response_type": "code", "redirect_uri": callback, "state": state}
        return f"{self.page}/open-apis/authen/v1/authorize?{urlencode(said)}"

    def identify(self, code: str, callback: str) -> Identity:
        words = {
            "grant_type": "authorization_code",
            "client_id": self.key,
            "client_secret": self.secret,
            "code": code,
            "redirect_uri": callback,
        }
        token = text_in(ask(f"{self.api}/open-apis/authen/v2/oauth/token", body=words), "access_token")
        shown = {"Authorization": f"Bearer {token}"}
        answer = ask(f"{self.api}/open-apis/authen/v1/user_info", headers=shown)
        person = answer.get("data") if answer.get("code") == 0 else None
        if not isinstance(person, dict):
            raise ProviderFailed("no person")
        return self.is_somebody(person.get("open_id"), person.get("name"))


class DingTalk(Provider):
    """https://open.dingtalk.com/document: oauth2/auth, oauth2/userAccessToken, contact/users/me."""

    id = "dingtalk"
    label = _("DingTalk")
    code_parameter = "authCode"

    def authorize_url(self, state: str, callback: str) -> str:
        said = {
            "client_id": self.key,
            "response_type": "code",
            "scope": "openid",
            "prompt": "consent",
            "redirect_uri": callback,
            "state": state,
        }
        return f"{self.page}/oauth2/auth?{urlencode(said)}"

    def identify(self, code: str, callback: str) -> Identity:
        words = {
            "clientId": self.key,
            "clientSecret": self.secret,
            "code": code,
            "grantType": "authorization_code",
        }
        token = text_in(ask(f"{self.api}/v1.0/oauth2/userAccessToken", body=words), "accessToken")
        person = ask(f"{self.api}/v1.0/contact/users/me", headers={"x-acs-dingtalk-access-token": token})
        return self.is_somebody(person.get("unionId"), person.get("nick"))


class WeCom(Provider):
    """https://developer.work.weixin.qq.com/document: wwlogin/sso/login, gettoken, auth/getuserinfo, user/get.

    Set up as ``corpid:agentid:secret``; members of that company alone come in.
    """

    id = "wecom"
    label = _("WeCom")

    def authorize_url(self, state: str, callback: str) -> str:
        said = {
            "login_type": "CorpApp",
            "appid": self.key,
            "agentid": self.more[0],
            "redirect_uri": callback,
            "state": state,
        }
        return f"{self.page}/wwlogin/sso/login?{urlencode(said)}"

    def identify(self, code: str, callback: str) -> Identity:
        token = text_in(self._ask("gettoken", corpid=self.key, corpsecret=self.secret), "access_token")
        # Who is no member of the company has an openid there, and no userid.
        member = text_in(self._ask("auth/getuserinfo", access_token=token, code=code), "userid")
        person = self._ask("user/get", access_token=token, userid=member)
        return self.is_somebody(f"{self.key}:{member}", person.get("name"))

    def _ask(self, what: str, **words: str) -> dict[str, Any]:
        answer = ask(f"{self.api}/cgi-bin/{what}?{urlencode(words)}")
        if answer.get("errcode", 0) != 0:
            raise ProviderFailed(what)
        return answer


PROVIDERS: dict[str, type[Provider]] = {one.id: one for one in (Feishu, DingTalk, WeCom)}


def provider(name: str) -> Provider | None:
    """Return a provider that the operators have switched on."""
    said = settings.SIGN_IN_WITH.get(name)
    return (
        PROVIDERS[name](said["page"], said["api"], *said["app"].split(":")) if said and said["app"] else None
    )


def providers() -> list[Provider]:
    return [one for name in PROVIDERS if (one := provider(name)) is not None]


class _NoWayOn(HTTPRedirectHandler):
    def redirect_request(self, *args: Any) -> None:
        """Follow nobody: a secret goes to the address it was meant for."""


_opener = build_opener(_NoWayOn)


def ask(
    url: str, *, body: Mapping[str, str] | None = None, headers: Mapping[str, str] | None = None
) -> dict[str, Any]:
    """Return the JSON object that an address of the operators' answers with.

    Raises:
        ProviderFailed: no answer, an error, or anything else than a JSON object.
    """
    said = json.dumps(body).encode() if body is not None else None
    shown = {"Content-Type": "application/json; charset=utf-8", **(headers or {})}
    try:
        request = Request(url, data=said, headers=shown)  # noqa: S310  the operators' own addresses
        with _opener.open(request, timeout=TIMEOUT_SECONDS) as answer:
            found = json.loads(answer.read(MOST_BYTES))
    except (HTTPError, URLError, OSError, ValueError, RecursionError) as error:
        raise ProviderFailed(type(error).__name__) from None  # its words may hold the secret
    if not isinstance(found, dict):
        raise ProviderFailed("no object")
    return found


def text_in(answer: Mapping[str, Any], name: str) -> str:
    found = answer.get(name)
    if not isinstance(found, str) or not found.isascii() or not found.isprintable() or not found:
        raise ProviderFailed(name)
    return found
