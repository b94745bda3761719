"""One's own sidebar: favourites, sections, muted and hidden channels, for nobody else."""

import pytest
from django.urls import reverse

from audit.tasks import seal
from chat.errors import TooManySections
from chat.models import Arrangement, Shelf
from chat.operations import arrange_channel, change_shelf, close_shelf, open_shelf, post_message
from kernel.errors import InvalidInput, NotAllowed
from notifications.models import Notice
from tests.chat.conftest import rows_for, said


def sidebar(client):
    return client.get(reverse("shell_sidebar")).content.decode()


def group(words, key):
    """Return the part of the sidebar that one group is."""
    return words.partition(f'id="group-{key}"')[2].partition("</details>")[0]


def item(words, channel):
    """Return the line of a channel."""
    return (
        words.partition(f'href="/channels/{channel.pk}/"')[0].rpartition("<a ")[2]
        + words.partition(f'href="/channels/{channel.pk}/"')[2].partition("</a>")[0]
    )


def test_a_favourite_stands_first_and_for_nobody_else(cast, page, quiet):
    arrange_channel(actor=cast.sol, channel=quiet, standing="starred")

    words = sidebar(page("sol"))
    assert str(quiet.pk) in group(words, "favourites")
    assert words.count(str(quiet.pk)) == 1, "it stands in one place"
    assert str(quiet.pk) not in group(sidebar(page("nora")), "favourites")


def test_a_muted_channel_counts_only_where_one_is_named(cast, page, quiet):
    sol = page("sol")
    said(quiet, cast.nora, "chatter")
    assert "is-unread" in item(sidebar(sol), quiet), "premise"

    arrange_channel(actor=cast.sol, channel=quiet, is_muted=True)
    assert "is-unread" not in item(sidebar(sol), quiet)
    said(quiet, cast.nora, f"@{cast.sol.user.name}, look")

    assert "is-unread" in item(sidebar(sol), quiet)


def test_of_a_muted_direct_message_nobody_is_told(cast, direct):
    arrange_channel(actor=cast.sol, channel=direct, is_muted=True)
    seal()
    Notice.objects.all().delete()

    post_message(actor=cast.nora, channel=direct, body="hello")
    seal()

    assert not Notice.objects.filter(recipient=cast.sol.user, event_name="chat.message_posted").exists()


def test_a_hidden_channel_comes_back_while_somebody_calls_one_there(cast, page, quiet):
    arrange_channel(actor=cast.sol, channel=quiet, standing="hidden")
    said(quiet, cast.nora, "chatter")
    assert str(quiet.pk) not in sidebar(page("sol"))

    said(quiet, cast.nora, f"@{cast.sol.user.name}, look")

    assert str(quiet.pk) in sidebar(page("sol"))


def test_sections_stand_in_the_order_that_their_owner_gave_them(cast, page, quiet, tooling):
    first, second = (open_shelf(actor=cast.sol, name=name) for name in ("Suppliers", "Urgent"))
    arrange_channel(actor=cast.sol, channel=quiet, standing="shelved", shelf=first)
    arrange_channel(actor=cast.sol, channel=tooling, standing="shelved", shelf=second)

    change_shelf(actor=cast.sol, shelf=second, place=1)

    words = sidebar(page("sol"))
    assert words.index("Urgent") < words.index("Suppliers")
    assert str(quiet.pk) in group(words, f"section-{first.pk.hex}")
    assert list(Shelf.objects.filter(user=cast.sol.user).values_list("name", "place")) == [
        ("Urgent", 1),
        ("Suppliers", 2),
    ]


def test_a_section_that_is_gone_leaves_its_channels_where_they_were(cast, page, quiet):
    shelf = open_shelf(actor=cast.sol, name="Suppliers")
    arrange_channel(actor=cast.sol, channel=quiet, standing="shelved", shelf=shelf)

    close_shelf(actor=cast.sol, shelf=shelf)

    words = sidebar(page("sol"))
    assert "Suppliers" not in words
    assert str(quiet.pk) in group(words, f"workspace-{cast.apollo.pk.hex}")


def test_a_section_is_named_where_there_is_one_and_only_there(cast, quiet):
    shelf = open_shelf(actor=cast.sol, name="Suppliers")

    for wrong in ({"standing": "shelved"}, {"standing": "starred", "shelf": shelf}):
        with pytest.raises(InvalidInput):
            arrange_channel(actor=cast.sol, channel=quiet, **wrong)
    with pytest.raises(InvalidInput):
        open_shelf(actor=cast.sol, name="  ")


def test_nobody_uses_or_reads_anothers_section(cast, quiet):
    shelf = open_shelf(actor=cast.sol, name="Suppliers")
    arrange_channel(actor=cast.sol, channel=quiet, standing="shelved", shelf=shelf)

    with pytest.raises(NotAllowed):
        arrange_channel(actor=cast.nora, channel=quiet, standing="shelved", shelf=shelf)
    with rows_for(cast.nora) as ask:
        assert ask("SELECT count(*) FROM chat_shelf") == [0]
        assert ask("SELECT count(*) FROM chat_arrangement") == [0]


def test_thirty_sections_are_the_most(cast):
    Shelf.objects.bulk_create(Shelf(user=cast.sol.user, name=f"s{n}", place=n) for n in range(1, 31))

    with pytest.raises(TooManySections):
        open_shelf(actor=cast.sol, name="one more")


def test_it_is_arranged_by_form(cast, page, quiet):
    sol, where = page("sol"), reverse("channel_arrangement", args=[quiet.pk])
    sol.post(reverse("sections"), {"name": "Suppliers"})
    sol.post(reverse("sections"), {"name": "Urgent"})
    shelf = Shelf.objects.get(name="Urgent")
    sol.post(reverse("section", args=[shelf.pk]), {"move": "up"})
    shelf.refresh_from_db()
    assert shelf.place == 1
    sol.post(where, {"section": str(shelf.pk)})
    sol.post(where, {"muted": "yes"})
    mine = Arrangement.objects.get()
    assert (mine.standing, mine.shelf, mine.is_muted) == ("shelved", shelf, True)
    words = sol.get(reverse("channel", args=[quiet.pk])).content.decode()
    assert 'name="muted" value="no"' in words
    sol.post(reverse("section", args=[shelf.pk]), {"name": "Very urgent"})
    assert "Very urgent" in sol.get(reverse("sections")).content.decode()

    sol.post(reverse("section_removal", args=[shelf.pk]))

    mine.refresh_from_db()
    assert (mine.standing, mine.shelf) == ("room", None)


def test_programs_arrange_it(cast, api, quiet):
    sol, where = api("sol"), f"channels/{quiet.pk}/arrangement/"
    assert sol.get(where).json() == {"standing": "room", "section": None, "muted": False, "hears": None}
    shelf = sol.post("me/sections/", {"name": "Suppliers"}).json()
    said_so = sol.patch(where, {"standing": "shelved", "section": shelf["id"], "muted": True}).json()
    assert said_so == {"standing": "shelved", "section": shelf["id"], "muted": True, "hears": None}
    assert api("nora").patch(where, {"standing": "shelved", "section": shelf["id"]}).status_code == 422
    assert sol.patch(f"me/sections/{shelf['id']}/", {"name": "Others"}).json()["name"] == "Others"

    assert sol.delete(f"me/sections/{shelf['id']}/").status_code == 204
    assert sol.get(where).json()["standing"] == "room"
