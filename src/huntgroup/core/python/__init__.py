"""The border: names, checked arguments, exceptions, and looks at the tables."""
