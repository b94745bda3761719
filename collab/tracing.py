"""Whether this process sends traces: where the environment names who takes them, and the extra ``otel`` is there."""

import logging
import os

from kernel.spans import trace_with

logger = logging.getLogger("collab.tracing")


def start() -> None:
    """Trace from now on, if that is asked for; called in each process that answers or works, once it stands alone."""
    wished = os.environ.get("OTEL_EXPORTER_OTLP_ENDPOINT") or os.environ.get(
        "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"
    )
    if not wished:
        return
    try:
        from collab.otlp import Otlp
    except ModuleNotFoundError:
        logger.warning(
            "OTEL_EXPORTER_OTLP_ENDPOINT is set, but nothing is traced: install the extra `otel`"
            " (uv sync --frozen --no-dev --extra otel)"
        )
        return
    trace_with(Otlp())
