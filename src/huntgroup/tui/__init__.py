"""Queues and agents in a terminal, live from a service."""
