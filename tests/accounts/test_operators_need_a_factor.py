"""Who may see everything about everybody's accounts does not come in by a password alone."""

import pytest
from allauth.mfa.models import Authenticator


@pytest.fixture
def operator(page, cast, settings):
    settings.ADMIN_NEEDS_FACTOR = True
    return page("admin")


@pytest.mark.parametrize("path", ["/admin/", "/admin/accounts/user/"])
def test_an_operator_without_a_second_factor_is_led_to_where_one_sets_it_up(operator, path):
    answer = operator.get(path, follow=True)

    assert answer.redirect_chain == [("/settings/factors/", 302)]
    assert "Operators need a second factor" in answer.content.decode()


def test_with_a_factor_the_pages_open(operator, cast):
    Authenticator.objects.create(user=cast.admin.user, type="totp", data={"secret": "x"})

    assert operator.get("/admin/").status_code == 200


def test_recovery_codes_alone_are_no_factor(operator, cast):
    Authenticator.objects.create(
        user=cast.admin.user, type="recovery_codes", data={"seed": "x", "used_mask": 0}
    )

    assert operator.get("/admin/").status_code == 302


def test_the_demo_on_one_s_own_machine_opens_without(page, cast, settings):
    assert settings.DEMO, "premise: this is the demo"
    assert settings.PUBLIC_HOST == "localhost", "premise: on one's own machine"

    assert page("admin").get("/admin/").status_code == 200


def test_who_is_no_operator_learns_nothing_of_it(page, cast, settings):
    settings.ADMIN_NEEDS_FACTOR = True

    assert "factors" not in page("nora").get("/admin/").headers.get("Location", "")
