"""Listings side by side, and shortlists: what a buyer found, chose and left out, with grounds, fixed as evidence."""
