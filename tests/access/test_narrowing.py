"""Rights never grow on the way: whoever hands them on, through whatever, gives no more than they had."""

import os
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from random import Random
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from access.levels import HIGHEST_OF_CONTACT, Level
from access.operations import grant_access, revoke_access
from audit.models import Outbox
from chat.access import everybody, weigh
from chat.index import differences
from chat.models import Channel, ChannelGrant
from chat.operations import open_channel
from kernel.actor import Actor
from kernel.errors import DomainError, InvalidInput
from kernel.rules import may
from orgs.models import Department, Membership
from workspaces.models import Member, seated

NAMES = ("nora", "nils", "sol", "sia", "gale", "ada", "eve", "otto")
LEVELS = (Level.VIEW, Level.COMMENT, Level.EDIT, Level.MANAGE)
RULES = ("chat.manage_members", "chat.change", "chat.post", "access.manage")
GRAPHS = 40 if os.environ.get("SOAK_SECONDS") else 3
STEPS = 24


@dataclass(frozen=True)
class Held:
    """What one person holds on a channel: how much, and until when (None: for as long as it takes)."""

    level: Level = Level.NONE
    until: datetime | None = None

    def within(self, other: "Held") -> bool:
        ends = other.until is None or (self.until is not None and self.until <= other.until)
        return self.level <= other.level and ends


def picture(channel: Channel) -> dict[Any, dict[Level, Held]]:
    """Return for each person what they hold of every level, by the list of all who have access."""
    return {
        one.user.pk: {n: Held(n, one.verdict.lasts(n)) for n in LEVELS if one.verdict.allows(n)}
        for one in everybody(channel)
    }


