"""The toolkit for doors: base pages, components, styles, pagination, exports, security headers. It has no tables."""
