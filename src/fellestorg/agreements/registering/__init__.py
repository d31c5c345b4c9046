"""Purchases made elsewhere and opening balances: registered, corrected, and shown as they are."""
