"""Understands what consumers write back. Pure: it reads and proposes, it never sends."""
