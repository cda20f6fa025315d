"""Settings and logging: read by the processes' entry points, and by nobody below them."""
