"""What would become of a request: the same core, and nothing is written."""

from approvals.models import Instance, InstanceEvent
from tests.approvals.conftest import MONEY, definition_of
from tests.approvals.ways import case, published, step


def tried(api, who, definition, **said):
    return api(who).post(f"approvals/definitions/{definition.pk}/simulation/", said)


def test_it_tells_the_way_and_writes_nothing(cast, api):
    split = {
        "id": "big",
        "type": "branch",
        "cases": [case({"gt": ["$count", 5]}, step(cast, "cfo", "nora"))],
        "default": [],
    }
    definition = published(cast, [step(cast, "one", "nora"), split])
    before = (Instance.objects.count(), InstanceEvent.objects.count())

    small = tried(api, "nils", definition, form={"count": 1}).json()
    large = tried(api, "nils", definition, form={"count": 9}).json()

    assert [one["node"] for one in small["steps"]] == ["one", "big"]
    assert [one["node"] for one in large["steps"]] == ["one", "big", "cfo"]
    assert large["state"] == "APPROVED"
    assert large["steps"][0]["people"] == [str(cast.nora.user_id)]
    assert (Instance.objects.count(), InstanceEvent.objects.count()) == before


def test_of_a_partner_it_tells_nothing(cast, api):
    definition = definition_of(cast.northwind)
    form = {"supplier": str(cast.southbay.pk), "amount": MONEY, "reason": "x"}

    said = tried(api, "nils", definition, form=form)

    assert said.json()["state"] == "APPROVED", said.json()
    assert str(cast.sol.user_id) not in said.content.decode()


def test_a_form_that_does_not_fit_and_a_strangers_definition(cast, api):
    definition = definition_of(cast.northwind)

    assert tried(api, "nils", definition, form={}).status_code == 422
    assert tried(api, "sol", definition, form={}).status_code == 404
