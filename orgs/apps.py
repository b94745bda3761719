from typing import Any

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class OrgsConfig(AppConfig):
    name = "orgs"
    verbose_name = _("Organizations")

    def ready(self) -> None:
        import audit
        from accounts.models import people
        from orgs import events, live, places, policies, things  # noqa: F401  each registers itself
        from orgs.people import colleagues, counterparts, memberships_from, outsiders

        people.memberships_from.append(memberships_from)
        people.people_known_by += [colleagues, counterparts, outsiders]
        audit.readers_of(
            "org",
            find_organization,
            "orgs.read_record",
            lambda organization: [audit.Party(organization.pk, organization.name)],
            "orgs.keep_record_key",
            "orgs.change",
        )


def find_organization(actor: Any, **key: Any) -> Any:
    """Return the organization with that ``pk`` or ``slug``, if the actor may know of it."""
    from kernel.finding import known
    from orgs.models import Organization

    if key.keys() == {"pk"}:
        return known(actor, Organization, key["pk"])
    return Organization.objects.visible_to(actor).filter(**key).first()
