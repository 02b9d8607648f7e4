"""The service: gives programs, people and web pages access to an engine over HTTP and WebSocket. It needs the
extra `service`."""
