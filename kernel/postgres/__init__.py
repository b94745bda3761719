"""PostgreSQL as Django knows it, with one addition: every query says who asks."""
