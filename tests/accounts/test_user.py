import pytest
from django.db import IntegrityError, transaction
from django.db.models import Q

from accounts.models import User
from kernel.actor import Actor


def test_an_address_is_kept_and_found_in_lower_case(nora):
    other = User.objects.create_user("  Ada@North.EXAMPLE ", "x", name="Ada")

    assert other.email == "ada@north.example"
    assert User.objects.get(email="ADA@north.example") == other


def test_one_address_is_one_person(nora):
    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.create_user("NORA@north.example", "x", name="Nora the second")


@pytest.mark.parametrize(
    ("name", "initials"),
    [("王雪", "雪"), ("Wang Xue", "WX"), ("Nora", "N"), ("Jean-Luc de Picard", "JP"), ("", "O")],
)
def test_initials_stand_in_for_a_picture(name, initials):
    assert User(email="otto@noplace.example", name=name).initials == initials


def test_a_color_belongs_to_a_person(nora):
    assert 1 <= nora.hue <= 10
    assert nora.hue == nora.fresh().hue


def test_people_see_themselves_and_whom_they_share_a_place_with(nora, otto, monkeypatch):
    assert set(User.objects.visible_to(Actor.person(nora))) == {nora}
    assert not User.objects.visible_to(Actor.nobody("door")).exists()

    monkeypatch.setattr("accounts.models.people.people_known_by", [lambda actor: Q(pk=otto.pk)])

    assert set(User.objects.visible_to(Actor.person(nora))) == {nora, otto}
