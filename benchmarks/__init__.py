"""What is measured, beside its baseline; the figures are in docs/performance.md."""
