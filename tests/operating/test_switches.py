"""What operators turn off is off at every door within a second, and no button leads to it."""

from datetime import UTC, datetime
from types import SimpleNamespace

import pytest
from django.core import mail
from django.core.cache import cache
from django.db import ProgrammingError, connection, transaction
from django.test import Client
from django.urls import reverse

from accounts import identity
from accounts.models import User
from kernel.acting import acting
from kernel.errors import NotAllowed
from kernel.switches import MAIL, ORGANIZATIONS, SIGN_UP, SWITCHES, TOKENS, UPLOADS, WRITING, is_on
from notifications import tasks
from notifications.models import Delivery
from operating import state
from operating.errors import AlreadyTurned
from operating.models import TurnedOff
from operating.operations import turn_off, turn_on

ORG = {"name": "Westwind", "slug": "westwind"}


def test_only_operators_turn_anything(cast):
    for verb in (turn_off, turn_on):
        with pytest.raises(NotAllowed):
            verb(actor=cast.nora, switch=MAIL, reason="no")


def test_each_is_turned_once_and_the_record_keeps_who_and_why(operator, off, committed, recorded):
    off(UPLOADS)
    with pytest.raises(AlreadyTurned):
        turn_off(actor=operator, switch=UPLOADS, reason="again")
    committed(turn_on, actor=operator, switch=UPLOADS, reason="mended")
    with pytest.raises(AlreadyTurned):
        turn_on(actor=operator, switch=UPLOADS, reason="again")

    (fact,) = recorded("operating.switch_turned_off")
    assert (fact.actor_name, fact.subject_label, fact.payload["reason"]) == ("Root", "uploads", "a test")
    assert len(recorded("operating.switch_turned_on")) == 1


def test_the_application_cannot_turn_anything_by_itself(cast):
    words = "INSERT INTO operating_turnedoff (id, switch) VALUES (gen_random_uuid(), 'mail')"
    with acting(cast.nora), pytest.raises(ProgrammingError), transaction.atomic():
        connection.cursor().execute(words)


def test_other_processes_hear_of_it_by_the_mark(off, monkeypatch, django_assert_num_queries):
    assert is_on(MAIL), "premise"
    before = state._known
    off(MAIL)
    monkeypatch.setattr(state, "LOOK_SECONDS", 0.0)

    state._known = before  # another process, which knows what was
    assert not is_on(MAIL)
    with django_assert_num_queries(0):
        assert not is_on(MAIL), "and asks the database no more"


def test_what_is_known_holds_while_valkey_is_away(off, monkeypatch, django_assert_num_queries):
    off(MAIL)
    assert not is_on(MAIL), "premise"
    monkeypatch.setattr(state, "LOOK_SECONDS", 0.0)
    monkeypatch.setattr(state, "cache", SimpleNamespace(get=lambda name: 1 / 0))

    with django_assert_num_queries(0):
        assert not is_on(MAIL)


def test_no_account_is_made_and_none_is_offered(off):
    stranger = Client(HTTP_HOST="localhost")
    assert reverse("account_signup") in stranger.get("/sign-in/").content.decode(), "premise"
    off(SIGN_UP)

    assert reverse("account_signup") not in stranger.get("/sign-in/").content.decode()
    shown = stranger.get("/sign-up/")
    assert (shown.status_code, str(SIGN_UP.refusal) in shown.content.decode()) == (403, True)
    filled = {
        "name": "Wen",
        "email": "wen@fresh.example",
        "password1": "a long enough secret",
        "language": "en",
    }
    assert stranger.post("/sign-up/", filled).status_code == 403
    assert not User.objects.filter(email="wen@fresh.example").exists()


def test_no_organization_is_registered_at_either_door(off, page, api):
    off(ORGANIZATIONS)

    refused = api("otto").post("orgs/", ORG)
    assert (refused.status_code, refused.json()["code"], refused.json()["rule"]) == (
        403, "switched_off", "organizations",
    )  # fmt: skip
    assert page("otto").post("/orgs/new/", {**ORG, "kind": "company"}).status_code == 403
    assert reverse("org_new") not in page("otto").get("/").content.decode()


