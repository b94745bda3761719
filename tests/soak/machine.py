"""Six people of three organizations do whatever comes to mind; what must hold afterwards, whatever they did."""

from collections.abc import Callable
from typing import Any, ClassVar

from django.apps import apps
from django.core.exceptions import ObjectDoesNotExist
from django.db import connection, transaction
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule

from approvals.fold import faults
from approvals.models import Assignment, Definition, Instance
from approvals.operations import comment, decide, start, withdraw
from audit.models import Chain, Outbox
from audit.operations import seal_some
from audit.verification import examine
from chat.models import Channel, ChannelEvent, Message
from chat.operations import (
    add_to_channel,
    archive_channel,
    delete_message,
    edit_message,
    mark_read,
    open_channel,
    post_message,
    react,
    remove_from_channel,
)
from kernel.acting import acting
from kernel.actor import Actor
from kernel.errors import DomainError
from orgs.models import Partnership
from orgs.operations import resume_partnership, suspend_partnership
from workspaces.models import Member, Participant, Workspace
from workspaces.operations import (
    accept_participation,
    add_member,
    end_participation,
    invite_participant,
    open_workspace,
    remove_member,
)

PLATFORM = Actor.system("tests")
PEOPLE = ("nora", "nils", "ada", "sol", "sia", "eve")
APPS = ("orgs", "workspaces", "chat", "approvals", "audit", "notifications")
GUARDED = (Workspace, Member, Channel, Message, Instance)
somebody = st.sampled_from(PEOPLE)
some = st.integers(0, 40)  # which of the rows there are


