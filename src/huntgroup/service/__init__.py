"""The service: an engine that other programs, people and pages talk to over HTTP and WebSocket. Extra
`service`."""
