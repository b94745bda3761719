"""The socket door: those whom a change of rights concerns look again at once."""

from access.events import AccessGranted, AccessRevoked, GrantEvent, GrantExpired
from kernel.events import live
from realtime import publish_to, recheck


@live(AccessGranted, AccessRevoked, GrantExpired)
def look_again(event: GrantEvent) -> None:
    people = event.people or ()
    for user_id in people:
        recheck(user_id)
    publish_to(people, "member.changed", {"object": f"{event.object_kind}:{event.object_id}"})
