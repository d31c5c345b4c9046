"""Decline and cascade: the suppliers are asked one at a time, in order of rank, until one says yes (rule CASCADE)."""
