"""Who is admitted to a dynamic purchasing system, category by category."""
