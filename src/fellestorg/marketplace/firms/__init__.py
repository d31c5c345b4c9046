"""Firms in the marketplace: registered by somebody who may represent them, verified by SI before anything is public."""
