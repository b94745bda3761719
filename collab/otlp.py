"""Spans by OpenTelemetry, sent as OTLP over HTTP; of the extra ``otel``, so only ``collab.tracing`` imports it.

The SDK reads its own ``OTEL_*`` variables: where to, with which headers, how many.
Its ready-made instrumentations of Django, psycopg and Celery are left out: they keep whole paths, statements and
the words of exceptions, and a path of ours may hold a letter's secret.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager

from celery.exceptions import Retry
from opentelemetry import trace
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from kernel.errors import DomainError
from kernel.spans import Fact, Kind, Span

KINDS = {
    Kind.REQUEST: trace.SpanKind.SERVER,
    Kind.TASK: trace.SpanKind.CONSUMER,
    Kind.OPERATION: trace.SpanKind.INTERNAL,
}
CARRIED = "traceparent"


class Told:
    """A span, as the kernel knows it."""

    def __init__(self, span: trace.Span) -> None:
        self._span = span

    def rename(self, name: str) -> None:
        self._span.update_name(name)

    def tell(self, facts: dict[str, Fact]) -> None:
        self._span.set_attributes(facts)

    def fail(self, error: str) -> None:
        self._span.set_attribute("error.type", error)
        self._span.set_status(trace.StatusCode.ERROR)


class Otlp:
    def __init__(self) -> None:
        name = os.environ.get("OTEL_SERVICE_NAME") or "collab"
        self.provider = TracerProvider(resource=Resource.create({"service.name": name}))
        self.provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
        self._tracer = self.provider.get_tracer("collab")
        self._carrier = TraceContextTextMapPropagator()  # it alone: baggage may hold anything

    @contextmanager
    def span(self, name: str, kind: Kind, facts: dict[str, Fact], carried: str) -> Iterator[Span]:
        inside = self._carrier.extract({CARRIED: carried}) if carried else None
        with self._tracer.start_as_current_span(
            name, inside, KINDS[kind], facts, record_exception=False, set_status_on_exception=False
        ) as opened:
            told = Told(opened)
            try:
                yield told
            except Retry:  # the task comes again: no failure yet
                raise
            except DomainError as refused:
                told.tell({"collab.refused": refused.code})
                raise
            except Exception as error:
                told.fail(type(error).__name__)
                raise

    def carry(self) -> str:
        carrier: dict[str, str] = {}
        self._carrier.inject(carrier)
        return carrier.get(CARRIED, "")
