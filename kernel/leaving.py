"""What stands in the way when somebody wants to leave for good; each app may say something."""

from collections.abc import Callable, Iterable, Iterator

from kernel.actor import Actor
from kernel.errors import Sentence

Obstacle = Callable[[Actor], Iterable[Sentence]]
_obstacles: list[Obstacle] = []


def obstacle(find: Obstacle) -> Obstacle:
    """Register who knows why this person cannot be spared yet: sentences that say what to do first."""
    _obstacles.append(find)
    return find


def obstacles(person: Actor) -> Iterator[Sentence]:
    for find in _obstacles:
        yield from find(person)
