"""Which listing for whom: found, told of, remembered, learned from. Rules: design.md §5."""
