"""Setting up a dynamic purchasing system as a competition of its own: open for applications for as long as it lasts."""
