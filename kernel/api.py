"""The JSON door: every view finds, allows, reads, calls, shows, in this order and no other.

What cannot be read at all is refused before any of it, and before we ask who is there.
"""

import hashlib
import json
import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable
from typing import Any, ClassVar
from uuid import UUID

from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.core.files.uploadedfile import UploadedFile
from django.db.models import Model, QuerySet
from django.http import Http404
from django.http.multipartparser import MultiPartParserError
from django.utils.http import parse_etags
from django.utils.translation import gettext_lazy as _
from rest_framework import exceptions
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import Serializer
from rest_framework.utils.encoders import JSONEncoder
from rest_framework.views import APIView

from kernel import replies
from kernel.actor import Actor
from kernel.authentication import DoorAuthentication
from kernel.doors import problem_response
from kernel.errors import (
    ChangedMeanwhile,
    DomainError,
    InvalidInput,
    Malformed,
    MethodNotThere,
    NotAllowed,
    NotSignedIn,
    NotSupported,
    NotVisible,
    TooLarge,
)
from kernel.finding import find
from kernel.gate import MAX_BODY_BYTES, check_texts
from kernel.inputs import Input, Nothing
from kernel.parsers import StrictJSONParser
from kernel.rules import require
from kernel.schema import NamedSchema, parameters_of
from kernel.switches import TOKENS, require_on

_KEY = re.compile(r"[\x21-\x7e]{1,128}")
_SAFE = {"GET", "HEAD", "OPTIONS"}
_JSON = "application/json"


class Replayed(Exception):
    """A key was answered before; carries that answer out of the view."""

    def __init__(self, kept: replies.Kept) -> None:
        super().__init__()
        self.kept = kept