class Graph:
    """A private and an open channel, a tree of departments on either side, and people who give on what they got."""

    def __init__(self, cast: Any, seed: int) -> None:
        self.dice, self.cast = Random(seed), cast
        self.given = self.refused = 0
        self.people = [cast.actor(name) for name in NAMES]
        self.channels = [
            open_channel(actor=cast.nora, workspace=cast.apollo, name=f"n{seed}", kind="private"),
            open_channel(actor=cast.nora, workspace=cast.apollo, name=f"o{seed}"),
        ]
        self.departments = [one for org in (cast.northwind, cast.southbay) for one in self._tree(org)]
        soon = timezone.now() + timedelta(days=3)
        Member.objects.filter(workspace=cast.apollo, user=cast.sol.user).update(expires_at=soon)

    def _tree(self, org: Any) -> Iterator[Department]:
        above = None
        for name in ("a", "b", "c"):
            above = Department.objects.create(organization=org, name=name, parent=above)
            yield above

    # ── What may happen ──────────────────────────────────────────────────────
    def step(self) -> None:
        moves = [self.give, self.give, self.give, self.give, self.take, self.transfer]
        self.dice.choice(moves)()

    def give(self) -> None:
        """Somebody gives some right to somebody: it is refused and nothing happened, or it was theirs to give."""
        channel, giver = self.dice.choice(self.channels), self.dice.choice(self.people)
        whom = self.dice.choice([*(one.user for one in self.people), *self.departments, None,
                                 self.cast.northwind, self.cast.southbay, self.cast.eastgate])  # fmt: skip
        level = self.dice.choice(LEVELS)
        days = self.dice.choice((None, None, -1, 1, 2, 5, 60, 500))
        until = None if days is None else timezone.now() + timedelta(days=days)
        before, facts = picture(channel), Outbox.objects.count()
        rows = list(ChannelGrant.objects.order_by("pk").values())
        try:
            with transaction.atomic():
                grant = grant_access(
                    actor=giver, thing=channel, principal=whom, level=level, expires_at=until
                )
        except (DomainError, Channel.DoesNotExist):  # doors look first whether they see it
            self.refused += 1
            assert picture(channel) == before
            assert list(ChannelGrant.objects.order_by("pk").values()) == rows, "nothing is half written"
            assert Outbox.objects.count() == facts
            return
        self.given += 1
        had = before.get(giver.user_id, {}).get(level, Held())
        assert Held(grant.rank, grant.expires_at).within(had), f"{giver.name} had {had} and gave {grant.rank}"
        self._check_gains(before, picture(channel), before[giver.user_id])

    def _check_gains(self, before: Any, after: Any, had: dict[Level, Held]) -> None:
        for person, levels in after.items():
            for level, now in levels.items():
                was = before.get(person, {}).get(level)
                assert (was is not None and now.within(was)) or now.within(had.get(level, Held())), (
                    f"{person} has {now}, had {was}; the giver had {had.get(level)}"
                )

    def take(self) -> None:
        """Somebody takes some right back: nobody gains by it."""
        grant = self.dice.choice(
            list(ChannelGrant.objects.filter(on__in=self.channels).order_by("pk")) or [None]
        )
        if grant is None:
            return
        before = picture(grant.on)
        try:
            with transaction.atomic():
                revoke_access(actor=self.dice.choice(self.people), grant=grant)
        except (DomainError, Channel.DoesNotExist):  # doors look first whether they see it
            self.refused += 1
        self._check_gains(before, picture(grant.on), {})

    def transfer(self) -> None:
        """Somebody works elsewhere from now on: they have what was given there, and nothing of their own to give."""
        membership = self.dice.choice(list(Membership.objects.filter(user__in=[one.user for one in self.people]).order_by("pk")))  # fmt: skip
        theirs = [one for one in self.departments if one.organization_id == membership.organization_id]
        membership.department = self.dice.choice([None, *theirs])
        membership.save(update_fields=["department"])

    # ── What must hold ───────────────────────────────────────────────────────
    def check(self) -> None:
        assert differences() == 0
        for channel in self.channels:
            for actor in self.people:
                verdict = weigh(actor, channel)
                seat = Member.objects.filter(workspace=channel.workspace_id, user=actor.user).first()
                if seat is not None and seat.is_external:
                    assert verdict.level <= HIGHEST_OF_CONTACT
                    assert not may(actor, "access.manage", channel), "an external contact decides for nobody"
                for token in self.tokens(actor):
                    self._check_token(token, actor, channel)

    def tokens(self, actor: Actor) -> Iterator[Actor]:
        """Yield keys of every kind that the person can make: for all, or bound to one organization, theirs or not."""
        yield replace(actor, scope="read")
        for org in (self.cast.northwind, self.cast.southbay, self.cast.eastgate):
            yield replace(actor, org=org, bound=True)

    def _check_token(self, token: Actor, owner: Actor, channel: Channel) -> None:
        assert weigh(token, channel).level <= weigh(owner, channel).level
        sees = Channel.objects.visible_to(token).filter(pk=channel.pk).exists()
        assert sees <= Channel.objects.visible_to(owner).filter(pk=channel.pk).exists()
        assert sees == weigh(token, channel).allows(Level.VIEW)
        seat = seated(replace(owner, bound=False), channel.workspace_id)
        if token.bound and seat.org_id != token.org_id:
            assert not sees, "a key bound to another organization opens nothing here"
        for name in RULES:
            if sees:
                assert may(token, name, channel) <= may(owner, name, channel)


def test_nobody_ends_up_with_more_than_the_giver_had(cast: Any) -> None:
    given_rights = refused = 0

    @settings(
        max_examples=GRAPHS, derandomize=GRAPHS < 10, database=None, deadline=None,
        suppress_health_check=list(HealthCheck), phases=[Phase.generate],
    )  # fmt: skip
    @given(seed=st.integers(0, 10**6))
    def narrows(seed: int) -> None:
        nonlocal given_rights, refused
        with transaction.atomic():
            graph = Graph(cast, seed)
            for _ in range(STEPS):
                graph.step()
            graph.check()
            given_rights, refused = given_rights + graph.given, refused + graph.refused
            transaction.set_rollback(True)

    narrows()
    assert given_rights >= GRAPHS, f"premise: rights were given, {given_rights}"
    assert refused >= GRAPHS, f"premise: and refused, {refused}"


def test_a_right_ends_no_later_than_the_giver_s_own(cast: Any, secret: Any, soon: Any) -> None:
    end = timezone.now() + timedelta(days=2)
    grant_access(actor=cast.nora, thing=secret, principal=cast.nils.user, level=Level.EDIT, expires_at=end)

    said = grant_access(actor=cast.nils, thing=secret, principal=cast.northwind, level=Level.VIEW)

    assert said.expires_at == end, "left out, it is the giver's own end"
    with pytest.raises(InvalidInput) as refused:
        grant_access(
            actor=cast.nils, thing=secret, principal=cast.sia.user, level=Level.VIEW, expires_at=soon
        )
    assert refused.value.errors[0]["code"] == "too_late"
