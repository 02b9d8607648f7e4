"""From figures to what people read: tables for terminals, plain text, JSON and CSV."""