class ApiView(APIView):
    """``takes`` names the input of each writing method, ``gives`` what is shown; ``lists`` says GET is a list,
    and ``pages`` that ``?limit=`` and ``?cursor=`` lead through it."""

    takes: ClassVar[dict[str, type[Input]]] = {}
    gives: ClassVar[type[Serializer] | None] = None
    lists: ClassVar[bool] = False
    pages: ClassVar[bool] = True
    takes_file: ClassVar[bool] = (
        False  # POST brings one, as ``file`` of a form; the front step bounds its size
    )
    open_to_anybody: ClassVar[bool] = False

    authentication_classes = (DoorAuthentication,)
    parser_classes = (StrictJSONParser,)
    permission_classes = ()
    throttle_classes = ()
    schema = NamedSchema()

    actor: Actor
    _key: tuple[UUID, str, str] | None = None

    def perform_content_negotiation(self, request: Request, force: bool = False) -> Any:
        """Answer in JSON whatever ``Accept`` asks for, as RFC 9110 allows: a browser that opens an address reads it."""
        return super().perform_content_negotiation(request, force=True)

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        is_long = self._is_long(request)
        self._refuse_malformed(request, is_long=is_long)
        super().initial(request, *args, **kwargs)
        self.actor = request._request.actor  # type: ignore[attr-defined]
        if not request.user.is_authenticated and not self.open_to_anybody:
            raise NotSignedIn
        if is_long:
            raise TooLarge
        if getattr(request._request, "token", None) is not None:
            require_on(self.actor, TOKENS)
        if request.method not in _SAFE and self.actor.is_person and self.actor.scope == "read":
            raise NotAllowed("tokens.write", _("This token may only read."))

    def _is_long(self, request: Request) -> bool:
        if self.brings_form:
            return bool(getattr(request._request, "is_cut_short", False))
        return int(request.META.get("CONTENT_LENGTH") or 0) > MAX_BODY_BYTES

    def _refuse_malformed(self, request: Request, *, is_long: bool) -> None:
        """Refuse what cannot be read, whoever sent it; of strangers and others we read at most 1 MiB."""
        if request.method in _SAFE:
            return
        key = request.headers.get("Idempotency-Key")
        if key is not None and not _KEY.fullmatch(key):
            raise Malformed(_("Idempotency-Key takes 1 to 128 visible ASCII characters."))
        if request._request.content_type == _JSON and not is_long and request.body:
            request.data  # noqa: B018  parses, and keeps what it has read

    def find(self, noun: type[Model] | QuerySet, pk: UUID) -> Any:
        """Return the row with key ``pk``, among those the actor may know of."""
        return find(self.actor, noun, pk)

    def allow(self, rule: str, thing: Any = None) -> None:
        require(self.actor, rule, thing)
        self.refuse_unknown()

    def refuse_unknown(self) -> None:
        """Refuse parameters of the query that the OpenAPI does not know: a mistyped filter shows everything."""
        named = self.request.query_params
        if not named:
            return
        known = parameters_of(self, str(self.request.method).replace("HEAD", "GET"))
        unknown = [
            {"pointer": name, "code": "unknown_parameter", "detail": _("There is no such parameter.")}
            for name in named
            if name not in known
        ]
        if unknown:
            raise InvalidInput(errors=unknown)

    def read(self, *, partial: bool = False) -> dict[str, Any]:
        """Return the typed body, or leave with the first answer if this key has had one."""
        said = self.takes.get(self.request.method, Nothing).read(self.sent(), partial=partial)  # type: ignore[arg-type]
        self._refuse_changed()
        return said

    def _refuse_changed(self) -> None:
        """Refuse a PATCH that names an ETag (``If-Match``) other than that of what GET would show now.

        So what was committed before we looked is never overwritten unseen. Of two who name the same ETag
        in the same instant both may pass; the operation's lock then decides who is the last.
        """
        named = self.request.headers.get("If-Match")
        if self.request.method != "PATCH" or named is None or named.strip() == "*":
            return
        shown = self.get(self.request, *self.args, **self.kwargs)  # type: ignore[attr-defined]
        now = etag_of(shown.data)
        if now not in parse_etags(named):
            raise ChangedMeanwhile(now)

    def sent(self) -> Any:
        """Return the body as it was sent, for views that read it in a way of their own; else like ``read``."""
        if self.request._request.content_type not in (_JSON, "") and self.request.body:
            raise NotSupported
        self.refuse_unknown()
        self._take_key()
        check_texts(self.request.data)
        return self.request.data

    @property
    def brings_form(self) -> bool:
        """Tell whether a file comes as a form does, to a view that takes one."""
        request = self.request._request
        return self.takes_file and request.method == "POST" and request.content_type == "multipart/form-data"

    def brought(self) -> UploadedFile:
        """Return the file that a form brings.

        Raises:
            Malformed: it cannot be read.
            InvalidInput: there is none in it, or more than one.
        """
        self.refuse_unknown()
        try:
            files = self.request._request.FILES.getlist("file")
        except (MultiPartParserError, SuspiciousOperation):
            raise Malformed(_("The form cannot be read.")) from None
        if len(files) != 1:
            raise InvalidInput.at("/file", "required", _("Send one file, as `file`."))
        return files[0]

    def _take_key(self) -> None:
        key = self.request.headers.get("Idempotency-Key")
        if key is None or self.actor.user_id is None:
            return
        route = f"{self.request.method} {self.request.path}"
        digest = hashlib.sha256(self.request.body).hexdigest()
        kept = replies.store().take(self.actor.user_id, route, key, digest)
        if kept is not None:
            raise Replayed(kept)
        self._key = (self.actor.user_id, route, key)
        replies.under(self._key)

    def finalize_response(self, request: Any, response: Any, *args: Any, **kwargs: Any) -> Any:
        replies.under(None)
        response = super().finalize_response(request, self._judged(request, response), *args, **kwargs)
        if self._shows_one(response):
            response.headers["ETag"] = etag_of(response.data)
        if self._key is not None:
            if 200 <= response.status_code < 300:
                replies.store().keep(
                    *self._key, replies.Kept(response.status_code, getattr(response, "data", None))
                )
            else:
                replies.store().release(*self._key)
            self._key = None
        return response

    def _judged(self, request: Any, response: Any) -> Any:
        """Refuse what was read with parameters nobody knows: after 401, 404 and 403, which come first."""
        if request.method not in ("GET", "HEAD") or response.status_code >= 400:
            return response
        try:
            self.refuse_unknown()
        except InvalidInput as error:
            return problem_response(error)
        return response

    def _shows_one(self, response: Any) -> bool:
        """Tell whether the answer is a resource, not a list of some nor the outcome of an act on one."""
        is_read = self.request.method in ("GET", "HEAD") and not self.lists
        is_written = self.request.method == "PATCH" or response.status_code == 201
        is_one = is_read or is_written
        return is_one and response.status_code in (200, 201) and getattr(response, "data", None) is not None

    def handle_exception(self, exc: Exception) -> Any:
        if isinstance(exc, Replayed):
            return Response(exc.kept.body, status=exc.kept.status)
        error = translated(exc)
        if error is None:
            replies.under(None)
            if self._key is not None:
                replies.store().release(*self._key)
                self._key = None
            raise exc
        return problem_response(error)

    def shown(self, thing: Any, *, status: int = 200, **context: Any) -> Response:
        assert self.gives is not None
        return Response(self.gives(thing, context={"actor": self.actor, **context}).data, status=status)

    def created(self, thing: Any) -> Response:
        return self.shown(thing, status=201)

    def gone(self) -> Response:
        return Response(status=204)

    def listed(
        self,
        rows: QuerySet,
        gives: type[Serializer] | None = None,
        *,
        newest_first: bool = False,
        known: Callable[[list[Any]], list[Any]] = list,
        **context: Any,
    ) -> Response:
        """Return one page: ``?limit=`` 1-200 (50), ``?cursor=`` from the answer before.

        Args:
            known: turns the rows of the page into what the reader may know of them.
        """
        output = gives or self.gives
        assert output is not None
        limit, after = self._limit(), self._cursor()
        if after is not None:
            rows = rows.filter(**{"pk__lt" if newest_first else "pk__gt": after})
        found = list(rows.order_by("-pk" if newest_first else "pk")[: limit + 1])
        shown = found[:limit]
        following = None
        if len(found) > limit:
            following = cursor_of(shown[-1].pk)
        results = output(known(shown), many=True, context={"actor": self.actor, **context}).data
        return Response({"results": results, "next": following})

    def _limit(self) -> int:
        said = self.request.query_params.get("limit", "50")
        if not (said.isascii() and said.isdigit() and 1 <= int(said[:6]) <= 200):
            raise InvalidInput.at("limit", "out_of_range", _("A number from 1 to 200."))
        return int(said)

    def _cursor(self) -> UUID | None:
        return key_of(self.request.query_params.get("cursor", ""))


