"""Fixtures of the fault tests: each subject's stand in a module of their own."""

from tests.faults.redis_fixtures import proxied_processes, troubled, troubled_customer

__all__ = ["proxied_processes", "troubled", "troubled_customer"]
