"""Fields that link to something of the platform: put there by who sees it, and named to nobody else."""

from typing import Any
from uuid import uuid4

import pytest

from approvals.models import Instance
from approvals.operations import amend, create_draft, edit_fields, start, submit
from approvals.paper import content_of
from approvals.projection import View
from chat.models import Channel, Message
from chat.operations import open_channel
from kernel.acting import acting
from kernel.actor import Actor
from kernel.errors import InvalidInput
from orgs.models import Contact
from tests.approvals.conftest import pending, yes
from tests.approvals.ways import case, ended, published, states, step
from ui import things

PARTIES = [{"id": "buyer", "bind": "initiator"}, {"id": "supplier", "bind": "counterparty"}]
FIELDS = [
    {"id": "link", "type": "ref", "title": {"en": "About"}},
    {"id": "room", "type": "ref", "kinds": ["workspace"]},
    {"id": "note", "type": "text"},
]
SUPPLIER = {"id": "sup", "type": "party", "party": "supplier", "write": ["note", "link"]}
UNSEEN = {"kind": None, "id": None, "name": None, "url": None}


def link(kind: str, thing: Any) -> dict[str, str]:
    return {"kind": kind, "id": str(getattr(thing, "pk", thing))}


def way(cast: Any, *flow: Any, **more: Any) -> Any:
    return published(cast, list(flow), parties=PARTIES, form={"fields": FIELDS}, **more)


def asked(cast: Any, definition: Any, **form: Any) -> Instance:
    return start(
        actor=cast.nils, definition=definition, title="T", form=form, parties={"supplier": cast.southbay.pk}
    )


@pytest.fixture
def definition(cast):
    return way(cast, SUPPLIER, step(cast, "a"))


@pytest.fixture
def inner(cast) -> Channel:
    """A channel of the shared room that Northwind keeps to itself."""
    return Channel.objects.get(workspace=cast.apollo, internal_to=cast.northwind)


@pytest.fixture
def bay(cast) -> Channel:
    """One that Southbay keeps to itself."""
    return open_channel(
        actor=cast.sol, workspace=cast.apollo, name="bay", kind="open", internal_to=cast.southbay
    )


def told(api: Any, who: str, instance: Instance) -> Any:
    return api(who).get(f"approvals/instances/{instance.pk}/").json()["form"]["link"]


def test_each_reader_is_told_of_it_as_far_as_they_see_it(cast, definition, inner, api, page):
    instance = asked(cast, definition, link=link("channel", inner), room=link("workspace", cast.apollo))

    assert told(api, "nils", instance) == {
        **link("channel", inner),
        "name": inner.name,
        "url": f"/channels/{inner.pk}/",
    }
    assert told(api, "sol", instance) == UNSEEN
    assert api("sol").get(f"approvals/instances/{instance.pk}/").json()["form"]["room"]["name"] == (
        cast.apollo.name
    )
    ours, theirs = (page(who).get(f"/approvals/{instance.pk}/").content.decode() for who in ("nils", "sol"))
    assert f'href="/channels/{inner.pk}/"' in ours
    assert "你看不到的对象" in theirs
    assert str(inner.pk) not in theirs
    assert inner.name not in theirs
    assert cast.apollo.name in theirs


def test_paper_says_it_to_its_own_reader_alone(cast, definition, inner):
    instance = asked(cast, definition, link=link("channel", inner))

    def written(who: Any) -> str:
        with acting(who):
            return dict(content_of(View(Instance.objects.get(pk=instance.pk), who))["fields"])["About"]

    assert written(cast.nils) == f"Channel · {inner.name}"
    assert written(cast.sol) == "An object you cannot see"


def test_nobody_in_particular_is_told_that_something_is_linked_and_no_more(cast, definition, inner):
    instance = asked(cast, definition, link=link("channel", inner))
    view = View(Instance.objects.get(pk=instance.pk), Actor.nobody("webhooks"), side=cast.northwind.pk)

    assert view.form["link"] == UNSEEN


