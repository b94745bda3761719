"""What went wrong, and what an organization does about it: tasks, what the record tells, and a report."""
