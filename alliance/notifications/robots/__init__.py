"""Robots of groups in 企业微信, 钉钉 and 飞书: what they are told, and how they are called."""
