"""The compiled core. Import :mod:`huntgroup`, not this package: nothing here is public."""
