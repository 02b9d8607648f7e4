"""huntgroup: a deterministic routing core for contact centres."""
