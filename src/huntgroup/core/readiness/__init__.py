"""Who could take something now, and who waits: kept as it changes, never computed by a scan."""
