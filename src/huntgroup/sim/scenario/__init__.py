"""What is simulated: a centre and who comes to it, read from TOML or built in Python, checked whole."""
