"""The listing library: what keeps an agency's listings true, there once, and fresh."""
