"""The chain of custody of a pick-up, from the desk to the certificate of erasure and on."""
