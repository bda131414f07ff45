"""The portal's own servers on one machine: PostgreSQL and Valkey from wheels, and what keeps them and the portal up.

Only the standard library is used, and nothing here needs Django: these files run before it is installed.
"""
