"""What one hears of: the words one listens for, and the channels that one said something else of."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from chat.forms import KeywordsForm
from chat.models import Arrangement, Keyword
from chat.operations import listen_for
from chat.operations.channels import name_for
from orgs.views.finding import tried


@require_http_methods(["GET", "HEAD", "POST"])
def keywords(request: HttpRequest) -> HttpResponse:
    mine = Keyword.objects.visible_to(request.actor).values_list("word", flat=True)
    form = KeywordsForm(request.POST or None, initial={"words": "\n".join(mine)})
    if request.method == "POST" and form.is_valid():
        kept = tried(form, listen_for, actor=request.actor, words=form.said())
        if kept is not None:
            messages.success(request, _("Saved."))
            return redirect("keywords")
    arranged = Arrangement.objects.visible_to(request.actor).exclude(hears=None)
    rows = list(arranged.select_related("channel__workspace").prefetch_related("channel__members__user"))
    for one in rows:
        one.title = name_for(one.channel, request.actor.user_id)
    context = {"form": form, "arranged": rows}
    return render(request, "chat/keywords.html", context, status=422 if form.errors else 200)
