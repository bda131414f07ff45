"""What people are told of joint training, and what waits for them: a module for each part."""
