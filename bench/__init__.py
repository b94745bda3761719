"""How fast it is here: a real process tree on a folder of its own, asked over loopback."""
