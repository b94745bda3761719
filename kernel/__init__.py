"""Who acts, what is allowed, what happened, and how it goes wrong: no tables, no product nouns."""
