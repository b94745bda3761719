"""What an organization keeps to itself beside a thing that it shares with others: notes and fields."""
