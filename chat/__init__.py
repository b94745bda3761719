"""Channels: what people say to each other, in order, across organizations."""
