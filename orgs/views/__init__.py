"""The page door to organizations."""
