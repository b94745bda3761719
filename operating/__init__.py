"""The platform's own state: what is turned off, what everybody is told, what its workers failed at."""
