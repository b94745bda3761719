"""What goes on behind the doors of chat."""

from celery import shared_task

from chat.operations import forget_unsent
from kernel.actor import Actor


@shared_task(acks_late=True)
def forget_files() -> None:
    """Remove files that nobody sent. Run twice, the second finds none."""
    while forget_unsent(actor=Actor.system("chat.forget_files")):
        pass
