"""Deeds: one function each, used by the web process and the operator's tool alike."""
