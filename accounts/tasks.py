"""What goes on behind the doors: letters leave, what is outdated goes."""

import logging
import tempfile
from datetime import timedelta
from smtplib import SMTPException

from celery import Task, shared_task
from django.core.files.base import File
from django.core.files.storage import default_storage
from django.core.mail import EmailMessage
from django.core.management import call_command
from django.utils import timezone

from accounts.copies import write_copy
from accounts.models import Brake, Copy, Reply, User
from accounts.operations import erase_person, finish_copy, give_up_copy, note_progress
from accounts.operations.copying import forget
from kernel.acting import current_actor
from kernel.figures import MAILS
from kernel.switches import MAIL, is_on

logger = logging.getLogger("collab.accounts")
BEGUN_WITHIN = timedelta(minutes=2)
LOOK_AGAIN_SECONDS = 60


@shared_task(
    bind=True,
    acks_late=True,
    autoretry_for=(OSError, SMTPException),
    retry_backoff=5,
    retry_backoff_max=600,
    max_retries=8,
)
def send(self: Task, subject: str, body: str, sender: str, address: str) -> None:
    """Send one letter. Run twice, it is sent twice: a second copy does no harm, a lost one does.

    While operators let no mail out, it asks again every minute.
    """
    if not is_on(MAIL):
        raise self.retry(countdown=LOOK_AGAIN_SECONDS, max_retries=None)
    EmailMessage(subject, body, sender, [address]).send()
    MAILS.labels("sent").inc()


@shared_task(acks_late=True)
def purge() -> None:
    """Forget replies after their 72 hours, tries of yesterday, copies after their day, and sessions that have ended."""
    Reply.objects.outdated().delete()
    Brake.objects.outdated().delete()
    for copy in Copy.objects.outdated():
        forget(copy)
    call_command("clearsessions")


@shared_task(acks_late=True)
def make_copy(copy_id: str) -> None:
    """Make somebody's copy. Run twice, the second finds it made and leaves no file behind."""
    clock = current_actor()
    copy = Copy.objects.select_related("user").filter(pk=copy_id, state=Copy.State.ASKED).first()
    if copy is None:
        return
    try:
        with tempfile.TemporaryFile() as file:
            write_copy(copy.user, file, lambda done: note_progress(actor=clock, copy=copy, done=done))
            file.seek(0)
            name = default_storage.save(Copy.new_name(), File(file))
    except Exception as error:
        logger.exception("a copy could not be made", exc_info=error)
        give_up_copy(actor=clock, copy=copy)
    else:
        finish_copy(actor=clock, copy=copy, file=name)


@shared_task(acks_late=True)
def make_waiting_copies() -> None:
    """Begin what was asked for and never begun: the queue may lose a word, the row stays."""
    waiting = Copy.objects.filter(
        state=Copy.State.ASKED, done=0, created_at__lt=timezone.now() - BEGUN_WITHIN
    )
    for copy in waiting:
        make_copy.delay(str(copy.pk))


@shared_task(acks_late=True)
def erase_due() -> None:
    """Begin with everybody whose time to think it over has passed."""
    for key in User.objects.filter(leaves_at__lte=timezone.now()).values_list("pk", flat=True):
        erase.delay(str(key))


@shared_task(acks_late=True)
def erase(person_id: str) -> None:
    person = User.objects.filter(pk=person_id).first()
    if person is not None:
        erase_person(actor=current_actor(), person=person)
