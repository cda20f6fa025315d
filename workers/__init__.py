"""Workers: they open what is sealed, ask the model, and send."""
