"""Protocols and orders as papers, and who may fetch them."""
