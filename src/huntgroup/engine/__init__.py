"""The engine as users see it: names, units, views and events around the compiled core."""
