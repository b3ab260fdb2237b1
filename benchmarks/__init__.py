"""What this product costs in time and memory, beside the plain way and what the database itself can take."""
