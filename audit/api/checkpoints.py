"""Checkpoints of a record, proofs that lead to them, and the keys they are signed with."""

from base64 import b64encode
from typing import Any
from uuid import UUID

from django.urls import path
from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from audit.errors import NothingSealed
from audit.forms import public_key
from audit.keepers import KEEPERS
from audit.models import Chain, Checkpoint, Entry, OrgKey, SigningKey
from audit.operations import countersign, make_checkpoint, register_org_key, retire_org_key
from audit.proofs import Proofs
from audit.records import readable
from kernel.actor import Actor
from kernel.api import ApiView
from kernel.errors import InvalidInput, NotVisible
from kernel.inputs import Input, StrictString

CLERK = Actor.system("audit.checkpoints")


@extend_schema_field(OpenApiTypes.STR)
class Hex(serializers.Field):
    """Bytes, as other hashes of the record are written."""

    def to_representation(self, value: Any) -> str:
        return bytes(value).hex()


class SignerOutput(serializers.Serializer):
    id = serializers.UUIDField(source="org_id")
    name = serializers.CharField(source="org_name")


class CountersignatureOutput(serializers.Serializer):
    org = SignerOutput(source="*")
    key = serializers.CharField(source="key.verifier")
    at = serializers.DateTimeField(source="created_at")
    by = serializers.CharField(source="person_name", help_text="who brought it")
    signature = serializers.CharField(source="line.line", help_text="its line in the note")


class CheckpointOutput(serializers.Serializer):
    size = serializers.IntegerField(help_text="how many entries it covers")
    root = Hex(help_text="root of the RFC 9162 tree over them, hexadecimal")
    at = serializers.DateTimeField(source="created_at")
    key = serializers.CharField(source="key.verifier", help_text="the platform's, as in `record-keys/`")
    note = serializers.CharField(help_text="a C2SP signed note: what was signed, and the signatures")
    signatures = CountersignatureOutput(source="countersignatures.all", many=True)
    contradicts = serializers.IntegerField(
        source="contradicts.size",
        allow_null=True,
        default=None,
        help_text="size of an earlier checkpoint that this one does not continue: what was sealed has been changed",
    )


class KeyOutput(serializers.Serializer):
    key = serializers.CharField(
        source="verifier", help_text="name, id and public key, as in C2SP signed-note"
    )
    public_key = serializers.SerializerMethodField(help_text="Ed25519, 32 bytes in base64")
    since = serializers.DateTimeField(source="created_at")
    retired_at = serializers.DateTimeField(allow_null=True)
    endorsement = serializers.SerializerMethodField(
        help_text="signature of the key before it under `collab.record.key/1`, a line feed, `key`, a line feed"
    )

    def get_public_key(self, key: SigningKey) -> str:
        return b64encode(bytes(key.public)).decode()

    def get_endorsement(self, key: SigningKey) -> str | None:
        return None if key.endorsement is None else b64encode(bytes(key.endorsement)).decode()


class ProofOutput(serializers.Serializer):
    entry = serializers.IntegerField(required=False)
    leaf = serializers.CharField(required=False, help_text="the entry's leaf hash, hexadecimal")
    old = serializers.IntegerField(required=False)
    size = serializers.IntegerField()
    path = serializers.ListField(child=serializers.CharField(), help_text="hashes, hexadecimal")


class RecordKeys(ApiView):
    """What the platform signs checkpoints with, the newest first. Retired ones stay, to verify what they signed."""

    gives = KeyOutput
    lists = True
    open_to_anybody = True

    def get(self, request: Request) -> Response:
        self.refuse_unknown()
        return self.listed(SigningKey.objects.all(), newest_first=True)


class Checkpoints(ApiView):
    """What was signed of a record, the newest first; POST has it signed as it is now."""

    gives = CheckpointOutput
    lists = True

    def get(self, request: Request, kind: str, noun_id: UUID) -> Response:
        readable(self.actor, kind, noun_id)
        self.refuse_unknown()
        return self.listed(checkpoints_of(kind, noun_id), newest_first=True)

    @extend_schema(request=None, responses={201: CheckpointOutput})
    def post(self, request: Request, kind: str, noun_id: UUID) -> Response:
        readable(self.actor, kind, noun_id)
        self.refuse_unknown()
        self.read()
        made = make_checkpoint(actor=CLERK, chain=chain_of(kind, noun_id))
        return self.created(checkpoints_of(kind, noun_id).get(pk=made.pk))


class CheckpointPage(ApiView):
    """The last checkpoint with this many entries."""

    gives = CheckpointOutput

    def get(self, request: Request, kind: str, noun_id: UUID, size: int) -> Response:
        readable(self.actor, kind, noun_id)
        self.refuse_unknown()
        return self.shown(checkpoint_at(kind, noun_id, size))


class SignatureInput(Input):
    signature = StrictString(
        max_length=500, help_text="the line that your key leaves under the note: `— name base64`"
    )


class Signatures(ApiView):
    """POST puts your organization's name under a checkpoint, with the key that an owner has registered."""

    takes = {"POST": SignatureInput}
    gives = CountersignatureOutput

    @extend_schema(responses={201: CountersignatureOutput})
    def post(self, request: Request, kind: str, noun_id: UUID, size: int) -> Response:
        noun = readable(self.actor, kind, noun_id)
        checkpoint = checkpoint_at(kind, noun_id, size)
        self.allow("audit.countersign", KEEPERS[kind].parties(noun))
        said = self.read()
        signed = countersign(actor=self.actor, noun=noun, checkpoint=checkpoint, line=said["signature"])
        return self.created(signed)


