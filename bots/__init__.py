"""Programs that work in a workspace under a name of their own, each for one organization."""
