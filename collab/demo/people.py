"""Everybody in the demo, and the platform's operator."""

from django.contrib.auth.hashers import make_password

from accounts.demo import PASSWORD
from accounts.models import User
from collab.demo.world import World

PEOPLE = {
    "nora": ("nora@northwind.example", "Nora Lindqvist", "en", "Europe/Stockholm"),
    "nils": ("nils@northwind.example", "Nils Berg", "en", "Europe/Stockholm"),
    "ada": ("ada@northwind.example", "Ada Palm", "en", "Europe/Stockholm"),
    "sol": ("sol@southbay.example", "索南 Sol", "zh-hans", "Asia/Shanghai"),
    "sia": ("sia@southbay.example", "夏思雅 Sia", "zh-hans", "Asia/Shanghai"),
    "eve": ("eve@eastgate.example", "易薇 Eve", "zh-hans", "Asia/Shanghai"),
    "gale": ("gale@partner.example", "Gale Okafor", "en", "Europe/London"),
    "otto": ("otto@nowhere.example", "Otto Weber", "en", "Europe/Berlin"),
}
OPERATOR = "admin@collab.example"


def build(world: World) -> None:
    there = {person.email: person for person in User.objects.filter(is_demo=True)}
    secret = make_password(PASSWORD)  # slow on purpose, and public anyway: once for all
    for name, (email, full_name, language, zone) in PEOPLE.items():
        world.people[name] = there.get(email) or _join(
            email, secret, name=full_name, language=language, time_zone=zone
        )
    if OPERATOR not in there:
        _join(OPERATOR, secret, name="Operator", is_staff=True, is_superuser=True)


def _join(email: str, secret: str, **fields: object) -> User:
    person = User.objects.create_user(email, **fields, agreed=True, is_demo=True)
    person.password = secret
    person.save(update_fields=["password"])
    return person
