"""The staff room's pages: at the door, the settings, one's own profile."""
