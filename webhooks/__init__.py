"""What happens here, told to the systems of an organization: signed, at least once, and never more than it may know."""
