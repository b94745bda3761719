"""Ten thousand departments, one below the other or side by side: as few questions as for two, and the same answers."""

from typing import Any

import psycopg
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from access.levels import Level
from audit.models import Outbox
from chat.access import everybody, weigh
from chat.index import differences
from chat.models import Channel
from collab.engines import SUPERUSER
from kernel.acting import acting
from orgs.errors import DepartmentCircle
from orgs.forms import DEEPEST
from orgs.models import Department, Membership
from orgs.operations import change_department
from tests.conftest import ground

MANY = 10_000


def planted(org: Any, *, is_deep: bool) -> list[Department]:
    """Return a tree of ``MANY``, its root first: a chain, or all but the root below it."""
    rows = [Department(organization=org, name=f"d{number}") for number in range(MANY)]
    for number, row in enumerate(rows[1:], 1):
        row.parent = rows[number - 1] if is_deep else rows[0]
    Department.objects.bulk_create(rows, batch_size=2000)
    return rows


@pytest.fixture
def swept(django_db_setup: None) -> None:
    """The table holds no rows that a test before has undone: whoever counted it as large and nearly empty would have
    PostgreSQL read all of it for each step of a walk. Asked for before the test's transaction."""
    place = {"host": str(ground.engines.run), "dbname": ground.database}
    with psycopg.connect(**place, user=SUPERUSER, autocommit=True) as owner:
        owner.execute("VACUUM (ANALYZE) orgs_department")


@pytest.fixture(params=["deep", "wide"])
def tree(swept: None, cast: Any, request: pytest.FixtureRequest) -> list[Department]:
    rows = planted(cast.northwind, is_deep=request.param == "deep")
    Membership.objects.filter(organization=cast.northwind, user=cast.nils.user).update(department=rows[-1])
    return rows


def reads(cast: Any, who: str, channel: Channel) -> bool:
    """Tell whether somebody reads a channel, once all ways to ask have said the same."""
    actor = cast.actor(who)
    answers = {
        weigh(actor, channel).allows(Level.VIEW),
        actor.user_id in {one.user.pk for one in everybody(channel)},
        Channel.objects.visible_to(actor).filter(pk=channel.pk).exists(),
    }
    with acting(actor):
        answers |= {
            Channel.objects.filter(pk=channel.pk).exists(),
            Channel.objects.visible_to(actor).filter(pk=channel.pk).exists(),
        }
    assert len(answers) == 1, f"{who}: {answers}"
    assert differences() == 0
    return answers.pop()


def test_a_right_to_the_root_reaches_the_last_by_as_few_questions_as_in_a_small_tree(
    cast: Any, tree: Any, secret: Any, give: Any
) -> None:
    small = Department.objects.create(organization=cast.northwind, name="small")

    def asked(department: Department) -> list[int]:
        counts = []
        grant = give(secret, department, Level.COMMENT, expires_at=None)
        for question in (
            lambda: weigh(cast.nils, secret),
            lambda: everybody(secret),
            lambda: list(Channel.objects.visible_to(cast.nils)),
        ):
            with CaptureQueriesContext(connection) as told:
                question()
            counts.append(len(told))
        assert reads(cast, "nils", secret) == (department != small)
        assert not reads(cast, "sia", secret), "she works for another organization"
        grant.delete()
        return counts

    asked(small)  # what connections are told once

    assert asked(tree[0]) == asked(small)


def test_departments_that_move_take_their_people_along(cast: Any, tree: Any, secret: Any, give: Any) -> None:
    for department in (tree[0], tree[1]):
        give(secret, department, expires_at=None)
    assert reads(cast, "nils", secret), "premise: he works below one of them"
    version = secret.fresh().acl_version
    last = tree[-1].fresh()

    change_department(actor=cast.nora, department=last, parent=None)

    assert not reads(cast, "nils", secret)
    assert secret.fresh().acl_version == version + 1, "sockets look again before they deliver"
    change_department(actor=cast.nora, department=last.fresh(), parent=tree[1].pk)
    assert reads(cast, "nils", secret)
    Department.objects.filter(organization=cast.northwind, parent__isnull=False).update(parent=None)
    assert secret.fresh().acl_version == version + 3, "many that move at once are written once"
    assert not reads(cast, "nils", secret)


def test_a_circle_is_refused_and_one_that_is_there_anyhow_has_an_end(
    cast: Any, tree: Any, secret: Any, give: Any
) -> None:
    give(secret, tree[0], expires_at=None)
    facts = Outbox.objects.count()
    with pytest.raises(DepartmentCircle):
        change_department(actor=cast.nora, department=tree[0], parent=tree[-1].pk)
    assert (tree[0].fresh().parent_id, Outbox.objects.count()) == (None, facts)

    Department.objects.filter(pk=tree[0].pk).update(parent=tree[-1])

    assert reads(cast, "nils", secret)
    outside = Department.objects.create(organization=cast.northwind, name="outside")
    assert change_department(actor=cast.nora, department=outside, parent=tree[0].pk).parent_id == tree[0].pk


def test_the_page_draws_a_deep_tree_to_a_certain_depth_and_shows_all(cast: Any, page: Any) -> None:
    above, rows = None, []
    for number in range(DEEPEST + 20):
        above = Department.objects.create(
            organization=cast.northwind, name=f"level {number} below", parent=above
        )
        rows.append(above)
    Membership.objects.filter(organization=cast.northwind, user=cast.nils.user).update(department=rows[-1])

    shown = page("nora").get(f"/orgs/{cast.northwind.pk}/departments/")

    assert shown.status_code == 200
    words = shown.content.decode()
    assert all(f"level {number} below" in words for number in range(DEEPEST + 20))


def test_the_page_survives_a_circle(cast: Any, page: Any) -> None:
    one = Department.objects.create(organization=cast.northwind, name="one")
    other = Department.objects.create(organization=cast.northwind, name="other", parent=one)
    Department.objects.filter(pk=one.pk).update(parent=other)

    assert page("nora").get(f"/orgs/{cast.northwind.pk}/departments/").status_code == 200
