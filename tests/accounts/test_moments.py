"""Moments are the reader's on a page, and UTC for programs."""

from django.urls import reverse


def test_programs_read_moments_in_utc_whatever_the_persons_zone(api, cast):
    assert cast.sol.user.time_zone == "Asia/Shanghai", "premise"

    made = api("sol").get(f"orgs/{cast.southbay.pk}/").json()["created_at"]

    assert made.endswith("Z")


def test_a_page_is_still_drawn_in_the_persons_zone(page):
    assert b'content="Asia/Shanghai"' in page("sol").get(reverse("inbox")).content