@pytest.mark.parametrize("key", ["foreign", "random"])
def test_what_the_asker_does_not_see_is_as_unknown_as_what_is_not_there(cast, definition, bay, key):
    said = link("channel", bay if key == "foreign" else uuid4())
    before = Instance.objects.count()

    with pytest.raises(InvalidInput) as refused:
        asked(cast, definition, link=said)

    assert [(one["pointer"], one["code"], str(one["detail"])) for one in refused.value.errors] == [
        ("/form/link", "unknown", "There is no such object.")
    ]
    assert Instance.objects.count() == before


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("x", "type"),
        (["x"], "type"),
        ({"kind": "channel"}, "type"),
        ({"kind": "channel", "id": "x"}, "type"),
        ({"kind": None, "id": None}, "type"),
        ({"kind": "channel", "id": str(uuid4()), "more": 1}, "type"),
        ({"kind": "person", "id": str(uuid4())}, "unknown"),
    ],
)
def test_what_is_no_link_is_refused(cast, definition, said, code):
    with pytest.raises(InvalidInput) as refused:
        asked(cast, definition, link=said)
    assert [(one["pointer"], one["code"]) for one in refused.value.errors] == [("/form/link", code)]


def test_a_field_may_take_some_kinds_alone(cast, definition, inner):
    with pytest.raises(InvalidInput) as refused:
        asked(cast, definition, room=link("channel", inner))
    assert [(one["pointer"], one["code"]) for one in refused.value.errors] == [("/form/room", "unknown")]


def test_what_a_draft_links_to_is_seen_by_who_submits_it(cast, definition, inner):
    draft = create_draft(
        actor=cast.nils,
        definition=definition,
        title="T",
        form={"link": link("channel", inner)},
        parties={"supplier": cast.southbay.pk},
    )
    Channel.objects.filter(pk=inner.pk).update(internal_to=cast.southbay)

    with pytest.raises(InvalidInput) as refused:
        submit(actor=cast.nils, instance=draft)
    assert [one["pointer"] for one in refused.value.errors] == ["/form/link"]


def test_a_partner_writes_beside_a_link_it_does_not_see_and_links_to_what_it_sees(
    cast, definition, inner, bay
):
    instance = asked(cast, definition, link=link("channel", inner))

    edit_fields(actor=cast.sol, instance=instance, changed={"note": "Fine"})
    assert Instance.objects.get(pk=instance.pk).form["link"] == link("channel", inner)
    edit_fields(actor=cast.sol, instance=instance, changed={"link": link("channel", bay)})
    with pytest.raises(InvalidInput) as refused:
        edit_fields(actor=cast.sol, instance=instance, changed={"link": link("channel", inner)})
    assert refused.value.errors[0]["pointer"] == "/fields/link"

    yes(cast.sol, instance)
    yes(cast.nora, instance)
    ended(instance, "APPROVED")
    again = amend(actor=cast.nils, instance=instance, purpose="AMEND", changed={"note": "Better"})
    assert again.form["link"] == link("channel", bay), "who asks for a change does not see it either"


def test_a_way_branches_on_the_kind_of_a_link_and_on_whether_there_is_one(cast, inner):
    kinds = {"id": "kinds", "type": "branch", "default": []}
    kinds["cases"] = [case({"eq": ["$link.kind", "channel"]}, step(cast, "talk"))]
    some = {"id": "some", "type": "branch", "default": []}
    some["cases"] = [case({"not": {"empty": "$link"}}, step(cast, "linked"))]
    definition = published(cast, [kinds, some], form={"fields": FIELDS})

    def begun(**form: Any) -> dict[str, str]:
        instance = start(actor=cast.nils, definition=definition, title="T", form=form)
        while "ACTIVE" in {state for node, state in states(instance).items() if node in ("talk", "linked")}:
            yes(cast.nora, instance)
        return states(instance)

    assert {"talk", "linked"} <= set(begun(link=link("channel", inner)))
    assert "talk" not in begun(link=link("workspace", cast.apollo))
    assert not {"talk", "linked"} & set(begun())


