"""The tables: what a centre consists of, and the native structures they stand on."""
