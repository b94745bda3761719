"""Those who come in by one door: a partner and an outside contact, before what Northwind keeps to itself."""

import pytest

from approvals.models import Definition
from chat.models import Message
from kernel.nouns import uuid7
from orgs.models import Contact, Department, Membership, Partnership
from tests.doors.addresses import addresses
from tests.doors.samples import kept_at_home, the
from tests.doors.table import API, PAGES, rows
from tests.doors.visitors import heard, told, undone

EXPECTED = rows(API, "api/v1/") | rows(PAGES)
GUESTS = ["sol", "gale"]  # Southbay's owner, and an outsider whom Northwind vouches for


@pytest.mark.parametrize("name", [*GUESTS, "sia", "eve", "otto"])
def test_no_list_search_or_palette_shows_what_the_host_keeps_to_itself(name, visitor, cast, home):
    guest, wrong = visitor(name), []
    words = kept_at_home(cast)
    assert len(words) >= 5, "premise"
    asked = [f"/palette/?q={word[:3]}" for word in words] + ["/palette/"]
    asked += [f"/api/v1/search/?q={word}" for word in words]
    asked += [one.at({}) for one in addresses() if not one.slots and "GET" in EXPECTED[one.route][0]]
    for path in asked:
        door = guest.program if path.startswith("/api/") else guest.browser
        answer = door.get(path)
        if said := told(answer, words):
            wrong.append((path, said))

    assert not wrong, "\n".join(map(str, wrong))


def test_under_ones_own_roof_a_foreign_thing_is_not_there_either(api, cast, samples):
    """Addresses with two ids: the first one's own, the second somebody else's."""
    eve, ids = api("eve"), samples.ids
    mine = the(Definition, organization=cast.eastgate)
    twins = [
        ("DELETE", f"orgs/{cast.eastgate.pk}/invitations/{{}}/", ids["invitation_id"]),
        ("GET", f"approvals/definitions/{mine}/versions/{{}}/", ids["version_id"]),
        ("POST", f"approvals/definitions/{mine}/versions/{{}}/publication/", ids["version_id"]),
    ]
    for method, path, foreign in twins:
        there, nowhere = (getattr(eve, method.lower())(path.format(key)) for key in (foreign, uuid7()))
        assert (there.status_code, there.content) == (404, nowhere.content), path


def test_a_foreign_id_in_a_body_or_a_question_answers_like_one_that_does_not_exist(api, cast, samples):
    ids = samples.ids
    user, message = cast.nils.user_id, Message.objects.filter(channel=cast.general).first().pk
    contact = Contact.objects.filter(organization=cast.northwind, state="active").first().pk
    department = Department.objects.filter(organization=cast.northwind).first().pk
    own = the(Membership, organization=cast.eastgate)
    where = f"orgs/{cast.eastgate.pk}/"
    room = api("eve").post("workspaces/", {"name": "Ours"}).json()["id"]
    channel = api("eve").post(f"workspaces/{room}/channels/", {"name": "c"}).json()["id"]
    asked = [
        ("eve", "post", f"{where}departments/", lambda key: {"name": "D", "parent": key}, department),
        ("eve", "post", f"{where}departments/", lambda key: {"name": "D", "head": key}, user),
        ("eve", "post", f"{where}positions/", lambda key: {"key": "k", "people": [key]}, user),
        ("eve", "post", f"{where}members/", lambda key: {"email": "a@b.example", "department": key}, department),
        ("eve", "patch", f"members/{own}/", lambda key: {"manager": key}, user),
        ("eve", "post", "workspaces/", lambda key: {"name": "W", "org": key}, cast.southbay.pk),
        ("eve", "post", f"workspaces/{room}/participants/", lambda key: {"org": key}, cast.southbay.pk),
        ("eve", "post", f"workspaces/{room}/members/", lambda key: {"user": key, "role": "viewer"}, user),
        ("eve", "post", f"workspaces/{room}/members/", lambda key: {"contact": key, "role": "viewer"}, contact),
        ("eve", "post", f"workspaces/{room}/channels/", lambda key: {"name": "d", "internal_to": key}, cast.southbay.pk),
        ("eve", "post", f"channels/{channel}/messages/", lambda key: {"body": "b", "reply_to": key}, message),
        ("eve", "post", f"channels/{channel}/members/", lambda key: {"user": key}, user),
        ("eve", "post", "direct-messages/", lambda key: {"users": [key]}, user),
        ("otto", "post", "direct-messages/", lambda key: {"users": [key]}, user),
        ("otto", "post", "tokens/", lambda key: {"name": "t", "org": key}, cast.northwind.pk),
        ("eve", "post", "approvals/instances/", lambda key: {"definition": key, "title": "T", "form": {}}, ids["definition_id"]),
        ("otto", "get", "search/?q=price&in={}", None, cast.general.pk),
        ("eve", "get", "approvals/instances/?workspace={}", None, cast.apollo.pk),
        ("eve", "get", "approvals/definitions/?org={}", None, cast.southbay.pk),
        ("eve", "get", "notifications/?org={}", None, cast.southbay.pk),
    ]  # fmt: skip
    wrong = []
    for who, method, path, body, foreign in asked:
        answers = []
        for key in (str(foreign), str(uuid7())):
            said = {} if body is None else {"json": body(key)}
            with undone():
                answers.append(getattr(api(who), method)(path.format(key), **said))
        if heard(answers[0]) != heard(answers[1]):
            wrong.append(
                (who, path, answers[0].status_code, answers[0].content[:300], answers[1].content[:300])
            )

    assert not wrong, "\n".join(map(str, wrong))


def test_the_premise_partners_know_each_other(cast):
    assert Partnership.objects.between(cast.northwind.pk, cast.southbay.pk).get().state == "active"
    assert not Partnership.objects.between(cast.southbay.pk, cast.eastgate.pk).exists()
