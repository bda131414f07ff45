"""What people are told about joint training, and what waits for them: a file for each part."""
