"""What `./agency` is made of: one module a concern, the standard library alone."""
