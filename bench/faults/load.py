"""People who write until told to stop, and note what was acknowledged to them; what was not they try again."""

import http.client
import json
import threading
import time
import urllib.error
import urllib.request
from collections import Counter
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

WRITERS = ("nora", "nils", "sol", "nils")
EACH = 8  # posts, and then a request for approval is carried to its end
DECIDERS = ("nora", "sol")
PAUSE = 0.1  # seconds before the same is tried again
NO_ANSWER = "no answer"
IN_PROGRESS = "in_progress"  # what a first try reserved that was killed: nothing is known of it yet
LOST = "answer_lost"  # it was done under this key, by a process that was killed before it answered


@dataclass
class Ledger:
    """What the outside was told: this must stand."""

    posts: dict[str, int] = field(default_factory=dict)  # by key, with their numbers
    invited: list[str] = field(default_factory=list)  # addresses
    requests: dict[str, str] = field(default_factory=dict)  # by title
    decisions: list[str] = field(default_factory=list)  # assignments
    marks: dict[str, int] = field(default_factory=dict)  # by person: read as far as this
    tries: Counter[str] = field(default_factory=Counter)  # that were not acknowledged, by why


class Load:
    def __init__(self, address: str, ground: dict[str, Any]) -> None:
        self.address, self.ground = f"{address}/api/v1", ground
        self.ledger = Ledger()
        self.over = threading.Event()
        self.threads = [threading.Thread(target=self._write, args=[one], daemon=True) for one in WRITERS]

    def start(self) -> None:
        for one in self.threads:
            one.start()

    def stop(self, within: float) -> int:
        """Let everybody finish what they are at, and return how many could not."""
        self.over.set()
        give_up = time.monotonic() + within
        for one in self.threads:
            one.join(max(0.0, give_up - time.monotonic()))
        return sum(one.is_alive() for one in self.threads)

    # ── What a person does ───────────────────────────────────────────────────
    def _write(self, name: str) -> None:
        while not self.over.is_set():
            for _ in range(EACH):
                seq = self._post(name)
            self._read(name, seq)
            self._invite()
            self._carry_through()

    def _post(self, name: str) -> int:
        key = str(uuid4())
        said = self._insist(name, "POST", f"channels/{self.ground['channel']}/messages/", {"body": key}, key)
        self.ledger.posts[key] = said["seq"]
        return said["seq"]

    def _invite(self) -> None:
        """Ask somebody to join as Nora. A 409 says that a try whose answer was lost had been heard."""
        email = f"{uuid4().hex}@faults.example"
        said = {"email": email, "role": "member"}
        self._insist("nora", "POST", f"orgs/{self.ground['org']}/members/", said, email, may=(200, 201, 409))
        self.ledger.invited.append(email)

    def _read(self, name: str, seq: int) -> None:
        said = self._insist(name, "PUT", f"channels/{self.ground['channel']}/read/", {"seq": seq})
        self.ledger.marks[name] = max(self.ledger.marks.get(name, 0), said["seq"])

    def _carry_through(self) -> None:
        """Ask as Nils, and decide as whoever's turn it is, until it is settled."""
        title = str(uuid4())
        form = {
            "supplier": self.ground["supplier"],
            "amount": {"amount": "10.00", "currency": "CNY"},
            "reason": "-",
        }
        asked = {"definition": self.ground["definition"], "title": title, "form": form}
        instance = self._insist("nils", "POST", "approvals/instances/", asked, title)
        if instance.get("code") == LOST:
            instance = self._insist("nils", "GET", f"approvals/instances/?q={title}")["results"][0]
        self.ledger.requests[title] = instance["id"]
        place = f"approvals/instances/{instance['id']}/"
        while self._insist("nils", "GET", place)["state"] == "RUNNING":
            for name in DECIDERS:
                self._decide(name, place)

    def _decide(self, name: str, place: str) -> None:
        """Agree where one may. A 409 says that a try whose answer was lost had been heard."""
        seen = self._insist(name, "GET", place, may=(200, 404))
        for one in seen.get("can", ()):
            if one["action"] == "approve":
                said = {"action": "approve", "assignment": one["assignment"]}
                self._insist(name, "POST", f"{place}actions/", said, may=(200, 409))
                self.ledger.decisions.append(one["assignment"])

    # ── How it is said ───────────────────────────────────────────────────────
    def _insist(
        self,
        name: str,
        method: str,
        path: str,
        said: Any = None,
        key: str = "",
        may: tuple[int, ...] = (200, 201),
    ) -> dict[str, Any]:
        """Say the same again and again, until it is acknowledged."""
        head = {"Authorization": f"Bearer {self.ground['tokens'][name]}", "Content-Type": "application/json"}
        if key:
            head["Idempotency-Key"] = key
        body = None if said is None else json.dumps(said).encode()
        while True:
            request = urllib.request.Request(f"{self.address}/{path}", body, head, method=method)
            status, answer = _answer(request)
            code = answer.get("code")
            if code == LOST or (status in may and code != IN_PROGRESS):
                return answer
            self.ledger.tries[str(status or NO_ANSWER)] += 1
            time.sleep(PAUSE)


def _answer(request: urllib.request.Request) -> tuple[int, dict[str, Any]]:
    """Return status and body; 0 is no answer, or half of one."""
    try:
        with urllib.request.urlopen(request, timeout=20) as answer:
            return answer.status, json.loads(answer.read())
    except urllib.error.HTTPError as error:
        return error.code, json.loads(error.read() or b"{}") if error.code == 409 else {}
    except (OSError, ValueError, http.client.HTTPException):
        return 0, {}
