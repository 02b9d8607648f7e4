"""Strategies of the user's own, called through the C ABI of scorer.h."""
