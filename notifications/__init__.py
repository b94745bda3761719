"""What people are told because something happened: in their inbox, and by mail."""
