"""The vendors' side: one folder a tool, and what they share. Nothing here knows a unified column."""
