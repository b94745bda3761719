"""The API described: OpenAPI for programs, the same as a page for people."""

from functools import cache
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils.translation import get_language
from django.views.decorators.http import require_safe
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.renderers import OpenApiJsonRenderer, OpenApiYamlRenderer

METHODS = ("get", "post", "put", "patch", "delete")


@cache
def schema(language: str) -> dict[str, Any]:
    """Return the OpenAPI document; it changes only with the code."""
    return SchemaGenerator(urlconf=None).get_schema(request=None, public=True)


@login_not_required
@require_safe
def openapi(request: HttpRequest) -> HttpResponse:
    """Return JSON, or YAML to those who ask for it."""
    wants_yaml = "yaml" in request.headers.get("Accept", "") or request.GET.get("format") == "yaml"
    renderer = OpenApiYamlRenderer() if wants_yaml else OpenApiJsonRenderer()
    return HttpResponse(renderer.render(schema(get_language() or "en")), content_type=renderer.media_type)


@login_not_required
@require_safe
def readable(request: HttpRequest) -> HttpResponse:
    document = schema(get_language() or "en")
    return render(request, "collab/api_docs.html", {"groups": groups_of(document), "document": document})


def groups_of(document: dict[str, Any]) -> dict[str, list[dict[str, Any]]]:
    """Return every way to ask, grouped by the first word of its path."""
    groups: dict[str, list[dict[str, Any]]] = {}
    for where, ways in sorted(document["paths"].items()):
        noun = where.removeprefix("/api/v1/").split("/")[0]
        for method in METHODS:
            if method in ways:
                groups.setdefault(noun, []).append(_way(document, method, where, ways[method]))
    return groups


def _way(document: dict[str, Any], method: str, where: str, said: dict[str, Any]) -> dict[str, Any]:
    return {
        "method": method.upper(),
        "path": where,
        "about": said.get("description", ""),
        "query": [one for one in said.get("parameters", []) if one["in"] == "query"],
        "takes": _fields(document, said.get("requestBody", {})),
        "gives": {status: _fields(document, answer) for status, answer in said.get("responses", {}).items()},
    }


def _fields(document: dict[str, Any], said: dict[str, Any]) -> list[dict[str, Any]]:
    """Return name, type and need of each field of a body, one level deep."""
    content = next(iter(said.get("content", {}).values()), {})
    shape = _resolved(document, content.get("schema", {}))
    if shape.get("type") == "array":
        shape = _resolved(document, shape.get("items", {}))
    needed = set(shape.get("required", []))
    return [
        {"name": name, "type": _type(document, one), "required": name in needed}
        for name, one in shape.get("properties", {}).items()
    ]


def _type(document: dict[str, Any], said: dict[str, Any]) -> str:
    if "$ref" in said:
        shape = _resolved(document, said)
        return " | ".join(map(str, shape["enum"])) if "enum" in shape else said["$ref"].rpartition("/")[2]
    for joined in ("allOf", "oneOf", "anyOf"):
        if joined in said:
            return " | ".join(_type(document, one) for one in said[joined])
    if "enum" in said:
        return " | ".join(map(str, said["enum"]))
    kind = said.get("type", "any")
    kind = " | ".join(kind) if isinstance(kind, list) else str(kind)
    if kind == "array":
        return f"[{_type(document, said.get('items', {}))}]"
    return str(said.get("format", kind))


def _resolved(document: dict[str, Any], said: dict[str, Any]) -> dict[str, Any]:
    if "$ref" in said:
        return document["components"]["schemas"][said["$ref"].rpartition("/")[2]]
    return said


docs_urlpatterns = [
    path("schema/", openapi, name="api_schema"),
    path("docs/", readable, name="api_docs"),
]
