"""Fixtures of the fault tests: each subject's stand in a module of their own."""

from tests.faults.redis_fixtures import proxied_processes, troubled, troubled_customer
from tests.faults.scene import scene

__all__ = ["proxied_processes", "scene", "troubled", "troubled_customer"]
