"""Coverage: when the first-ranked network does not reach, the second may be used, documented and within a share."""
