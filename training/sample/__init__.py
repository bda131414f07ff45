"""What the sample run shows of training; everything is plainly named a sample."""
