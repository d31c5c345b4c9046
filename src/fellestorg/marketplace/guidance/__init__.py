"""Guidance: articles and guides in versions, words explained, questions to SI that become guidance, and wishes."""
