"""Queues and agents in a terminal, live from a service, or as a journal was left."""
