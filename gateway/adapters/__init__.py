"""Doors: one to each neighbour, and nobody else speaks to it."""
