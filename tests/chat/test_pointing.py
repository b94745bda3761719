"""Where to find what is marked confidential is asked about before others read it, as secrets are."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from chat.errors import NeedsConfirmation
from chat.operations import (
    change_channel,
    edit_message,
    forward_message,
    open_channel,
    open_direct,
    post_message,
    schedule_message,
    upload_attachment,
)
from chat.pointing import addressed
from kernel.acting import acting
from kernel.actor import Actor
from kernel.errors import NotAllowed
from orgs.operations import change_org
from tests.chat.conftest import fresh, said


@pytest.fixture
def vault(cast):
    """Marked confidential, and Nora's and Nils's alone."""
    place = open_channel(actor=cast.nora, workspace=cast.apollo, name="vault", kind="private")
    return fresh(change_channel(actor=cast.nora, channel=place, label="confidential"))


def address(channel, message=None):
    return f"https://collab.example/channels/{channel.pk}/{f'#message-{message.pk}' if message else ''}"


def test_addresses_are_found_wherever_they_stand(cast, vault):
    key = vault.pk
    text = (
        f"see [this](/channels/{key}/) and https://x.example/approvals/{str(key).upper()}/?a=1, /tasks/{key}/"
    )

    assert addressed(text) == {("channel", key), ("approval", key)}
    assert addressed("nothing at all /channels/ /channels/new/") == set()


def test_the_address_of_a_confidential_place_is_asked_about(cast, vault, quiet):
    (inside,) = said(vault, cast.nora, "terms")
    with acting(cast.nora):
        brought = upload_attachment(
            actor=cast.nora, channel=vault, upload=SimpleUploadedFile("terms.txt", b"terms")
        )
    for body in (address(vault), address(vault, inside), f"https://collab.example/attachments/{brought.pk}/"):
        with pytest.raises(NeedsConfirmation) as asked:
            post_message(actor=cast.nora, channel=quiet, body=f"look: {body}")
        assert asked.value.errors[0]["code"] == "pointer"
        assert cast.southbay.name in str(asked.value.sentence)

    assert post_message(actor=cast.nora, channel=fresh(quiet), body=address(vault), confirm=True)


def test_among_those_who_are_cleared_nobody_is_asked(cast, vault, quiet):
    ours = open_channel(actor=cast.nora, workspace=cast.apollo, name="us", internal_to=cast.northwind)
    assert post_message(actor=cast.nora, channel=ours, body=address(vault)), "no others read there"
    assert post_message(actor=cast.nora, channel=vault, body=address(vault)), "it is said where it stands"
    change_channel(actor=cast.nora, channel=fresh(quiet), label="confidential")
    assert post_message(actor=cast.nora, channel=fresh(quiet), body=address(vault)), "marked as high itself"
    assert post_message(actor=cast.nora, channel=fresh(cast.general), body=address(ours)), "not confidential"


def test_a_confidential_room_counts_with_all_that_is_in_it(cast, quiet, direct):
    with acting(Actor.system("tests")):
        type(cast.apollo).objects.filter(pk=cast.apollo.pk).update(classification="confidential")
    room = f"https://collab.example/workspaces/{cast.apollo.pk}/"

    with pytest.raises(NeedsConfirmation) as asked:
        post_message(actor=cast.nora, channel=direct, body=room)
    assert "Sol" in str(asked.value.sentence)
    with pytest.raises(NeedsConfirmation):
        post_message(actor=cast.nora, channel=direct, body=address(quiet))
    inside = open_direct(actor=cast.nora, users=[cast.nils.user])
    assert post_message(actor=cast.nora, channel=inside, body=room)


def test_what_somebody_does_not_see_they_are_not_told_of(cast, vault, quiet):
    """Else whoever guesses an address would hear how it is marked."""
    with pytest.raises(NeedsConfirmation):
        post_message(actor=cast.nora, channel=quiet, body=address(vault))
    assert post_message(actor=cast.sol, channel=fresh(quiet), body=address(vault))


def test_who_edits_it_in_sends_it_later_or_brings_it_along_is_asked_too(cast, vault, quiet):
    ours = open_channel(actor=cast.nora, workspace=cast.apollo, name="us", internal_to=None, kind="private")
    (pointing,) = said(ours, cast.nora, f"see {address(vault)}")
    (message,) = said(quiet, cast.nora, "plain")
    with pytest.raises(NeedsConfirmation):
        edit_message(actor=cast.nora, message=message, body=address(vault))
    edit_message(actor=cast.nora, message=message, body=address(vault), confirm=True)
    assert edit_message(actor=cast.nora, message=message, body=f"{address(vault)} now").edited_at, (
        "it stood there"
    )
    with pytest.raises(NeedsConfirmation):
        schedule_message(
            actor=cast.nora,
            channel=fresh(quiet),
            body=address(vault),
            send_at=timezone.now() + timedelta(hours=1),
        )
    with pytest.raises(NeedsConfirmation) as asked:
        forward_message(actor=cast.nora, message=pointing, to=fresh(cast.general))
    assert [one["code"] for one in asked.value.errors] == ["pointer"]


def test_a_file_keeps_what_its_place_was_marked_when_it_was_brought(cast, quiet):
    change_channel(actor=cast.nora, channel=quiet, label="confidential")
    upload = SimpleUploadedFile("plan.txt", b"the plan")
    plan = upload_attachment(actor=cast.nora, channel=fresh(quiet), upload=upload)
    change_channel(actor=cast.nora, channel=fresh(quiet), label="")

    with pytest.raises(NeedsConfirmation) as asked:
        post_message(actor=cast.nora, channel=fresh(quiet), body="", attachments=[plan.pk])
    assert asked.value.errors[0]["code"] == "file"
    sent = post_message(actor=cast.nora, channel=fresh(quiet), body="", attachments=[plan.pk], confirm=True)
    assert sent.attached


def test_a_strict_organization_lets_no_address_out(cast, vault, quiet):
    change_org(actor=cast.nora, organization=cast.northwind, secrets="refuse")
    with pytest.raises(NotAllowed) as refused:
        post_message(actor=cast.actor("nora"), channel=fresh(quiet), body=address(vault), confirm=True)
    assert refused.value.rule == "chat.tell_secrets"


def test_programs_hear_it_by_the_same_code(cast, vault, quiet, api):
    where = f"channels/{quiet.pk}/messages/"
    refused = api("nora").post(where, {"body": address(vault)})
    told = refused.json()
    assert (refused.status_code, told["code"], told["errors"][0]["code"]) == (
        409,
        "needs_confirmation",
        "pointer",
    )
    assert api("nora").post(where, {"body": address(vault), "confirm": True}).status_code == 201
