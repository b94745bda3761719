"""What templates ask about incidents."""

from django import template

from incidents.models import Step, Usual

register = template.Library()


@register.simple_tag
def usual_step(said: str) -> str:
    """Return a task as the record names it, in the reader's language where it is one that the house knows."""
    return Step(usual=said).name if said in Usual.values else said
