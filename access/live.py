"""The socket door: those whom a change of rights concerns look again at once."""

from access.events import AccessGranted, AccessRevoked, GrantEvent, GrantExpired
from kernel.events import live
from realtime import publish, recheck


@live(AccessGranted, AccessRevoked, GrantExpired)
def look_again(event: GrantEvent) -> None:
    for user_id in event.people or ():
        recheck(user_id)
        publish(f"me:{user_id}", "member.changed", {"object": f"{event.object_kind}:{event.object_id}"})
