"""Who has access, as a table that spreadsheets open."""

from collections.abc import Iterable, Iterator
from typing import Any

from django.utils.translation import gettext as _

from access.verdicts import Standing
from audit.tables import sheet
from orgs.countries import country_name


def csv_of(found: Iterable[Standing]) -> str:
    return sheet(_rows(found))


def _rows(found: Iterable[Standing]) -> Iterator[list[Any]]:
    yield [
        _("Person"),
        _("Organization"),
        _("Company"),
        _("Country or region"),
        _("Right"),
        _("How"),
        _("Until (UTC)"),
    ]
    for one in found:
        step = one.verdict.giving
        yield [
            one.user.name,
            one.organization.name if one.organization else "",
            one.company,
            country_name(one.country),
            one.verdict.level.label,
            step.reason if step else "",
            one.verdict.until.isoformat(timespec="seconds") if one.verdict.until else "",
        ]
