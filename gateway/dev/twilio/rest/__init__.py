"""The part of Twilio's REST API (2010-04-01) that an SMS gateway calls."""