def cursor_of(pk: UUID) -> str:
    return urlsafe_b64encode(pk.bytes).decode().rstrip("=")


def key_of(cursor: str) -> UUID | None:
    """Return the key that a cursor stands for; an empty one is the beginning."""
    if not cursor:
        return None
    try:
        return UUID(bytes=urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except ValueError:
        raise InvalidInput.at("cursor", "unknown", _("This cursor is not one of ours.")) from None


def etag_of(shown: Any) -> str:
    """Return the strong ETag of a resource, as it is shown to the one who asks."""
    said = json.dumps(shown, cls=JSONEncoder, sort_keys=True)  # PostgreSQL orders the keys of a document anew
    return f'"{hashlib.sha256(said.encode()).hexdigest()[:32]}"'


def translated(error: Exception) -> DomainError | None:
    """Return the refusal that ``error`` amounts to; None if it is a defect."""
    match error:
        case DomainError():
            return error
        case Http404():
            return NotVisible()
        case PermissionDenied() | exceptions.PermissionDenied():
            return NotAllowed("csrf")
        case exceptions.NotAuthenticated() | exceptions.AuthenticationFailed():
            return NotSignedIn()
        case exceptions.MethodNotAllowed():
            return MethodNotThere()
        case exceptions.UnsupportedMediaType():
            return NotSupported()
        case exceptions.ParseError():
            return Malformed()
        case _:
            return None
