"""What happens: commands, timers, and the end of each step."""
