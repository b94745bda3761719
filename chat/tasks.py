"""What goes on behind the doors of chat."""

from celery import shared_task

from chat.models import Poll
from chat.operations import close_poll, forget_unsent
from kernel.acting import current_actor
from kernel.actor import Actor

AT_ONCE = 500


@shared_task(acks_late=True)
def forget_files() -> None:
    """Remove files that nobody sent. Run twice, the second finds none."""
    while forget_unsent(actor=Actor.system("chat.forget_files")):
        pass


@shared_task(acks_late=True)
def close_all_polls() -> None:
    """Find those whose time is over and hand them out, one task each."""
    for key in Poll.objects.over().values_list("pk", flat=True)[:AT_ONCE]:
        close_one_poll.delay(str(key))


@shared_task(acks_late=True)
def close_one_poll(poll_id: str) -> None:
    """Close one. Run twice, the second finds it closed."""
    poll = (
        Poll.objects.over().visible_to(current_actor()).filter(pk=poll_id).select_related("message").first()
    )
    if poll is not None:
        close_poll(actor=current_actor(), message=poll.message)
