"""The verbs: turn, tell everybody, note what failed and have it tried again."""

from operating.operations.failures import note_task_failure, retry_task
from operating.operations.setting import put_up_banner, take_down_banner, turn_off, turn_on

__all__ = ["note_task_failure", "put_up_banner", "retry_task", "take_down_banner", "turn_off", "turn_on"]
