"""What a centre is made of, checked: queues, agents, channels, hours, durations, requirements, files."""
