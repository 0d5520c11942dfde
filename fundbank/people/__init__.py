"""Municipalities, their departments and their people; signing in. Nothing crosses from one municipality to another."""
