"""The studies of this plugin, and what they share."""
