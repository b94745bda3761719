"""How a telling is put: by the Standard Webhooks for programs, or as the group robots of four messengers take it.

What people wrote is never markup there. Feishu and Slack have plain text beside their markup; DingTalk and WeCom have not,
and no way to escape either, so what would mean something to them is written with its full-width twin.

Sources: open.dingtalk.com/document/robots/custom-robot-access, developer.work.weixin.qq.com/document/path/91770,
open.feishu.cn/document/client-docs/bot-v3/add-custom-bot, docs.slack.dev/messaging/sending-messages-using-incoming-webhooks.
"""

import base64
import hashlib
import hmac
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from kernel.outgoing import Answer
from webhooks.words import Word

MOST_BYTES = 4096  # of WeCom's markdown, the least of all
TWINS = str.maketrans({one: chr(ord(one) + 0xFEE0) for one in r"""!"#$&'()*+<=>@[\]^_`{|}~"""})
HTML = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})


@dataclass(frozen=True)
class Robot:
    """A messenger's robot. ``per_minute`` is what it takes before it turns deaf; ``signs`` where it checks a secret."""

    key: str
    per_minute: int
    signs: bool
    compose: Callable[[Word], dict[str, Any]]
    is_good: Callable[[Answer], bool]


def twinned(said: str) -> str:
    return said.translate(TWINS)


def _markdown(word: Word) -> str:
    lines = [
        f"### {word.title}",
        *(f"> {twinned(line)}" for line in word.lines),
        f"[{word.link}]({word.url})",
    ]
    while len("\n\n".join(lines).encode()) > MOST_BYTES:
        longest = max(lines[1:-1], key=len)
        lines[lines.index(longest)] = f"{longest[: len(longest) // 2]}…"
    return "\n\n".join(lines)


def _dingtalk(word: Word) -> dict[str, Any]:
    text = {"title": word.title, "text": _markdown(word)}
    return {"msgtype": "markdown", "markdown": text, "at": {"isAtAll": False}}


def _wecom(word: Word) -> dict[str, Any]:
    return {"msgtype": "markdown", "markdown": {"content": _markdown(word)}}


def _feishu(word: Word) -> dict[str, Any]:
    def text(said: str) -> dict[str, Any]:
        return {"tag": "plain_text", "content": said}

    lines = [{"tag": "div", "text": text(line)} for line in word.lines]
    button = {"tag": "button", "type": "primary", "text": text(word.link), "url": word.url}
    card = {
        "header": {"title": text(word.title), "template": "blue"},
        "elements": [*lines, {"tag": "action", "actions": [button]}],
    }
    return {"msg_type": "interactive", "card": card}


def _slack(word: Word) -> dict[str, Any]:
    def text(said: str) -> dict[str, Any]:
        return {"type": "plain_text", "text": said, "emoji": False}

    said = "\n".join(word.lines)
    blocks = [
        {"type": "header", "text": text(word.title)},
        {"type": "section", "text": text(said)},
        {"type": "context", "elements": [{"type": "mrkdwn", "text": f"<{word.url}|{word.link}>"}]},
    ]
    # Shown where blocks are not: in the list of channels, on a watch. There it would be markup.
    return {"text": f"{word.title}: {said}".translate(HTML), "mrkdwn": False, "blocks": blocks}


def _says(*names: str) -> Callable[[Answer], bool]:
    """Return who reads an answer that is 200 whatever has happened: one of these names stands there with 0."""

    def is_good(answer: Answer) -> bool:
        try:
            said = json.loads(answer.body)
        except ValueError:
            return False
        told = [said[name] for name in names if name in said] if isinstance(said, dict) else []
        return answer.is_good and bool(told) and all(one == 0 and one is not False for one in told)

    return is_good


ROBOTS = {
    one.key: one
    for one in (
        Robot("dingtalk", 20, True, _dingtalk, _says("errcode")),
        Robot("wecom", 20, False, _wecom, _says("errcode")),
        Robot("feishu", 100, True, _feishu, _says("code", "StatusCode")),
        Robot("slack", 60, False, _slack, lambda answer: answer.is_good),
    )
}


def dingtalk_address(url: str, secret: str, timestamp: int) -> str:
    """Return the address with DingTalk's signature (加签), which holds for an hour.

    Args:
        timestamp: milliseconds.
    """
    if not secret:
        return url
    signed = hmac.digest(secret.encode(), f"{timestamp}\n{secret}".encode(), hashlib.sha256)
    said = urlencode({"timestamp": timestamp, "sign": base64.b64encode(signed).decode()})
    return f"{url}{'&' if '?' in url else '?'}{said}"


def feishu_signature(secret: str, timestamp: int) -> dict[str, str]:
    """Return what Feishu checks in the message; its key is what others would sign, and it signs nothing.

    Args:
        timestamp: seconds.
    """
    if not secret:
        return {}
    signed = hmac.digest(f"{timestamp}\n{secret}".encode(), b"", hashlib.sha256)
    return {"timestamp": str(timestamp), "sign": base64.b64encode(signed).decode()}


def put(robot: Robot, word: Word, url: str, secret: str, now: float) -> tuple[str, bytes]:
    """Return where a word goes and how it reads there, signed as its robot checks it."""
    said = robot.compose(word)
    if robot.key == "feishu":
        said = feishu_signature(secret, int(now)) | said
    if robot.key == "dingtalk":
        url = dingtalk_address(url, secret, int(now * 1000))
    return url, json.dumps(said, ensure_ascii=False, separators=(",", ":")).encode()
