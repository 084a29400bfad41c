"""The toolkit for doors: pages, components, styles, pagination, exports, headers. It has no tables."""
