"""Where sessions live. The cookie holds a secret, the database its digest: who reads the one has not the other."""

import hashlib
from datetime import datetime
from typing import Any

from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.db import transaction
from django.utils import timezone

from kernel.acting import database, origin


def digest_of(session_key: str | None) -> str:
    return hashlib.sha256((session_key or "").encode()).hexdigest()[:40]


class SessionStore(DatabaseStore):
    row: Any = None

    @classmethod
    def get_model_class(cls) -> Any:
        from accounts.models import Session  # settings name this module before there are models

        return Session

    def _get_session_from_db(self) -> Any:
        self.row = self.model.objects.opened_by(digest_of(self.session_key))
        if self.row is None:
            self._session_key = None
        return self.row

    def load_row(self) -> Any:
        """Return the row that the cookie's secret opens, with its person; None where it opens none."""
        self._session  # noqa: B018  loads it
        return self.row

    def exists(self, session_key: str) -> bool:
        return super().exists(digest_of(session_key))

    def create(self) -> None:
        self.row = None
        super().create()

    def cycle_key(self) -> None:
        """Give the same session another secret; the one that was known until now is worth nothing."""
        self._session  # noqa: B018  loads what is kept under the old secret
        if self.row is None:
            super().cycle_key()
            return
        self._session_key = self._get_new_session_key()
        self.save()
        self.modified = True

    def create_model_instance(self, data: Any) -> Any:
        came = origin()
        row = self.row or self.model()
        row.session_key = digest_of(self._get_or_create_session_key())
        row.session_data, row.expire_date = self.encode(data), self.get_expiry_date()
        row.belongs_to(data.get(SESSION_KEY), data.get(HASH_SESSION_KEY, ""), came.address, came.device)
        self.row = row
        return row

    def delete(self, session_key: str | None = None) -> None:
        key = session_key or self.session_key
        if key is not None:
            self.model.objects.filter(session_key=digest_of(key)).delete()
        self.row = None

    def take(self, name: str) -> Any:
        """Return what is kept under ``name``, to the first who asks; the row is held meanwhile."""
        with transaction.atomic(using=database()):
            living = self.model.objects.select_for_update(of=("self",))
            held = living.filter(session_key=digest_of(self.session_key)).first()
            kept = self.decode(held.session_data) if held else {}
            found = kept.pop(name, None)
            if found is not None:
                held.session_data = self.encode(kept)
                held.save(update_fields=["session_data"])
        self.pop(name, None)
        return found

    @property
    def confirmed_at(self) -> datetime | None:
        """Return when whoever uses this browser last proved who they are."""
        self._session  # noqa: B018
        return self.row.confirmed_at if self.row else None

    def confirm(self) -> None:
        """Note that they have proved it now."""
        self._session  # noqa: B018
        if self.row is not None:
            self.row.confirmed_at = timezone.now()
            self.modified = True
