"""A stand-in for Twilio on a developer's machine: its REST API, its webhooks, and a phone to text with."""
