"""Sample data of joint training for the demo run; every name in it says that it is a sample."""
