"""Which listing for whom: found, told of, remembered, learned from. Rules: docs/rules/matching.md."""
