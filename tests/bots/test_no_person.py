"""A program reads along, and is counted among nobody who is asked, told or has read."""

from chat.mentions import people_of
from chat.models import people_reading, readers_of
from chat.operations import ask_to_acknowledge, mark_read, post_message
from chat.queries import audience_of, receipts_of
from kernel.actor import Actor


def test_it_is_none_of_those_who_see_have_read_or_acknowledge(cast, bot):
    program = Actor.person(bot.user, bot.organization)
    readers = readers_of(cast.general)
    assert bot.user_id in readers, "premise: it reads the channel"
    message = post_message(actor=cast.nora, channel=cast.general, body="The gate opens at six")
    mark_read(actor=program, channel=cast.general, seq=message.seq)
    people = len(readers) - 1

    assert people_reading(cast.general) == readers - {bot.user_id}
    assert audience_of(cast.nora, cast.general).people == people
    receipts = receipts_of(cast.nora, message)
    assert (receipts.read, receipts.people, receipts.known) == (0, people - 1, [])
    assert (
        ask_to_acknowledge(actor=cast.nora, message=message).card["acknowledgement"]["people"] == people - 1
    )


def test_who_calls_an_organization_does_not_call_its_programs(cast, bot):
    sides = {key: org for key, _name, org, _said in people_of(cast.general)}

    assert sides[cast.nils.user_id] == cast.northwind.pk, "premise: a member is called with it"
    assert sides[bot.user_id] is None
