"""Who has access, as a table that spreadsheets open."""

import csv
from collections.abc import Iterable
from io import StringIO

from django.utils.translation import gettext as _

from access.verdicts import Standing
from audit.tables import cell


def csv_of(found: Iterable[Standing]) -> str:
    """Return the table, with the mark that lets spreadsheets read it as UTF-8."""
    page = StringIO()
    page.write("\ufeff")
    writer = csv.writer(page)
    writer.writerow([_("Person"), _("Organization"), _("Company"), _("Right"), _("How"), _("Until (UTC)")])
    for one in found:
        step = one.verdict.giving
        said = [
            one.user.name,
            one.organization.name if one.organization else "",
            one.company,
            one.verdict.level.label,
            step.reason if step else "",
            one.verdict.until.isoformat(timespec="seconds") if one.verdict.until else "",
        ]
        writer.writerow([cell(value) for value in said])
    return page.getvalue()
