"""The lifecycles of joint training, as tables of moves (alliance/core/workflow.py)."""
