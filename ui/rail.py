"""The rail: the organizations of the person, and the two menus beside them."""

from dataclasses import dataclass

from ui.registry import Registry
from ui.sidebar import Item


@dataclass(frozen=True, kw_only=True)
class Mark:
    """One organization in the rail; ``unread`` above 0 is shown as a red count.

    With ``post`` choosing it is a POST to ``url``, as it changes for whom the person acts.
    """

    name: str
    url: str
    hue: int = 1
    image: str = ""
    current: bool = False
    unread: int = 0
    post: bool = False
    fields: tuple[tuple[str, str], ...] = ()

    @property
    def initial(self) -> str:
        return self.name[:1].upper()


rail: Registry[Mark] = Registry()
org_menu: Registry[Item] = Registry()
account_menu: Registry[Item] = Registry()
