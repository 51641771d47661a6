"""Imports of files: base.py has the process, listings.py and clients.py what is special to them."""
