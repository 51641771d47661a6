"""Clients: who they are, whose they are, what they look for, and what happens with them.

Rules: docs/rules/clients.md.
"""
