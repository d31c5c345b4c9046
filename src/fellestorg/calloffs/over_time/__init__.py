"""The same need on every day since its first agreement."""
