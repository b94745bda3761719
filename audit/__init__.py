"""The record: what happened, in whose name, in chains that show when somebody touched them."""

from audit.keepers import Party, readers_of

__all__ = ["Party", "readers_of"]