def test_no_token_opens_the_api_or_a_socket_and_none_is_lost(off, committed, operator, api, page, cast):
    nora, token = api("nora"), cast.token("nora")
    header = [(b"authorization", f"Bearer {token}".encode()), (b"host", b"localhost")]
    scope = {"headers": header, "client": ("127.0.0.1", 1)}
    off(TOKENS)

    assert nora.get("me/").json()["code"] == "switched_off"
    assert identity.recognize_scope(scope) is None
    assert page("nora").get("/api/v1/me/").status_code == 200, "a session is no token"
    assert "new-token" not in page("nora").get(reverse("tokens")).content.decode()

    committed(turn_on, actor=operator, switch=TOKENS, reason="mended")
    assert nora.get("me/").status_code == 200
    assert identity.recognize_scope(scope) is not None


def test_no_picture_is_taken(off, page):
    assert reverse("picture") + '"' in page("nora").get(reverse("settings")).content.decode(), "premise"
    off(UPLOADS)

    assert f'action="{reverse("picture")}"' not in page("nora").get(reverse("settings")).content.decode()


def test_mail_waits_and_leaves_when_it_may(off, committed, operator, cast):
    letter = Delivery.objects.create(
        to="a@b.example",
        template="orgs/mail/invitation_member",
        context={"url": "/", "org": "X", "inviter": "Y"},
    )
    off(MAIL)
    tasks.deliver(str(letter.pk))
    tasks.deliver_waiting()
    assert (letter.fresh().state, letter.fresh().attempts, mail.outbox) == ("waiting", 0, [])

    committed(turn_on, actor=operator, switch=MAIL, reason="mended")
    tasks.deliver(str(letter.pk))
    assert letter.fresh().state == "sent"


def test_while_it_is_read_only_nothing_is_changed_and_everything_is_read(off, api, page, cast):
    off(WRITING)

    refused = api("nora").post(f"channels/{cast.general.pk}/messages/", {"body": "x"})
    assert (refused.status_code, refused.json()["code"], refused.headers["Retry-After"]) == (
        503,
        "read_only",
        "60",
    )
    assert api("nora").get(f"channels/{cast.general.pk}/messages/").status_code == 200

    nora = page("nora")
    answer = nora.post("/workspaces/new/", {"name": "x"})
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "60")
    assert "nothing can be changed" in answer.content.decode()
    toast = nora.post("/workspaces/new/", {"name": "x"}, headers={"HX-Request": "true"})
    assert toast.headers["HX-Reswap"] == "none"
    shown = nora.get("/")
    assert (shown.status_code, 'data-level="warning"' in shown.content.decode()) == (200, True)


def test_an_operator_comes_in_and_ends_the_maintenance(off, desk, django_capture_on_commit_callbacks):
    off(WRITING)
    stranger = Client(HTTP_HOST="localhost")
    cache.clear()
    assert stranger.post("/sign-in/", {"login": "x@y.example", "password": "x"}).status_code == 200

    with django_capture_on_commit_callbacks(execute=True):
        answer = desk.post("/admin/operating/switches/on/", {"switch": "writing", "reason": "done"})

    assert answer.status_code == 302
    assert is_on(WRITING)


def test_the_desk_shows_every_switch_and_turns_it(desk, committed, recorded):
    shown = desk.get("/admin/operating/").content.decode()
    assert all(f'id="switch-{name}"' in shown for name in SWITCHES)

    committed(lambda: desk.post("/admin/operating/switches/off/", {"switch": "mail", "reason": "storm"}))

    assert "storm" in desk.get("/admin/operating/").content.decode()
    assert TurnedOff.objects.get().switch == "mail"
    assert desk.post("/admin/operating/switches/off/", {"switch": "mail"}).status_code == 422, (
        "a reason is owed"
    )
    again = {"switch": "mail", "reason": "storm"}
    page = desk.post("/admin/operating/switches/off/", again, follow=True).content.decode()
    assert "turned this already" in page


@pytest.mark.parametrize("who", ["nora", "otto", None])
def test_the_desk_is_closed_to_everybody_else(page, who):
    answer = page(who).get("/admin/operating/")

    assert answer.status_code == 302
    assert answer.url.startswith(("/admin/login/", "/sign-in/"))


def test_an_operator_who_belongs_to_an_organization_does_not_operate(desk, root, cast):
    cast.northwind.memberships.create(user=root, role="member")

    assert desk.get("/admin/operating/").status_code == 403


def test_the_words_say_when(off, desk):
    off(MAIL)
    assert datetime.now(UTC).strftime("%Y") in desk.get("/admin/operating/").content.decode()
