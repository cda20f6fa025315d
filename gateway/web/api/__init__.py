"""The developer API: one resource a file."""
