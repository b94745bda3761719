"""An organization says what it does when something goes wrong; who has said nothing does what is usual."""

import pytest
from django.urls import reverse

from incidents.models import Runbook, Step, Usual, steps_of, usual_steps
from incidents.operations import open_incident, write_runbook
from kernel.acting import acting
from kernel.errors import InvalidInput, NotAllowed

OURS = [Step(usual=Usual.CONTAIN, hours=2), Step(title="Call the lawyers", hours=None)]


@pytest.fixture
def ours(cast):
    return write_runbook(actor=cast.nora, organization=cast.northwind, kind="leak", steps=OURS)


def opened(cast, kind):
    made = open_incident(actor=cast.nora, organization=cast.northwind, title="T", kind=kind, severity="low")
    return [(one.usual, one.title) for one in made.tasks.all()]


def test_opening_copies_the_organizations_own_steps(cast, ours):
    assert opened(cast, "leak") == [("contain", ""), ("", "Call the lawyers")]
    assert len(opened(cast, "other")) == len(usual_steps("other")), "premise: only one kind was changed"


def test_with_nothing_said_the_usual_ones_come_back(cast, ours):
    write_runbook(actor=cast.nora, organization=cast.northwind, kind="leak", steps=[])
    assert steps_of(cast.northwind.pk, "leak") == usual_steps("leak")


def test_nobody_else_writes_or_reads_it(cast, ours, api):
    for who in ("ada", "nils", "sol"):
        with pytest.raises(NotAllowed):
            write_runbook(actor=cast.actor(who), organization=cast.northwind, kind="leak", steps=[])
    with acting(cast.sol):
        assert not Runbook.objects.exists()
    assert (
        api("ada").get(f"orgs/{cast.northwind.pk}/runbooks/leak/").json()["steps"][1]["title"]
        == "Call the lawyers"
    )


@pytest.mark.parametrize("step", [Step(), Step(title="T", hours=-1), Step(title="T", hours=9000)])
def test_a_step_says_something_and_ends_within_a_year(cast, step):
    with pytest.raises(InvalidInput):
        write_runbook(actor=cast.nora, organization=cast.northwind, kind="leak", steps=[step])


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_the_page_keeps_a_usual_step_in_every_language(cast, page, language):
    cast.nora.user.language = language
    cast.nora.user.save()
    nora, address = page("nora"), reverse("runbook", args=[cast.northwind.pk, "leak"])
    lines = [one.initial for one in nora.get(address).context["form"].initial_forms]
    said = {"step-TOTAL_FORMS": str(len(lines) + 1), "step-INITIAL_FORMS": str(len(lines))}
    for place, one in enumerate([*lines, {"title": "Call the lawyers", "hours": 3}]):
        said |= {f"step-{place}-{name}": str(value) for name, value in one.items()}
    assert nora.post(address, said).status_code == 302

    assert steps_of(cast.northwind.pk, "leak") == [
        *usual_steps("leak"),
        Step(title="Call the lawyers", hours=3),
    ]
