"""External contacts."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import Count, Prefetch, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from kernel.errors import InvalidInput
from kernel.limits import limited
from kernel.rules import may, require
from orgs.forms import ContactForm, DecisionForm, ReinvitationForm
from orgs.letters import count_letter
from orgs.models import Contact, Invitation, Membership, Organization, Partnership
from orgs.operations import (
    block_contact,
    decide_contact,
    invite_contact,
    propose_contact,
    revoke_invitation,
    sign_contact_out,
    submit_contact,
    unblock_contact,
)
from orgs.queries import SOON, contacts_of
from orgs.views.finding import done, find, key_in, page_of, query, the_org, tried

OPEN = Prefetch("invitations", Invitation.objects.filter(state=Invitation.State.OPEN), to_attr="open_offers")
CONTACTS = Contact.objects.select_related(
    "organization", "sponsor", "proposer", "user", "decider"
).prefetch_related(OPEN)
STATUS = {
    "draft": "idle",
    "awaiting_approval": "waiting",
    "invited": "info",
    "active": "done",
    "expired": "idle",
    "blocked": "rejected",
}


@require_http_methods(["GET", "HEAD", "POST"])
def contacts(request: HttpRequest, org_id: UUID) -> HttpResponse:
    organization = the_org(request, org_id, "orgs.see_work")
    form = None
    if request.method == "POST":
        require(request.actor, "orgs.propose_contact", organization)
        form = ContactForm(request.POST, organization=organization)
        if form.is_valid():
            draft = "draft" in request.POST
            said = form.wanted()
            contact = tried(
                form, propose_contact, actor=request.actor, organization=organization, draft=draft, **said
            )
            if contact is not None:
                messages.success(request, _("Kept as a draft.") if draft else _("Sent for approval."))
                return redirect(page_for(contact))
    return _contacts(request, organization, form)


def _contacts(request: HttpRequest, organization: Organization, form: ContactForm | None) -> HttpResponse:
    narrow = _narrowing(request)
    everybody = CONTACTS.filter(organization=organization)
    sponsor = request.user.pk if narrow["mine"] else None
    wanted = contacts_of(
        everybody, q=narrow["q"], state=narrow["state"], sponsor=sponsor, soon=narrow["soon"]
    )
    found, following = page_of(request, wanted, ("name", "pk"))
    key = key_in(request, "contact")
    chosen = everybody.filter(pk=key).first() if key else None
    context = {
        "organization": organization,
        "contacts": [(one, STATUS[one.state], days_left(one)) for one in found],
        "next": following,
        "counts": _counts(organization, request.user.pk),
        "narrow": narrow,
        "is_narrowed": any(narrow.values()),
        "states": Contact.State.choices,
        "chosen": chosen,
        **_about(request, chosen),
        "form": form
        or (
            ContactForm(organization=organization)
            if may(request.actor, "orgs.propose_contact", organization)
            else None
        ),
        "here": query(request, contact=None, page=None),
    }
    wrong = form is not None and form.errors
    return render(request, "orgs/contacts.html", context, status=422 if wrong else 200)


def _narrowing(request: HttpRequest) -> dict[str, Any]:
    state = request.GET.get("state", "")
    return {
        "q": request.GET.get("q", "").strip()[:200],
        "state": state if state in Contact.State.values else "",
        "mine": request.GET.get("mine") == "true",
        "soon": request.GET.get("soon") == "true",
    }


def _counts(organization: Organization, user_id: UUID) -> dict[str, int]:
    living = Q(state__in=(Contact.State.INVITED, Contact.State.ACTIVE))
    return Contact.objects.filter(organization=organization).aggregate(
        total=Count("pk"),
        awaiting=Count("pk", filter=Q(state=Contact.State.AWAITING_APPROVAL)),
        soon=Count("pk", filter=living & Q(expires_at__lte=timezone.now() + SOON)),
        mine=Count("pk", filter=Q(sponsor_id=user_id)),
    )


def days_left(contact: Contact) -> int | None:
    """Return how many days somebody inside or invited still has, if they are few."""
    left = (contact.expires_at - timezone.now()).days
    is_near = contact.state in (Contact.State.INVITED, Contact.State.ACTIVE) and 0 <= left < SOON.days
    return left if is_near else None


def _about(request: HttpRequest, chosen: Contact | None) -> dict[str, Any]:
    if chosen is None:
        return {}
    actor = request.actor
    may_ask = may(actor, "orgs.invite_contact", chosen)
    return {
        "status": STATUS[chosen.state],
        "decides": chosen.state == Contact.State.AWAITING_APPROVAL
        and may(actor, "orgs.decide_contact", chosen),
        "submits": chosen.state == Contact.State.DRAFT and may(actor, "orgs.change_contact", chosen),
        "reinvites": may_ask and chosen.state in (Contact.State.INVITED, Contact.State.EXPIRED),
        "revokes": any(may(actor, "orgs.revoke_invitation", one) for one in chosen.open_offers),
        "signs_out": chosen.state == Contact.State.ACTIVE and may(actor, "orgs.sign_contact_out", chosen),
        "blocks": may(actor, "orgs.block_contact", chosen),
        "offer": next(iter(chosen.open_offers), None),
        "reinvitation": ReinvitationForm.of(chosen),
        "verified": chosen.user_id is not None,
        "is_partner_domain": _is_partner_domain(chosen),
    }


def _is_partner_domain(contact: Contact) -> bool:
    """Tell whether a partner's owner or admin writes from the contact's domain."""
    standing = Partnership.objects.active().of(contact.organization)
    sides = standing.values_list("host_id", "partner_id")
    partners = {pk for pair in sides for pk in pair if pk != contact.organization_id}
    domain = contact.email.rpartition("@")[2]
    steering = Membership.objects.steering().filter(organization__in=partners)
    return steering.filter(user__email__iendswith=f"@{domain}").exists()


def page_for(contact: Contact) -> str:
    return f"{reverse('org_contacts', args=[contact.organization_id])}?contact={contact.pk}"


@require_POST
def approval(request: HttpRequest, contact_id: UUID) -> HttpResponse:
    contact = find(request, CONTACTS, contact_id)
    require(request.actor, "orgs.decide_contact", contact)
    form = DecisionForm(request.POST)
    if not form.is_valid():
        raise InvalidInput
    said = form.cleaned_data
    words = _("Approved. The invitation is on its way.") if said["decision"] == "approve" else _("Sent back.")
    count_letter(request.actor, contact.organization_id)
    done(request, words, decide_contact, contact=contact, **said)
    return redirect(page_for(contact))


@require_POST
def submission(request: HttpRequest, contact_id: UUID) -> HttpResponse:
    contact = find(request, CONTACTS, contact_id)
    done(request, _("Sent for approval."), submit_contact, contact=contact)
    return redirect(page_for(contact))


@require_POST
def reinvitation(request: HttpRequest, contact_id: UUID) -> HttpResponse:
    contact = find(request, CONTACTS, contact_id)
    require(request.actor, "orgs.invite_contact", contact)
    form = ReinvitationForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Choose a day in the future."))
        return redirect(page_for(contact))
    end = form.end()
    if end is not None and timezone.localdate(contact.expires_at) == form.cleaned_data["ends_on"]:
        end = None  # the day stayed as it was
    count_letter(request.actor, contact.organization_id)
    done(request, _("A new invitation is on its way."), invite_contact, contact=contact, expires_at=end)
    return redirect(page_for(contact))


@require_POST
def invitation_removal(request: HttpRequest, contact_id: UUID) -> HttpResponse:
    contact = find(request, CONTACTS, contact_id)
    for offer in contact.open_offers:
        done(request, _("The invitation is taken back."), revoke_invitation, invitation=offer)
    return redirect(page_for(contact))


@require_POST
def block(request: HttpRequest, contact_id: UUID) -> HttpResponse:
    contact = find(request, CONTACTS, contact_id)
    done(request, _("Blocked. Nothing is open to them any more."), block_contact, contact=contact)
    return redirect(page_for(contact))


@require_POST
def block_removal(request: HttpRequest, contact_id: UUID) -> HttpResponse:
    contact = find(request, CONTACTS, contact_id)
    done(request, _("Unblocked."), unblock_contact, contact=contact)
    return redirect(page_for(contact))


@require_POST
def sessions_ending(request: HttpRequest, contact_id: UUID) -> HttpResponse:
    contact = find(request, CONTACTS, contact_id)
    require(request.actor, "orgs.sign_contact_out", contact)
    limited("sign-outs", contact.user_id or contact.pk)
    done(request, _("Sessions, tokens and sockets are closed."), sign_contact_out, contact=contact)
    return redirect(page_for(contact))
