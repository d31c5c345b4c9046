"""The agreement manager's forms: agreement, lots, policies, participants, positions and clauses."""
