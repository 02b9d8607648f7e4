"""The two decisions: an agent for an interaction, an interaction for an agent."""
