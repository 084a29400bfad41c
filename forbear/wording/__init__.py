"""What we say: templates in versions, tags, segments, the linter and the catalogue we ship."""
