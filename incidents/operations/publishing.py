"""A report is published: for one's own organization, or for the partners that see the incident."""

from django.db.models import Max

from incidents.events import ReportPublished
from incidents.models import Incident, Report
from incidents.operations.incidents import sharing
from incidents.reports import said_of
from kernel.actor import Actor
from kernel.events import emit
from kernel.operations import operation
from kernel.rules import require


@operation
def publish_report(*, actor: Actor, incident: Incident, audience: str) -> Report:
    """Keep what the report says now as its next version. None that was published changes any more.

    A closed incident may be reported on as well: its words do not change, what the record tells may.

    Emits: ReportPublished, with the digest of what was published; for the partners too where it is for them.
    """
    require(actor, "incidents.run", incident)
    incident = Incident.objects.held(incident.pk)
    last = incident.reports.aggregate(Max("version"))["version__max"] or 0
    report = Report(
        incident=incident, organization=incident.organization, version=last + 1, audience=audience
    )
    report.published_by = actor.user
    report.write(said_of(incident, audience) | {"version": report.version})
    report.save(force_insert=True)
    beside = sharing(incident) if audience == Report.Audience.PARTNERS else ()
    told = {"report_id": report.pk, "version": report.version, "audience": audience, "sha256": report.sha256}
    emit(ReportPublished.of(incident, actor, beside=beside, **told))
    return report
