"""Who is here, what they say of themselves, and whether they may be disturbed."""
