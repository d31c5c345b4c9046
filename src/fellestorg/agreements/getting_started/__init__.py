"""Getting started under an agreement: an agency tells its suppliers once what they need, and they confirm or ask back."""
