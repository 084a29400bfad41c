"""Readers of vector files: each turns a case into facts, asks the rules, and answers in the case's own
words."""
