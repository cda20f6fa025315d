"""The operator's tool: `textgate`."""
