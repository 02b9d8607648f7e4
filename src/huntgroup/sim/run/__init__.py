"""Replications of a scenario through the real engine, and the numbers that they leave."""
