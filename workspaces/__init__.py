"""Workspaces: rooms that several organizations share, each with its own people in them."""
