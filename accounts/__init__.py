"""People: who they are, how they come in, and the keys they give to programs."""
