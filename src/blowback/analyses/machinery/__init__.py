"""Who acts together, and how."""
