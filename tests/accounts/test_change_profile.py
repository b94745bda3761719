import pytest

from accounts.operations import change_profile
from kernel.actor import Actor
from kernel.errors import NotAllowed

ME = "/api/v1/me/"


def patch(client, said, **headers):
    return client.patch(ME, said, content_type="application/json", headers=headers)


def test_a_person_changes_their_profile_on_the_page(browser, nora):
    assert browser.get("/settings/").status_code == 200
    said = {"name": "  王  雪 ", "language": "zh-hans", "time_zone": "Asia/Shanghai", "theme": "dark"}

    assert browser.post("/settings/", said).url == "/settings/"

    nora = nora.fresh()
    assert (nora.name, nora.language, nora.time_zone, nora.theme) == (
        "王 雪",
        "zh-hans",
        "Asia/Shanghai",
        "dark",
    )
    assert browser.get("/settings/").headers["Content-Language"] == "zh-Hans"


def test_what_does_not_fit_is_shown_with_the_form(browser, nora):
    said = {"name": "", "language": "tlh", "time_zone": "Mars/Base", "theme": "neon"}

    page = browser.post("/settings/", said)

    assert page.status_code == 422
    assert set(page.context["form"].errors) == {"name", "language", "time_zone", "theme"}


def test_me_says_who_i_am_and_where_i_belong(browser, nora, northwind):
    assert browser.get(ME).json() == {
        "id": str(nora.pk),
        "email": "nora@north.example",
        "name": "Nora",
        "language": "en",
        "time_zone": "UTC",
        "theme": "system",
        "avatar": None,
        "memberships": [{"org": northwind, "role": "owner"}],
    }


def test_the_api_changes_what_it_is_told(browser, nora):
    answer = patch(browser, {"theme": "dark", "time_zone": "Europe/Berlin"})

    assert answer.status_code == 200
    assert (answer.json()["theme"], answer.json()["time_zone"], answer.json()["name"]) == (
        "dark",
        "Europe/Berlin",
        "Nora",
    )


@pytest.mark.parametrize(
    ("said", "pointer"),
    [
        ({"email": "x@y.example"}, "/email"),
        ({"is_staff": True}, "/is_staff"),
        ({"name": 7}, "/name"),
        ({"name": ""}, "/name"),
        ({"name": "a\u202eb"}, "/name"),
        ({"name": "a\x00b"}, "/name"),
        ({"name": "x" * 121}, "/name"),
        ({"language": "de"}, "/language"),
        ({"language": ["en"]}, "/language"),
        ({"time_zone": "Mars/Base"}, "/time_zone"),
        ({"theme": {}}, "/theme"),
    ],
)
def test_the_api_points_at_what_does_not_fit(browser, nora, said, pointer):
    answer = patch(browser, said)

    assert answer.status_code == 422
    assert [one["pointer"] for one in answer.json()["errors"]] == [pointer]
    assert nora.fresh().name == "Nora"


def test_a_lone_surrogate_is_refused(browser):
    answer = browser.patch(ME, b'{"name": "\\ud800"}', content_type="application/json")

    assert answer.status_code == 422


def test_nobody_changes_somebody_else(nora, otto):
    with pytest.raises(NotAllowed):
        change_profile(actor=Actor.person(otto), person=nora, name="Not Nora")

    assert nora.fresh().name == "Nora"


def test_strangers_have_no_profile(stranger):
    assert stranger.get(ME).status_code == 401
    assert stranger.get("/settings/").status_code == 302


def test_language_and_theme_follow_a_stranger_by_cookie(stranger):
    assert stranger.get("/sign-in/", headers={"accept-language": "en"}).headers["Content-Language"] == "en"

    back = stranger.post("/language/", {"language": "zh-hans", "next": "/sign-in/?next=/chat/"})
    stranger.post("/theme/", {"theme": "dark"})

    assert back.url == "/sign-in/?next=/chat/"
    assert stranger.get("/sign-in/").headers["Content-Language"] == "zh-Hans"
    assert stranger.cookies["theme"].value == "dark"


def test_language_and_theme_of_a_person_are_kept_with_the_account(browser, nora):
    browser.post("/language/", {"language": "zh-hans", "next": "https://evil.example/"})
    assert browser.post("/theme/", {"theme": "light"}).status_code == 204

    assert (nora.fresh().language, nora.fresh().theme) == ("zh-hans", "light")


def test_nobody_is_sent_away_by_the_language_switch(stranger):
    assert stranger.post("/language/", {"language": "en", "next": "https://evil.example/"}).url == "/"
    assert stranger.post("/language/", {"language": "tlh"}).status_code == 422
    assert stranger.post("/theme/", {"theme": "neon"}).status_code == 422