class Machine(RuleBasedStateMachine):
    """Everything is tried on anything: most tries are refused, and then nothing at all may have changed."""

    cast: ClassVar[Any]
    eyes: ClassVar[int] = len(PEOPLE)  # through how many of them it looks in the end

    def __init__(self) -> None:
        super().__init__()
        self.undone = transaction.atomic()
        self.undone.__enter__()
        self.words = 0
        self.there = everything()

    def teardown(self) -> None:
        try:
            self.look()
        finally:
            transaction.set_rollback(True)
            self.undone.__exit__(None, None, None)

    # ── What they do ─────────────────────────────────────────────────────────
    @rule(who=somebody, n=some, answer=st.booleans())
    def post(self, who: str, n: int, answer: bool) -> None:
        channel = pick(Channel, n)
        root = Message.objects.filter(channel=channel).order_by("pk").last() if answer else None
        self.attempt(post_message, who, "channel", channel, body=self.word(), reply_to=root)

    @rule(who=somebody, n=some, verb=st.sampled_from([edit_message, delete_message, react]))
    def respond(self, who: str, n: int, verb: Any) -> None:
        words = {edit_message: {"body": self.word()}, react: {"emoji": "👍"}}.get(verb, {})
        self.attempt(verb, who, "message", pick(Message, n), **words)

    @rule(who=somebody, n=some, seq=some)
    def read(self, who: str, n: int, seq: int) -> None:
        channel = pick(Channel, n)
        if Channel.objects.visible_to(self.actor(who)).filter(pk=channel.pk).exists():  # doors look first
            self.attempt(mark_read, who, "channel", channel, seq=seq)

    @rule(who=somebody, n=some, kind=st.sampled_from(["open", "private"]))
    def begin_channel(self, who: str, n: int, kind: str) -> None:
        self.attempt(open_channel, who, "workspace", pick(Workspace, n), name=self.word(), kind=kind)

    @rule(who=somebody, n=some)
    def end_channel(self, who: str, n: int) -> None:
        self.attempt(archive_channel, who, "channel", pick(Channel, n))

    @rule(who=somebody, n=some, whom=somebody, verb=st.sampled_from([add_to_channel, remove_from_channel]))
    def name_for_channel(self, who: str, n: int, whom: str, verb: Any) -> None:
        self.attempt(verb, who, "channel", pick(Channel, n), user=self.actor(whom).user)

    @rule(who=somebody)
    def begin_workspace(self, who: str) -> None:
        org = self.actor(who).org
        self.attempt(open_workspace, who, "organization", org, name=self.word())

    @rule(who=somebody, n=some, whom=somebody)
    def seat(self, who: str, n: int, whom: str) -> None:
        self.attempt(add_member, who, "workspace", pick(Workspace, n), user=self.actor(whom).user)

    @rule(who=somebody, n=some)
    def unseat(self, who: str, n: int) -> None:
        self.attempt(remove_member, who, "seat", pick(Member, n))

    @rule(who=somebody, n=some, whom=somebody)
    def ask_in(self, who: str, n: int, whom: str) -> None:
        workspace, org = pick(Workspace, n), self.actor(whom).org
        self.attempt(invite_participant, who, "workspace", workspace, organization=org)

    @rule(who=somebody, n=some, verb=st.sampled_from([accept_participation, end_participation]))
    def answer_to_room(self, who: str, n: int, verb: Any) -> None:
        self.attempt(verb, who, "participant", pick(Participant, n))

    @rule(who=somebody, n=some, verb=st.sampled_from([suspend_partnership, resume_partnership]))
    def steer(self, who: str, n: int, verb: Any) -> None:
        self.attempt(verb, who, "partnership", pick(Partnership, n))

    @rule(who=somebody, n=some, supplier=st.sampled_from(["southbay", "eastgate"]))
    def ask(self, who: str, n: int, supplier: str) -> None:
        form = {
            "supplier": str(getattr(self.cast, supplier).pk),
            "amount": {"amount": "1.00", "currency": "CNY"},
            "reason": "-",
        }
        definition = pick(Definition, n)
        self.attempt(start, who, "definition", definition, title=self.word(), form=form)

    @rule(n=some, agree=st.booleans())
    def decide_in_turn(self, n: int, agree: bool) -> None:
        """Whoever is asked answers; by chance alone hardly a request would come to its end."""
        waiting = Assignment.objects.filter(state="PENDING").select_related("principal", "run__party_org")
        slot = pick(waiting, n)
        if slot:
            who = Actor.person(slot.principal, slot.run.party_org)
            self.decide(who, slot.instance, agree)

    @rule(who=somebody, n=some, agree=st.booleans())
    def decide_at_will(self, who: str, n: int, agree: bool) -> None:
        self.decide(who, pick(Instance, n), agree)

    @rule(who=somebody, n=some)
    def take_back(self, who: str, n: int) -> None:
        self.attempt(withdraw, who, "instance", pick(Instance, n))

    @rule(who=somebody, n=some, audience=st.sampled_from(["internal", "shared"]))
    def remark(self, who: str, n: int, audience: str) -> None:
        self.attempt(comment, who, "instance", pick(Instance, n), body=self.word(), audience=audience)

    # ── How it is tried ──────────────────────────────────────────────────────
    def decide(self, who: Any, instance: Any, agree: bool) -> None:
        verdict = "APPROVED" if agree else "REJECTED"
        self.attempt(decide, who, "instance", instance, verdict=verdict, comment=self.word())

    def actor(self, who: Any) -> Actor:
        return self.cast.actor(who)

    def word(self) -> str:
        self.words += 1
        return f"word {self.words}"

    def attempt(self, verb: Callable[..., Any], who: Any, role: str, thing: Any, /, **said: Any) -> None:
        """Do it. What is refused leaves nothing; what succeeds was done to something one could see."""
        if thing is None:
            return
        actor, before = self.actor(who), self.there
        seen = type(thing).objects.visible_to(actor).filter(pk=thing.pk).exists()
        try:
            verb(actor=actor, **{role: thing}, **said)
        except (DomainError, ObjectDoesNotExist):  # the database hides it even from the operation
            refused = True
        else:
            refused = False
        assert refused or seen, f"{verb.__name__} by {actor.user} on what they cannot see: {thing!r}"
        self.there = everything()
        assert not refused or self.there == before, f"{verb.__name__} was refused and left something"

    # ── What must hold ───────────────────────────────────────────────────────
    def look(self) -> None:
        for channel in Channel.objects.all():
            numbered(channel.messages.all(), channel.last_seq)
            numbered(ChannelEvent.objects.filter(channel=channel), channel.last_event_seq)
        for root in Message.objects.filter(reply_count__gt=0):
            assert root.reply_count == root.replies.count()
        for instance in Instance.objects.select_related("acting_org"):
            numbered(instance.events.all(), instance.last_seq)
            assert not faults(instance), "its events tell another story"
        self.look_through_eyes()
        self.look_at_the_record()

    def look_through_eyes(self) -> None:
        """The line that querysets draw is not crossed by the database's own, and in chat the two are one."""
        for who in [*PEOPLE, *PEOPLE][(turn := self.words % len(PEOPLE)) : turn + self.eyes]:
            actor = self.actor(who)
            for model in GUARDED:
                may = keys(model.objects.visible_to(actor))
                with acting(actor):
                    can, there = keys(model.objects.visible_to(actor)), keys(model.objects.all())
                assert may == can, f"{who} and {model.__name__}"
                assert model not in (Channel, Message) or there == may, f"{who} and {model.__name__}"

    def look_at_the_record(self) -> None:
        while seal_some(actor=PLATFORM):
            pass
        assert not Outbox.objects.unsealed().exists()
        for chain in Chain.objects.all():
            assert examine(chain).seq == chain.last_seq


def pick(rows: Any, n: int) -> Any:
    rows = rows if hasattr(rows, "filter") else rows.objects.all()
    count = rows.count()
    return rows.order_by("pk")[n % count] if count else None


def keys(rows: Any) -> set[Any]:
    return set(rows.order_by().values_list("pk", flat=True))


def numbered(rows: Any, last: int) -> None:
    assert sorted(rows.order_by().values_list("seq", flat=True)) == list(range(1, last + 1))


def everything() -> list[Any]:
    """Return what every table of a tenant holds, as one sum a table."""
    tables = [model._meta.db_table for name in APPS for model in apps.get_app_config(name).get_models()]
    sums = ", ".join(f"(SELECT sum(hashtextextended(t::text, 0)) FROM {table} t)" for table in tables)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {sums}")
        return list(cursor.fetchone())
