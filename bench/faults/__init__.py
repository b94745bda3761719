"""``make faults``: people write while processes are killed; then nothing they were told is done is lost or doubled."""
