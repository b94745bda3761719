"""What a person does first after an upgrade, against the database that the environment names.

It ends at the first thing that does not answer.
"""

import django

django.setup(set_prefix=False)

from django.db import connection  # noqa: E402  settings come first
from django.test import Client  # noqa: E402

PASSWORD = "collab-demo"
PEOPLE = ("sol@southbay.example", "gale@partner.example", "nora@northwind.example")


def sign_in(address: str) -> Client:
    client = Client(HTTP_HOST="localhost")
    answer = client.post("/sign-in/", {"login": address, "password": PASSWORD})
    assert answer.status_code == 302, f"{address} cannot sign in: {answer.status_code}"
    return client


def look_around(client: Client, first: str) -> None:
    """Follow every link of the first page."""
    home = client.get(first, follow=True)
    assert home.status_code == 200, f"the first page says {home.status_code}"
    links = {word.split('"')[0] for word in home.content.decode().split('href="/')[1:]}
    pages = sorted(link for link in links if not link.startswith(("static/", "media/")))
    for page in pages:
        answer = client.get(f"/{page}", follow=True)
        assert answer.status_code == 200, f"/{page} says {answer.status_code}"


if __name__ == "__main__":
    for address in PEOPLE:
        client = sign_in(address)
        print("signed in", address)  # noqa: T201  what the test reads
    look_around(client, "/")
    connection.close()
