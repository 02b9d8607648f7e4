"""The compiled loop of simulations: callers and agents around the core, without an object for each call."""
