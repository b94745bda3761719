"""Numbers of requests: gapless in each period of a definition, since they are given in the transaction that uses them."""

import re
from datetime import datetime

from approvals.models import Version
from approvals.schema import DEFAULT_PATTERN
from kernel.prepared import execute

_SEQ = re.compile(r"\{seq(?::(\d))?\}")
NEXT = """
    INSERT INTO approvals_counter (definition_id, period, last) VALUES (%s, %s, 1)
    ON CONFLICT (definition_id, period) DO UPDATE SET last = approvals_counter.last + 1 RETURNING last
"""
PERIODS = {"month": "%Y%m", "year": "%Y", "never": ""}


def next_number(version: Version, at: datetime) -> str:
    """Return the next number, such as POC-202611-00042; the counter's row stays held until the end."""
    said = version.body.get("numbering", {})
    period = at.strftime(PERIODS[said.get("reset", "month")])
    ((seq,),) = execute(NEXT, [version.definition_id, period], ("uuid", "text"))
    pattern = said.get("pattern", DEFAULT_PATTERN).replace("{yyyy}", f"{at:%Y}").replace("{mm}", f"{at:%m}")
    return _SEQ.sub(lambda found: f"{seq:0{found[1] or 1}d}", pattern)
