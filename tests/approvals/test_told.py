"""Comments on a request are one notice, and the request's page reads what led there."""

import pytest
from django.urls import reverse

from approvals.operations import comment
from audit.tasks import seal
from notifications.models import Notice


@pytest.fixture
def told(cast):
    seal()
    seal()
    Notice.objects.all().delete()

    def tell(actor):
        seal()
        mine = Notice.objects.visible_to(actor).uncovered().unread().order_by("pk")
        return [(one.event_name, one.payload.get("audience"), one.count) for one in mine]

    return tell


COMMENTED = "approvals.request_commented"


def test_comments_for_all_are_one_notice_and_internal_ones_another(cast, with_southbay, told):
    for words in ("By January.", "Or February."):
        comment(actor=cast.sol, instance=with_southbay, body=words, audience="shared")
    comment(actor=cast.nora, instance=with_southbay, body="Too late.")

    assert told(cast.nils) == [(COMMENTED, "shared", 2), (COMMENTED, "internal", 1)]


def test_the_page_of_the_request_reads_them(cast, with_southbay, told, page):
    comment(actor=cast.sol, instance=with_southbay, body="By January.", audience="shared")
    assert len(told(cast.nils)) == 1, "premise"

    page("nora").get(reverse("approval", args=[with_southbay.pk]))
    assert len(told(cast.nils)) == 1, "somebody else has looked at it"
    page("nils").get(reverse("approval", args=[with_southbay.pk]))

    assert told(cast.nils) == []
