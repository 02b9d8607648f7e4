"""The pages that people look at: static files, which the service brings to browsers."""
