"""Notes that somebody signed in was refused what an address names. The answer waits for nothing."""

import logging
from collections.abc import Callable

from celery import current_app
from django.http import HttpRequest, HttpResponse

from kernel.acting import origin
from kernel.errors import TooMany
from kernel.limits import limited
from watching.refusals import OWNERS

logger = logging.getLogger("collab.watching")
REFUSALS = (403, 404)


class RefusalMiddleware:
    """Whether there is such a thing, a worker looks up: so what is there and what is not take equally long."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        found, actor = request.resolver_match, request.actor
        if response.status_code in REFUSALS and found is not None and actor.is_person:
            named = {word: str(key) for word, key in found.kwargs.items() if word in OWNERS}
            if named:
                hand_on(str(actor.user_id), str(actor.org_id or ""), named, response.status_code)
        return response


def hand_on(person_id: str, org_id: str, named: dict[str, str], status: int) -> None:
    """Leave it to the queue, up to a bound; a queue that is away loses it."""
    here = origin()
    try:
        limited("refusals", person_id)
        said = [person_id, org_id, named, status, here.request_id, here.address, here.device]
        current_app.send_task("watching.tasks.refused", said, retry=False, ignore_result=True)
    except TooMany:
        pass
    except Exception as error:
        logger.warning("a refusal was not noted (%s)", type(error).__name__)
