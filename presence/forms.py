"""What people say of themselves, as a form."""

from django import forms
from django.utils.translation import gettext_lazy as _

from presence.models import LONGEST
from presence.moments import Quiet, Span

# What people say most; choosing one fills the form in.
PRESETS = (
    ("🗓️", _("In a meeting"), Span.HOUR),
    ("🎧", _("Concentrating"), Span.FOUR_HOURS),
    ("🍜", _("At lunch"), Span.HOUR),
    ("🚆", _("On the way"), Span.HOUR),
    ("🏡", _("Working from home"), Span.TODAY),
    ("🏭", _("On site"), Span.TODAY),
    ("🤒", _("Out sick"), Span.TODAY),
    ("🌴", _("On holiday"), Span.WEEK),
)


class StatusForm(forms.Form):
    emoji = forms.CharField(label=_("Emoji"), max_length=16, required=False)
    words = forms.CharField(label=_("What others read"), max_length=LONGEST, required=False)
    lasts = forms.ChoiceField(label=_("How long"), choices=Span.choices, required=False, initial=Span.TODAY)


class QuietForm(forms.Form):
    lasts = forms.ChoiceField(label=_("How long"), choices=Quiet.choices, initial=Quiet.HOUR)
