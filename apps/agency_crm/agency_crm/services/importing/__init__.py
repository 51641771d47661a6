"""Files into the database, whatever their rows become: base.py has the way, listings.py and clients.py what is theirs."""
