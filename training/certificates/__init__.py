"""Certificates: from what a trainee has reached to a file that anybody can check (rules X-1 to X-15).

    policies      who prepares, approves, issues, revokes, turns keys
    dossiers      what a certificate rests on, frozen; prepared by one, approved by another
    issuing       one transaction from the approved dossier to the stored bytes
    lists, keys   what it is signed and revoked with
    revoking      proposed by one, heard, decided by another
    later         corrections and renewals
    checking      what a certificate or a file turns out to be
    consents      what the holder lets be seen
    drawing, printing, batches     pictures, PDF, long work

The signing itself is in `training.credentials`, which knows no tables.
"""
