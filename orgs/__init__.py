"""Organizations: their people, the outsiders they vouch for, and the companies they work with."""