class OrgKeyOutput(serializers.Serializer):
    id = serializers.UUIDField()
    key = serializers.CharField(
        source="verifier", help_text="name, id and public key, as in C2SP signed-note"
    )
    public_key = serializers.SerializerMethodField(help_text="Ed25519, 32 bytes in base64")
    since = serializers.DateTimeField(source="created_at")
    by = serializers.CharField(source="registered_name")
    retired_at = serializers.DateTimeField(allow_null=True)

    def get_public_key(self, key: OrgKey) -> str:
        return b64encode(bytes(key.public)).decode()


class OrgKeyInput(Input):
    public_key = StrictString(
        max_length=60, help_text="Ed25519, 32 bytes in base64; the other half stays with you"
    )

    def validate_public_key(self, said: str) -> bytes:
        try:
            return public_key(said)
        except ValueError:
            raise serializers.ValidationError(_("An Ed25519 public key is 32 bytes, in base64.")) from None


class OrgKeys(ApiView):
    """Keys with which an organization signs the records it shares, the newest first; POST lets a new one take over."""

    takes = {"POST": OrgKeyInput}
    gives = OrgKeyOutput
    lists = True

    def get(self, request: Request, kind: str, noun_id: UUID) -> Response:
        readable(self.actor, kind, noun_id)
        self.refuse_unknown()
        return self.listed(OrgKey.objects.filter(org_id=noun_id), newest_first=True)

    @extend_schema(responses={201: OrgKeyOutput})
    def post(self, request: Request, kind: str, noun_id: UUID) -> Response:
        organization = readable(self.actor, kind, noun_id)
        self.allow(KEEPERS["org"].key_rule, organization)
        said = self.read()
        key = register_org_key(actor=self.actor, organization=organization, public=said["public_key"])
        return self.created(key)


class OrgKeyPage(ApiView):
    """DELETE lets a key sign nothing any more; what it has signed stays, and is verified with it."""

    def delete(self, request: Request, kind: str, noun_id: UUID, key_id: UUID) -> Response:
        organization = readable(self.actor, kind, noun_id)
        key = OrgKey.objects.filter(org_id=noun_id, pk=key_id).first()
        if key is None:
            raise NotVisible
        self.allow(KEEPERS["org"].key_rule, organization)
        self.read()
        retire_org_key(actor=self.actor, organization=organization, key=key)
        return self.gone()


class Proof(ApiView):
    """``?entry=&size=``: that an entry is among the first ``size``; ``?old=&size=``: that these begin with the first
    ``old``. Sizes are those of checkpoints, of which the last is taken where none is named."""

    gives = ProofOutput

    @extend_schema(
        parameters=[
            OpenApiParameter("entry", OpenApiTypes.INT),
            OpenApiParameter("old", OpenApiTypes.INT),
            OpenApiParameter("size", OpenApiTypes.INT),
        ]
    )
    def get(self, request: Request, kind: str, noun_id: UUID) -> Response:
        readable(self.actor, kind, noun_id)
        self.refuse_unknown()
        size = self._number("size", self._last(kind, noun_id))
        chain = chain_of(kind, noun_id)
        if request.query_params.get("entry") is None:
            old = self._number("old", size)
            return self.shown({"old": old, "size": size, "path": _hex(Proofs(chain).consistency(old, size))})
        seq = self._number("entry", size)
        leaf = Entry.objects.get(chain=chain, seq=seq).leaf.hex()
        return self.shown(
            {"entry": seq, "leaf": leaf, "size": size, "path": _hex(Proofs(chain).inclusion(seq, size))}
        )

    def _last(self, kind: str, noun_id: UUID) -> int:
        last = checkpoints_of(kind, noun_id).order_by("-size").first()
        if last is None:
            raise NothingSealed
        return last.size

    def _number(self, name: str, most: int) -> int:
        said = self.request.query_params.get(name, str(most))
        if not (said.isascii() and said.isdigit() and 1 <= int(said[:16]) <= most):
            raise InvalidInput.at(name, "out_of_range", _("A number within the limits."))
        return int(said)


def chain_of(kind: str, noun_id: UUID) -> Chain:
    """Return the chain of a record that is ``readable``."""
    chain = Chain.objects.filter(kind=kind, noun_id=noun_id).first()
    if chain is None:
        raise NothingSealed
    return chain


def checkpoints_of(kind: str, noun_id: UUID) -> Any:
    return Checkpoint.objects.of(kind, noun_id)


def checkpoint_at(kind: str, noun_id: UUID, size: int) -> Checkpoint:
    found = checkpoints_of(kind, noun_id).filter(size=size).order_by("pk").last()
    if found is None:
        raise NotVisible
    return found


def _hex(path_: list[bytes]) -> list[str]:
    return [one.hex() for one in path_]


checkpoint_urlpatterns = [
    path("record-keys/", RecordKeys.as_view()),
    path("orgs/<uuid:noun_id>/record-keys/", OrgKeys.as_view(), {"kind": "org"}),
    path("orgs/<uuid:noun_id>/record-keys/<uuid:key_id>/", OrgKeyPage.as_view(), {"kind": "org"}),
    *(
        path(f"{noun}/<uuid:noun_id>/audit/{tail}", view, {"kind": kind}, name=f"{kind}_{name}_api")
        for kind, noun in (("org", "orgs"), ("workspace", "workspaces"))
        for tail, view, name in (
            ("checkpoints/", Checkpoints.as_view(), "checkpoints"),
            ("checkpoints/<int:size>/", CheckpointPage.as_view(), "checkpoint"),
            ("checkpoints/<int:size>/signatures/", Signatures.as_view(), "signatures"),
            ("proof", Proof.as_view(), "proof"),
        )
    ),
]
