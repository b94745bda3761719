"""The operators' door: they find and read; what they change goes through an operation, in their own name."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any, ClassVar, NoReturn

from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from unfold.admin import ModelAdmin

from kernel.actor import Kind
from kernel.errors import ConfirmationNeeded, DomainError, NotAllowed, Sentence

View = Callable[..., HttpResponse]


class PastOperations(RuntimeError):
    """Something tried to write a row by itself. A fault of ours, never of an operator."""


@dataclass(frozen=True)
class Act:
    """A verb that operators may ask for, about each of the rows they marked; ``noun`` is what it calls a row."""

    verb: Callable[..., Any]
    noun: str
    label: Sentence

    def __call__(self, desk: Any, request: HttpRequest, rows: Any) -> None:
        for row in rows:
            ask(request, self.verb, about=str(row), **{self.noun: row})


class OperatorAdmin(ModelAdmin):
    """Shows ``fields`` and nothing else of a noun, and offers its ``acts``."""

    acts: ClassVar[dict[str, Act]] = {}
    list_per_page = 50
    show_full_result_count = False

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return self.fields

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        if not self.has_operate_permission(request):
            return {}
        return {name: (act, name, act.label) for name, act in self.acts.items()}

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_operate_permission(self, request: HttpRequest) -> bool:
        """Somebody who belongs to an organization looks, but does not operate."""
        right = f"{self.opts.app_label}.change_{self.opts.model_name}"
        return is_operator(request) and request.user.has_perm(right)

    def _refuse(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise PastOperations(f"{type(self).__name__} writes nothing: give it an Act")

    save_model = delete_model = delete_queryset = save_related = save_formset = _refuse


def is_operator(request: HttpRequest) -> bool:
    return request.actor.kind is Kind.OPERATOR  # type: ignore[attr-defined]


def ask(request: HttpRequest, verb: Callable[..., Any], *, about: str, **wishes: Any) -> Any:
    """Call ``verb`` in the name of whoever asks, and tell them how it went; None if it was refused."""
    try:
        result = verb(actor=request.actor, **wishes)  # type: ignore[attr-defined]
    except ConfirmationNeeded:
        raise  # no refusal: the door leads to where one confirms, and back
    except DomainError as error:
        messages.warning(request, f"{about}: {error.sentence}")
        return None
    messages.success(request, f"{about}: {_('done')}")
    return result


def desk(view: View) -> View:
    """Open a page to operators: through the admin's own door, and only without a membership anywhere."""

    @wraps(view)
    def opened(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not (is_operator(request) and request.user.is_superuser):
            raise NotAllowed("operating.operate")
        return view(request, *args, **kwargs)

    return wraps(view)(
        lambda request, *args, **kwargs: admin.site.admin_view(opened)(request, *args, **kwargs)
    )


def draw(
    request: HttpRequest, template: str, context: dict[str, Any], *, title: Any, status: int = 200
) -> HttpResponse:
    return render(
        request, template, {**admin.site.each_context(request), **context, "title": title}, status=status
    )
