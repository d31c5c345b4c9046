"""Fellestorg: one system for running a central purchasing body's joint framework agreements."""

__version__ = "0.1.0"
