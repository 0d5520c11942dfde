"""Scenario files: a pool's history in one readable file, played through the operations that the pages call."""
