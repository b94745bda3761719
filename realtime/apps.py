from django.apps import AppConfig


class RealtimeConfig(AppConfig):
    name = "realtime"

    def ready(self) -> None:
        from realtime.topics import Standing, topic

        # What concerns one person alone, on all their screens.
        topic("me", find=lambda actor, user_id: Standing(actor) if actor.user_id == user_id else None)
