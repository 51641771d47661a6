"""What we add to Frappe itself. It knows nothing of the trade: any app could use it."""
