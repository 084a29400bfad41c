"""The API's door frame: who is let in, how fast, what a body may hold, how a refusal is told."""
