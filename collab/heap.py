"""What a process holds for its whole life, kept out of Python's search for garbage.

A page makes thousands of small objects that die with it, on top of the half a million that start-up left. Looking
through all of these again and again took a twelfth of a page's time.
"""

import gc

YOUNG, MIDDLE, OLD = 20_000, 50, 50  # objects; and collections of the younger ones before one of the next


def spare() -> None:
    """Look for garbage seldom: a start makes half a million objects that all stay, and the search took an eighth of it."""
    gc.set_threshold(YOUNG, MIDDLE, OLD)


def settle() -> None:
    """Count what is there by now as permanent, and look for garbage less often; call it once, after start-up."""
    gc.collect()
    gc.freeze()
    spare()
