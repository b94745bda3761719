"""What goes on behind the doors: letters leave, what is outdated goes."""

from smtplib import SMTPException

from celery import shared_task
from django.core.mail import EmailMessage
from django.core.management import call_command

from accounts.models import Brake, Reply


@shared_task(
    acks_late=True,
    autoretry_for=(OSError, SMTPException),
    retry_backoff=5,
    retry_backoff_max=600,
    max_retries=8,
)
def send(subject: str, body: str, sender: str, address: str) -> None:
    """Send one letter. Run twice, it is sent twice: a second copy does no harm, a lost one does."""
    EmailMessage(subject, body, sender, [address]).send()


@shared_task(acks_late=True)
def purge() -> None:
    """Forget replies after their 72 hours, tries of yesterday, and sessions that have ended."""
    Reply.objects.outdated().delete()
    Brake.objects.outdated().delete()
    call_command("clearsessions")
