"""A whole gateway on a developer's machine: embedded Redis, stand-ins, seed. Serve and work never import it."""
