"""What suppliers charge around the goods: proposed by one and decided by another once somebody can call off."""
