from typing import Any

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class WorkspacesConfig(AppConfig):
    name = "workspaces"
    verbose_name = _("Workspaces")

    def ready(self) -> None:
        import audit
        from accounts.models import people
        from orgs.models.organizations import Organizations
        from workspaces import cards, live, places, policies, things  # noqa: F401  each registers itself
        from workspaces.people import met_in_workspaces, organizations_met

        people.people_known_by.append(met_in_workspaces)
        Organizations.known_through.append(organizations_met)
        audit.readers_of("workspace", find_workspace, "workspaces.read_record", parties_of)


def find_workspace(actor: Any, **key: Any) -> Any:
    """Return the workspace, if the actor may know of it or audits an organization in it."""
    from workspaces.models import Workspace

    if "slug" in key:
        return None
    known = Workspace.objects.visible_to(actor) | Workspace.objects.audited_by(actor)
    return (Workspace.objects.all() if actor.sees_all else known).filter(**key).first()


def parties_of(workspace: Any) -> Any:
    """Return the organizations that take part in the workspace now."""
    from audit import Party

    active = workspace.participants.active().select_related("organization").order_by("pk")
    return [Party(one.organization_id, one.organization.name) for one in active]
