from kernel.actor import Actor, Kind


def test_an_actor_is_a_person_in_a_hat_or_none(cast):
    nora = Actor.person(cast.nora.user, cast.northwind, scope="read", bound=True)

    assert (nora.name, nora.user_id, nora.org_id) == ("Nora Lindqvist", cast.nora.user.pk, cast.northwind.pk)
    assert nora.for_org(cast.southbay).org_id == cast.southbay.pk
    assert nora.for_org(None).scope == "read", "a hat changes nothing about the key"
    assert nora.is_person
    assert not nora.sees_all


def test_only_the_platform_and_its_operators_see_all(cast):
    seeing = {one.kind for one in (Actor.system("x"), Actor.operator(cast.nora.user)) if one.sees_all}

    assert seeing == {Kind.SYSTEM, Kind.OPERATOR}
    assert not Actor.nobody("door").sees_all
    assert Actor.system("clock").name == "clock"


def test_grants_are_asked_of_the_person_not_of_the_hat(cast):
    right = "workspaces.view_workspace"

    assert cast.nora.holds(right, cast.apollo)
    assert cast.nora.for_org(cast.southbay).holds(right, cast.apollo)
    assert not cast.otto.holds(right, cast.apollo)
    assert not Actor.nobody("door").holds(right, cast.apollo)
