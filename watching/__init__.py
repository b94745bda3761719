"""What outsiders do in shared rooms, held against what is usual: alerts, read from the record and from nothing else."""
