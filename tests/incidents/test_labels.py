"""A title is not always somebody's job: labels read right in both languages."""

import pytest
from django.utils import translation

from approvals.forms import RequestForm
from incidents.forms import IncidentForm
from orgs.forms import MemberForm


@pytest.mark.parametrize(
    ("form", "field", "expected"),
    [
        (IncidentForm, "title", "标题"),
        (RequestForm, "title", "标题"),
        (MemberForm, "title", "职务"),
        (IncidentForm, "ends_at", "结束时间"),
    ],
)
def test_a_label_says_in_chinese_what_it_is(form, field, expected):
    with translation.override("zh-hans"):
        assert str(form.base_fields[field].label) == expected
