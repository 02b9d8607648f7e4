"""Simulated time around the engine: call logs, what can be derived from them, generated centres, replay."""
