"""What is open between organizations: what one side owes the other, who it waits for, since when and until when."""