@pytest.mark.parametrize(
    ("fields", "flow", "pointer"),
    [
        ([{"id": "x", "type": "ref", "kinds": []}], [], "/form/fields/0/kinds"),
        ([{"id": "x", "type": "ref", "kinds": ["person"]}], [], "/form/fields/0/kinds/0"),
        ([{"id": "x", "type": "ref", "kinds": ["channel", "channel"]}], [], "/form/fields/0/kinds/1"),
        ([{"id": "x", "type": "text", "kinds": ["channel"]}], [], "/form/fields/0/kinds"),
        (
            [{"id": "x", "type": "ref"}],
            [{"id": "s", "type": "set", "fields": {"x": {"kind": "channel", "id": str(uuid4())}}}],
            "/flow/0/fields/x",
        ),
        (
            [{"id": "x", "type": "ref"}],
            [{"id": "c", "type": "call", "url": "https://erp.example/", "callback": {"write": ["x"]}}],
            "/flow/0/callback/write/0",
        ),
    ],
)
def test_a_definition_that_would_link_in_nobodys_name_is_refused(cast, fields, flow, pointer):
    with pytest.raises(InvalidInput) as refused:
        published(cast, [*flow, step(cast, "a")], form={"fields": fields})
    assert [one["pointer"] for one in refused.value.errors] == [pointer]


def test_the_form_finds_by_name_and_by_address_what_one_sees(cast, definition, inner, page):
    message = Message.objects.filter(channel__workspace=cast.apollo, deleted_at=None).first()
    assert message is not None, "premise: somebody wrote there"

    def found(who: str, said: str, **more: str) -> str:
        asked = {"field": "f_link", "find_f_link": said, **more}
        return page(who).get("/approvals/things/", asked).content.decode()

    assert f'value="channel:{inner.pk}"' in found("nils", inner.name)
    assert f'value="channel:{inner.pk}"' not in found("sol", inner.name)
    assert f'value="channel:{inner.pk}"' not in found("nils", inner.name, kind="workspace")
    address = f"http://localhost/channels/{message.channel_id}/#message-{message.pk}"
    assert f'value="message:{message.pk}"' in found("nils", address)
    assert "You know of nothing" in found("otto", address)
    assert "<script>" not in found("nils", "<script>")
    assert 'name="f_"' in found("nils", "x", field='"><b>')
    assert "You know of nothing" in found("nils", f"/channels/{uuid4()}/")


def test_the_form_keeps_a_link_that_its_reader_does_not_see(cast, definition, inner, page):
    instance = asked(cast, definition, link=link("channel", inner))
    address = f"/approvals/{instance.pk}/acts/edit/"

    shown = page("sol").get(address).content.decode()
    assert 'value="held" checked' in shown
    assert str(inner.pk) not in shown
    slot = str(pending(instance, cast.sol).pk)
    said = {"assignment": slot, "form_rev": "1", "f_link": "held", "f_note": "Fine"}
    assert page("sol").post(address, said).status_code == 302
    assert Instance.objects.get(pk=instance.pk).form == {"link": link("channel", inner), "note": "Fine"}
    guess = {"assignment": slot, "form_rev": "2", "f_link": f"channel:{uuid4()}", "f_note": "Fine"}
    assert "没有这个对象" in page("sol").post(address, guess).content.decode()


def test_the_new_form_links_looks_and_submits_without_a_script(cast, definition, inner, page):
    address, nils = f"/approvals/new/{definition.pk}/", page("nils")
    said = {"title": "T", "p_supplier": str(cast.southbay.pk), "find_f_link": inner.name, "f_note": "Kept"}

    looked = nils.post(address, said | {"look": "1"}).content.decode()
    assert f'value="channel:{inner.pk}"' in looked
    assert "Kept" in looked
    assert not Instance.objects.filter(definition=definition).exists()
    assert nils.post(address, said | {"f_link": f"channel:{inner.pk}"}).status_code == 302
    assert Instance.objects.get(definition=definition).form["link"] == link("channel", inner)


def test_each_kind_is_found_for_who_sees_it_in_one_query(cast, django_assert_num_queries):
    rows = {
        "workspace": cast.apollo, "contact": Contact.objects.filter(organization=cast.northwind).first(),
        "channel": Channel.objects.filter(workspace=cast.apollo).first(),
    }  # fmt: skip
    wanted = [(kind, str(row.pk)) for kind, row in rows.items()]
    assert {one.key for one in things.kinds()} >= {*rows, "approval", "message", "incident"}

    with acting(cast.nora):
        assert set(things.found(cast.nora, wanted)) == set(wanted)
        with django_assert_num_queries(1):
            things.found(cast.nora, wanted[:1] * 3)
    with acting(cast.otto):
        assert things.found(cast.otto, wanted) == {}
