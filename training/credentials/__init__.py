"""Open Badges 3.0 credentials: built, signed, checked. Knows nothing of the database or of requests.

    texts       what may stand in a signed file: cleaned on the way in
    numbers     the readable number of a certificate, with its check digits
    badge       the document, from typed fields alone
    keys        the issuer's keys and who may sign with them
    proofs      eddsa-rdfc-2022: what is hashed, and the proof
    dids        did:web and the document that lists the keys
    statuses    the list of revoked ones
    baking      into a picture and out of it
    second      the second library's opinion, asked before anything is kept
    checking    what a file turns out to be, in steps

The contexts come from a package and are never fetched: the same address with other content would sign something else.
"""
