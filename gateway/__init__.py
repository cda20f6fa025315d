"""The textgate gateway: texts in over a signed webhook, saved, and answered by a worker."""

__version__ = "0.1.0"
