"""Operators read contents only with a reason, by the word of a second one, for hours, and in everybody's sight."""
