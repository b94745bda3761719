"""Operators change nothing but by an operation: whatever is registered with the admin, and whoever adds to it."""

from typing import Any
from uuid import uuid4

import pytest
from django.contrib import admin
from django.test import Client, RequestFactory
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from audit.models import Outbox
from kernel import operations
from kernel.actor import Actor
from kernel.admin import OperatorAdmin, PastOperations
from notifications.models import Delivery, Notice
from orgs.models import Invitation, Organization
from tests.doors.visitors import undone, written

DESKS = [pytest.param(desk, id=model._meta.label) for model, desk in admin.site._registry.items()]
WRITES = ("save_model", "delete_model", "delete_queryset", "save_related", "save_formset", "get_actions")


def act(desk: Client, model: type, name: str, *rows: Any) -> str:
    """Do what the operator's browser does with the marked rows, and return the page it ends on."""
    where = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
    marked = {"action": name, "_selected_action": [str(row.pk) for row in rows]}
    return desk.post(where, marked, follow=True).content.decode()


@pytest.mark.parametrize("one", DESKS)
def test_nothing_that_is_registered_can_write_past_an_operation(one):
    assert isinstance(one, OperatorAdmin)
    assert not one.actions, "an action is an Act"
    assert not one.list_editable
    assert not one.inlines
    for name in WRITES:
        assert getattr(type(one), name) is getattr(OperatorAdmin, name), name
    verbs = set(operations.VERBS.values())
    assert all(act.verb in verbs for act in one.acts.values()), "an Act asks for an operation"


@pytest.mark.parametrize("one", DESKS)
def test_even_a_superuser_finds_no_form(one, root, desk):
    request = RequestFactory().get("/admin/")
    request.user, request.actor = root, Actor.operator(root)

    assert one.has_view_permission(request), "premise: they may look"
    assert not one.has_add_permission(request)
    assert not one.has_change_permission(request)
    assert not one.has_delete_permission(request)
    with pytest.raises(PastOperations):
        one.save_model(request, one.model(), None, True)


def test_forms_that_nobody_was_shown_change_nothing(cast, desk):
    wrong = []
    for model in admin.site._registry:
        base = f"/admin/{model._meta.app_label}/{model._meta.model_name}/"
        first = model._default_manager.first()
        paths = ["add/"] + ([f"{first.pk}/{what}/" for what in ("change", "delete")] if first else [])
        for path in paths:
            with undone():
                before = written()
                answer = desk.post(base + path, {"name": "x", "post": "yes"})
                done = written() - before
            if answer.status_code != 403 or done:
                wrong.append((base + path, answer.status_code, done))

    assert not wrong, "\n".join(map(str, wrong))


def test_the_list_deletes_nothing(cast, desk):
    act(desk, Organization, "delete_selected", cast.northwind)

    assert Organization.objects.filter(pk=cast.northwind.pk).exists()


def test_a_refusal_is_a_message_and_the_other_rows_go_on(cast, desk):
    act(desk, Organization, "suspend", cast.eastgate)
    page = act(desk, Organization, "suspend", cast.eastgate, cast.southbay)

    assert "already" in page
    assert cast.southbay.fresh().state == "suspended"


def test_the_record_names_the_operator(cast, desk, recorded):
    act(desk, User, "end_sign_ins", cast.sia.user)

    (fact,) = recorded("accounts.sign_ins_ended")
    assert (fact.actor_name, fact.via, fact.subject_label) == ("Root", "admin", cast.sia.user.name)
    assert fact.org_ids == [cast.southbay.pk], "her organization reads of it"


def test_whoever_belongs_to_an_organization_looks_but_does_not_operate(cast, desk, root):
    cast.northwind.memberships.create(user=root, role="member")

    page = act(desk, User, "end_sign_ins", cast.sia.user)

    assert cast.sia.user.fresh().auth_epoch == cast.sia.user.auth_epoch
    assert "end_sign_ins" not in page


def test_an_invitation_goes_out_again_and_the_first_link_ends(cast, desk, recorded):
    invitation = Invitation.objects.open().first()
    before, sent = invitation.digest, Delivery.objects.count()

    act(desk, Invitation, "resend", invitation)

    assert invitation.fresh().digest != before
    assert Delivery.objects.count() == sent + 1
    assert Delivery.objects.order_by("id").last().context["inviter"] == invitation.inviter.name
    (fact,) = recorded("orgs.invitation_resent")
    assert fact.actor_name == "Root"

    invitation.state = "accepted"
    invitation.save()
    assert "has been used" in act(desk, Invitation, "resend", invitation)


def test_a_mail_that_was_given_up_is_tried_again_where_its_words_are_kept(cast, desk, recorded):
    told = {"event_id": uuid4(), "event_name": "audit.record_read", "kind": "x", "at": timezone.now()}
    notice = Notice.objects.create(recipient=cast.nora.user, **told)
    kept = Delivery.objects.create(to="a@b.example", template="x", notice=notice, state="failed", attempts=8)
    gone = Delivery.objects.create(to="a@b.example", template="x", state="failed", attempts=8)

    page = act(desk, Delivery, "retry", kept, gone)

    assert (kept.fresh().state, kept.fresh().attempts) == ("waiting", 0)
    assert gone.fresh().state == "failed"
    assert "no longer kept" in page
    assert len(recorded("notifications.delivery_retried")) == 1

    act(desk, Delivery, "drop", kept)
    assert kept.fresh().state == "dropped"


def test_an_event_that_was_put_aside_waits_again(cast, desk, recorded):
    event = Outbox.objects.create(name="x.y", at=timezone.now(), parked_at=timezone.now(), attempts=8)

    act(desk, Outbox, "retry", event)

    assert (Outbox.objects.get(pk=event.pk).parked_at, Outbox.objects.get(pk=event.pk).attempts) == (None, 0)
    assert "not put aside" in act(desk, Outbox, "retry", event)
    assert len(recorded("audit.event_retried")) == 1
